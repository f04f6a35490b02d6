//! Profiles, `Hello.World`, and what all operations on members refuse (okayapi sections 4.1, 4.2, 7.3
//! and 7.4).

use demo::{OPEN_APP, SIGNED_APP};
use weiquan_store::clients::Plan;

use crate::support::okay::*;
use crate::support::{BAI, Call, World};

const HELLO: &str = "App.Hello.World";
/// The operations on members.
const ALL: [&str; 9] = [
    REGISTER,
    LOGIN,
    CHECK,
    PROFILE,
    OTHER_PROFILE,
    UPDATE,
    ALTER,
    HELLO,
    LOGOUT,
];

#[tokio::test]
async fn who_may_call_is_known_before_anything_is_done_and_the_free_plan_may() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    let new = hashed("new");
    let [unknown, zeros] = ["X".repeat(32), "0".repeat(64)];
    // What all the operations need: each ignores what it does not know.
    let mut all = [user.session(), user.names()].concat();
    all.extend([
        ("is_allow_many", "1"),
        ("old_password", user.password.as_str()),
        ("new_password", new.as_str()),
        ("other_uuid", user.uuid.as_str()),
        ("ext_info", "{\"a\":1}"),
        ("name", "x"),
    ]);
    let before = stored(&world).await;
    for service in ALL {
        let call = |key| Call::post(&path(service)).form(&with(&all, "app_key", key));
        let reply = world.send(call(unknown.as_str())).await;
        assert_refused(&reply, 406, "非法app_key");
        assert_refused(&world.send(call(SIGNED_APP)).await, 409, "签名错误");
    }
    assert_eq!(stored(&world).await, before);
    set_app(&world, OPEN_APP, |app| app.plan = Plan::Free).await;
    // Who logs in may still carry a session that has ended.
    let dead = with(&all, "token", &zeros);
    for service in ALL {
        let is_new = [REGISTER, LOGIN].contains(&service);
        let params = if is_new { &dead } else { &all };
        let json = world.send(post(service, params)).await.json();
        assert_eq!(json["ret"], 200, "{service} {json}");
        let code = i64::from(service == REGISTER);
        assert_eq!(json["data"]["err_code"], code, "{service} {json}");
    }
}

#[tokio::test]
async fn a_profile_is_told_to_its_member_and_without_the_address_to_all() {
    let world = World::new().await;
    // The day in China is the next one.
    world.pass(13 * 3600);
    let password = hashed("x");
    let told = r#"{"age":1.50,"big":12345678901234567890123,"name":"好"}"#;
    let params = [
        ("username", "Lily 莉"),
        ("password", password.as_str()),
        ("ext_info", told),
    ];
    let call = post(REGISTER, &params).from("2001:db8::9");
    let reply = world
        .send(call.header("x-forwarded-for", "192.0.2.1"))
        .await;
    let new = User {
        username: "lily 莉".to_owned(),
        password,
        uuid: given(&reply, "uuid"),
        token: String::new(),
    };
    world.pass(5);
    let user = login(&world, &new, None).await;
    let profile = |ip: &str| {
        let (begin, uuid) = (r#"{"err_code":0,"err_msg":"","info":"#, &user.uuid);
        let who = r#""username":"Lily 莉","role":"user","rolename":"普通用户","status":0"#;
        let from = format!(r#""register_time":"2026-06-02 01:00:00","register_ip":"{ip}""#);
        format!(r#"{begin}{{"uuid":"{uuid}",{who},{from},"ext_info":{told}}}}}"#)
    };
    let own = with(&user.session(), "return_data", "1");
    let named = with(&own, "app_key", OPEN_APP);
    for call in [
        get(PROFILE, &own),
        post("User.profile", &own),
        Call::post(&path(PROFILE)).form(&named),
    ] {
        assert_eq!(world.send(call).await.body, profile("2001:db8::9"));
    }
    let before = stored(&world).await;
    let asked = [("other_uuid", user.uuid.as_str()), ("return_data", "1")];
    let zeros = "0".repeat(64);
    let dead = with(&asked, "uuid", &new.uuid);
    for params in [
        asked.to_vec(),
        own.iter().chain(&asked).copied().collect(),
        with(&with(&asked, "uuid", ""), "token", ""),
        with(&dead, "token", &zeros),
    ] {
        for method in [get, post] {
            let reply = world.send(method(OTHER_PROFILE, &params)).await;
            assert_eq!(reply.body, profile(""));
        }
    }
    // Members are the same in every app.
    let secret = &world.demo.apps[1].app_secrect;
    let reply = world
        .send(signed(OTHER_PROFILE, SIGNED_APP, secret, &asked))
        .await;
    assert_eq!(reply.body, profile(""));
    for unknown in ["F".repeat(32), "字".repeat(32)] {
        assert_nobody(
            &world
                .send(post(OTHER_PROFILE, &[("other_uuid", &unknown)]))
                .await,
        );
    }
    assert_eq!(stored(&world).await, before);
}

#[tokio::test]
async fn hello_greets_by_name() {
    let world = World::new().await;
    let before = stored(&world).await;
    let long = "字".repeat(5_000);
    for name in ["小白", "", "0", "<b>\"a/b\"</b> + %41", &long] {
        let params = [("name", name), ("uuid", "x"), ("token", "")];
        let mut calls = vec![
            post(HELLO, &params),
            post("Hello.World", &params),
            Call::post(&path(HELLO)).form(&with(&params, "app_key", OPEN_APP)),
        ];
        if name.len() < 100 {
            calls.push(get(HELLO, &params));
        }
        for call in calls {
            let title = format!("Hi {name}，欢迎使用小白接口！");
            assert_eq!(given(&world.send(call).await, "title"), title);
        }
    }
    let reply = world
        .send(get(HELLO, &[("name", "x"), ("return_data", "1")]))
        .await;
    let expected = r#"{"err_code":0,"err_msg":"","title":"Hi x，欢迎使用小白接口！"}"#;
    assert_eq!(reply.body, expected);
    assert_eq!(stored(&world).await, before);
}
