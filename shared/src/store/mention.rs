//! What mentions a member: rows that the stream fills, and the count of those not read yet.

use serde::{Deserialize, Serialize};

use super::keys;
use super::table::{Consistency, Error, Values, number};
use super::timeline::{self, Slice};
use super::transaction::{Refusal, Transaction, absent};
use crate::Ctx;

/// A weibo or comment that mentions a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Its id.
    pub id: u64,
    /// The weibo, or that of the comment.
    pub weibo: u64,
    /// What the weibo reposts, where it is not about a comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<u64>,
    /// The comment's number in its thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
}

/// Tells `uid` of a mention. Once more changes nothing, whatever the member has read meanwhile.
pub async fn note(ctx: &Ctx, uid: u64, mention: &Mention) -> Result<(), Error> {
    let one = Values::from([(":one".to_owned(), number(1))]);
    let noted = Transaction::new(ctx)
        .put(&keys::mention(uid, mention.id), mention, Some(absent(())))
        .update(&keys::unread(uid), "ADD mentions :one", one, None)
        .commit()
        .await;
    match noted {
        Ok(()) | Err(Refusal::Condition(())) => Ok(()),
        Err(Refusal::Store(error)) => Err(error),
    }
}

/// A slice of what mentions `uid`, newest first.
pub async fn of_member(ctx: &Ctx, uid: u64, slice: Slice) -> Result<Vec<Mention>, Error> {
    timeline::rows(ctx, keys::mentions(uid), slice, Consistency::Eventual).await
}
