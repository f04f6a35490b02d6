//! Lists of weibos. The document has no description of their answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::error::Error;
use super::shape::WeiboShape;
use crate::Ctx;
use crate::schema::Answer;
use weiquan_store::id::{Uid, WeiboId};
use weiquan_store::members::member::{self, Member};
use weiquan_store::table::slice::Filled;
use weiquan_store::weibos::list::Listed;

/// `rst` of a list of weibos.
#[derive(Debug, Serialize, Answer)]
pub struct WeiboList {
    /// The weibos, in order.
    data: Vec<WeiboShape>,
    /// The `max_id` of the rest, where the list was left before its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_max_id: Option<String>,
}

impl WeiboList {
    /// The weibos, in order, and the `max_id` of the rest if the list was left before its end.
    pub async fn new(ctx: &Ctx, listed: &Filled<Listed>) -> Result<Self, Error> {
        let shapes = shapes(ctx, &listed.shown).await?;
        Ok(Self {
            data: shapes.into_iter().map(|(_, shape)| shape).collect(),
            next_max_id: listed.next.map(|id| id.to_string()),
        })
    }
}

/// The shapes of weibos in order, with their ids.
pub async fn shapes(ctx: &Ctx, listed: &[Listed]) -> Result<Vec<(WeiboId, WeiboShape)>, Error> {
    let originals = listed
        .iter()
        .filter_map(|one| one.original.as_ref()?.weibo.as_ref());
    let uids = listed
        .iter()
        .map(|one| &one.weibo)
        .chain(originals)
        .map(|weibo| weibo.uid);
    let authors: BTreeMap<Uid, Arc<Member>> = member::authors(&ctx.store, uids).await?;
    let shapes = listed.iter().filter_map(|one| {
        let author = authors.get(&one.weibo.uid)?;
        let shape = WeiboShape::new(ctx, &one.weibo, author, one.favorite);
        let shape = match &one.original {
            Some(original) => shape.showing(ctx, original, &authors),
            None => shape,
        };
        Some((one.weibo.id, shape))
    });
    Ok(shapes.collect())
}
