//! What surrounds an answer: the envelope, `return_data`, `_t` and `_auth`, headers, JSONP (okayapi
//! sections 2, 3 and 9b).

use demo::{OPEN_APP, SIGNED_APP};
use jiff::Timestamp;
use serde_json::json;
use weiquan_store::clients::{SignMode, Status};
use weiquan_store::digest::md5_hex;

use crate::support::okay::*;
use crate::support::{Call, Reply, World};

const EMPTY_PAGE: &str = r#"{"err_code":0,"err_msg":"","total":0,"items":[]}"#;

/// `data` as its bytes stand in the body, `_t` and `_auth`.
#[track_caller]
fn parts(body: &str) -> (&str, i64, &str) {
    let (_, rest) = body.split_once(",\"data\":").unwrap();
    let (data, rest) = rest.rsplit_once(",\"msg\":").unwrap();
    let (rest, auth) = rest.rsplit_once(",\"_auth\":\"").unwrap();
    let (_, time) = rest.rsplit_once(",\"_t\":").unwrap();
    let auth = auth.strip_suffix("\"}").unwrap();
    (data, time.parse().unwrap(), auth)
}

#[track_caller]
fn assert_authentic(reply: &Reply, secret: &str, now: Timestamp) {
    let (data, time, auth) = parts(&reply.body);
    assert_eq!(time, now.as_second());
    assert_eq!(auth, md5_hex([data, &time.to_string(), secret]));
}

#[tokio::test]
async fn the_keys_stand_in_the_documented_order() {
    let world = World::new().await;
    let reply = world.send(get(SHOW, &[])).await;
    let msg = reply.json()["msg"].as_str().unwrap().to_owned();
    assert!(msg.contains(SHOW), "{msg}");
    let (_, _, auth) = parts(&reply.body);
    assert_eq!(
        reply.body,
        format!(
            r#"{{"ret":200,"data":{EMPTY_PAGE},"msg":"{msg}","_t":1780286400,"_auth":"{auth}"}}"#
        )
    );
    let id = comment(&world, &valid(&world, POST)).await;
    let reply = world.send(post(POST, &valid(&world, POST))).await;
    let (data, _, _) = parts(&reply.body);
    let next = reply.json()["data"]["id"].as_u64().unwrap();
    assert!(next > id);
    let expected = format!(r#"{{"err_code":0,"err_msg":"","id":{next}}}"#);
    assert_eq!(data, expected);
}

#[tokio::test]
async fn the_documented_digests_come_out() {
    let world = World::new().await;
    create_app(&world, SignMode::Dynamic).await;
    world
        .clock
        .set(Timestamp::from_second(1_657_513_450).unwrap());
    let reply = world.send(signed(SHOW, KEY, SECRET, &[])).await;
    let auth = "23302d39cdbf4af00f570dd6698f287e";
    assert_eq!(parts(&reply.body), (EMPTY_PAGE, 1_657_513_450, auth));
    let dead = with(&valid(&world, MOMENT), "token", "");
    let dead = signed(MOMENT, KEY, SECRET, &with(&dead, "token", &"0".repeat(64)));
    let reply = world.send(dead).await;
    assert_eq!(reply.json()["ret"], 401);
    let auth = "0472bc9d416c8cdbc907ead5fe382ef7";
    assert_eq!(parts(&reply.body), ("{}", 1_657_513_450, auth));
}

#[tokio::test]
async fn auth_covers_the_bytes_of_data_with_slashes_and_chinese() {
    let world = World::new().await;
    let content = "<a href=\"http://x/\">好</a>\t\u{1}\\ \",\"msg\":\"";
    comment(
        &world,
        &with(&valid(&world, POST), "message_content", content),
    )
    .await;
    world.pass(3);
    let reply = world.send(get(SHOW, &[])).await;
    assert_authentic(&reply, &world.demo.apps[0].app_secrect, world.now());
    let (data, _, _) = parts(&reply.body);
    assert!(
        data.contains(r#""message_content":"<a href=\"http:\/\/x\/\">好<\/a>\t"#),
        "{data}"
    );
    let read: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(read["items"][0]["message_content"], content);
}

#[tokio::test]
async fn auth_stands_in_refusals_too_once_the_signature_is_right() {
    let world = World::new().await;
    let token = "0".repeat(64);
    let dead = with(&valid(&world, MOMENT), "token", &token);
    let missing = with(&valid(&world, POST), "message_pid", "1");
    for (call, ret) in [(post(MOMENT, &dead), 401), (post(POST, &missing), 200)] {
        let reply = world.send(call).await;
        assert_eq!(reply.json()["ret"], ret, "{}", reply.body);
        assert_authentic(&reply, &world.demo.apps[0].app_secrect, world.now());
    }
    let key = "X".repeat(32);
    let reply = world
        .send(Call::get("/").query(&[("s", SHOW), ("app_key", key.as_str())]))
        .await;
    let json = reply.json();
    assert_eq!(json["ret"], 406);
    assert_eq!(json["_t"], 1_780_286_400);
    assert_eq!(json.get("_auth"), None);
}

#[tokio::test]
async fn return_data_1_gives_the_data_alone() {
    let world = World::new().await;
    let path = "/api/App/Market_Message/Show";
    for call in [
        get(SHOW, &[("return_data", "1")]),
        post(SHOW, &[("return_data", "1")]),
        Call::post(path).json(&json!({"app_key": OPEN_APP, "return_data": 1})),
        Call::post(path).json(&json!({"app_key": OPEN_APP, "return_data": "1"})),
        Call::post(path).json(&json!({"app_key": OPEN_APP, "return_data": true})),
        get(SHOW, &[("return_data", "True")]),
    ] {
        let reply = world.send(call).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, EMPTY_PAGE));
    }
    for other in ["0", "2", "", "false", "01"] {
        let reply = world.send(get(SHOW, &[("return_data", other)])).await;
        assert_eq!(parts(&reply.body).0, EMPTY_PAGE, "{other}");
    }
}

#[tokio::test]
async fn return_data_1_gives_errors_as_err_code_and_err_msg() {
    let world = World::new().await;
    let alone = ("return_data", "1");
    let short = "客户端非法请求：app_key.len应该大于或等于32, 但现在app_key.len = 5";
    for (pairs, ret, msg) in [
        (
            vec![("s", SHOW)],
            400,
            "客户端非法请求：缺少必要参数app_key",
        ),
        (vec![("s", SHOW), ("app_key", "short")], 400, short),
        (
            vec![("s", "App.No.Way")],
            404,
            "客户端非法请求：接口服务App.No.Way不存在",
        ),
    ] {
        let reply = world
            .send(Call::get("/").query(&with(&pairs, alone.0, alone.1)))
            .await;
        let expected = format!(r#"{{"err_code":{ret},"err_msg":"{msg}"}}"#);
        assert_eq!((reply.status, reply.body), (200, expected));
    }
    let signed = Call::get("/").query(&[("s", SHOW), ("app_key", SIGNED_APP), alone]);
    let reply = world.send(signed).await.json();
    assert_eq!(reply["err_code"], 409);
    assert!(reply["err_msg"].as_str().unwrap().contains("签名错误"));
    assert_eq!(reply.as_object().unwrap().len(), 2);
    let missing = with(&valid(&world, POST), "message_pid", "1");
    let reply = world
        .send(post(POST, &with(&missing, alone.0, alone.1)))
        .await;
    assert_eq!(reply.json()["err_code"], 1);
    assert_eq!(reply.json()["err_msg"], "父级评论不存在");
    assert_eq!(reply.json().get("ret"), None);
}

#[tokio::test]
async fn every_answer_carries_its_headers() {
    let world = World::new().await;
    let mut replies = Vec::new();
    for call in [
        get(SHOW, &[]),
        get(SHOW, &[("return_data", "1")]),
        get(SHOW, &[("page", "0")]),
        get("App.No.Way", &[]),
        Call::post("/").body("application/json", b"{"),
    ] {
        replies.push(world.send(call).await);
    }
    let _storm = world.faults().outage();
    replies.push(world.send(get(SHOW, &[])).await);
    for reply in &replies {
        assert_eq!(
            reply.headers["content-type"],
            "application/json;charset=utf-8"
        );
        assert_eq!(reply.headers["cache-control"], "no-store");
        assert_eq!(reply.headers["x-request-id"], "request-1");
        assert_eq!(reply.headers["access-control-allow-origin"], "*");
    }
    assert_eq!(replies.last().unwrap().json()["ret"], 500);
}

#[tokio::test]
async fn a_key_in_the_header_turns_ret_into_the_http_status() {
    let world = World::new().await;
    let unknown = "X".repeat(32);
    let ask = |service, key: &str, page| {
        Call::get("/")
            .query(&[("s", service), ("page", page)])
            .header("appkey", key)
    };
    for (service, key, page, ret) in [
        (SHOW, OPEN_APP, "1", 200),
        (SHOW, OPEN_APP, "0", 400),
        (SHOW, "short", "1", 400),
        ("App.No.Way", OPEN_APP, "1", 404),
        (SHOW, unknown.as_str(), "1", 406),
        (SHOW, SIGNED_APP, "1", 409),
    ] {
        let reply = world.send(ask(service, key, page)).await;
        assert_eq!(reply.status, ret, "{}", reply.body);
        assert_eq!(reply.json()["ret"], ret, "{}", reply.body);
        let shaped = ask(service, key, page).query(&[("return_data", "1")]);
        let reply = world.send(shaped).await;
        assert_eq!(reply.status, ret, "{}", reply.body);
    }
    let token = "0".repeat(64);
    let dead = with(&valid(&world, MOMENT), "token", &token);
    let path = "/api/App/Market_Minimoments/PostMoment";
    let call = Call::post(path).form(&dead).header("APPKEY", OPEN_APP);
    let reply = world.send(call).await;
    assert_eq!(reply.status, 401);
    assert_refused(&reply, 401, "登录会话已过期，请重新登录");
    set_app(&world, OPEN_APP, |app| app.status = Status::Expired).await;
    assert_eq!(world.send(ask(SHOW, OPEN_APP, "1")).await.status, 407);
    set_app(&world, OPEN_APP, |app| app.status = Status::Banned).await;
    assert_eq!(world.send(ask(SHOW, OPEN_APP, "1")).await.status, 408);
}

#[tokio::test]
async fn a_key_in_a_parameter_keeps_http_200() {
    let world = World::new().await;
    let unknown = "X".repeat(32);
    for name in ["app_key", "APPKEY", "HTTP_APPKEY"] {
        for (key, ret) in [(OPEN_APP, 200), ("short", 400), (unknown.as_str(), 406)] {
            let pairs = [("s", SHOW), (name, key)];
            for call in [Call::get("/").query(&pairs), Call::post("/").form(&pairs)] {
                let reply = world.send(call).await;
                assert_eq!(reply.status, 200, "{name} {}", reply.body);
                assert_eq!(reply.json()["ret"], ret, "{name} {}", reply.body);
            }
        }
    }
    let both = |parameter: &str, header: &str| {
        Call::get("/")
            .query(&[("s", SHOW), ("app_key", parameter)])
            .header("appkey", header)
    };
    let reply = world.send(both(OPEN_APP, &unknown)).await;
    assert_eq!(
        (reply.status, reply.json()["ret"].as_u64()),
        (200, Some(200))
    );
    let reply = world.send(both(&unknown, OPEN_APP)).await;
    assert_eq!(
        (reply.status, reply.json()["ret"].as_u64()),
        (200, Some(406))
    );
    let names = [
        ("s", SHOW),
        ("APPKEY", unknown.as_str()),
        ("app_key", OPEN_APP),
    ];
    let reply = world.send(Call::get("/").query(&names)).await;
    assert_eq!(reply.json()["ret"], 200);
}

#[tokio::test]
async fn jsonp_wraps_the_answer_in_the_callback() {
    let world = World::new().await;
    for name in ["cb", "jQuery1_2", "$", "my.own.cb$_9", "9"] {
        let reply = world.send(get(SHOW, &[("callback", name)])).await;
        assert_eq!(
            reply.headers["content-type"],
            "text/javascript; charset=utf-8"
        );
        let inner = reply.body.strip_prefix(&format!("{name}(")).unwrap();
        let inner = inner.strip_suffix(')').unwrap();
        let plain = world.send(get(SHOW, &[])).await;
        assert_eq!(inner, plain.body);
    }
    let params = [("callback", "cb"), ("return_data", "1")];
    let reply = world.send(get(SHOW, &params)).await;
    assert_eq!(reply.body, format!("cb({EMPTY_PAGE})"));
    let reply = world
        .send(get(SHOW, &[("callback", "cb"), ("page", "0")]))
        .await;
    let begin = "cb({\"ret\":400,\"data\":{},\"msg\":\"";
    assert!(
        reply.body.starts_with(&format!("{begin}{PREFIX}")),
        "{}",
        reply.body
    );
}

#[tokio::test]
async fn jsonp_takes_no_names_that_could_be_code() {
    let world = World::new().await;
    for name in [
        "",
        "alert(1)//",
        "a b",
        "a-b",
        "a;b",
        "<script>",
        "cb[0]",
        "回调",
        "cb\n",
        "/*",
    ] {
        let reply = world.send(get(SHOW, &[("callback", name)])).await;
        // Plain JSON, whether the name is ignored or refused.
        assert!(reply.json()["ret"].is_u64(), "{name:?}");
        assert_eq!(
            reply.headers["content-type"],
            "application/json;charset=utf-8"
        );
    }
}
