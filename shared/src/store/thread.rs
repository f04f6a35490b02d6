//! Threads: roots numbered 1, 2, 3 … without a gap, each followed by its replies.
//!
//! The numbers come from a counter that is raised in the same transaction that writes the root, so
//! a root that was not written leaves no hole. With the holes that deletions leave, a page number
//! becomes two sort keys by arithmetic, and one query between them is the page with its whole trees.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use super::holes::Holes;
use super::keys;
use super::table::{Consistency, Error, Item, Range, Values, number, query};
use super::transaction::{Condition, Transaction, absent, when};
use crate::Ctx;

/// How many replies stand behind their root; later ones go to a partition of their own, so that a
/// page stays a page.
pub const ROOM: u32 = 200;

/// A thread's counter and holes.
#[derive(Debug, Clone, Default)]
pub struct Head {
    last: u64,
    pub(super) holes: Holes,
    revision: u64,
}

impl Head {
    /// How many roots the thread has.
    pub fn total(&self) -> u64 {
        self.last.saturating_sub(self.holes.len())
    }
}

/// Reads the counter and the holes, strongly consistent: one read unit up to 4 KB.
pub async fn head(ctx: &Ctx, thread: &str) -> Result<Head, Error> {
    let range = Range {
        pk: thread.to_owned(),
        from: keys::thread_meta(thread).sk,
        to: keys::thread_holes(thread).sk,
        descending: false,
    };
    let items = query(ctx, &range, Consistency::Strong, None, |_| false)
        .await?
        .items;
    let mut head = Head::default();
    for item in items {
        if let Some(last) = count(&item, "roots") {
            head.last = last;
        }
        if let Some(AttributeValue::B(holes)) = item.get("holes") {
            head.holes = Holes::decode(holes);
            head.revision = count(&item, "revision").unwrap_or_default();
        }
    }
    Ok(head)
}

/// Adds a root with the next number to a transaction; `lost` is the refusal when another caller
/// took that number. Gives the number.
pub(super) fn append_root<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    thread: &str,
    head: &Head,
    entity: &impl Serialize,
    lost: E,
) -> (Transaction<'a, E>, u64) {
    let next = head.last + 1;
    let free = if head.last == 0 {
        absent(lost.clone())
    } else {
        when("roots = :roots", lost.clone()).with(":roots", number(head.last))
    };
    let transaction = transaction
        .update(
            &keys::thread_meta(thread),
            "SET roots = :next",
            Values::from([(":next".to_owned(), number(next))]),
            Some(free),
        )
        .put(&keys::thread_root(thread, next), entity, Some(absent(lost)));
    (transaction, next)
}

/// A reply on its way to its root.
pub(super) struct NewReply<'a, T> {
    /// The number of its root.
    pub(super) root: u64,
    /// The id of its root.
    pub(super) root_id: u64,
    /// Its own id.
    pub(super) id: u64,
    /// Whether it answers the root itself, which must not be deleted then.
    pub(super) is_direct: bool,
    /// What is stored.
    pub(super) entity: &'a T,
}

/// Adds a reply behind its root; `no_room` is the refusal when the root is gone or has its
/// [`ROOM`] replies, `taken` when the id is.
pub(super) fn append_reply<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    thread: &str,
    reply: &NewReply<'_, impl Serialize>,
    no_room: E,
    taken: E,
) -> Transaction<'a, E> {
    let room = if reply.is_direct {
        "attribute_exists(PK) AND attribute_not_exists(deleted) \
         AND (attribute_not_exists(used) OR used < :room)"
    } else {
        "attribute_exists(PK) AND (attribute_not_exists(used) OR used < :room)"
    };
    let room = when(room, no_room).with(":room", number(ROOM));
    transaction
        .update(
            &keys::thread_root(thread, reply.root),
            "ADD used :one, here :one",
            one(),
            Some(room),
        )
        .put(
            &keys::thread_reply(thread, reply.root, reply.id),
            reply.entity,
            Some(absent(taken)),
        )
}

/// Adds a reply to the partition of later replies; `gone` is the refusal when the root is gone,
/// `taken` when the id is.
pub(super) fn append_later_reply<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    thread: &str,
    reply: &NewReply<'_, impl Serialize>,
    gone: E,
    taken: E,
) -> Transaction<'a, E> {
    let exists = if reply.is_direct {
        "attribute_exists(PK) AND attribute_not_exists(deleted)"
    } else {
        "attribute_exists(PK)"
    };
    transaction
        .update(
            &keys::thread_root(thread, reply.root),
            "ADD later :one",
            one(),
            Some(when(exists, gone)),
        )
        .put(
            &keys::later_reply(reply.root_id, reply.id),
            reply.entity,
            Some(absent(taken)),
        )
}

/// Removes a root without replies and notes the hole that it leaves; `lost` is the refusal when the
/// root has replies, is gone, or another deletion was faster.
pub(super) fn remove_root<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    thread: &str,
    root: u64,
    head: &Head,
    lost: E,
) -> Transaction<'a, E> {
    let mut holes = head.holes.clone();
    holes.insert(root);
    let values = Values::from([
        (":holes".to_owned(), AttributeValue::B(holes.encode())),
        (":next".to_owned(), number(head.revision + 1)),
    ]);
    let unchanged: Condition<E> = if head.revision == 0 {
        absent(lost.clone())
    } else {
        when("revision = :revision", lost.clone()).with(":revision", number(head.revision))
    };
    transaction
        .update(
            &keys::thread_holes(thread),
            "SET holes = :holes, revision = :next",
            values,
            Some(unchanged),
        )
        .delete(
            &keys::thread_root(thread, root),
            Some(when(
                "attribute_exists(PK) AND attribute_not_exists(used) AND attribute_not_exists(later)",
                lost,
            )),
        )
}

pub(super) fn count(item: &Item, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

pub(super) fn one() -> Values {
    Values::from([(":one".to_owned(), number(1))])
}
