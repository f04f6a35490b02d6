//! `mentions`. An extension: the document only counts mentions.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use weiquan::Ctx;
use weiquan::schema::Answer;
use weiquan::xweibo::failure::NOT_NUMBER;
use weiquan::xweibo::{
    AvatarSize, Call, Comment, Error, Operation, WeiboShape, Window, operation, shapes,
};
use weiquan_store::id::{MentionId, Uid, WeiboId};
use weiquan_store::members::member;
use weiquan_store::people::relation;
use weiquan_store::table::slice::{self, Page};
use weiquan_store::weibos::comment::{self, Position};
use weiquan_store::weibos::list::{self, Listed};
use weiquan_store::weibos::mention::{self, Mention};
use weiquan_store::weibos::timeline::Row;

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NOT_NUMBER],
    ..operation!(
        "mentions",
        "lists the weibos and comments that mention the caller, newest first",
        Window<'_> => Output,
        handle
    )
};

#[derive(Serialize, Answer)]
struct Output {
    /// The mentions, in order.
    data: Vec<Entry>,
    /// The `max_id` for the rest, if the list was cut short before its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_max_id: Option<String>,
}

/// A weibo, or a comment with its weibo.
#[derive(Serialize, Answer)]
struct Entry {
    /// The comment that mentions the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<Comment>,
    /// The comment's weibo, or the weibo that mentions the caller.
    wb: WeiboShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Window<'_>) -> Result<Output, Error> {
    let uid = call.uid()?;
    let page = async |slice| {
        let mentions = mention::of_member(&ctx.store, uid, slice).await?;
        Ok::<_, Error>(Page {
            shown: Box::pin(entries(ctx, &call, uid, &mentions.shown)).await?,
            lowest: mentions.lowest,
        })
    };
    let filled = slice::fill(input.slice()?, page).await?;
    Ok(Output {
        data: filled.shown,
        next_max_id: filled.next.map(|id| id.to_string()),
    })
}

/// What remains of `mentions`, in order, without entries that show words of members whom the caller blocks.
async fn entries(
    ctx: &Ctx,
    call: &Call<'_>,
    uid: Uid,
    mentions: &[Mention],
) -> Result<Vec<Entry>, Error> {
    let rows = mentions.iter().map(|mention| (mention.weibo, mention.root));
    let rows: BTreeMap<WeiboId, Option<WeiboId>> = rows.collect();
    let rows: Vec<Row> = rows
        .into_iter()
        .map(|(id, root)| Row {
            id,
            root,
            root_by: None,
        })
        .collect();
    let positions = mentions.iter().filter_map(|mention| {
        Some(Position {
            weibo: mention.weibo,
            number: mention.number?,
        })
    });
    let positions: Vec<Position> = positions.collect();
    let (listed, comments) = futures_util::join!(
        list::read(&ctx.store, Some(uid), &rows),
        comment::at(&ctx.store, &positions)
    );
    let comments = comments?.into_iter();
    let comments = comments.map(|comment| (MentionId::from(comment.id), comment));
    let comments: BTreeMap<MentionId, _> = comments.collect();
    let authors = member::authors(&ctx.store, comments.values().map(|comment| comment.uid)).await?;
    let mut listed = listed?;
    let authors_of = |one: &Listed| {
        [Some(one.weibo.uid), one.repeats(uid)]
            .into_iter()
            .flatten()
    };
    let mut others: BTreeSet<Uid> = listed.iter().flat_map(authors_of).collect();
    others.extend(comments.values().map(|comment| comment.uid));
    others.remove(&uid);
    let blocked = relation::blocked_among(&ctx.store, uid, &others).await?;
    listed.retain(|one| !authors_of(one).any(|other| blocked.contains(&other)));
    let shapes: BTreeMap<WeiboId, WeiboShape> = shapes(ctx, &listed).await?.into_iter().collect();
    let entries = mentions.iter().filter_map(|mention| {
        let wb = shapes.get(&mention.weibo)?.clone();
        let comment = match mention.number {
            None => None,
            Some(_) => {
                let comment = comments.get(&mention.id)?;
                if blocked.contains(&comment.uid) {
                    return None;
                }
                let author = authors.get(&comment.uid)?;
                Some(Comment::new(
                    ctx,
                    call.site,
                    comment,
                    author,
                    AvatarSize::Large,
                ))
            }
        };
        Some(Entry { comment, wb })
    });
    Ok(entries.collect())
}
