//! Threads: roots numbered 1, 2, 3 … without a gap, each followed by its replies.
//!
//! The numbers come from a counter that is raised in the transaction that writes the root, so a root that was not
//! written leaves no hole. Deletions leave holes, which are stored. With them, two sort keys are computed from a
//! page number, and one query between these keys reads the page with its whole trees.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::id::{MessageId, RootNumber, Thread};
use crate::keys::{self, LaterReply};
use crate::table::{
    Change, Condition, Consistency, Error, Transaction, absent, at_or_absent, get, number,
    number_of, query, when,
};
use crate::threads::holes::Holes;

/// How many replies are stored after their root. Later ones go to a separate partition, so that a
/// page keeps its size.
const ROOM: u32 = 200;

/// A thread's counter and holes.
#[derive(Debug, Clone, Default)]
pub struct Head {
    last: RootNumber,
    /// The highest id of its roots, if they are kept in order.
    pub(super) last_id: MessageId,
    pub(super) holes: Holes,
    revision: u64,
}

impl Head {
    /// The highest number that was assigned.
    pub(crate) fn last(&self) -> RootNumber {
        self.last
    }

    /// How many roots the thread has.
    pub(crate) fn total(&self) -> u64 {
        self.last.get().saturating_sub(self.holes.len())
    }
}

/// Reads the counter and the holes, strongly consistent. One read unit for up to 4 KB.
pub(crate) async fn head(store: &Store, thread: &Thread) -> Result<Head, Error> {
    let range = keys::thread_head(thread);
    let items = query(store, &range, Consistency::Strong, None, |_| false)
        .await?
        .items;
    let mut head = Head::default();
    for item in items {
        if let Some(last) = number_of(&item, "roots") {
            head.last = last;
            head.last_id = number_of(&item, "last_id").unwrap_or_default();
        }
        if let Some(AttributeValue::B(holes)) = item.get("holes") {
            head.holes = Holes::decode(holes);
            head.revision = number_of(&item, "revision").unwrap_or_default();
        }
    }
    Ok(head)
}

/// Adds a root with the next number to a transaction, and returns the number. `lost` is the error
/// if another caller took that number. The thread stores `id` if its roots are kept in the order of
/// their ids.
pub(crate) fn append_root<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    thread: &Thread,
    head: &Head,
    id: Option<MessageId>,
    entity: &impl Serialize,
    lost: E,
) -> (Transaction<'a, E>, RootNumber) {
    let next = head.last.next();
    let free = if head.last == RootNumber::default() {
        absent(lost.clone())
    } else {
        when("roots = :roots", lost.clone()).with(":roots", number(head.last))
    };
    let mut change = Change::new().set("roots", next);
    if let Some(id) = id {
        change = change.set("last_id", id.max(head.last_id));
    }
    let transaction = transaction
        .change(&keys::thread_meta(thread), change, Some(free))
        .put(&keys::thread_root(thread, next), entity, Some(absent(lost)));
    (transaction, next)
}

/// A reply to add to its root.
pub(super) struct NewReply<'a, T> {
    /// The number of its root.
    pub(super) root: RootNumber,
    /// Its own id.
    pub(super) id: MessageId,
    /// Whether it answers the root itself, which must not be deleted then.
    pub(super) is_direct: bool,
    /// The entity to store.
    pub(super) entity: &'a T,
}

/// Adds a reply after its root. `no_room` is the error if the root is gone or has its 200
/// replies, `taken` if the id is taken.
pub(super) fn append_reply<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    thread: &Thread,
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
        .change(
            &keys::thread_root(thread, reply.root),
            Change::new().add("used", 1_u64).add("here", 1_u64),
            Some(room),
        )
        .put(
            &keys::thread_reply(thread, reply.root, reply.id),
            reply.entity,
            Some(absent(taken)),
        )
}

/// Adds a reply to the partition of later replies, after `before` others. `lost` is the error if
/// the root is gone or another reply was faster.
pub(super) fn append_later_reply<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    thread: &Thread,
    reply: &NewReply<'_, impl Serialize>,
    before: u64,
    lost: E,
) -> Transaction<'a, E> {
    let free = match (before, reply.is_direct) {
        (0, true) => {
            "attribute_exists(PK) AND attribute_not_exists(later) AND attribute_not_exists(deleted)"
        }
        (0, false) => "attribute_exists(PK) AND attribute_not_exists(later)",
        (_, true) => "later = :before AND attribute_not_exists(deleted)",
        (_, false) => "later = :before",
    };
    let mut free = when(free, lost.clone());
    if before > 0 {
        free = free.with(":before", number(before));
    }
    let (root, number) = (reply.root, before + 1);
    transaction
        .change(
            &keys::thread_root(thread, root),
            Change::new().set("later", number),
            Some(free),
        )
        .put(
            &keys::later_reply(thread, LaterReply { root, number }),
            reply.entity,
            Some(absent(lost)),
        )
}

/// What a root stores about its replies.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Root {
    /// How many are stored after it.
    pub(super) here: u64,
    /// How many are later replies.
    pub(super) later: u64,
    /// It was deleted and has replies.
    pub(super) deleted: bool,
    /// How many places after it have been taken.
    used: u64,
    /// How often a reply after it was removed or became a tombstone.
    pub(super) removals: u64,
}

/// Reads what a root stores about its replies, strongly consistent.
pub(super) async fn root(
    store: &Store,
    thread: &Thread,
    number: RootNumber,
) -> Result<Option<Root>, Error> {
    get(
        store,
        &keys::thread_root(thread, number),
        Consistency::Strong,
    )
    .await
}

impl Root {
    /// No reply was added after the root, or removed, since the root was read.
    pub(super) fn unchanged<E>(&self, refusal: E) -> Condition<E> {
        let counts = [
            ("used", self.used),
            ("later", self.later),
            ("removals", self.removals),
        ];
        let is = counts.map(|(name, count)| match count {
            0 => format!("attribute_not_exists({name})"),
            _ => format!("{name} = :{name}"),
        });
        let exists = format!("attribute_exists(PK) AND {}", is.join(" AND "));
        counts
            .iter()
            .filter(|(_, count)| *count > 0)
            .fold(when(exists, refusal), |condition, (name, count)| {
                condition.with(&format!(":{name}"), number(count))
            })
    }
}

/// Removes a root if `condition` is met, and notes the hole that it leaves. `lost` is the error if
/// another root of the thread was removed in the meantime.
pub(crate) fn remove_root<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    thread: &Thread,
    root: RootNumber,
    head: &Head,
    condition: Condition<E>,
    lost: E,
) -> Transaction<'a, E> {
    let mut holes = head.holes.clone();
    holes.insert(root);
    let noted = Change::new()
        .set("holes", AttributeValue::B(holes.encode()))
        .set("revision", head.revision + 1);
    transaction
        .change(
            &keys::thread_holes(thread),
            noted,
            Some(at_or_absent(head.revision, lost)),
        )
        .delete(&keys::thread_root(thread, root), Some(condition))
}
