//! QZone: what every signed operation but `add_feeds` refuses; `get_user_info`, `add_share` (qzone
//! section 8), and the formats of answers.

use std::sync::Arc;

use weiquan_store::oauth::token;

use crate::support::qzone::*;
use crate::support::{BASE_URL, Reply, STAR, World, send_at_once};

/// A second consumer.
const OTHER: &str = "200005";
const SHARED: Outcome = ("0", "");
const TWICE: Outcome = ("3021", "url is already shared.");

/// A good request of each operation with the first digit of its numbers, and the number of a bad
/// packet. Its `x` looks different in each form of signature.
async fn operations(world: &World) -> [(char, &'static str, Unsigned); 4] {
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
    for (step, packet, good) in operations(&world).await {
        let before = world.dump().await;
        let mut wrongs = vec![
            ("oauth_foo", "1", packet.to_owned()),
            ("oauth_consumer_key", "200009", format!("{step}0001")),
            ("oauth_nonce", "a\tb", format!("{step}0002")),
            ("oauth_version", "2.0", format!("{step}0003")),
            ("oauth_signature_method", "PLAINTEXT", format!("{step}0004")),
            ("oauth_timestamp", "1", format!("{step}0005")),
            ("oauth_token", "99999999999999999999", format!("{step}0006")),
            ("openid", stranger, format!("{step}0007")),
            ("oauth_signature", &zeros, format!("{step}1000")),
        ];
        let has = |name: &str| good.params.iter().any(|(own, _)| own == name);
        let always = |name: &str| ["oauth_foo", "oauth_signature"].contains(&name);
        wrongs.retain(|(name, ..)| has(name) || always(name));
        for (at, (first, value, number)) in wrongs.iter().enumerate() {
            for (second, other, _) in &wrongs[at..] {
                let both = [(*first, *value), (*second, *other)];
                let mut params = good.anew().with(&both).signed(&world);
                if *second == "oauth_signature" {
                    set(&mut params, second, other);
                }
                let got = forge(&world, &good, &params).await;
                assert_eq!(got, *number, "{:?} {first} {second}", good.target);
            }
            if *first != "oauth_foo" {
                let mut without = good.anew();
                remove(&mut without.params, first);
                let mut params = without.signed(&world);
                remove(&mut params, first);
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
    let world = World::new().await;
    add_consumer(&world, OTHER).await;
    for (step, packet, good) in operations(&world).await {
        let before = world.dump().await;
        let (method, path) = good.target;
        let right = good.signed(&world);
        for pair in &right {
            let mut twice = right.clone();
            twice.push(pair.clone());
            let got = forge(&world, &good, &twice).await;
            assert_eq!(got, packet, "{path} {pair:?}");
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
        if step != '1' {
            let foreign = good.anew().with(&[("oauth_consumer_key", OTHER)]);
            let got = code(&foreign.send(&world).await);
            assert_eq!(got, format!("{step}0006"), "{path}");
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
    let numbers = ["10002", "30006", "40002", "40002"];
    for ((_, packet, mut good), number) in operations(&world).await.into_iter().zip(numbers) {
        let before = world.dump().await;
        let (known, path) = good.target;
        for method in ["PUT", "PATCH", "DELETE", "GET"] {
            if method != known {
                good.target = (method, path);
                let reply = good.send(&world).await;
                assert_eq!((reply.status, &*code(&reply)), (405, packet), "{path}");
                let allow = &reply.headers["allow"];
                assert!(allow.contains("POST") && allow.contains("GET") == (known == "GET"));
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

async fn share(world: &World, own: &[(&str, &str)]) -> Reply {
    api(world, SHARE, own).send(world).await
}

#[tokio::test]
async fn member_and_site_allow_each_operation_by_its_name() {
    let world = World::new().await;
    let only: [String; 2] = ["add_feeds", "get_user_info2"].map(str::to_owned);
    let token = "20000000000000000006";
    grant(&world, token, |token| token.allowed = only.clone().into()).await;
    let demo = world.demo.qzone.token.as_str();
    for (token, outcome) in [
        (token, NOT_AUTHORIZED),
        (demo, NOT_AUTHORIZED),
        (demo, EXPIRED),
    ] {
        let before = world.dump().await;
        for target in [USER_INFO, SHARE] {
            let own = [
                ("oauth_token", token),
                ("title", "t"),
                ("url", "http://e.cn/"),
            ];
            assert_json(&api(&world, target, &own).send(&world).await, outcome);
        }
        assert_eq!(world.dump().await, before);
        if token == demo {
            token::revoke(&world.ctx.store, demo).await.unwrap();
        }
        change_consumer(&world, |consumer| consumer.allowed = only.clone().into()).await;
    }
}

#[tokio::test]
async fn a_share_is_stored_as_the_same_feed() {
    let world = World::new().await;
    let [title, comment, summary] = [37, 41, 81].map(|count| "汉".repeat(count));
    let page = [
        ("title", &*title),
        ("url", "http://e.cn/页?a=1&b=2"),
        ("comment", &comment),
        ("summary", &summary),
        ("images", "http://i/1|http://i/2"),
        ("source", "1"),
        ("nswb", "1"),
        ("type", "4"),
    ];
    assert_json(&share(&world, &page).await, SHARED);
    let page = Stored {
        action: "common".to_owned(),
        title: "汉".repeat(36),
        url: page[1].1.to_owned(),
        comment: Some("汉".repeat(40)),
        summary: Some("汉".repeat(80)),
        picture: Some("http://i/1".to_owned()),
        media: None,
    };
    assert_eq!(feeds(&world).await, [page]);
}

#[tokio::test]
async fn the_parameters_of_a_share_have_rules() {
    let world = World::new().await;
    let long = |length: usize| format!("http://e.cn/{}", "a".repeat(length - 12));
    let [fits, large, huge] = [255, 256, 257].map(long);
    let video = [("type", "5"), ("playurl", "http://v/"), ("title", "t")];
    let fine = [
        ("x", ""),
        ("type", "4"),
        ("playurl", &*large),
        ("images", &fits),
    ];
    for (name, value) in fine {
        let url = format!("http://e.cn/{name}{value}");
        let own = [&video[..], &[("url", &*url), (name, value)]].concat();
        assert_json(&share(&world, &own).await, SHARED);
    }
    let stored = feeds(&world).await;
    let media: Vec<_> = stored.iter().map(|feed| feed.media.as_deref()).collect();
    assert_eq!(
        media,
        [Some("http://v/"), None, Some(&*large), Some("http://v/")]
    );
    let before = lasting(&world).await;
    for (name, bad) in [
        ("title", &["", " "][..]),
        (
            "url",
            &["", "e.cn", "ftp://e.cn/", "https://e.cn/", "javascript:x"],
        ),
        ("type", &["0", "1", "6", "05", "video"]),
        ("playurl", &["", "https://v/", "v", &huge]),
        (
            "images",
            &["ftp://i/", "i", "javascript:x|http://i/", &large],
        ),
    ] {
        for &value in bad {
            let own = [&video[..], &[("url", "http://e.cn/"), (name, value)]].concat();
            let request = api(&world, SHARE, &own);
            assert_json(&request.send(&world).await, BAD_DATA);
            // Its nonce is used up.
            assert_eq!(code(&request.send(&world).await), "40002");
        }
    }
    for missing in ["title", "url", "playurl"] {
        let mut request = api(&world, SHARE, &video).with(&[("url", "http://e.cn/")]);
        remove(&mut request.params, missing);
        assert_json(&request.send(&world).await, BAD_DATA);
    }
    assert_eq!(lasting(&world).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_shares_a_link_once_in_24_hours() {
    let world = Arc::new(World::new().await);
    let pair = [("title", "t"), ("url", "http://e.cn/?a=1#b")];
    let calls = (0..8).map(|_| api(&world, SHARE, &pair).call(&world));
    let replies = send_at_once(&world, calls.collect()).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| code(reply) == "0");
    assert_eq!((won.len(), feeds(&world).await.len()), (1, 1));
    for reply in lost {
        assert_json(reply, TWICE);
    }
    let second = world.member(STAR);
    let token = "20000000000000000007";
    grant(&world, token, |token| {
        (token.uid, token.openid) = (second.uid, second.openid.as_str().into());
    })
    .await;
    let own = [("oauth_token", token), ("openid", &*second.openid)];
    assert_json(&share(&world, &[pair, own].concat()).await, SHARED);
    let before = lasting(&world).await;
    world.pass(24 * 3600 - 1);
    assert_json(&share(&world, &[("title", "u"), pair[1]]).await, TWICE);
    assert_eq!(lasting(&world).await, before);
    let other = [pair[0], ("url", "http://e.cn/")];
    assert_json(&share(&world, &other).await, SHARED);
    world.pass(2);
    assert_json(&share(&world, &pair).await, SHARED);
}

#[tokio::test]
async fn answers_have_the_format_that_was_asked_for() {
    let world = World::new().await;
    for (target, success) in [(FEED, OK), (SHARE, SHARED)] {
        for format in ["json", "xml", "XML", ""] {
            let url = format!("http://e.cn/{format}");
            let own = [("format", format), ("title", "t"), ("url", &url)];
            let good = api(&world, target, &own).with(&[("feeds_data", DATA)]);
            let bad = api(&world, target, &own[..1]);
            let mut forged = good.anew();
            forged.secret.push('x');
            for (request, outcome) in [(good, success), (bad, BAD_DATA), (forged, BAD_SIGNATURE)] {
                let reply = request.send(&world).await;
                match (format, target) {
                    ("xml", _) => {
                        let texts = (element(&reply, "ret"), element(&reply, "msg"));
                        assert_eq!(texts, outcome);
                    }
                    ("json", _) | (_, SHARE) => assert_json(&reply, outcome),
                    _ => answered(&reply, outcome),
                }
            }
        }
    }
    assert_eq!(feeds(&world).await.len(), 8);
}
