//! Threads: roots with their replies, and OkayAPI's messages, which are stored in threads. The comments of a weibo are
//! the roots of a thread, too.
//!
//! # What is stored
//!
//! * A thread is a partition, `THREAD#M#<app>#<message key>` or `THREAD#W#<weibo id>`. `META` counts its roots and holds
//!   the highest id of them; `META#HOLES` holds the numbers whose roots are gone, as differences in a variable-length
//!   code: 1,500 deletions take about 3 KB. `C#<number>` is a root, `C#<number>#<id>` a reply after it.
//! * A root counts the places after it that were taken (`used`), the replies that stand there (`here`), those that stand
//!   elsewhere (`later`), and what was removed there (`removals`).
//! * Only the first 200 replies are stored after their root, so a page keeps its size. Later ones are stored in
//!   `REPLIES#<thread>#<number>` under the numbers 1, 2, 3 …
//! * Where a message stands is stored under its id: of a root in its shard of the app's board, `BOARD#<app>#<shard>` /
//!   `R#<id>`, whose `META` counts them; of a reply in `REPLY#<app>#<id>` / `PLACE`, with its depth.
//!
//! # Invariants
//!
//! * Roots have the numbers 1, 2, 3 … The transaction that writes a root also raises `META`, on the condition that nobody
//!   was faster, so a root that was not written leaves no gap. A root that is removed leaves a hole, which is noted in
//!   the same transaction. So the place of a page is arithmetic: [`page`] reads any page with two round trips.
//! * A root has a higher id than the roots before it, and a reply a higher id than the message that it answers. A caller
//!   that drew a lower id, because another was faster, draws again.
//! * The counts of a root are those of its replies: they are written in the same transactions. If a page lacks a root
//!   that is no hole, or a reply that its root counts, the page was stale, and is read again, strongly consistent.
//! * A tombstone never outlives its last reply ([`removal`]): a removal is one transaction, on the condition that nothing
//!   was posted under the root, or removed there, since it was read.
//!
//! `META` and `META#HOLES` are read together, strongly consistent; pages eventually. A reply raises nothing on `META`:
//! that would cost two more write units, and all repliers of a thread would conflict. So a replica that lacks both a
//! reply and its root's new count is not noticed. The holes grow with deletions: about every 2,500 further ones add one
//! read unit to a page. A page has all of its roots, whatever their sizes; reading stops when there is no room for
//! further replies, and roots that were not reached are read by their keys and show none.
//!
//! Later replies are numbered by their root's `later`, so a page of [`replies`] is arithmetic too: first the `here`
//! replies after the root, then a range of numbers. It takes one more round trip to find out that a root is full.
//! Answers to a later reply go to the right place at once.
//!
//! A whole [`board`] is listed by first reading the places of all roots by id, from the start, strongly consistent, and
//! then the roots: neighbours in one query, four queries at a time. Totals are exact. Deeper pages cost more (about 40
//! roots for each read unit).
//!
//! This room uses that of clients.

pub mod board;
pub(crate) mod holes;
pub mod message;
pub mod page;
pub mod removal;
pub mod replies;
pub(crate) mod thread;
