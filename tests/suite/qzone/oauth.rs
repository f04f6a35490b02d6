//! QZone: request tokens and access tokens (qzone section 2.4, steps 1 and 3), `get_user_info`,
//! how many calls a consumer has in a second, and how tests sign the calls of all operations.

use std::sync::Arc;

use crate::support::qzone::*;
use crate::support::{BAI, Call, World, send_at_once};

/// What a share and a feed need.
const OWN: [(&str, &str); 3] = [
    ("title", "t"),
    ("url", "http://e.cn/"),
    ("feeds_data", DATA),
];

#[tokio::test]
async fn each_request_token_is_another() {
    let world = World::new().await;
    let first = request_token(&world, &[]).await;
    let second = request_token(&world, &[("oauth_client_ip", "2130706433")]).await;
    assert!(first.token != second.token && first.secret != second.secret);
    // Unencoded, as the official SDK sends it.
    let request = ask(&world, &[("x", "{\"a\": [1]} <汉>")]).signed(&world);
    let signature = request.iter().find(|(name, _)| name == "oauth_signature");
    let signature = enc(&signature.unwrap().1);
    let query = format!("{}&oauth_signature={signature}", norm(&request));
    let call = Call::get(&format!("{}?{query}", REQUEST.1));
    assert_eq!(fields(&world.send(call).await).len(), 2);
}

#[tokio::test]
async fn a_callback_of_step_1_is_on_a_registered_domain() {
    let world = World::new().await;
    for callback in REGISTERED {
        // Some clients encode it twice.
        for callback in [callback, &enc(callback)] {
            request_token(&world, &[("oauth_callback", callback)]).await;
        }
    }
    let before = lasting(&world).await;
    for callback in FOREIGN {
        for callback in [callback, &enc(callback)] {
            let request = ask(&world, &[("oauth_callback", callback)]);
            assert_error(&request.send(&world).await, "21006");
        }
    }
    assert_eq!(lasting(&world).await, before);
}

#[tokio::test]
async fn from_a_request_token_to_feeds() {
    let world = World::new().await;
    let (asked, vericode) = allowed(&world).await;
    let given = fields(&exchange(&world, &asked, &vericode).send(&world).await);
    assert_eq!(given.len(), 5, "{given:?}");
    let [openid, timestamp] = ["openid", "timestamp"].map(|name| given[name].as_str());
    let [token, secret] = ["oauth_token", "oauth_token_secret"].map(|name| given[name].as_str());
    assert_shape(token, secret);
    // The site has been allowed before: what it gets is what it has.
    assert_eq!(token, world.demo.qzone.token);
    assert_eq!(openid, world.demo.qzone.openid);
    assert_eq!(timestamp, world.now().as_second().to_string());
    let appkey = &world.demo.qzone.consumer_secret;
    let signature = hmac(appkey, &format!("{openid}{timestamp}"));
    assert_eq!(given["oauth_signature"], signature);

    for target in [USER_INFO, SHARE, FEED] {
        let mut request = api(&world, target, &OWN).with(&[("oauth_token", token)]);
        request.secret = secret.to_owned();
        assert_eq!(code(&request.send(&world).await), "0", "{target:?}");
    }
    assert_eq!(feeds(&world).await.len(), 2);
}

#[tokio::test]
async fn only_a_request_token_that_a_member_allowed_is_exchanged() {
    let world = World::new().await;
    let waiting = request_token(&world, &[]).await;
    let (asked, vericode) = allowed(&world).await;
    let exchanged = exchange(&world, &asked, &vericode).send(&world).await;
    assert_eq!(fields(&exchanged).len(), 5);
    let before = world.dump().await;
    let qzone = &world.demo.qzone;
    let demo = Asked {
        token: qzone.token.clone(),
        secret: qzone.token_secret.clone(),
    };
    for token in [&waiting, &asked, &demo] {
        let reply = exchange(&world, token, &vericode).send(&world).await;
        assert_error(&reply, "30006");
    }
    // Nor is it an access token.
    let own = [("oauth_token", &*waiting.token), ("feeds_data", DATA)];
    let mut request = api(&world, FEED, &own);
    request.secret = waiting.secret;
    answered(&request.send(&world).await, BAD_TOKEN);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn five_wrong_vericodes_use_a_request_token_up() {
    let world = World::new().await;
    let (_, foreign) = allowed(&world).await;
    let four = ["", "0", &foreign, "汉 &"];
    for (wrong, want) in [(&four[..], "0"), (&["1", "2", "3", "4", "5"], "30006")] {
        let (asked, vericode) = allowed(&world).await;
        for wrong in wrong {
            assert_error(&exchange(&world, &asked, wrong).send(&world).await, "30007");
        }
        let last = exchange(&world, &asked, &vericode).send(&world).await;
        assert_eq!(code(&last), want, "{wrong:?}");
    }
}

#[tokio::test]
async fn a_vericode_lives_5_minutes_and_a_request_token_15() {
    let world = World::new().await;
    for (before, after, want) in [
        (0, 300, "0"),
        (0, 301, "30007"),
        (890, 9, "0"),
        (890, 11, "30006"),
    ] {
        let asked = request_token(&world, &[]).await;
        world.pass(before);
        let page = open(&world, &asked.token).await;
        let reply = world.send(allow(&world, &page, BAI)).await;
        let vericode = added(&reply, CALLBACK).remove("oauth_vericode").unwrap();
        world.pass(after);
        let reply = exchange(&world, &asked, &vericode).send(&world).await;
        assert_eq!(code(&reply), want, "{before} {after}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_16_callers_with_one_vericode_one_gets_a_token() {
    let world = Arc::new(World::new().await);
    let (asked, vericode) = allowed(&world).await;
    let calls = (0..16).map(|_| exchange(&world, &asked, &vericode).call(&world));
    let replies = send_at_once(&world, calls.collect()).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| code(reply) == "0");
    assert_eq!((won.len(), lost.len()), (1, 15));
    assert_eq!(fields(won[0]).len(), 5);
    for reply in lost {
        assert_error(reply, "30006");
    }
}

#[tokio::test]
async fn an_outage_changes_nothing() {
    let world = World::new().await;
    let (asked, vericode) = allowed(&world).await;
    for request in [ask(&world, &[]), exchange(&world, &asked, &vericode)] {
        let before = world.dump().await;
        assert_error(
            &world.faults().outage().during(request.send(&world)).await,
            "1001",
        );
        assert_eq!(world.dump().await, before);
        assert_eq!(code(&request.send(&world).await), "0");
    }
}

#[tokio::test]
async fn a_consumer_may_have_a_limit_of_authentic_calls_in_a_second() {
    let world = World::new().await;
    change_consumer(&world, |consumer| consumer.per_second = Some(3)).await;
    let (asked, vericode) = allowed(&world).await;
    world.pass(1);
    let api = |target| api(&world, target, &OWN);
    for _ in 0..4 {
        let mut forged = api(USER_INFO);
        forged.secret.push('x');
        assert_eq!(code(&forged.send(&world).await), "41000");
    }
    for request in [ask(&world, &[]), api(USER_INFO), api(SHARE)] {
        assert_eq!(code(&request.send(&world).await), "0");
    }
    let before = lasting(&world).await;
    let (exchange, feed) = (exchange(&world, &asked, &vericode), api(FEED));
    answered(&feed.send(&world).await, BUSY);
    for request in [&exchange, &ask(&world, &[])] {
        assert_error(&request.send(&world).await, "1001");
    }
    for target in [USER_INFO, SHARE] {
        assert_eq!(code(&api(target).send(&world).await), "1001");
    }
    assert_eq!(lasting(&world).await, before);
    // In the next second, or without a limit, the same calls do.
    world.pass(1);
    assert_eq!(code(&exchange.send(&world).await), "0");
    answered(&feed.send(&world).await, OK);
    change_consumer(&world, |consumer| consumer.per_second = None).await;
    for _ in 0..5 {
        request_token(&world, &[]).await;
    }
}

#[tokio::test]
async fn a_member_is_described() {
    let world = World::new().await;
    let reply = api(&world, USER_INFO, &[]).send(&world).await;
    let json = reply.json();
    let names = ["figureurl", "figureurl_1", "figureurl_2"];
    let urls = names.map(|name| json[name].as_str().unwrap());
    for (url, size) in urls.iter().zip(["/30", "/50", "/100"]) {
        assert!(url.starts_with("http") && url.ends_with(size), "{url}");
    }
    let pictures = format!(
        r#""figureurl":"{}","figureurl_1":"{}","figureurl_2":"{}""#,
        urls[0], urls[1], urls[2]
    );
    let want = format!(r#"{{"ret":0,"msg":"","nickname":"小白",{pictures},"gender":"男"}}"#);
    assert_eq!(reply.body, want);
    assert_eq!(
        reply.headers["content-type"],
        "application/json; charset=utf-8"
    );
    let xml = api(&world, USER_INFO, &[("format", "xml")])
        .send(&world)
        .await;
    for (name, value) in names.into_iter().zip(urls) {
        assert_eq!(element(&xml, name), value);
    }
    let texts = ["ret", "nickname", "gender"].map(|name| element(&xml, name));
    assert_eq!(texts, ["0", "小白", "男"]);
}
