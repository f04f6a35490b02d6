//! The keys of threads, and of OkayAPI's messages, which are in threads.

use std::ops::RangeInclusive;

use super::{Key, Range, id, part};
use crate::id::{AppKey, MessageId, RootNumber, Thread};

/// The partition of a message thread.
pub fn message_thread(app_key: &AppKey, message_key: &str) -> Thread {
    format!("THREAD#M#{}#{message_key}", part(app_key)).into()
}

/// A thread's counter. The item of its holes sorts directly after it.
pub fn thread_meta(thread: &Thread) -> Key {
    Key::new(thread.to_string(), "META")
}

/// The numbers of a thread that have no root.
pub fn thread_holes(thread: &Thread) -> Key {
    Key::new(thread.to_string(), "META#HOLES")
}

/// [`thread_meta`] and [`thread_holes`].
pub fn thread_head(thread: &Thread) -> Range {
    let (meta, holes) = (thread_meta(thread), thread_holes(thread));
    Range::new(meta.pk, meta.sk, holes.sk)
}

/// A thread's root by its number.
pub fn thread_root(thread: &Thread, number: RootNumber) -> Key {
    Key::new(thread.to_string(), format!("C#{number:010}"))
}

/// A reply; sorts after its root, which has the number `root`.
pub fn thread_reply(thread: &Thread, root: RootNumber, reply: MessageId) -> Key {
    let sk = format!("C#{root:010}#{}", id(reply));
    Key::new(thread.to_string(), sk)
}

/// The roots with these numbers and all their replies.
pub fn thread_roots(thread: &Thread, numbers: RangeInclusive<RootNumber>) -> Range {
    let (first, last) = (thread_root(thread, *numbers.start()), numbers.end());
    Range::new(first.pk, first.sk, format!("C#{last:010}$"))
}

/// The replies after a root.
pub fn thread_replies(thread: &Thread, root: RootNumber) -> Range {
    Range {
        from: thread_reply(thread, root, MessageId::from(0)).sk,
        ..thread_roots(thread, root..=root)
    }
}

/// The number in the sort key of a root or reply.
pub fn thread_number(sk: &str) -> Option<RootNumber> {
    sk.split('#').nth(1)?.parse().ok()
}

/// The id in the sort key of a reply; a root has none.
pub fn thread_reply_id(sk: &str) -> Option<MessageId> {
    sk.split('#').nth(2)?.parse().ok()
}

/// Where a reply stands for which there was no room after its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaterReply {
    /// The number of its root in the thread.
    pub root: RootNumber,
    /// Its own number among the later replies of the root: 1, 2, 3 …
    pub number: u64,
}

/// A reply for which there was no room after its root.
pub fn later_reply(thread: &Thread, reply: LaterReply) -> Key {
    let LaterReply { root, number } = reply;
    Key::new(
        format!("REPLIES#{}#{root:010}", part(thread)),
        later_number(number),
    )
}

/// The later replies of a root with these numbers.
pub fn later_replies(thread: &Thread, root: RootNumber, numbers: RangeInclusive<u64>) -> Range {
    let (number, last) = (*numbers.start(), *numbers.end());
    let first = later_reply(thread, LaterReply { root, number });
    Range::new(first.pk, first.sk, later_number(last))
}

pub(super) fn later_number(number: u64) -> String {
    format!("{number:010}")
}

/// The partition of one shard of an app's message board. It holds all the shard's roots, from every thread.
fn board(app_key: &AppKey, shard: u32) -> String {
    format!("BOARD#{}#{shard}", part(app_key))
}

/// How many roots a shard of a board holds.
pub fn board_meta(app_key: &AppKey, shard: u32) -> Key {
    board_meta_of(&board(app_key, shard))
}

/// The same, from the shard's partition.
pub(super) fn board_meta_of(board: &str) -> Key {
    Key::new(board.to_owned(), "META")
}

/// The place of a root.
pub fn board_root(app_key: &AppKey, shard: u32, root: MessageId) -> Key {
    Key::new(board(app_key, shard), format!("R#{}", id(root)))
}

/// The places of all roots in a shard of a board.
pub fn board_roots(app_key: &AppKey, shard: u32) -> Range {
    Range::new(board(app_key, shard), "R#", "R#~")
}

/// The place of a reply.
pub fn reply_place(app_key: &AppKey, reply: MessageId) -> Key {
    let pk = format!("REPLY#{}#{}", part(app_key), id(reply));
    Key::new(pk, "PLACE")
}
