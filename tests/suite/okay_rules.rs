//! What every parameter may be, and the texts that refuse it (okayapi sections 4.2, 5.1, 6.1, 7.1).

use demo::OPEN_APP;
use serde_json::{Value, json};

use crate::okay::{
    MOMENT, POST, SHOW, assert_invalid, comment, get, post, posted_id, show, stored, valid, with,
};
use crate::world::{Call, World};

const NOT_JSON: &str = "参数more_data的JSON数据格式错误";

/// A parameter's value, and the text that refuses it; `None` accepts it.
type Case<'a> = (&'a str, &'a str, Option<&'a str>);

/// Sends `service` once for each case, all else valid.
async fn check(world: &World, service: &str, cases: &[Case<'_>]) {
    for (name, value, refusal) in cases {
        let before = stored(world).await;
        let params = with(&valid(world, service), name, value);
        for call in [get(service, &params), post(service, &params)] {
            let reply = world.send(call).await;
            assert_eq!(reply.status, 200);
            match refusal {
                Some(text) => assert_invalid(&reply, 400, text),
                None => assert_eq!(reply.json()["ret"], 200, "{name}={value} {}", reply.body),
            }
        }
        if refusal.is_some() {
            assert_eq!(stored(world).await, before, "{name}={value}");
        }
    }
}

/// `count` letters, and as many characters of three bytes.
fn texts(count: usize) -> [String; 2] {
    ["a".repeat(count), "字".repeat(count)]
}

#[tokio::test]
async fn the_key_of_the_app() {
    let world = World::new().await;
    for service in [SHOW, POST, MOMENT] {
        let params = with(&valid(&world, service), "s", service);
        let reply = world.send(Call::get("/").query(&params)).await;
        assert_invalid(&reply, 400, "缺少必要参数app_key");
        for length in [0, 1, 31] {
            let key = "K".repeat(length);
            let reply = world
                .send(Call::post("/").form(&with(&params, "app_key", &key)))
                .await;
            let text = format!("app_key.len应该大于或等于32, 但现在app_key.len = {length}");
            assert_invalid(&reply, 400, &text);
        }
        for length in [32, 33, 64, 5000] {
            let key = "K".repeat(length);
            let reply = world
                .send(Call::post("/").form(&with(&params, "app_key", &key)))
                .await;
            let json = reply.json();
            assert_eq!(json["ret"], 406, "{length}");
            let text = "非法app_key，请核对你所在的接口域名";
            assert!(
                json["msg"].as_str().unwrap().contains(text),
                "{}",
                reply.body
            );
        }
    }
}

#[tokio::test]
async fn the_message_key() {
    let world = World::new().await;
    let ([fit, wide], [long, wide_long]) = (texts(64), texts(65));
    let text = Some("message_key.len应该小于等于64, 但现在message_key.len = 65");
    for service in [SHOW, POST] {
        let cases = [
            ("message_key", "", None),
            ("message_key", fit.as_str(), None),
            ("message_key", wide.as_str(), None),
            ("message_key", long.as_str(), text),
            ("message_key", wide_long.as_str(), text),
        ];
        check(&world, service, &cases).await;
    }
}

#[tokio::test]
async fn the_page_and_its_size() {
    let world = World::new().await;
    let low_page = Some("page应该大于或等于1, 但现在page = 0");
    let low = Some("perpage应该大于或等于1, 但现在perpage = 0");
    let negative = "page应该大于或等于1, 但现在page = -1";
    let least = "page应该大于或等于1, 但现在page = -9223372036854775808";
    let most = "perpage应该小于等于100, 但现在perpage = 9223372036854775807";
    let cases = [
        ("page", "1", None),
        ("page", "", None),
        ("page", "1.9", None),
        ("page", "2nd", None),
        ("page", "9223372036854775807", None),
        ("page", "99999999999999999999", None),
        ("page", "0", low_page),
        ("page", "abc", low_page),
        ("page", "0.9", low_page),
        ("page", "-0", low_page),
        ("page", "-1", Some(negative)),
        ("page", "-1.5x", Some(negative)),
        ("page", "-9223372036854775808", Some(least)),
        ("perpage", "1", None),
        ("perpage", "100", None),
        ("perpage", "100.9", None),
        ("perpage", "", None),
        ("perpage", "0", low),
        ("perpage", "ff", low),
        (
            "perpage",
            "101",
            Some("perpage应该小于等于100, 但现在perpage = 101"),
        ),
        (
            "perpage",
            "101abc",
            Some("perpage应该小于等于100, 但现在perpage = 101"),
        ),
        (
            "perpage",
            "-5",
            Some("perpage应该大于或等于1, 但现在perpage = -5"),
        ),
        ("perpage", "9223372036854775807", Some(most)),
    ];
    check(&world, SHOW, &cases).await;
}

#[tokio::test]
async fn the_order_is_never_refused() {
    let world = World::new().await;
    let first = comment(&world, &[("message_content", "1")]).await;
    let second = comment(&world, &[("message_content", "2")]).await;
    for order in ["", "0", "1", "3", "-1", "abc", "1.9", "9223372036854775807"] {
        let data = show(&world, &[("order", order)]).await;
        assert_eq!(data["items"][0]["id"], first, "{order}");
    }
    for order in ["2", "2.9", "2x"] {
        let data = show(&world, &[("order", order)]).await;
        assert_eq!(data["items"][0]["id"], second, "{order}");
    }
}

#[tokio::test]
async fn the_session_of_a_moment() {
    let world = World::new().await;
    let uuids = ["A".repeat(31), "A".repeat(33)];
    let tokens = ["A".repeat(63), "A".repeat(65)];
    let no_uuid = "uuid.len应该大于或等于32, 但现在uuid.len = 0";
    let short_uuid = "uuid.len应该大于或等于32, 但现在uuid.len = 31";
    let long_uuid = "uuid.len应该小于等于32, 但现在uuid.len = 33";
    let no_token = "token.len应该大于或等于64, 但现在token.len = 0";
    let short_token = "token.len应该大于或等于64, 但现在token.len = 63";
    let long_token = "token.len应该小于等于64, 但现在token.len = 65";
    let cases: [Case<'_>; 6] = [
        ("uuid", "", Some(no_uuid)),
        ("uuid", uuids[0].as_str(), Some(short_uuid)),
        ("uuid", uuids[1].as_str(), Some(long_uuid)),
        ("token", "", Some(no_token)),
        ("token", tokens[0].as_str(), Some(short_token)),
        ("token", tokens[1].as_str(), Some(long_token)),
    ];
    check(&world, MOMENT, &cases).await;
}

#[tokio::test]
async fn the_nicknames() {
    let world = World::new().await;
    for (service, name, max) in [
        (MOMENT, "moment_nickname", 100),
        (POST, "message_nickname", 32),
    ] {
        let ([fit, wide], [long, wide_long]) = (texts(max), texts(max + 1));
        let text = format!(
            "{name}.len应该小于等于{max}, 但现在{name}.len = {}",
            max + 1
        );
        let cases = [
            (name, "", None),
            (name, fit.as_str(), None),
            (name, wide.as_str(), None),
            (name, long.as_str(), Some(text.as_str())),
            (name, wide_long.as_str(), Some(text.as_str())),
        ];
        check(&world, service, &cases).await;
    }
}

#[tokio::test]
async fn the_access_of_a_moment() {
    let world = World::new().await;
    let name = "moment_access";
    let cases = [
        (name, "0", None),
        (name, "1", None),
        (name, "2", None),
        (name, "", None),
        (name, "abc", None),
        (name, "2.9", None),
        (
            name,
            "3",
            Some("moment_access应该小于等于2, 但现在moment_access = 3"),
        ),
        (
            name,
            "3x",
            Some("moment_access应该小于等于2, 但现在moment_access = 3"),
        ),
        (
            name,
            "10",
            Some("moment_access应该小于等于2, 但现在moment_access = 10"),
        ),
        (
            name,
            "-1",
            Some("moment_access应该大于或等于0, 但现在moment_access = -1"),
        ),
    ];
    check(&world, MOMENT, &cases).await;
}

#[tokio::test]
async fn the_message_that_is_answered() {
    let world = World::new().await;
    let name = "message_pid";
    let cases = [
        (name, "0", None),
        (name, "", None),
        (name, "abc", None),
        (name, "0.9", None),
        (
            name,
            "-1",
            Some("message_pid应该大于或等于0, 但现在message_pid = -1"),
        ),
    ];
    check(&world, POST, &cases).await;
}

#[tokio::test]
async fn custom_fields_must_be_a_json_object() {
    let world = World::new().await;
    let refused = [
        "{",
        "abc",
        "{\"a\":1",
        "{'a':1}",
        "{\"a\":1}x",
        "{a:1}",
        " ",
        "5",
        "\"text\"",
        "true",
        "null",
        "[1,2]",
        "[{\"a\":1}]",
    ];
    for service in [POST, MOMENT] {
        let cases: Vec<Case<'_>> = refused
            .iter()
            .map(|value| ("more_data", *value, Some(NOT_JSON)))
            .chain([
                ("more_data", "", None),
                ("more_data", "{}", None),
                ("more_data", " {\"a\" : [1, {\"b\": null}]} ", None),
            ])
            .collect();
        check(&world, service, &cases).await;
        let path = format!("/api/{}", service.replace('.', "/"));
        for (more, ret) in [
            (json!({"a": 1}), 200),
            (json!({}), 200),
            (json!("{\"a\":1}"), 200),
            (Value::Null, 200),
            (json!([1]), 400),
            (json!(5), 400),
            (json!("{"), 400),
        ] {
            let mut body: serde_json::Map<_, _> = valid(&world, service)
                .into_iter()
                .map(|(name, value)| (name.to_owned(), json!(value)))
                .collect();
            body.insert("app_key".to_owned(), json!(OPEN_APP));
            body.insert("more_data".to_owned(), more.clone());
            let reply = world.send(Call::post(&path).json(&body.into())).await;
            assert_eq!(reply.json()["ret"], ret, "{more} {}", reply.body);
            if ret == 400 {
                assert_invalid(&reply, 400, NOT_JSON);
            }
        }
    }
}

#[tokio::test]
async fn the_text_of_a_message_is_required_and_may_be_empty() {
    let world = World::new().await;
    let reply = world.send(post(POST, &[])).await;
    assert_invalid(&reply, 400, "缺少必要参数message_content");
    let id = posted_id(&world.send(post(POST, &[("message_content", "")])).await);
    let data = show(&world, &[]).await;
    assert_eq!(data["items"][0]["id"], id);
    assert_eq!(data["items"][0]["message_content"], "");
}

#[tokio::test]
async fn numbers_of_json_are_checked_like_texts() {
    let world = World::new().await;
    let path = "/api/App/Market_Message/Show";
    for (name, value, refusal) in [
        ("page", json!(1), None),
        ("page", json!(null), None),
        (
            "page",
            json!(0),
            Some("page应该大于或等于1, 但现在page = 0"),
        ),
        (
            "page",
            json!("x"),
            Some("page应该大于或等于1, 但现在page = 0"),
        ),
        (
            "perpage",
            json!(101),
            Some("perpage应该小于等于100, 但现在perpage = 101"),
        ),
        (
            "perpage",
            json!(-3),
            Some("perpage应该大于或等于1, 但现在perpage = -3"),
        ),
    ] {
        let body = json!({"app_key": OPEN_APP, name: value});
        let reply = world.send(Call::post(path).json(&body)).await;
        match refusal {
            Some(text) => assert_invalid(&reply, 400, text),
            None => assert_eq!(reply.json()["ret"], 200, "{}", reply.body),
        }
    }
}
