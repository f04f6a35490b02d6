//! Weibos, and everything that is about them: comments, reposts, mentions, favourites, and every list of them.
//!
//! | entity | module | key |
//! |---|---|---|
//! | weibo or repost | [`weibo`] | [`keys::weibo`](crate::keys::weibo): `WEIBO#<id>`, `WEIBO` |
//! | a member's weibos | [`timeline`] | [`keys::own_weibo`](crate::keys::own_weibo): `BY#<uid>`, the id |
//! | a member's last text | [`publishing`] | [`keys::last_weibo`](crate::keys::last_weibo): `MEMBER#<uid>`, `LAST_WEIBO` |
//! | comment, and its place | [`comment`] | a root of [`keys::weibo_thread`](crate::keys::weibo_thread); [`keys::comment_place`](crate::keys::comment_place) |
//! | mention | [`mention`] | [`keys::mention`](crate::keys::mention): `MENTIONS#<uid>`, the id |
//! | favourite | [`favorite`] | [`keys::favorite`](crate::keys::favorite): `MEMBER#<uid>`, `FAV#<id>` |
//! | weibo or author of a home | [`home`] | [`keys::home_weibo`](crate::keys::home_weibo), [`keys::home_author`](crate::keys::home_author): `HOME#<uid>` |
//! | short link | [`short_link`] | [`keys::short_link`](crate::keys::short_link): `LINK#<id>`, `LINK` |
//!
//! [`publishing`] writes and destroys weibos, [`posting`] writes comments and reposts, [`list`] reads what a row leads
//! to, and [`change`] reads the records of the stream.
//!
//! # Weibos
//!
//! A weibo is also stored as a row of its author, in the same transaction. The index would cost one write unit less,
//! but members would not see there what they have just published. A list takes one query of rows, one batch of the
//! weibos and of what they show, and a read of the authors who were not read within the last minute.
//!
//! The id of a short link follows from its address: eight characters of its SHA-256, and one more if two addresses have
//! the same. So a link that many members publish is read by each of them and written once. It is written together with
//! the text that contains it, or not at all.
//!
//! # Comments and reposts
//!
//! A repost points at the root, never at another repost. It raises the root's count and the count of the repost through
//! which it was found. Destroying it lowers both. A comment is a root of its weibo's thread, so every page of comments
//! costs what the first costs. A comment's transaction raises the weibo's `comments` on the condition that the weibo
//! exists. A comment that is forwarded, and a repost that comments, are one transaction. A reply whose weibo and comment
//! belong to two other members costs four write units more than a reply to one member: both are notified, and either
//! may have blocked the caller.
//!
//! # Mentions
//!
//! The members who are mentioned are looked up when a text is published (half a read unit for each name) and stored
//! with it. `fanout` then puts a row for each of them and raises the count, in one transaction. The transaction is
//! refused if the row exists already, because a record of the stream can arrive twice. `fanout` also removes the
//! mentions in destroyed weibos and comments, and the notices of what a blocked member has said. A mention stores whose
//! words it shows in addition to its author's (the attribute `beside`). `fanout` looks for blocks by those members after
//! the row is written, and for the rows after a block is written, so one of the two takes the mention off the count.
//! The row stays, and is listed again when the block ends.
//!
//! # Homes
//!
//! A home has a row for each weibo of the members whom its owner follows. `fanout` puts and removes these rows. It
//! copies a new weibo to all fans, and the author's newest 20 to a new fan. When a member stops following, it removes
//! everything of that author (for which it reads the home, about 50 rows a unit). It reads the follows themselves,
//! strongly consistent, before and after it writes, so records can arrive twice and in any order. If an author has more
//! than 5,000 fans (`admin xweibo set --merge-above`), nothing is copied any more. Instead, each fan's home has one
//! entry for the author, and readers read the author's own list. This is done for at most 20 such authors, those with
//! the highest uids. It costs up to five more round trips, four authors at a time, and half a unit to a unit for each
//! author. The mark on the author is written before these entries, so a new fan gets an entry from one or the other. A
//! second mark says that all fans have theirs. Earlier copies stay until they expire, destroyed or not: where the
//! author's own list is read, they are skipped.
//!
//! `unread` counts the rows that `homeTimeline` would show, without reading the weibos. The row of a repost says whose
//! weibo it repeats (`root_by`; for older rows the weibo is read). So one batch finds the authors whom the reader
//! blocks, and another finds whether the weibos still exist. If rows are not shown, it reads on, to the hundredth or the
//! end.

pub mod change;
pub mod comment;
pub mod favorite;
pub mod home;
pub mod list;
pub mod mention;
pub mod posting;
pub mod publishing;
pub mod short_link;
pub mod timeline;
pub mod weibo;
