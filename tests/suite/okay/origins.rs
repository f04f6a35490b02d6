//! Who lets pages of other origins read what (okayapi section 3.4).

use demo::{OPEN_APP, SIGNED_APP};
use serde_json::json;

use crate::support::admin::{done, run};
use crate::support::okay::{MOMENT, SHOW, get, post, stored, valid, with};
use crate::support::{Call, Reply, World};

const ORIGIN: (&str, &str) = ("origin", "http://a.test");
const PATH: &str = "/api/App/Market_Message/Show";

/// What a header names, in lower case.
fn list(reply: &Reply, name: &str) -> Vec<String> {
    let value = reply.headers.get(name).cloned().unwrap_or_default();
    let value = value.to_ascii_lowercase();
    value
        .split(',')
        .map(|part| part.trim().to_owned())
        .collect()
}

#[track_caller]
fn assert_open(reply: &Reply) {
    assert_eq!(list(reply, "access-control-allow-origin"), ["*"]);
    // With cookies an origin would have to be named.
    let with_cookies = "access-control-allow-credentials";
    assert!(!reply.headers.contains_key(with_cookies), "{reply:?}");
    let methods = list(reply, "access-control-allow-methods");
    for method in ["get", "post"] {
        assert!(methods.contains(&method.to_owned()), "{methods:?}");
    }
}

#[track_caller]
fn assert_allows(reply: &Reply, headers: &[&str]) {
    let allowed = list(reply, "access-control-allow-headers");
    for name in headers {
        assert!(allowed.contains(&(*name).to_owned()), "{allowed:?}");
    }
}

#[track_caller]
fn assert_closed(reply: &Reply) {
    let mut names = reply.headers.keys();
    let opened = names.any(|name| name.starts_with("access-control"));
    assert!(!opened, "{:?}", reply.headers);
}

#[tokio::test]
async fn pages_of_every_origin_read_answers_and_refusals() {
    let world = World::new().await;
    let unknown = "X".repeat(32);
    let moment = valid(&world, MOMENT);
    let zeros = "0".repeat(64);
    let dead = with(&moment, "token", &zeros);
    for (call, ret) in [
        (get(SHOW, &[]), 200),
        (post(SHOW, &[]), 200),
        (post(MOMENT, &moment), 200),
        (get(SHOW, &[("yesapi_allow_origin", "0")]), 200),
        (get(SHOW, &[("callback", "cb()")]), 400),
        (get(SHOW, &[("page", "0")]), 400),
        (Call::post("/").body("application/json", b"{"), 400),
        (Call::get(PATH), 400),
        (post(MOMENT, &dead), 401),
        (get("App.No.Way", &[]), 404),
        (Call::get("/"), 404),
        (Call::get(PATH).query(&[("app_key", &unknown)]), 406),
        (Call::get(PATH).header("appkey", &unknown), 406),
        (Call::get(PATH).query(&[("app_key", SIGNED_APP)]), 409),
    ] {
        let reply = world.send(call.clone().header(ORIGIN.0, ORIGIN.1)).await;
        assert_eq!(reply.json()["ret"], ret, "{}", reply.body);
        assert_open(&reply);
        // Also without the browser's word for it.
        assert_open(&world.send(call).await);
    }
    let _storm = world.faults().outage();
    let reply = world.send(get(SHOW, &[])).await;
    assert_eq!(reply.json()["ret"], 500);
    assert_open(&reply);
}

#[tokio::test]
async fn an_app_may_ask_for_the_flag() {
    let world = World::new().await;
    let set = async |when: &str| {
        let app = ["app", "set", OPEN_APP, "--cross-origin", when];
        let shown = done(&world, &app).await;
        assert_eq!(shown["cross_origin"], when);
        world.pass(61);
    };
    set("flag").await;
    for value in ["0", "", "2"] {
        let flag = ("yesapi_allow_origin", value);
        let reply = world.send(get(SHOW, &[flag])).await;
        assert_eq!(reply.json()["ret"], 200);
        assert_closed(&reply);
    }
    let zeros = "0".repeat(64);
    let moment = valid(&world, MOMENT);
    let dead = with(&moment, "token", &zeros);
    assert_closed(&world.send(post(MOMENT, &dead)).await);
    // It is the app's rule also where a call is refused before anything is asked of the app.
    let own = [("app_key", OPEN_APP)];
    let refused = |call: Call| call.query(&own).header(ORIGIN.0, ORIGIN.1);
    for (call, ret) in [
        (refused(Call::get(PATH).query(&[("page", "0")])), 400),
        (refused(Call::get(PATH).query(&[("callback", "cb()")])), 400),
        (
            refused(Call::post(PATH).body("application/json", b"{")),
            400,
        ),
        (refused(Call::get("/?s=App.No.Way")), 404),
        (Call::get("/?s=App.No.Way").header("appkey", OPEN_APP), 404),
        (
            Call::post("/").json(&json!({"app_key": OPEN_APP, "s": "x"})),
            404,
        ),
    ] {
        let reply = world.send(call.clone()).await;
        assert_eq!(reply.json()["ret"], ret, "{}", reply.body);
        assert_closed(&reply);
        assert_open(
            &world
                .send(call.query(&[("yesapi_allow_origin", "1")]))
                .await,
        );
    }
    // Who names no app, or none that there is, has the default; other apps have their own rule.
    for (key, ret) in [
        ("", 400),
        ("short", 400),
        (&*"X".repeat(32), 406),
        (SIGNED_APP, 409),
    ] {
        let reply = world.send(Call::get(PATH).query(&[("app_key", key)])).await;
        assert_eq!(reply.json()["ret"], ret, "{key}");
        assert_open(&reply);
    }
    let flag = ("yesapi_allow_origin", "1");
    let body = json!({"app_key": OPEN_APP, "yesapi_allow_origin": 1});
    for call in [
        get(SHOW, &[flag]),
        post(SHOW, &[flag]),
        get(SHOW, &[flag, ("page", "0")]),
        post(MOMENT, &with(&dead, flag.0, flag.1)),
        Call::post(PATH).json(&body),
    ] {
        assert_open(&world.send(call.header(ORIGIN.0, ORIGIN.1)).await);
    }
    set("always").await;
    assert_open(&world.send(get(SHOW, &[])).await);
    for wrong in ["never", "", "1"] {
        let app = ["app", "set", OPEN_APP, "--cross-origin", wrong];
        assert!(run(&world, &app).await.is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn a_browser_that_asks_first_is_told_that_it_may() {
    let world = World::new().await;
    let app = ["app", "set", OPEN_APP, "--cross-origin", "flag"];
    done(&world, &app).await;
    let mut params = valid(&world, MOMENT);
    params.extend([("s", MOMENT), ("app_key", OPEN_APP)]);
    let before = stored(&world).await;
    // The call itself may have its flag, and its key, in the body.
    for call in [
        Call::new("OPTIONS", "/"),
        Call::new("OPTIONS", "//"),
        Call::new("OPTIONS", "/api/App/No/Way"),
        Call::new("OPTIONS", "/api/App/Market_Minimoments/PostMoment"),
        Call::new("OPTIONS", "/").query(&params),
        Call::new("OPTIONS", "/?callback=cb()&app_key=short"),
        Call::new("OPTIONS", "/?message_content=%ff"),
    ] {
        let call = call
            .header(ORIGIN.0, ORIGIN.1)
            .header("access-control-request-method", "POST");
        let usual = [
            "content-type",
            "appkey",
            "x-requested-with",
            "authorization",
        ];
        let reply = world.send(call.clone()).await;
        assert_eq!((reply.status, reply.body.as_str()), (204, ""));
        assert_open(&reply);
        assert_allows(&reply, &usual);
        for name in [
            "content-type",
            "Content-Type,X-My-Header",
            &usual.join(", "),
        ] {
            let asks = call.clone().header("access-control-request-headers", name);
            let reply = world.send(asks).await;
            assert_open(&reply);
            let asked = name.to_ascii_lowercase();
            let asked: Vec<&str> = asked.split(',').map(str::trim).collect();
            assert_allows(&reply, &asked);
        }
        // What is no list of headers does not come back.
        for strange in ["a\r\nset-cookie: x", "好", "", &"a".repeat(2_000)] {
            let asks = call
                .clone()
                .header("access-control-request-headers", strange);
            let reply = world.send(asks).await;
            assert_open(&reply);
            assert_allows(&reply, &usual);
            assert_eq!(list(&reply, "access-control-allow-headers").len(), 4);
        }
    }
    assert_eq!(stored(&world).await, before);
}
