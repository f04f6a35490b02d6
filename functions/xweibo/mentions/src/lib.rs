//! `mentions`: the weibos and comments that mention the caller, newest first. An extension: the
//! document only counts them.

use std::collections::BTreeMap;

use serde::Serialize;
use shared::Ctx;
use shared::store::mention::{self, Mention};
use shared::store::timeline::{self, Page, Row};
use shared::store::{member, relation, weibo_comment, weibo_list};
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
    #[serde(skip_serializing_if = "Option::is_none")]
    next_max_id: Option<String>,
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
    let page = async |slice| {
        let mentions = mention::of_member(ctx, uid, slice).await?;
        Ok::<_, Error>(Page {
            shown: Box::pin(entries(ctx, &call, uid, &mentions.shown)).await?,
            lowest: mentions.lowest,
        })
    };
    let filled = timeline::fill(call.slice()?, page).await?;
    Ok(Output {
        data: filled.shown,
        next_max_id: filled.next.map(|id| id.to_string()),
    })
}

/// What is left of `mentions`, in order.
async fn entries(
    ctx: &Ctx,
    call: &Call<'_>,
    uid: u64,
    mentions: &[Mention],
) -> Result<Vec<Entry>, Error> {
    let rows = mentions.iter().map(|mention| (mention.weibo, mention.root));
    let rows: BTreeMap<u64, Option<u64>> = rows.collect();
    let rows: Vec<Row> = rows
        .into_iter()
        .map(|(id, root)| Row {
            id,
            root,
            root_by: None,
        })
        .collect();
    let places = mentions
        .iter()
        .filter_map(|mention| Some((mention.weibo, mention.number?)));
    let places: Vec<(u64, u64)> = places.collect();
    let (listed, comments) = futures_util::join!(
        weibo_list::read(ctx, Some(uid), &rows),
        weibo_comment::at_places(ctx, &places)
    );
    let comments = comments?.into_iter().map(|comment| (comment.id, comment));
    let comments: BTreeMap<u64, _> = comments.collect();
    let authors = member::authors(ctx, comments.values().map(|comment| comment.uid)).await?;
    let listed = listed?;
    let by: BTreeMap<u64, u64> = listed
        .iter()
        .map(|one| (one.weibo.id, one.weibo.uid))
        .collect();
    let speakers = by
        .values()
        .copied()
        .chain(comments.values().map(|comment| comment.uid));
    let blocked = relation::blocked_among(ctx, uid, &speakers.collect()).await?;
    let shapes: BTreeMap<u64, WeiboShape> = shapes(ctx, &listed).await?.into_iter().collect();
    let entries = mentions.iter().filter_map(|mention| {
        let (comment, speaker) = match mention.number {
            None => (None, *by.get(&mention.weibo)?),
            Some(_) => {
                let comment = comments.get(&mention.id)?;
                let author = authors.get(&comment.uid)?;
                let shown = Comment::new(ctx, call.site, comment, author, "2");
                (Some(shown), comment.uid)
            }
        };
        if blocked.contains(&speaker) {
            return None;
        }
        let wb = shapes.get(&mention.weibo)?.clone();
        Some(Entry { comment, wb })
    });
    Ok(entries.collect())
}
