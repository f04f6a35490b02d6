//! Every key of the table, written here and nowhere else. `docs/DATA-MODEL.md` explains them.
//!
//! Parts are joined with `#`; a part that is not the last is escaped, so that two different things
//! never share a key.

use std::borrow::Cow;

use jiff::civil::Date;

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The partition key.
    pub pk: String,
    /// The sort key.
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }
}

/// Makes `part` safe to stand before another: `%` becomes `%25` and `#` becomes `%23`.
fn part(part: &str) -> Cow<'_, str> {
    if part.contains(['#', '%']) {
        Cow::Owned(part.replace('%', "%25").replace('#', "%23"))
    } else {
        Cow::Borrowed(part)
    }
}

/// Ids are below 2^53: 16 digits sort like the numbers.
fn id(id: u64) -> String {
    format!("{id:016}")
}

/// An OkayAPI app.
pub fn app(app_key: &str) -> Key {
    Key::new(format!("APP#{app_key}"), "APP")
}

/// What an app has used in the month of `day`, UTC+8.
pub fn usage(app_key: &str, day: Date) -> Key {
    Key::new(
        format!("APP#{app_key}"),
        format!("USE#{:04}-{:02}", day.year(), day.month()),
    )
}

/// How many messages came without login from one address within one minute.
pub fn anonymous(app_key: &str, minute: i64, address: &str) -> Key {
    Key::new(
        format!("RATE#{}#{minute}", part(app_key)),
        format!("FROM#{address}"),
    )
}

/// How many requests of an app came in one second.
pub fn rate(app_key: &str, second: i64) -> Key {
    Key::new(format!("RATE#{}#{second}", part(app_key)), "RATE")
}

/// The list of all apps, for the operator's command line.
pub fn app_listing(app_key: &str) -> Key {
    Key::new(app_listings(), app_key)
}

/// The partition of [`app_listing`].
pub fn app_listings() -> String {
    "APPS".to_owned()
}

/// The Xweibo site.
pub fn site() -> Key {
    Key::new("SITE#xweibo".to_owned(), "SITE")
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

/// Whose username it is; `username` folded (see [`super::member::fold`]).
pub fn username(username: &str) -> Key {
    Key::new(format!("USERNAME#{username}"), "UID")
}

/// Whose nick it is; `nick` folded.
pub fn nick(nick: &str) -> Key {
    Key::new(format!("NICK#{nick}"), "UID")
}

/// Whose uuid it is.
pub fn uuid(uuid: &str) -> Key {
    Key::new(format!("UUID#{uuid}"), "UID")
}

/// Who is bound to a user of the partner site.
pub fn site_uid(site_uid: &str) -> Key {
    Key::new(format!("SITEUID#{site_uid}"), "UID")
}

/// What a member has stored for apps to show.
pub fn ext_info(uid: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "EXT_INFO")
}

/// The logins that failed of late for a username, folded; whether or not it is a member's.
pub fn attempts(username: &str) -> Key {
    Key::new(format!("ATTEMPTS#{username}"), "LOGIN")
}

/// The partition of a member's logins.
pub fn sessions(uuid: &str) -> String {
    format!("SESSION#{uuid}")
}

/// How often a member's logins changed.
pub fn logins(uuid: &str) -> Key {
    Key::new(sessions(uuid), "LOGINS")
}

/// A login; `token_hash` is the SHA-256 of the token.
pub fn session(uuid: &str, token_hash: &str) -> Key {
    Key::new(sessions(uuid), token_hash)
}

/// The partition of a message thread.
pub fn message_thread(app_key: &str, message_key: &str) -> String {
    format!("THREAD#M#{}#{message_key}", part(app_key))
}

/// A thread's counter; its holes sort right behind it.
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

/// A reply, behind its root.
pub fn thread_reply(thread: &str, number: u64, reply: u64) -> Key {
    Key::new(thread.to_owned(), format!("C#{number:010}#{}", id(reply)))
}

/// The sort keys of the roots `first` to `last` with all their replies.
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

/// A reply that found no room behind its root, the one with the number `root` of `thread`; by its own
/// number among those: 1, 2, 3 …
pub fn later_reply(thread: &str, root: u64, number: u64) -> Key {
    Key::new(
        format!("REPLIES#{}#{root:010}", part(thread)),
        format!("{number:010}"),
    )
}

/// The partition of one shard of an app's message board: all its roots, whatever their thread.
pub fn board(app_key: &str, shard: u32) -> String {
    format!("BOARD#{}#{shard}", part(app_key))
}

/// How many roots a shard of a board holds.
pub fn board_meta(app_key: &str, shard: u32) -> Key {
    Key::new(board(app_key, shard), "META")
}

/// Where a root stands.
pub fn board_root(app_key: &str, shard: u32, root: u64) -> Key {
    Key::new(board(app_key, shard), format!("R#{}", id(root)))
}

/// The sort keys of all roots of a board.
pub fn board_roots() -> (String, String) {
    ("R#".to_owned(), "R#~".to_owned())
}

/// Where a reply stands.
pub fn reply_place(app_key: &str, reply: u64) -> Key {
    Key::new(format!("REPLY#{}#{}", part(app_key), id(reply)), "PLACE")
}

/// The partition of one shard of an app's moments.
pub fn moments(app_key: &str, shard: u32) -> String {
    format!("MOMENTS#{}#{shard}", part(app_key))
}

/// The partition of the moments that only their author sees.
pub fn private_moments(app_key: &str, uuid: &str) -> String {
    format!("PRIVATE#{}#{uuid}", part(app_key))
}

/// A moment, in a partition of [`moments`] or [`private_moments`].
pub fn moment(partition: &str, moment: u64) -> Key {
    Key::new(partition.to_owned(), id(moment))
}

/// How many moments of each access a partition holds; sorts behind all of them.
pub fn moment_totals(partition: &str) -> Key {
    Key::new(partition.to_owned(), "TOTALS")
}

/// The index partition of a member's own moments in an app; in the table, of what is noted of them.
pub fn own_moments(app_key: &str, uuid: &str) -> String {
    format!("OWN#{}#{uuid}", part(app_key))
}

/// The index key of a moment among its author's own.
pub fn own_moment(app_key: &str, uuid: &str, moment: u64) -> Key {
    Key::new(own_moments(app_key, uuid), id(moment))
}

/// What an author has deleted within the last minute.
pub fn gone_moments(app_key: &str, uuid: &str) -> Key {
    Key::new(own_moments(app_key, uuid), "GONE")
}

/// The sort keys of the ids from `first` to `last`.
pub fn ids(first: u64, last: u64) -> (String, String) {
    (id(first), id(last))
}

/// That a member likes a moment.
pub fn like(app_key: &str, moment: u64, uuid: &str) -> Key {
    Key::new(format!("LIKE#{}#{}", part(app_key), id(moment)), uuid)
}

/// A weibo.
pub fn weibo(weibo: u64) -> Key {
    Key::new(format!("WEIBO#{}", id(weibo)), "WEIBO")
}

/// The index key of a member's weibos.
pub fn own_weibo(uid: u64, weibo: u64) -> Key {
    Key::new(format!("BY#{}", id(uid)), id(weibo))
}

/// An access token.
pub fn token(token: &str) -> Key {
    Key::new(format!("OAUTH#{token}"), "TOKEN")
}

/// A request token, which has not become an access token yet.
pub fn request_token(token: &str) -> Key {
    Key::new(format!("OAUTH#{token}"), "REQUEST")
}

/// Whose openid it is.
pub fn openid(openid: &str) -> Key {
    Key::new(format!("OPENID#{openid}"), "UID")
}

/// What a member has allowed a consumer.
pub fn grant(uid: u64, grant: u64) -> Key {
    Key::new(format!("GRANTS#{}", id(uid)), id(grant))
}

/// That a member has shared a link; `url_hash` is its SHA-256.
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

/// A key that is never written: reading it opens the connection.
pub fn nothing() -> Key {
    Key::new("NOTHING".to_owned(), "NOTHING")
}

/// Which layout of the table this is; written by whoever creates a table.
pub fn schema() -> Key {
    Key::new("SCHEMA".to_owned(), "SCHEMA")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// Every entity with the values that tell two of its kind apart.
    fn all(a: &str, b: &str, m: u64, n: u64, shard: u32) -> Vec<(String, Key)> {
        let thread = message_thread(a, b);
        let day = jiff::civil::date(2000 + i16::try_from(m % 99).unwrap(), 1 + (n % 12) as i8, 1);
        let (m, n) = (m & ((1 << 53) - 1), n & ((1 << 33) - 1));
        vec![
            (format!("app {a:?}"), app(a)),
            (
                format!("usage {a:?} {}-{}", day.year(), day.month()),
                usage(a, day),
            ),
            (format!("rate {a:?} {n}"), rate(a, n as i64)),
            (format!("listing {a:?}"), app_listing(a)),
            ("site".to_owned(), site()),
            (format!("consumer {a:?}"), consumer(a)),
            (format!("member {m}"), member(m)),
            (format!("last {m}"), last_weibo(m)),
            (format!("username {a:?}"), username(a)),
            (format!("nick {a:?}"), nick(a)),
            (format!("uuid {a:?}"), uuid(a)),
            (format!("site_uid {a:?}"), site_uid(a)),
            (format!("session {a:?} {b:?}"), session(a, b)),
            (format!("meta {a:?} {b:?}"), thread_meta(&thread)),
            (format!("holes {a:?} {b:?}"), thread_holes(&thread)),
            (format!("root {a:?} {b:?} {n}"), thread_root(&thread, n)),
            (
                format!("reply {a:?} {b:?} {n} {m}"),
                thread_reply(&thread, n, m),
            ),
            (
                format!("later {a:?} {b:?} {m} {n}"),
                later_reply(&thread, m, n),
            ),
            (format!("board {a:?} {shard}"), board_meta(a, shard)),
            (
                format!("board root {a:?} {shard} {m}"),
                board_root(a, shard, m),
            ),
            (format!("place {a:?} {m}"), reply_place(a, m)),
            (
                format!("moment {a:?} {shard} {m}"),
                moment(&moments(a, shard), m),
            ),
            (
                format!("totals {a:?} {shard}"),
                moment_totals(&moments(a, shard)),
            ),
            (
                format!("private {a:?} {b:?} {m}"),
                moment(&private_moments(a, b), m),
            ),
            (
                format!("private totals {a:?} {b:?}"),
                moment_totals(&private_moments(a, b)),
            ),
            (format!("own moment {a:?} {b:?} {m}"), own_moment(a, b, m)),
            (format!("gone {a:?} {b:?}"), gone_moments(a, b)),
            (format!("like {a:?} {m} {b:?}"), like(a, m, b)),
            (format!("ext {m}"), ext_info(m)),
            (format!("attempts {a:?}"), attempts(a)),
            (format!("logins {a:?}"), logins(a)),
            (format!("from {a:?} {n} {b:?}"), anonymous(a, n as i64, b)),
            (format!("own weibo {m} {n}"), own_weibo(m, n)),
            (format!("weibo {m}"), weibo(m)),
            (format!("token {a:?}"), token(a)),
            (format!("request token {a:?}"), request_token(a)),
            (format!("openid {a:?}"), openid(a)),
            (format!("grant {m} {n}"), grant(m, n)),
            (format!("shared {m} {a:?}"), shared_link(m, a)),
            (
                format!("nonce {a:?} {b:?} {n} {b:?}"),
                nonce(a, b, n as i64, b),
            ),
            (format!("feed {m} {n}"), feed(m, n)),
            ("nothing".to_owned(), nothing()),
            ("schema".to_owned(), schema()),
        ]
    }

    fn word() -> impl Strategy<Value = String> {
        prop::string::string_regex("[a1#%M_$]{0,4}").unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn two_things_never_share_a_key(
            draws in prop::collection::vec((word(), word(), 0u64..1 << 53, 0u64..1 << 33, 0u32..20), 1..6)
        ) {
            let mut seen: HashMap<Key, String> = HashMap::new();
            for (a, b, m, n, shard) in draws {
                for (what, key) in all(&a, &b, m, n, shard) {
                    let first = seen.entry(key).or_insert_with(|| what.clone());
                    prop_assert_eq!(first, &what);
                }
            }
        }

        #[test]
        fn a_range_of_roots_holds_them_and_their_replies_and_no_others(
            first in 1u64..1000, count in 0u64..50, number in 1u64..1100, reply in 0u64..1 << 53
        ) {
            let (from, to) = thread_roots(first, first + count);
            let inside = (first..=first + count).contains(&number);
            let (lowest, highest) = board_roots();
            let on_board = board_root("a", 0, reply);
            prop_assert!((lowest.as_str()..=highest.as_str()).contains(&on_board.sk.as_str()));
            prop_assert!(!(lowest.as_str()..=highest.as_str()).contains(&board_meta("a", 0).sk.as_str()));
            for key in [thread_root("t", number), thread_reply("t", number, reply)] {
                prop_assert_eq!((from.as_str()..=to.as_str()).contains(&key.sk.as_str()), inside);
                prop_assert_eq!(thread_number(&key.sk), Some(number));
            }
            prop_assert_eq!(thread_reply_id(&thread_reply("t", number, reply).sk), Some(reply));
            prop_assert_eq!(thread_reply_id(&thread_root("t", number).sk), None);
        }
    }
}
