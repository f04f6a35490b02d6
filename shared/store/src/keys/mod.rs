//! Every key of the table. Keys are written only here; `docs/DATA-MODEL.md` explains them.
//!
//! Parts are joined with `#`. A part that is not the last is escaped, so two different things never
//! share a key.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Deserialize;

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub struct Key {
    /// The partition key.
    #[serde(rename = "PK")]
    pub pk: String,
    /// The sort key.
    #[serde(rename = "SK")]
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }
}

/// Escapes `part` for use before another part: `%` becomes `%25` and `#` becomes `%23`.
fn part(part: &str) -> Cow<'_, str> {
    if part.contains(['#', '%']) {
        Cow::Owned(part.replace('%', "%25").replace('#', "%23"))
    } else {
        Cow::Borrowed(part)
    }
}

/// Ids are below 2^53, so 16 digits sort like the numbers.
fn id(id: u64) -> String {
    format!("{id:016}")
}

/// An OkayAPI app.
pub fn app(app_key: &str) -> Key {
    Key::new(format!("APP#{app_key}"), "APP")
}

/// The usage of an app in the month of `day`, UTC+8.
pub fn usage(app_key: &str, day: Date) -> Key {
    Key::new(
        format!("APP#{app_key}"),
        format!("USE#{:04}-{:02}", day.year(), day.month()),
    )
}

/// The number of messages without login from one address within one minute.
pub fn anonymous(app_key: &str, minute: i64, address: &str) -> Key {
    Key::new(
        format!("RATE#{}#{minute}", part(app_key)),
        format!("FROM#{address}"),
    )
}

/// The number of requests of an app in one second.
pub fn rate(app_key: &str, second: i64) -> Key {
    Key::new(format!("RATE#{}#{second}", part(app_key)), "RATE")
}

/// The queue for an item that many callers change at once.
pub fn turns(item: &Key) -> Key {
    Key::new(format!("TURNS#{}", item.pk), item.sk.clone())
}

/// The list of all apps, for the operator's command line.
pub fn app_listing(app_key: &str) -> Key {
    Key::new(app_listings(), app_key)
}

/// The partition of [`app_listing`].
pub fn app_listings() -> String {
    "APPS".to_owned()
}

/// The list of all consumers, for the operator's command line.
pub fn consumer_listing(consumer_key: &str) -> Key {
    Key::new(consumer_listings(), consumer_key)
}

/// The partition of [`consumer_listing`].
pub fn consumer_listings() -> String {
    "CONSUMERS".to_owned()
}

/// The Xweibo site.
pub fn site() -> Key {
    Key::new("SITE#xweibo".to_owned(), "SITE")
}

/// The emotions that the Xweibo site offers.
pub fn emotions() -> Key {
    Key::new("SITE#xweibo".to_owned(), "EMOTIONS")
}

/// A QZone consumer.
pub fn consumer(consumer_key: &str) -> Key {
    Key::new(format!("CONSUMER#{consumer_key}"), "CONSUMER")
}

/// A member.
pub fn member(uid: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "PROFILE")
}

/// The text of a member's last weibo.
pub fn last_weibo(uid: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "LAST_WEIBO")
}

/// The owner of a username; `username` is folded (see [`crate::members::member::fold`]).
pub fn username(username: &str) -> Key {
    Key::new(format!("USERNAME#{username}"), "UID")
}

/// The owner of a nick; `nick` is folded.
pub fn nick(nick: &str) -> Key {
    Key::new(format!("NICK#{nick}"), "UID")
}

/// The owner of a uuid.
pub fn uuid(uuid: &str) -> Key {
    Key::new(format!("UUID#{uuid}"), "UID")
}

/// The member bound to a user of the partner site.
pub fn site_uid(site_uid: &str) -> Key {
    Key::new(format!("SITEUID#{site_uid}"), "UID")
}

/// The data that a member has stored for apps to show.
pub fn ext_info(uid: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "EXT_INFO")
}

/// The recent failed logins for a username, folded, whether or not a member has it.
pub fn attempts(username: &str) -> Key {
    Key::new(format!("ATTEMPTS#{username}"), "LOGIN")
}

/// The same for an address from which somebody recently logged in with the name.
pub fn attempts_from(username: &str, network: &str) -> Key {
    Key::new(format!("ATTEMPTS#{username}"), format!("FROM#{network}"))
}

/// The same for a client that has a login with the name; `token_hash` is the SHA-256 of its token.
pub fn attempts_of_login(username: &str, token_hash: &str) -> Key {
    Key::new(format!("ATTEMPTS#{username}"), format!("WITH#{token_hash}"))
}

/// The recent failed logins from an address, for any name.
pub fn attempts_of_address(network: &str) -> Key {
    Key::new(format!("ATTEMPTS#{network}"), "ADDRESS")
}

/// The partition of a member's logins.
pub fn sessions(uuid: &str) -> String {
    format!("SESSION#{uuid}")
}

/// How often a member's logins have changed.
pub fn logins(uuid: &str) -> Key {
    Key::new(sessions(uuid), "LOGINS")
}

/// A login; `token_hash` is the SHA-256 of the token.
pub fn session(uuid: &str, token_hash: &str) -> Key {
    Key::new(sessions(uuid), token_hash)
}

/// The counter from which an app's messages get their ids.
pub fn message_ids(app_key: &str) -> Key {
    Key::new(format!("IDS#{app_key}"), "MESSAGES")
}

/// The counter from which an app's moments get their ids.
pub fn moment_ids(app_key: &str) -> Key {
    Key::new(format!("IDS#{app_key}"), "MOMENTS")
}

/// The partition of a message thread.
pub fn message_thread(app_key: &str, message_key: &str) -> String {
    format!("THREAD#M#{}#{message_key}", part(app_key))
}

/// A thread's counter. The item of its holes sorts directly after it.
pub fn thread_meta(thread: &str) -> Key {
    Key::new(thread.to_owned(), "META")
}

/// The numbers of a thread that have no root.
pub fn thread_holes(thread: &str) -> Key {
    Key::new(thread.to_owned(), "META#HOLES")
}

/// A thread's root by its number.
pub fn thread_root(thread: &str, number: u64) -> Key {
    Key::new(thread.to_owned(), format!("C#{number:010}"))
}

/// A reply; sorts after its root.
pub fn thread_reply(thread: &str, number: u64, reply: u64) -> Key {
    Key::new(thread.to_owned(), format!("C#{number:010}#{}", id(reply)))
}

/// The sort keys of the roots `first` to `last` and all their replies.
pub fn thread_roots(first: u64, last: u64) -> (String, String) {
    (format!("C#{first:010}"), format!("C#{last:010}$"))
}

/// The number in the sort key of a root or reply.
pub fn thread_number(sk: &str) -> Option<u64> {
    sk.split('#').nth(1)?.parse().ok()
}

/// The id in the sort key of a reply; a root has none.
pub fn thread_reply_id(sk: &str) -> Option<u64> {
    sk.split('#').nth(2)?.parse().ok()
}

/// A reply for which there was no room after its root, which has the number `root` in `thread`.
/// Such replies have their own `number`: 1, 2, 3 …
pub fn later_reply(thread: &str, root: u64, number: u64) -> Key {
    Key::new(
        format!("REPLIES#{}#{root:010}", part(thread)),
        format!("{number:010}"),
    )
}

/// The partition of one shard of an app's message board. It holds all the shard's roots, from every thread.
pub fn board(app_key: &str, shard: u32) -> String {
    format!("BOARD#{}#{shard}", part(app_key))
}

/// How many roots a shard of a board holds.
pub fn board_meta(app_key: &str, shard: u32) -> Key {
    board_meta_of(&board(app_key, shard))
}

/// The same, from the shard's partition.
fn board_meta_of(board: &str) -> Key {
    Key::new(board.to_owned(), "META")
}

/// The place of a root.
pub fn board_root(app_key: &str, shard: u32, root: u64) -> Key {
    Key::new(board(app_key, shard), format!("R#{}", id(root)))
}

/// The sort keys of all roots of a board.
pub fn board_roots() -> (String, String) {
    ("R#".to_owned(), "R#~".to_owned())
}

/// The place of a reply.
pub fn reply_place(app_key: &str, reply: u64) -> Key {
    Key::new(format!("REPLY#{}#{}", part(app_key), id(reply)), "PLACE")
}

/// The partition of one shard of an app's moments.
pub fn moments(app_key: &str, shard: u32) -> String {
    format!("MOMENTS#{}#{shard}", part(app_key))
}

/// The partition of the moments that only their author may see.
pub fn private_moments(app_key: &str, uuid: &str) -> String {
    format!("PRIVATE#{}#{uuid}", part(app_key))
}

/// A moment, in a partition of [`moments`] or [`private_moments`].
pub fn moment(partition: &str, moment: u64) -> Key {
    Key::new(partition.to_owned(), id(moment))
}

/// The number of moments of each access in a partition; sorts after all of them.
pub fn moment_totals(partition: &str) -> Key {
    Key::new(partition.to_owned(), "TOTALS")
}

/// The index partition of a member's own moments in an app. In the table, the partition of notes about them.
pub fn own_moments(app_key: &str, uuid: &str) -> String {
    format!("OWN#{}#{uuid}", part(app_key))
}

/// The index key of a moment among its author's own.
pub fn own_moment(app_key: &str, uuid: &str, moment: u64) -> Key {
    Key::new(own_moments(app_key, uuid), id(moment))
}

/// The moments that an author has deleted within the last minute.
pub fn gone_moments(app_key: &str, uuid: &str) -> Key {
    Key::new(own_moments(app_key, uuid), "GONE")
}

/// The sort keys of the ids from `first` to `last`.
pub fn ids(first: u64, last: u64) -> (String, String) {
    (id(first), id(last))
}

/// A member's like of a moment.
pub fn like(app_key: &str, moment: u64, uuid: &str) -> Key {
    Key::new(format!("LIKE#{}#{}", part(app_key), id(moment)), uuid)
}

/// An access token.
pub fn token(token: &str) -> Key {
    Key::new(format!("OAUTH#{token}"), "TOKEN")
}

/// A request token, which has not become an access token yet.
pub fn request_token(token: &str) -> Key {
    Key::new(format!("OAUTH#{token}"), "REQUEST")
}

/// The owner of an openid.
pub fn openid(openid: &str) -> Key {
    Key::new(format!("OPENID#{openid}"), "UID")
}

/// What a member has allowed a consumer to do.
pub fn grant(uid: u64, consumer_key: &str) -> Key {
    Key::new(format!("GRANTS#{}", id(uid)), consumer_key)
}

/// A link that a member has shared; `url_hash` is its SHA-256.
pub fn shared_link(uid: u64, url_hash: &str) -> Key {
    Key::new(format!("SHARED#{}", id(uid)), url_hash)
}

/// A nonce of one consumer and token.
pub fn nonce(consumer_key: &str, token: &str, timestamp: i64, nonce: &str) -> Key {
    Key::new(
        format!("NONCE#{}#{}", part(consumer_key), token),
        format!("{timestamp}#{nonce}"),
    )
}

/// A feed of a member.
pub fn feed(uid: u64, feed: u64) -> Key {
    Key::new(format!("FEEDS#{}", id(uid)), id(feed))
}

/// A key that is never written. Reading it opens the connection.
pub fn nothing() -> Key {
    Key::new("NOTHING".to_owned(), "NOTHING")
}

/// The version of the table's layout. It is written when the table is created.
pub fn schema() -> Key {
    Key::new("SCHEMA".to_owned(), "SCHEMA")
}

mod place;
mod weibo;
pub use place::*;
pub use weibo::*;

#[cfg(test)]
mod tests;
