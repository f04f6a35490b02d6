//! Two different things never share a key.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::id::*;
use crate::network::Network;

/// Every entity, with the values that distinguish two of its kind.
fn all(a: &str, b: &str, m: u64, n: u64, shard: u32) -> Vec<(String, Key)> {
    let (app_key, consumer_key) = (&AppKey::from(a), &ConsumerKey::from(a));
    let thread = message_thread(app_key, b);
    let day = jiff::civil::date(2000 + i16::try_from(m % 99).unwrap(), 1 + (n % 12) as i8, 1);
    let (m, n) = (m & ((1 << 53) - 1), n & ((1 << 33) - 1));
    let (message, a_moment, reply) = (
        MessageId::from(m),
        MomentId::from(m),
        LaterReply {
            root: RootNumber::new(m),
            number: n,
        },
    );
    let (uid, root) = (Uid::new(m), RootNumber::new(n));
    let (uuid_a, uuid_b, hash) = (&Uuid::from(a), &Uuid::from(b), &TokenHash::from(b));
    let network = |text: &str| {
        let [a, b, c, d, ..] = crate::digest::sha256(text);
        Network::of([a, b, c, d].into())
    };
    vec![
        (format!("app {a:?}"), app(app_key)),
        (
            format!("usage {a:?} {}-{}", day.year(), day.month()),
            usage(app_key, day),
        ),
        (format!("rate {a:?} {n}"), rate(a, n as i64)),
        (format!("message ids {a:?}"), message_ids(app_key)),
        (format!("moment ids {a:?}"), moment_ids(app_key)),
        (format!("listing {a:?}"), app_listing(app_key)),
        (
            format!("consumer listing {a:?}"),
            consumer_listing(consumer_key),
        ),
        ("site".to_owned(), site()),
        ("emotions".to_owned(), emotions()),
        (format!("consumer {a:?}"), consumer(consumer_key)),
        (format!("member {m}"), member(uid)),
        (format!("last {m}"), last_weibo(uid)),
        (format!("username {a:?}"), username(a)),
        (format!("nick {a:?}"), nick(a)),
        (format!("uuid {a:?}"), uuid(uuid_a)),
        (format!("site_uid {a:?}"), site_uid(a)),
        (format!("session {a:?} {b:?}"), session(uuid_a, hash)),
        (format!("meta {a:?} {b:?}"), thread_meta(&thread)),
        (format!("holes {a:?} {b:?}"), thread_holes(&thread)),
        (format!("root {a:?} {b:?} {n}"), thread_root(&thread, root)),
        (
            format!("reply {a:?} {b:?} {n} {m}"),
            thread_reply(&thread, root, message),
        ),
        (
            format!("later {a:?} {b:?} {m} {n}"),
            later_reply(&thread, reply),
        ),
        (format!("board {a:?} {shard}"), board_meta(app_key, shard)),
        (
            format!("board root {a:?} {shard} {m}"),
            board_root(app_key, shard, message),
        ),
        (format!("place {a:?} {m}"), reply_place(app_key, message)),
        (
            format!("moment {a:?} {shard} {m}"),
            moment(&moments(app_key, shard), a_moment),
        ),
        (
            format!("totals {a:?} {shard}"),
            moment_totals(&moments(app_key, shard)),
        ),
        (
            format!("private {a:?} {b:?} {m}"),
            moment(&private_moments(app_key, uuid_b), a_moment),
        ),
        (
            format!("private totals {a:?} {b:?}"),
            moment_totals(&private_moments(app_key, uuid_b)),
        ),
        (
            format!("own moment {a:?} {b:?} {m}"),
            own_moment(app_key, uuid_b, a_moment),
        ),
        (format!("gone {a:?} {b:?}"), gone_moments(app_key, uuid_b)),
        (
            format!("like {a:?} {m} {b:?}"),
            like(app_key, a_moment, uuid_b),
        ),
        (format!("ext {m}"), ext_info(uid)),
        (format!("attempts {a:?}"), attempts(a)),
        (
            format!("attempts from {a:?} {b:?}"),
            attempts_from(a, network(b)),
        ),
        (
            format!("attempts with {a:?} {b:?}"),
            attempts_of_login(a, hash),
        ),
        (
            format!("attempts of {a:?}"),
            attempts_of_address(network(a)),
        ),
        (format!("logins {a:?}"), logins(uuid_a)),
        (
            format!("from {a:?} {n} {b:?}"),
            anonymous(app_key, n as i64, b),
        ),
        (
            format!("own weibo {m} {n}"),
            own_weibo(uid, WeiboId::new(n)),
        ),
        (format!("weibo {m}"), weibo(WeiboId::new(m))),
        (
            format!("weibo meta {m}"),
            thread_meta(&weibo_thread(WeiboId::new(m))),
        ),
        (
            format!("weibo root {m} {n}"),
            thread_root(&weibo_thread(WeiboId::new(m)), root),
        ),
        (format!("comment {m}"), comment_place(CommentId::new(m))),
        (format!("favorite {m} {n}"), favorite(uid, WeiboId::new(n))),
        (format!("token {a:?}"), token(a)),
        (format!("request token {a:?}"), request_token(a)),
        (format!("openid {a:?}"), openid(&Openid::from(a))),
        (format!("grant {m} {a:?}"), grant(uid, consumer_key)),
        (format!("shared {m} {a:?}"), shared_link(uid, a)),
        (
            format!("nonce {a:?} {b:?} {n} {b:?}"),
            nonce(&Nonce {
                consumer: consumer_key,
                token: b,
                timestamp: n as i64,
                nonce: b,
            }),
        ),
        (format!("feed {m} {n}"), feed(uid, FeedId::from(n))),
        (
            format!("turns {a:?} {b:?}"),
            turns(&thread_meta(&message_thread(app_key, b))),
        ),
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
        let (app_key, thread, reply) = (&"a".into(), &"t".into(), MessageId::from(reply));
        let board = board_roots(app_key, 0);
        prop_assert!(holds(&board, &board_root(app_key, 0, reply)));
        prop_assert!(!holds(&board, &board_meta(app_key, 0)));
        let [first, last, number] = [first, first + count, number].map(RootNumber::new);
        let roots = thread_roots(thread, first..=last);
        let inside = (first..=last).contains(&number);
        let (root, behind) = (thread_root(thread, number), thread_reply(thread, number, reply));
        for key in [&root, &behind] {
            prop_assert_eq!(holds(&roots, key), inside);
            prop_assert_eq!(thread_number(&key.sk), Some(number));
        }
        let replies = thread_replies(thread, number);
        prop_assert!(holds(&replies, &behind) && !holds(&replies, &root));
        prop_assert_eq!(thread_reply_id(&behind.sk), Some(reply));
        prop_assert_eq!(thread_reply_id(&root.sk), None);
    }

    #[test]
    fn a_range_of_moments_holds_them_and_no_totals(
        first in 1u64..1000, count in 0u64..50, number in 1u64..1100
    ) {
        let partition = &moments(&"a".into(), 0);
        let [first, last, number] = [first, first + count, number].map(MomentId::from);
        let range = moments_between(partition, first..=last);
        let key = moment(partition, number);
        prop_assert_eq!(holds(&range, &key), (first..=last).contains(&number));
        prop_assert!(!holds(&range, &moment_totals(partition)));
        let all = moments_from_top(partition);
        prop_assert!(holds(&all, &key) && holds(&all, &moment_totals(partition)));
        let own = own_moments(&"a".into(), &"b".into());
        prop_assert!(holds(&own, &own_moment(&"a".into(), &"b".into(), number)));
        prop_assert!(!holds(&own, &gone_moments(&"a".into(), &"b".into())));
        let below = feeds(Uid::new(7), FeedId::from(last.get()));
        prop_assert_eq!(holds(&below, &feed(Uid::new(7), FeedId::from(number.get()))), number <= last);
    }
}

fn holds(range: &Range, key: &Key) -> bool {
    range.pk == key.pk && (&range.from..=&range.to).contains(&&key.sk)
}

#[test]
fn whole_partitions_are_read() {
    let uuid = &Uuid::from("0123456789ABCDEF");
    let (sessions, hash) = (sessions(uuid), TokenHash::of("token"));
    assert!(holds(&sessions, &logins(uuid)) && holds(&sessions, &session(uuid, &hash)));
    let (app_key, consumer_key) = ("Az09".into(), "09".into());
    assert!(holds(&app_listings(), &app_listing(&app_key)));
    assert!(holds(
        &consumer_listings(),
        &consumer_listing(&consumer_key)
    ));
    assert!(holds(
        &grants(Uid::new(7)),
        &grant(Uid::new(7), &consumer_key)
    ));
}
