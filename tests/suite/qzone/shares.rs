//! QZone: `add_share` (qzone section 8), and the formats of answers.

use std::sync::Arc;

use crate::support::qzone::*;
use crate::support::{Reply, STAR, World, send_at_once};

const SHARED: Outcome = ("0", "");
const TWICE: Outcome = ("3021", "url is already shared.");

async fn share(world: &World, own: &[(&str, &str)]) -> Reply {
    api(world, SHARE, own).send(world).await
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
