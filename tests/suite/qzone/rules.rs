//! QZone: what every signed operation refuses, and in which order (qzone sections 4 and 7).

use std::collections::BTreeSet;

use weiquan_store::oauth::nonce::{self, Nonce};
use weiquan_store::oauth::token;

use crate::support::qzone::*;
use crate::support::{BASE_URL, STAR, World};

/// A second consumer, and its secret.
const OTHER: &str = "200005";
/// Tokens that are revoked and allow nothing, that allow nothing, and that are of the second consumer.
const REVOKED: &str = "20000000000000000003";
const FORBIDDEN: &str = "20000000000000000002";
const FOREIGN_TOKEN: &str = "20000000000000000004";

/// A good request of each operation with the first digit of its numbers, and the number of a bad
/// packet. Its `x` looks different in each form of signature.
async fn operations(world: &World) -> [(char, &'static str, Unsigned); 5] {
    let (asked, vericode) = allowed(world).await;
    let url = format!("http://e.cn/{}", new_nonce());
    let own = [
        ("x", "a b&c=100%~*"),
        ("y", "2"),
        ("title", "t"),
        ("url", &url),
    ];
    [
        ('1', "10002", ask(world, &own)),
        ('3', "30002", exchange(world, &asked, &vericode).with(&own)),
        ('4', "41002", api(world, USER_INFO, &own)),
        ('4', "41002", api(world, SHARE, &own)),
        (
            '4',
            "41002",
            api(world, FEED, &own).with(&[("feeds_data", DATA)]),
        ),
    ]
}

/// Sends parameters to the operation of `good`.
async fn forge(world: &World, good: &Unsigned, params: &Params) -> String {
    code(&world.send(carry(good.target, params)).await)
}

#[tokio::test]
async fn the_first_wrong_thing_answers_in_every_signed_operation() {
    let world = World::new().await;
    let zeros = "A".repeat(27) + "=";
    let stranger = world.member(STAR).openid.as_str();
    let now = world.now().as_second();
    let times = [
        "1".to_owned(),
        (now - 301).to_string(),
        (now + 1_000_000_000).to_string(),
        "0".to_owned(),
        "now".to_owned(),
        format!("{now}.0"),
        format!("-{now}"),
        format!("{now}s"),
        format!("0x{now:x}"),
        "9".repeat(30),
        String::new(),
    ];
    let times = times.iter().map(String::as_str).collect();
    let versions = vec!["2.0", "1", "1.0a", ""];
    let methods = vec!["PLAINTEXT", "HMAC-SHA256", "hmac-sha1", ""];
    let tokens = vec!["99999999999999999999", "10000000000000000001#", ""];
    // Those of all operations, then those of operations with an access token.
    let shared = [
        (
            "oauth_consumer_key",
            vec!["200009", "appid", "200003 ", ""],
            "0001",
        ),
        ("oauth_nonce", vec!["a\tb", ""], "0002"),
        ("oauth_version", versions, "0003"),
        ("oauth_signature_method", methods, "0004"),
        ("oauth_timestamp", times, "0005"),
        ("oauth_token", tokens, "0006"),
        ("openid", vec![stranger, OPENID, ""], "0007"),
        ("oauth_signature", vec![&*zeros, ""], "1000"),
        ("oauth_token", vec![REVOKED], "1003"),
        ("oauth_token", vec![FORBIDDEN], "1001"),
        ("oauth_nonce", vec!["used"], "0002"),
    ];
    for (step, packet, good) in operations(&world).await {
        // The exchange above has found the member's grant as it was.
        if good.target == USER_INFO {
            grant(&world, FORBIDDEN, |token| token.allowed.clear()).await;
            grant(&world, REVOKED, |token| {
                token.revoked = true;
                token.allowed.clear();
            })
            .await;
            for token in [&*world.demo.qzone.token, REVOKED, FORBIDDEN] {
                let used = Nonce {
                    consumer: &world.demo.qzone.consumer_key.as_str().into(),
                    token,
                    timestamp: now,
                    nonce: "used",
                };
                assert!(nonce::use_nonce(&world.ctx.store, used).await.unwrap());
            }
        }
        let before = world.dump().await;
        let has =
            |name: &str| name == "oauth_signature" || good.params.iter().any(|own| own.0 == name);
        let own = shared.iter().take(if step == '4' { 11 } else { 8 });
        let own = own.filter(|(name, ..)| has(name));
        let own = own.map(|(name, values, end)| (*name, values.clone(), format!("{step}{end}")));
        let mut wrongs = vec![("oauth_foo", vec!["1"], packet.to_owned())];
        wrongs.extend(own);
        let checked = wrongs.len();
        match good.target {
            FEED => wrongs.push(("feeds_data", vec!["no json"], "1000".to_owned())),
            SHARE => wrongs.push(("title", vec![""], "1000".to_owned())),
            _ => (),
        }
        for (at, (first, values, number)) in wrongs[..checked].iter().enumerate() {
            for value in values {
                let got = code(&good.anew().with(&[(first, value)]).send(&world).await);
                assert_eq!(got, *number, "{:?} {first} {value}", good.target);
            }
            for (second, others, _) in &wrongs[at + 1..] {
                let both = [(*second, others[0]), (*first, values[0])];
                let got = code(&good.anew().with(&both).send(&world).await);
                assert_eq!(got, *number, "{:?} {both:?}", good.target);
            }
            if at > 0 && wrongs[..at].iter().all(|(name, ..)| name != first) {
                let mut without = good.anew();
                remove(&mut without.params, first);
                let params = match *first {
                    "oauth_signature" => without.params,
                    _ => without.signed(&world),
                };
                let got = forge(&world, &good, &params).await;
                assert_eq!(got, *number, "{:?} without {first}", good.target);
            }
        }
        assert_eq!(world.dump().await, before, "{:?}", good.target);
        assert_eq!(code(&good.send(&world).await), "0", "{:?}", good.target);
    }
}

#[tokio::test]
async fn what_was_not_signed_is_refused_in_every_signed_operation() {
    let mut world = World::new().await;
    add_consumer(&world, OTHER).await;
    grant(&world, FOREIGN_TOKEN, |token| token.consumer = OTHER.into()).await;
    for (step, packet, good) in operations(&world).await {
        let before = world.dump().await;
        let (method, path) = good.target;
        let right = good.signed(&world);
        for (name, value) in &right {
            // The same value or another one, in the same place or the query.
            for second in [value.as_str(), "other", ""] {
                let twice = [&right[..], &[(name.clone(), second.to_owned())]].concat();
                let in_query = carry(good.target, &right).query(&[(name, second)]);
                // In a form and the query, the same is no second one.
                let in_query = (method == "GET" || value != second).then_some(in_query);
                for call in [Some(carry(good.target, &twice)), in_query]
                    .into_iter()
                    .flatten()
                {
                    let got = code(&world.send(call).await);
                    assert_eq!(got, packet, "{path} {name} {second}");
                }
            }
        }
        let mut twice = good.anew();
        twice.params.push(("x".to_owned(), "2".to_owned()));
        assert_eq!(code(&twice.send(&world).await), packet, "{path} signed");
        let unknown = ["oauth_foo", "oauth_nonce[]", "oauth_foo[a]", "oauth_"].into_iter();
        let unknown = unknown.chain((step != '3').then_some("oauth_vericode"));
        for name in unknown {
            let got = code(&good.anew().with(&[(name, "1")]).send(&world).await);
            assert_eq!(got, packet, "{path} {name}");
            let in_query = carry(good.target, &right).query(&[(name, "1")]);
            assert_eq!(code(&world.send(in_query).await), packet, "{path} {name}");
        }
        let mut forged = vec![right; 3];
        set(&mut forged[0], "x", "2");
        set(&mut forged[0], "y", "a b&c=100%~*");
        set(&mut forged[1], "z", "3");
        remove(&mut forged[2], "y");
        let turned = if method == "GET" { "POST" } else { "GET" };
        for (method, path, more) in [(turned, path, ""), (method, "/x", ""), (method, path, "x")] {
            let mut other = good.anew();
            other.target = (method, path);
            other.secret.push_str(more);
            forged.push(other.signed(&world));
        }
        for params in forged {
            let got = forge(&world, &good, &params).await;
            assert_eq!(got, format!("{step}1000"), "{path} {params:?}");
        }
        for pair in [
            ("oauth_consumer_key", OTHER),
            ("oauth_token", FOREIGN_TOKEN),
        ] {
            if step != '1' {
                let got = code(&good.anew().with(&[pair]).send(&world).await);
                assert_eq!(got, format!("{step}0006"), "{path}");
            }
        }
        assert_eq!(world.dump().await, before, "{path}");
        // What RFC 5849 signs is as good.
        let encoded = good.params.iter();
        let encoded: Params = encoded.map(|(name, own)| (enc(name), enc(own))).collect();
        let base = t_base(method, &format!("{BASE_URL}{path}"), &encoded);
        let key = format!("{}&{}", world.demo.qzone.consumer_secret, good.secret);
        let mut params = good.params.clone();
        set(&mut params, "oauth_signature", &hmac(&key, &base));
        assert_eq!(forge(&world, &good, &params).await, "0", "{path}");
    }
    // With its own token and secret, the second consumer is served.
    world.demo.qzone.consumer_secret = OTHER.to_owned();
    let own = [
        ("oauth_consumer_key", OTHER),
        ("oauth_token", FOREIGN_TOKEN),
    ];
    assert_eq!(code(&api(&world, USER_INFO, &own).send(&world).await), "0");
}

#[tokio::test]
async fn clocks_may_be_300_seconds_apart() {
    let world = World::new().await;
    for side in [1, -1] {
        for (step, _, good) in operations(&world).await {
            for (offset, want) in [(301, format!("{step}0005")), (300, "0".to_owned())] {
                let time = (world.now().as_second() + side * offset).to_string();
                let request = good.anew().with(&[("oauth_timestamp", &time)]);
                let got = code(&request.send(&world).await);
                assert_eq!(got, want, "{:?} {}", good.target, side * offset);
            }
        }
    }
}

#[tokio::test]
async fn a_request_works_once_by_get_or_post() {
    let world = World::new().await;
    // An exchanged request token is refused before the nonce is looked at.
    let numbers = ["10002", "30006", "40002", "40002", "40002"];
    for ((_, packet, mut good), number) in operations(&world).await.into_iter().zip(numbers) {
        let before = world.dump().await;
        let (known, path) = good.target;
        for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "GET"] {
            if method != known {
                good.target = (method, path);
                let reply = good.send(&world).await;
                assert_eq!((reply.status, &*code(&reply)), (405, packet), "{path}");
                let methods = if known == "GET" { "GET, POST" } else { known };
                assert_eq!(reply.headers["allow"], methods, "{path}");
            }
        }
        assert_eq!(world.dump().await, before);
        good.target = ("POST", path);
        let call = good.call(&world);
        assert_eq!(code(&world.send(call.clone()).await), "0", "{path}");
        let before = world.dump().await;
        for process in [&world.ctx, &world.another_process(7)] {
            let reply = world.send_to(process, call.clone()).await;
            assert_eq!(code(&reply), number, "{path}");
        }
        assert_eq!(world.dump().await, before);
    }
}

#[tokio::test]
async fn member_and_site_allow_each_operation_by_its_name() {
    let token = "20000000000000000006";
    for target in [USER_INFO, SHARE, FEED] {
        let world = World::new().await;
        let names = ["add_feeds", "get_user_info", "add_share"].into_iter();
        let others = names.filter(|name| !target.1.ends_with(name));
        let others = others.chain(["add_feeds2", "ADD_FEEDS", "get_user_info2", ""]);
        let others: BTreeSet<_> = others.map(str::to_owned).collect();
        grant(&world, token, |token| token.allowed = others.clone()).await;
        let demo = world.demo.qzone.token.as_str();
        for (token, outcome) in [
            (token, NOT_AUTHORIZED),
            (demo, NOT_AUTHORIZED),
            (demo, EXPIRED),
        ] {
            let before = world.dump().await;
            let own = [
                ("oauth_token", token),
                ("title", "t"),
                ("url", "http://e.cn/"),
            ];
            let own = [&own[..], &[("feeds_data", DATA)]].concat();
            let reply = api(&world, target, &own).send(&world).await;
            match target {
                FEED => answered(&reply, outcome),
                _ => assert_json(&reply, outcome),
            }
            assert_eq!(world.dump().await, before);
            if token == demo {
                token::revoke(&world.ctx.store, demo).await.unwrap();
            }
            change_consumer(&world, |consumer| consumer.allowed = others.clone()).await;
        }
    }
}
