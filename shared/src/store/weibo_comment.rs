//! Comments of weibos: flat, each a root of the weibo's thread (xweibo section 7.44). `posting` writes
//! them.

use serde::{Deserialize, Serialize};

use super::batch::batch_get;
use super::branch::{self, Order, Window};
use super::keys;
use super::member::Mentions;
use super::table::{Consistency, Error, from_item, get, get_even_new};
use super::thread::{self, Head};
use super::transaction::{Refusal, Transaction, when};
use super::turns::Turns;
use super::weibo::{self, Weibo};
use crate::Ctx;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Its id, from which its time follows.
    pub id: u64,
    /// Its author.
    pub uid: u64,
    /// The text, with short links: at most 280 half-widths as it was sent.
    pub text: String,
    /// The comment that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<u64>,
    /// The members whom its text mentions.
    #[serde(default, skip_serializing_if = "Mentions::is_empty")]
    pub mentions: Mentions,
}

/// Where a comment stands.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Place {
    /// The weibo.
    pub(super) weibo: u64,
    /// The author of the weibo.
    pub(super) owner: u64,
    /// The author of the comment.
    pub(super) uid: u64,
    /// Its number in the thread.
    pub(super) number: u64,
}

/// Where a comment stands that may have been written a moment ago.
pub(super) async fn place_of(ctx: &Ctx, comment: u64) -> Result<Option<Place>, Error> {
    get_even_new(ctx, &keys::comment_place(comment)).await
}

/// Whether there is such a comment.
pub async fn exists(ctx: &Ctx, comment: u64) -> Result<bool, Error> {
    Ok(place_of(ctx, comment).await?.is_some())
}

/// The comments of a weibo, before any is read.
pub struct Comments {
    thread: String,
    head: Head,
}

/// Opens the comments of a weibo; `None` where there is no such weibo. One round trip.
pub async fn open(ctx: &Ctx, weibo: u64) -> Result<Option<Comments>, Error> {
    let thread = keys::weibo_thread(weibo);
    let (found, head) = futures_util::join!(weibo::find(ctx, weibo), thread::head(ctx, &thread));
    let (found, head): (Option<Weibo>, Head) = (found?, head?);
    Ok(found.map(|_| Comments { thread, head }))
}

/// A page of comments, newest first, and how many there are. One read, whatever the page.
pub async fn page(
    ctx: &Ctx,
    comments: &Comments,
    skip: u64,
    count: u64,
) -> Result<(u64, Vec<Comment>), Error> {
    let Comments { thread, head } = comments;
    let window = Window {
        order: Order::Descending,
        skip,
        count,
        // Fifty comments, with twenty short links each, are far below what a page holds.
        max_bytes: 1 << 20,
    };
    let branches = branch::page(ctx, thread, head, window).await?;
    let comments = branches.into_iter().map(|branch| from_item(branch.root));
    Ok((head.total(), comments.collect::<Result<_, _>>()?))
}

/// Reads comments by the weibo and their number in its thread; in any order.
pub async fn at_places(ctx: &Ctx, places: &[(u64, u64)]) -> Result<Vec<Comment>, Error> {
    let key =
        |(weibo, number): &(u64, u64)| keys::thread_root(&keys::weibo_thread(*weibo), *number);
    let wanted: Vec<_> = places.iter().map(key).collect();
    let found = batch_get(ctx, &wanted, Consistency::Eventual).await?;
    found.into_iter().map(from_item).collect()
}

/// Removes the comment `id` on behalf of `uid`, its author or its weibo's; says whether that was done.
pub async fn remove(ctx: &Ctx, uid: u64, id: u64) -> Result<bool, Error> {
    #[derive(Clone)]
    enum Conflict {
        Lost,
        Gone,
        NoWeibo,
    }
    let mut has_weibo = true;
    let mut turns = Turns::new(ctx);
    loop {
        let key = keys::comment_place(id);
        let place = get::<Place>(ctx, &key, Consistency::Strong).await?;
        let Some(place) = place.filter(|place| place.uid == uid || place.owner == uid) else {
            return Ok(false);
        };
        let thread = keys::weibo_thread(place.weibo);
        let head = thread::head(ctx, &thread).await?;
        let there = when("attribute_exists(PK)", Conflict::Gone);
        let transaction = thread::remove_root(
            Transaction::new(ctx),
            &thread,
            place.number,
            &head,
            there,
            Conflict::Lost,
        );
        let mut transaction =
            transaction.delete(&key, Some(when("attribute_exists(PK)", Conflict::Gone)));
        if has_weibo {
            let there = when("attribute_exists(PK)", Conflict::NoWeibo);
            let key = keys::weibo(place.weibo);
            transaction = transaction.add(&key, &[("comments", -1)], Some(there));
        }
        match transaction.commit().await {
            Ok(()) => return Ok(true),
            Err(Refusal::Store(error)) => return Err(error),
            Err(Refusal::Condition(Conflict::Gone)) => return Ok(false),
            Err(Refusal::Condition(Conflict::NoWeibo)) => has_weibo = false,
            Err(Refusal::Condition(Conflict::Lost)) => {
                let holes = keys::thread_holes(&thread);
                turns.lost(&holes, "another comment was removed").await?;
            }
        }
    }
}
