//! What is between members: follows and blocks, notices of what is unread, direct messages; and what a member sets up
//! alone: tags and settings.
//!
//! | entity | module | key |
//! |---|---|---|
//! | follow or block | [`relation`] | [`keys::relation`](crate::keys::relation): `MEMBER#<a>`, `FOLLOW#<b>` |
//! | fan | [`relation`] | [`keys::fan`](crate::keys::fan): `MEMBER#<b>`, `FAN#<a>` |
//! | numbers of a member | [`relation`] | [`keys::counts`](crate::keys::counts): `MEMBER#<uid>`, `COUNTS` |
//! | what is unread | [`unread`] | [`keys::unread`](crate::keys::unread): `MEMBER#<uid>`, `UNREAD` |
//! | direct message, and a copy of each side | [`direct_message`] | [`keys::message`](crate::keys::message), [`keys::own_message`](crate::keys::own_message) |
//! | tags, settings | [`tags`], [`settings`] | `MEMBER#<uid>`, `TAGS` or `SETTINGS` |
//!
//! # Follows and blocks
//!
//! The relation of one member to another is one item, so nobody both follows and blocks the same member. A follow has a
//! second item on the other member's side, and a count on each side. All are written in one transaction that also
//! notifies the other member. So the counts match the items after any interleaving. A block that ends follows has
//! conditions on what it has read of them. A condition in the transaction of a comment, reply or follow finds out
//! whether the caller is blocked. A message has the condition that its sender is followed, and a block ends that
//! follow.
//!
//! # Notices
//!
//! The unread counts of a member are one item of counters. The transactions that comment, follow and send raise them,
//! and `fanout` raises those of mentions. Whatever raises a counter gets a stamp (the attribute `told`) higher than all
//! that the item has seen; a condition ensures this. Reading sets the mark of its kind to such a stamp, too. So an
//! operation that removes a comment, a follow, a message or a mention knows from two numbers whether it still counts,
//! and takes it back in the same transaction: the counters never drift from what they count. `admin check` walks the
//! table and compares every counter with what it counts.
//!
//! The settings of notices are in the same item and say which counters are shown; counting continues. Mentions are
//! counted in four ways (by all members or by those who are followed, everywhere or in original weibos), so that a
//! changed setting needs no recount.

pub mod direct_message;
pub mod relation;
pub mod settings;
pub mod tags;
pub mod unread;
