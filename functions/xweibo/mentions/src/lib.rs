//! `mentions`: the weibos and comments that mention the caller, newest first. An extension: the
//! document only counts them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use shared::Ctx;
use shared::store::mention;
use shared::store::timeline::Row;
use shared::store::{member, weibo_comment, weibo_list};
use shared::xweibo::{
    COUNT_OF_LIST, Call, Comment, Error, MAX_ID, Operation, SINCE_ID, WeiboShape, answer, shapes,
};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "mentions",
    aliases: &[],
    words: "lists the weibos and comments that mention the caller, newest first",
    get: false,
    speaks: false,
    params: &[SINCE_ID, MAX_ID, COUNT_OF_LIST],
    file: None,
    errors: &[Error::NotNumber],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Serialize)]
struct Output {
    data: Vec<Entry>,
}

/// A weibo, or a comment with its weibo.
#[derive(Serialize)]
struct Entry {
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<Comment>,
    wb: WeiboShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let uid = call.uid()?;
    let mentions = mention::of_member(ctx, uid, call.slice()?).await?;
    let weibos: BTreeSet<(u64, Option<u64>)> = mentions
        .iter()
        .map(|mention| (mention.weibo, mention.root))
        .collect();
    let rows: BTreeMap<u64, Row> = weibos
        .into_iter()
        .map(|(id, root)| (id, Row { id, root }))
        .collect();
    let rows: Vec<Row> = rows.into_values().collect();
    let places: Vec<(u64, u64)> = mentions
        .iter()
        .filter_map(|mention| Some((mention.weibo, mention.number?)))
        .collect();
    let (listed, comments) = futures_util::join!(
        weibo_list::read(ctx, Some(uid), &rows),
        weibo_comment::at_places(ctx, &places)
    );
    let comments: BTreeMap<u64, _> = comments?
        .into_iter()
        .map(|comment| (comment.id, comment))
        .collect();
    let authors = member::authors(ctx, comments.values().map(|comment| comment.uid)).await?;
    let shapes: BTreeMap<u64, WeiboShape> = shapes(ctx, &listed?).await?.into_iter().collect();
    let entries = mentions.iter().filter_map(|mention| {
        let comment = match mention.number {
            None => None,
            Some(_) => {
                let comment = comments.get(&mention.id)?;
                let author = authors.get(&comment.uid)?;
                Some(Comment::new(ctx, call.site, comment, author, "2"))
            }
        };
        let wb = shapes.get(&mention.weibo)?.clone();
        Some(Entry { comment, wb })
    });
    Ok(Output {
        data: entries.collect(),
    })
}
