//! Lists of weibos, which the document lacks: what they are asked for, and their shape.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::{Call, Error, Param, WeiboShape};
use crate::Ctx;
use crate::store::member::{self, Member};
use crate::store::timeline::{Filled, Slice};
use crate::store::weibo_list::Listed;

/// How many weibos a list holds unless the caller says otherwise, and at the most.
const COUNT: u64 = 20;
const MAX_COUNT: u64 = 50;

/// The parameters of [`Call::slice`].
pub const SINCE_ID: Param = Param {
    name: "since_id",
    words: "only ids above this one",
    example: None,
};
/// See [`SINCE_ID`].
pub const MAX_ID: Param = Param {
    name: "max_id",
    words: "only ids up to this one",
    example: None,
};
/// See [`SINCE_ID`].
pub const COUNT_OF_LIST: Param = Param {
    name: "count",
    words: "how many, at most 50; 20 by default and for 0",
    example: None,
};

impl Call<'_> {
    /// How many `count` asks for, at most 50; nothing where it is empty or not above 0, 1010002 where it is no
    /// number.
    pub fn asked_count(&self) -> Result<Option<u64>, Error> {
        let count = self.number("count")?.filter(|count| *count > 0);
        Ok(count.map(|count| count.min(MAX_COUNT)))
    }

    /// The same, 20 by default.
    pub fn count(&self) -> Result<usize, Error> {
        let count = self.asked_count()?.unwrap_or(COUNT);
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The part of a list that `since_id`, `max_id` and `count` ask for; 1010002 where one is no number.
    pub fn slice(&self) -> Result<Slice, Error> {
        let (since, max) = (self.number("since_id")?, self.number("max_id")?);
        Ok(Slice::new(since, max, self.count()?))
    }
}

/// `rst` of a list of weibos.
#[derive(Debug, Serialize)]
pub struct WeiboList {
    data: Vec<WeiboShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_max_id: Option<String>,
}

impl WeiboList {
    /// The weibos, in order, and the `max_id` of the rest where the list was left before its end.
    pub async fn new(ctx: &Ctx, listed: &Filled<Listed>) -> Result<Self, Error> {
        let shapes = shapes(ctx, &listed.shown).await?;
        Ok(Self {
            data: shapes.into_iter().map(|(_, shape)| shape).collect(),
            next_max_id: listed.next.map(|id| id.to_string()),
        })
    }
}

/// The shapes of weibos in order, with their ids.
pub async fn shapes(ctx: &Ctx, listed: &[Listed]) -> Result<Vec<(u64, WeiboShape)>, Error> {
    let shown = listed
        .iter()
        .filter_map(|one| one.shown.as_ref()?.weibo.as_ref());
    let uids = listed
        .iter()
        .map(|one| &one.weibo)
        .chain(shown)
        .map(|weibo| weibo.uid);
    let authors: BTreeMap<u64, Arc<Member>> = member::authors(ctx, uids).await?;
    let shapes = listed.iter().filter_map(|one| {
        let author = authors.get(&one.weibo.uid)?;
        let shape = WeiboShape::new(ctx, &one.weibo, author, one.favorite);
        let shape = match &one.shown {
            Some(shown) => shape.showing(ctx, shown, &authors),
            None => shape,
        };
        Some((one.weibo.id, shape))
    });
    Ok(shapes.collect())
}
