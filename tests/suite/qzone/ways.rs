//! QZone: the ways of clients that were written for OAuth 1.0a or for other addresses.

use serde_json::json;

use crate::support::qzone::*;
use crate::support::{BAI, Call, World, okay};

#[tokio::test]
async fn out_of_band_is_no_callback() {
    let world = World::new().await;
    let asked = request_token(&world, &[("oauth_callback", "oob")]).await;
    let page = open(&world, &asked.token).await;
    added(&world.send(allow(&world, &page, BAI)).await, CALLBACK);
    let asked = request_token(&world, &[("oauth_callback", CALLBACK)]).await;
    let page = Page::of(&world.send(visit(&world, &asked.token, "oob")).await);
    added(&world.send(allow(&world, &page, BAI)).await, CALLBACK);
}

#[tokio::test]
async fn a_verifier_counts_as_the_vericode_where_that_is_missing() {
    let world = World::new().await;
    for (vericode, verifier, want) in [
        (None, Some(true), "0"),
        (Some(true), Some(true), "0"),
        (Some(true), Some(false), "0"),
        (Some(false), Some(true), "30007"),
        (None, Some(false), "30007"),
    ] {
        let (asked, right) = allowed(&world).await;
        let mut request = exchange(&world, &asked, &right);
        request.params.retain(|(name, _)| name != "oauth_vericode");
        for (name, is_right) in [("oauth_vericode", vericode), ("oauth_verifier", verifier)] {
            if let Some(is_right) = is_right {
                request = request.with(&[(name, if is_right { &*right } else { "wrong" })]);
            }
        }
        let reply = request.send(&world).await;
        assert_eq!(code(&reply), want, "{vericode:?} {verifier:?}");
    }
}

#[tokio::test]
async fn a_refusal_has_the_format_wherever_that_can_be_read() {
    let world = World::new().await;
    let packet = ("41002", "request packet error.");
    for target in [SHARE.1, FEED.1] {
        let post = || Call::post(target);
        let twice = [("format", "xml"), ("x", "1"), ("x", "2")];
        for call in [
            post().form(&twice),
            post().multipart(&twice),
            post().query(&twice),
            post().query(&twice[..1]).json(&json!({"a": 1})),
            post().form(&[("oauth_foo", "1"), ("format", "xml")]),
            post().body(FORM, b"x=%ff&format=xml"),
            Call::get(target).query(&twice[..1]),
        ] {
            let reply = world.send(call).await;
            let texts = (element(&reply, "ret"), element(&reply, "msg"));
            assert_eq!(texts, packet, "{target}");
        }
    }
}

#[tokio::test]
async fn addresses_without_an_operation_answer_as_this_family() {
    let world = World::new().await;
    let packet = ("41002", "request packet error.");
    for path in [
        "/t/add_t",
        "/blog/add_one_blog",
        "/photo/list_album",
        "/user/get_oauth2_token",
        "/feeds/nothing",
        "//share//nothing/at/all",
        "/oauth/nothing",
        "/oauth2.0/me",
        "/moc2/me",
        "/relation/get_fanslist",
        "/shuoshuo/add_topic",
        "/cft_info/get_tenpay_addr",
        "/v3/user/get_info",
        "/t",
        "/t/",
        "/blog/",
        "/photo",
        "//shuoshuo/",
        "/oauth2.0",
    ] {
        for method in ["GET", "POST"] {
            let call = || Call::new(method, path);
            let reply = world.send(call().query(&[("format", "json")])).await;
            assert_json(&reply, packet);
            assert_json(&world.send(call()).await, packet);
            let reply = world.send(call().query(&[("format", "xml")])).await;
            assert_eq!((element(&reply, "ret"), element(&reply, "msg")), packet);
        }
        let reply = world
            .send(Call::post(path).form(&[("format", "xml")]))
            .await;
        assert_eq!(element(&reply, "ret"), packet.0);
    }
    for path in ["/tt/x", "/users/x", "/oauth2/me", "/T/add_t", "/x/t"] {
        let reply = world.send(Call::get(path)).await;
        assert_eq!(reply.json()["ret"], 404, "{path}");
    }
    // Old addresses name an operation of another family behind any path.
    for path in ["/t", "/user/", "/relation/x"] {
        let show = [("s", okay::SHOW), ("app_key", demo::OPEN_APP)];
        let shown = world.send(Call::get(path).query(&show)).await;
        assert_eq!(shown.json()["ret"], 200, "{path}: {}", shown.body);
        let route = [("m", "api/weibo/action.update")];
        let update = world.send(Call::post(path).query(&route)).await;
        assert_eq!(update.json()["errno"], 3_010_004, "{path}: {}", update.body);
    }
}
