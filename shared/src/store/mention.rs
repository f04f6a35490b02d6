//! What mentions a member: rows that the stream fills, and the count of those not read yet.

use serde::{Deserialize, Serialize};

use super::keys;
use super::relation::{self, Bond};
use super::table::{Consistency, Error};
use super::timeline::{self, Slice};
use super::transaction::{Transaction, absent};
use super::unread;
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

/// Tells `uid` of a mention by `author`, unless the member blocks the author. Once more changes nothing,
/// whatever the member has read meanwhile.
pub async fn note(ctx: &Ctx, uid: u64, author: u64, mention: &Mention) -> Result<(), Error> {
    let bond = relation::bond(ctx, uid, author).await?;
    if bond == Bond::Blocks {
        return Ok(());
    }
    let is_original = mention.number.is_none() && mention.root.is_none();
    let blocks_not = relation::blocks_not(());
    let transaction = Transaction::new(ctx).check(&keys::relation(uid, author), blocks_not);
    let transaction = transaction.put(&keys::mention(uid, mention.id), mention, Some(absent(())));
    let noted = unread::raise_mentions(transaction, uid, is_original, bond == Bond::Follows);
    noted.commit_if().await.map(drop)
}

/// A slice of what mentions `uid`, newest first.
pub async fn of_member(ctx: &Ctx, uid: u64, slice: Slice) -> Result<Vec<Mention>, Error> {
    timeline::rows(ctx, keys::mentions(uid), slice, Consistency::Eventual).await
}
