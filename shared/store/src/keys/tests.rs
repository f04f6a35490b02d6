//! Two different things never share a key.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

/// Every entity, with the values that distinguish two of its kind.
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
        (format!("message ids {a:?}"), message_ids(a)),
        (format!("moment ids {a:?}"), moment_ids(a)),
        (format!("listing {a:?}"), app_listing(a)),
        (format!("consumer listing {a:?}"), consumer_listing(a)),
        ("site".to_owned(), site()),
        ("emotions".to_owned(), emotions()),
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
        (format!("attempts from {a:?} {b:?}"), attempts_from(a, b)),
        (
            format!("attempts with {a:?} {b:?}"),
            attempts_of_login(a, b),
        ),
        (format!("attempts of {a:?}"), attempts_of_address(a)),
        (format!("logins {a:?}"), logins(a)),
        (format!("from {a:?} {n} {b:?}"), anonymous(a, n as i64, b)),
        (format!("own weibo {m} {n}"), own_weibo(m, n)),
        (format!("weibo {m}"), weibo(m)),
        (format!("weibo meta {m}"), thread_meta(&weibo_thread(m))),
        (
            format!("weibo root {m} {n}"),
            thread_root(&weibo_thread(m), n),
        ),
        (format!("comment {m}"), comment_place(m)),
        (format!("favorite {m} {n}"), favorite(m, n)),
        (format!("token {a:?}"), token(a)),
        (format!("request token {a:?}"), request_token(a)),
        (format!("openid {a:?}"), openid(a)),
        (format!("grant {m} {a:?}"), grant(m, a)),
        (format!("shared {m} {a:?}"), shared_link(m, a)),
        (
            format!("nonce {a:?} {b:?} {n} {b:?}"),
            nonce(a, b, n as i64, b),
        ),
        (format!("feed {m} {n}"), feed(m, n)),
        (
            format!("turns {a:?} {b:?}"),
            turns(&thread_meta(&message_thread(a, b))),
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
