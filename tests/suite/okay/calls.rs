//! How a request names its operation and where its parameters stand (okayapi section 3.4).

use demo::OPEN_APP;
use serde_json::json;

use crate::support::okay::*;
use crate::support::{Call, Reply, World};

/// A session that nobody has.
const DEAD: &str = "0000000000000000000000000000000000000000000000000000000000000000";
const KEY: (&str, &str) = ("app_key", OPEN_APP);

#[track_caller]
fn assert_shown(reply: &Reply) {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let json = reply.json();
    assert_eq!(json["ret"], 200, "{}", reply.body);
    assert_eq!(
        json["data"],
        json!({"err_code": 0, "err_msg": "", "total": 0, "items": []})
    );
}

#[tokio::test]
async fn every_way_to_name_an_operation_in_the_address_works_by_get_and_post() {
    let world = World::new().await;
    for target in [
        "/?s=App.Market_Message.Show",
        "/?service=App.Market_Message.Show",
        "?s=App.Market_Message.Show",
        "//?s=App.Market_Message.Show",
        "///?s=App.Market_Message.Show",
        "//?service=App.Market_Message.Show",
        "/?s=Market_Message.Show",
        "/?service=Market_Message.Show",
        "/?s=App.Market_Message.show",
        "/?s=App.Market_Message.SHOW",
        "/api/App/Market_Message/Show",
        "/api/App/Market_Message/show",
    ] {
        for method in ["GET", "POST"] {
            let reply = world.send(Call::new(method, target).query(&[KEY])).await;
            assert_eq!(reply.json()["ret"], 200, "{method} {target} {}", reply.body);
            assert_shown(&reply);
        }
    }
}

#[tokio::test]
async fn the_operation_may_stand_in_a_body_of_every_kind() {
    let world = World::new().await;
    for name in ["s", "service"] {
        for service in [SHOW, "Market_Message.Show", "App.Market_Message.show"] {
            let pairs = [(name, service), KEY];
            for call in [
                Call::post("/").form(&pairs),
                Call::post("//").form(&pairs),
                Call::post("/").multipart(&pairs),
                Call::post("/").json(&json!({name: service, "app_key": OPEN_APP})),
            ] {
                assert_shown(&world.send(call).await);
            }
        }
    }
}

#[tokio::test]
async fn an_empty_body_leaves_the_query_as_it_is() {
    let world = World::new().await;
    for content_type in [
        "",
        "application/x-www-form-urlencoded",
        "application/json",
        "text/plain",
    ] {
        let call = Call::post("/").query(&[("s", SHOW), KEY]);
        assert_shown(&world.send(call.body(content_type, b"")).await);
    }
    let call = Call::post("/").query(&[("s", SHOW), KEY]).json(&json!({}));
    assert_shown(&world.send(call).await);
}

#[tokio::test]
async fn a_json_object_counts_whatever_its_content_type() {
    let world = World::new().await;
    let body = json!({"s": SHOW, "app_key": OPEN_APP}).to_string();
    for content_type in [
        "application/json",
        "application/json; charset=utf-8",
        "text/plain",
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "",
    ] {
        let call = Call::post("/").body(content_type, body.as_bytes());
        assert_shown(&world.send(call).await);
    }
    let mut untyped = Call::post("/");
    untyped.0.body = body.into_bytes();
    assert_shown(&world.send(untyped).await);
}

#[tokio::test]
async fn service_wins_over_s() {
    let world = World::new().await;
    let pairs = [("service", SHOW), ("s", "App.Nothing.Here"), KEY];
    assert_shown(&world.send(Call::get("/").query(&pairs)).await);
    assert_shown(&world.send(Call::post("/").form(&pairs)).await);
    let pairs = [("service", "App.Nothing.Here"), ("s", SHOW), KEY];
    let reply = world.send(Call::get("/").query(&pairs)).await;
    assert_eq!(reply.json()["ret"], 404);
}

#[tokio::test]
async fn the_body_names_the_operation_before_the_query_does() {
    let world = World::new().await;
    let wrong = [("s", "App.Nothing.Here"), KEY];
    let right = [("s", SHOW)];
    for call in [
        Call::post("/").query(&wrong).form(&right),
        Call::post("/").query(&wrong).multipart(&right),
        Call::post("/").query(&wrong).json(&json!({"s": SHOW})),
    ] {
        assert_shown(&world.send(call).await);
    }
    let call = Call::post("/").query(&[("s", SHOW), KEY]).form(&wrong);
    assert_eq!(world.send(call).await.json()["ret"], 404);
}

#[tokio::test]
async fn the_body_wins_over_the_query() {
    let world = World::new().await;
    let post = |perpage| Call::post("/").query(&[("s", SHOW), KEY, ("perpage", perpage)]);
    for call in [
        post("101").form(&[("perpage", "100")]),
        post("101").multipart(&[("perpage", "100")]),
        post("101").json(&json!({"perpage": 100})),
        post("101").body(
            "application/x-www-form-urlencoded",
            b"{\"perpage\":\"100\"}",
        ),
    ] {
        assert_shown(&world.send(call).await);
    }
    for call in [
        post("100").form(&[("perpage", "101")]),
        post("100").multipart(&[("perpage", "101")]),
        post("100").json(&json!({"perpage": 101})),
    ] {
        let reply = world.send(call).await;
        let text = "perpage应该小于等于100, 但现在perpage = 101";
        assert_invalid(&reply, 400, text);
    }
}

#[tokio::test]
async fn the_last_of_several_wins() {
    let world = World::new().await;
    let post = || Call::post("/").query(&[("s", SHOW), KEY]);
    for (first, last, ret) in [("101", "100", 200), ("100", "101", 400)] {
        let pairs = [("perpage", first), ("perpage", last)];
        let object = format!("{{\"perpage\":{first},\"perpage\":{last}}}");
        for call in [
            get(SHOW, &pairs),
            post().form(&pairs),
            post().multipart(&pairs),
            post().body("application/json", object.as_bytes()),
        ] {
            let reply = world.send(call).await;
            assert_eq!(reply.json()["ret"], ret, "{pairs:?} {}", reply.body);
        }
    }
}

#[tokio::test]
async fn unknown_services_are_404() {
    let world = World::new().await;
    for service in [
        "App.Market_Message.Shows",
        "App.Market_Messages.Show",
        "App.market_message.Show",
        "App.Market_message.Show",
        "App.Nothing.Here",
    ] {
        let reply = world.send(get(service, &[])).await;
        assert_eq!(reply.status, 200);
        assert_invalid(&reply, 404, &format!("接口服务{service}不存在"));
    }
    for target in [
        "/",
        "/?s=",
        "/?service=",
        "/?s=Market_Message",
        "/?s=App.Market_Message",
        "/?s=Show",
        "/api/App/Market_Message/Shows",
        "/api/App/market_message/Show",
    ] {
        for method in ["GET", "POST"] {
            let reply = world.send(Call::new(method, target).query(&[KEY])).await;
            assert_eq!(reply.json()["ret"], 404, "{target} {}", reply.body);
            assert_eq!(reply.status, 200, "{target}");
        }
    }
}

#[tokio::test]
async fn an_unknown_service_is_404_even_with_a_bad_key() {
    let world = World::new().await;
    for key in [None, Some(""), Some("short"), Some(&"X".repeat(32)[..])] {
        let mut pairs = vec![("s", "App.Market_Message.Shows")];
        pairs.extend(key.map(|key| ("app_key", key)));
        let reply = world.send(Call::get("/").query(&pairs)).await;
        assert_invalid(&reply, 404, "接口服务App.Market_Message.Shows不存在");
    }
}

#[tokio::test]
async fn a_null_in_json_is_an_absent_parameter() {
    let world = World::new().await;
    let call = |body| Call::post("/api/App/Market_Message/Show").json(&body);
    let body = json!({"app_key": OPEN_APP, "page": null, "message_key": null, "uuid": null});
    assert_shown(&world.send(call(body)).await);
}

#[tokio::test]
async fn every_form_of_request_reaches_every_operation() {
    let world = World::with_content().await;
    for operation in front::OKAY {
        let mut params = sample(&world, operation);
        if operation.name == LOGOUT {
            // The others need the session.
            params = with(&params, "token", DEAD);
        }
        let path = path(operation.name);
        let (class, action) = path.rsplit_once('/').unwrap();
        let lower = format!("{class}/{}", action.to_lowercase());
        let named = with(&params, "app_key", OPEN_APP);
        let by_s = with(&named, "s", operation.name);
        for (form, call) in [
            get(operation.name, &params),
            post(operation.name, &params),
            Call::get(&path).query(&named),
            Call::post(&path).query(&named),
            Call::post(&path).form(&named),
            Call::post(&path).multipart(&named),
            Call::post(&path).json(&object(&named)),
            Call::post(&lower).form(&named),
            Call::post("/").form(&by_s),
            Call::post("//").multipart(&by_s),
            Call::post("/").json(&object(&by_s)),
        ]
        .into_iter()
        .enumerate()
        {
            let reply = world.send(call).await;
            assert_eq!(reply.operation, Some(operation.name), "form {form}");
            assert_ret(&reply, 200);
        }
    }
}
