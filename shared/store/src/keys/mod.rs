//! Every key of the table. Keys are written only here; `docs/DATA-MODEL.md` lists them, and each
//! room explains its own.
//!
//! Parts are joined with `#`. A part that is not the last is escaped, so two different things never
//! share a key.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Deserialize;

use crate::id::{AppKey, ConsumerKey, FeedId, Nonce, Openid, TokenHash, Uid, Uuid};
use crate::network::Network;

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
fn id(id: impl Into<u64>) -> String {
    format!("{:016}", id.into())
}

/// An OkayAPI app.
pub fn app(app_key: &AppKey) -> Key {
    Key::new(format!("APP#{app_key}"), "APP")
}

/// The usage of an app in the month of `day`, UTC+8.
pub fn usage(app_key: &AppKey, day: Date) -> Key {
    Key::new(
        format!("APP#{app_key}"),
        format!("USE#{:04}-{:02}", day.year(), day.month()),
    )
}

/// The number of messages without login from one address within one minute.
pub fn anonymous(app_key: &AppKey, minute: i64, address: &str) -> Key {
    Key::new(
        format!("RATE#{}#{minute}", part(app_key)),
        format!("FROM#{address}"),
    )
}

/// The number of requests in one second by the app or consumer with the key `client`.
pub fn rate(client: &str, second: i64) -> Key {
    Key::new(format!("RATE#{}#{second}", part(client)), "RATE")
}

/// The queue for an item that many callers change at once.
pub fn turns(item: &Key) -> Key {
    Key::new(format!("TURNS#{}", item.pk), item.sk.clone())
}

/// An entry of the list of all apps, for the operator's command line.
pub fn app_listing(app_key: &AppKey) -> Key {
    Key::new(APPS.to_owned(), app_key.to_string())
}

/// The list of all apps.
pub fn app_listings() -> Range {
    Range::whole(APPS)
}

const APPS: &str = "APPS";

/// An entry of the list of all consumers, for the operator's command line.
pub fn consumer_listing(consumer_key: &ConsumerKey) -> Key {
    Key::new(CONSUMERS.to_owned(), consumer_key.to_string())
}

/// The list of all consumers.
pub fn consumer_listings() -> Range {
    Range::whole(CONSUMERS)
}

const CONSUMERS: &str = "CONSUMERS";

/// The Xweibo site.
pub fn site() -> Key {
    Key::new("SITE#xweibo".to_owned(), "SITE")
}

/// The emotions that the Xweibo site offers.
pub fn emotions() -> Key {
    Key::new("SITE#xweibo".to_owned(), "EMOTIONS")
}

/// A QZone consumer.
pub fn consumer(consumer_key: &ConsumerKey) -> Key {
    Key::new(format!("CONSUMER#{consumer_key}"), "CONSUMER")
}

/// A member.
pub fn member(uid: Uid) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "PROFILE")
}

/// The text of a member's last weibo.
pub fn last_weibo(uid: Uid) -> Key {
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
pub fn uuid(uuid: &Uuid) -> Key {
    Key::new(format!("UUID#{uuid}"), "UID")
}

/// The member bound to a user of the partner site.
pub fn site_uid(site_uid: &str) -> Key {
    Key::new(format!("SITEUID#{site_uid}"), "UID")
}

/// The data that a member has stored for apps to show.
pub fn ext_info(uid: Uid) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "EXT_INFO")
}

/// The recent failed logins for a username, folded, whether or not a member has it.
pub fn attempts(username: &str) -> Key {
    Key::new(format!("ATTEMPTS#{username}"), "LOGIN")
}

/// The same for an address from which somebody recently logged in with the name.
pub fn attempts_from(username: &str, network: Network) -> Key {
    Key::new(format!("ATTEMPTS#{username}"), format!("FROM#{network}"))
}

/// The same for a client that has a login with the name.
pub fn attempts_of_login(username: &str, token_hash: &TokenHash) -> Key {
    Key::new(format!("ATTEMPTS#{username}"), format!("WITH#{token_hash}"))
}

/// The recent failed logins from an address, for any name.
pub fn attempts_of_address(network: Network) -> Key {
    Key::new(format!("ATTEMPTS#{network}"), "ADDRESS")
}

/// A member's logins, and how often they have changed.
pub fn sessions(uuid: &Uuid) -> Range {
    Range::whole(logins(uuid).pk)
}

/// How often a member's logins have changed.
pub fn logins(uuid: &Uuid) -> Key {
    Key::new(format!("SESSION#{uuid}"), "LOGINS")
}

/// A login.
pub fn session(uuid: &Uuid, token_hash: &TokenHash) -> Key {
    Key::new(format!("SESSION#{uuid}"), token_hash.to_string())
}

/// The counter from which an app's messages get their ids.
pub fn message_ids(app_key: &AppKey) -> Key {
    Key::new(format!("IDS#{app_key}"), "MESSAGES")
}

/// The counter from which an app's moments get their ids.
pub fn moment_ids(app_key: &AppKey) -> Key {
    Key::new(format!("IDS#{app_key}"), "MOMENTS")
}

/// The sort keys of the ids from `first` to `last`.
pub fn ids(first: u64, last: u64) -> (String, String) {
    (id(first), id(last))
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
pub fn openid(openid: &Openid) -> Key {
    Key::new(format!("OPENID#{openid}"), "UID")
}

/// What a member has allowed a consumer to do.
pub fn grant(uid: Uid, consumer_key: &ConsumerKey) -> Key {
    Key::new(format!("GRANTS#{}", id(uid)), consumer_key.to_string())
}

/// What a member has allowed, by consumer.
pub fn grants(uid: Uid) -> Range {
    Range::whole(format!("GRANTS#{}", id(uid)))
}

/// A link that a member has shared; `url_hash` is its SHA-256.
pub fn shared_link(uid: Uid, url_hash: &str) -> Key {
    Key::new(format!("SHARED#{}", id(uid)), url_hash)
}

/// A nonce of one consumer and token.
pub fn nonce(nonce: &Nonce<'_>) -> Key {
    Key::new(
        format!("NONCE#{}#{}", part(nonce.consumer), nonce.token),
        format!("{}#{}", nonce.timestamp, nonce.nonce),
    )
}

/// A feed of a member.
pub fn feed(uid: Uid, feed: FeedId) -> Key {
    Key::new(format!("FEEDS#{}", id(uid)), id(feed))
}

/// The feeds of a member up to `last`, newest first.
pub fn feeds(uid: Uid, last: FeedId) -> Range {
    let [first, last] = [FeedId::from(0), last].map(|id| feed(uid, id));
    Range::new(first.pk, first.sk, last.sk).in_order(true)
}

/// A key that is never written. Reading it opens the connection.
pub fn nothing() -> Key {
    Key::new("NOTHING".to_owned(), "NOTHING")
}

/// The version of the table's layout. It is written when the table is created.
pub fn schema() -> Key {
    Key::new("SCHEMA".to_owned(), "SCHEMA")
}

mod moment;
mod place;
mod range;
mod thread;
mod weibo;
pub use moment::*;
pub use place::*;
pub use range::Range;
pub use thread::*;
pub use weibo::*;

#[cfg(test)]
mod tests;
