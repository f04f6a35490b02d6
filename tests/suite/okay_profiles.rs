//! Profiles, `Hello.World`, and what all operations on members refuse (okayapi sections 4.1, 4.2, 7.3
//! and 7.4).

use demo::{OPEN_APP, SIGNED_APP};
use serde_json::json;
use weiquan_store::clients::Plan;

use crate::okay::{
    Params, assert_invalid, assert_refused, get, post, set_app, signed, stored, with, without,
};
use crate::okay_ext_info::update;
use crate::okay_sessions::{ALTER, LOGOUT};
use crate::okay_users::{CHECK, LOGIN, REGISTER, User, given, hashed, login};
use crate::world::{Call, Reply, World};

pub const PROFILE: &str = "App.User.Profile";
pub const UPDATE: &str = "App.User.UpdateExtInfo";
pub const OTHER: &str = "App.User.OtherProfile";
const HELLO: &str = "App.Hello.World";

const NOT_JSON: &str = "参数ext_info的JSON数据格式错误";
/// What is not the text of a JSON object.
const BROKEN: [&str; 8] = ["[1]", "5", "\"x\"", "true", "null", "{", " ", "{\"a\":1}x"];

/// A parameter, and how many characters it may have; `None` lets all texts pass.
type Rule = (&'static str, Option<(usize, usize)>);

const UUID: Rule = ("uuid", Some((32, 32)));
const TOKEN: Rule = ("token", Some((64, 64)));
const USERNAME: Rule = ("username", Some((1, 50)));
const PASSWORD: Rule = ("password", Some((32, 32)));
const OLD_PASSWORD: Rule = ("old_password", Some((32, 32)));
const NEW_PASSWORD: Rule = ("new_password", Some((32, 32)));
const OTHER_UUID: Rule = ("other_uuid", Some((32, 32)));
const EXT_INFO: Rule = ("ext_info", None);
const NAME: Rule = ("name", None);

/// The parameters of every operation in documented order.
const RULES: [(&str, &[Rule]); 9] = [
    (REGISTER, &[USERNAME, PASSWORD, EXT_INFO]),
    (LOGIN, &[USERNAME, PASSWORD]),
    (CHECK, &[UUID, TOKEN]),
    (PROFILE, &[UUID, TOKEN]),
    (OTHER, &[OTHER_UUID]),
    (UPDATE, &[UUID, TOKEN, EXT_INFO]),
    (ALTER, &[USERNAME, OLD_PASSWORD, NEW_PASSWORD]),
    (HELLO, &[NAME]),
    (LOGOUT, &[UUID, TOKEN]),
];

/// The path of an operation.
pub fn path(service: &str) -> String {
    format!("/api/{}", service.replace('.', "/"))
}

/// A value that passes.
fn good((_, length): Rule) -> String {
    length.map_or_else(|| "{}".to_owned(), |(_, max)| "A".repeat(max))
}

/// Values that do not pass, with the texts that refuse them.
fn bad((name, length): Rule) -> Vec<(String, String)> {
    let Some((min, max)) = length else {
        let broken = BROKEN.map(|value| (value.to_owned(), NOT_JSON.to_owned()));
        return if name == EXT_INFO.0 {
            broken.to_vec()
        } else {
            Vec::new()
        };
    };
    let low = |len| format!("{name}.len应该大于或等于{min}, 但现在{name}.len = {len}");
    let high = format!(
        "{name}.len应该小于等于{max}, 但现在{name}.len = {}",
        max + 1
    );
    vec![
        (String::new(), low(0)),
        ("字".repeat(min - 1), low(min - 1)),
        ("字".repeat(max + 1), high.clone()),
        ("A".repeat(max + 1), high),
    ]
}

/// Parameters of rules and values.
fn pairs(values: &[(Rule, String)]) -> Params<'_> {
    values
        .iter()
        .map(|((name, _), value)| (*name, value.as_str()))
        .collect()
}

/// There is no such member, or none that anybody is shown.
#[track_caller]
pub fn assert_nobody(reply: &Reply) {
    let data = r#""data":{"err_code":1,"err_msg":"用户不存在，或者已被封号","info":{}},"msg""#;
    assert!(reply.body.contains(data), "{}", reply.body);
    assert_eq!(reply.json()["ret"], 200);
}

#[tokio::test]
async fn the_first_parameter_that_is_missing_is_named() {
    let world = World::new().await;
    let before = stored(&world).await;
    for (service, rules) in RULES {
        let all: Vec<_> = rules.iter().map(|rule| (*rule, good(*rule))).collect();
        let reply = world.send(Call::post(&path(service)).form(&pairs(&all)));
        assert_invalid(&reply.await, 400, "缺少必要参数app_key");
        for (index, rule) in rules.iter().enumerate() {
            if service == REGISTER && *rule == EXT_INFO {
                continue;
            }
            let text = format!("缺少必要参数{}", rule.0);
            let rest = with(&without(&pairs(&all), rule.0), "app_key", OPEN_APP);
            for call in [
                post(service, &pairs(&all[..index])),
                Call::get(&path(service)).query(&rest),
            ] {
                assert_invalid(&world.send(call).await, 400, &text);
            }
        }
    }
    let body = json!({"app_key": OPEN_APP, "uuid": good(UUID), "token": good(TOKEN),
        "ext_info": null});
    let reply = world.send(Call::post(&path(UPDATE)).json(&body)).await;
    assert_invalid(&reply, 400, "缺少必要参数ext_info");
    assert_eq!(stored(&world).await, before);
}

#[tokio::test]
async fn the_first_rule_that_fails_is_told_with_its_limit() {
    let world = World::new().await;
    let before = stored(&world).await;
    for (service, rules) in RULES {
        for (index, rule) in rules.iter().enumerate() {
            // All before it are good, all after it are bad.
            let mut values: Vec<_> = rules[..index].iter().map(|r| (*r, good(*r))).collect();
            let rest = rules[index..].iter();
            values.extend(rest.filter_map(|r| Some((*r, bad(*r).pop()?.0))));
            for (value, text) in bad(*rule) {
                values[index].1 = value;
                for call in [get, post].map(|method| method(service, &pairs(&values))) {
                    assert_invalid(&world.send(call).await, 400, &text);
                }
            }
        }
    }
    // Only where it need not be there, nothing is nothing.
    let user = User::demo(&world, 0);
    assert_invalid(&world.send(update(&user, "")).await, 400, NOT_JSON);
    assert_eq!(stored(&world).await, before);
}

#[tokio::test]
async fn who_may_call_is_known_before_anything_is_done_and_the_free_plan_may() {
    let world = World::new().await;
    let user = User::demo(&world, 0);
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
    for (service, _) in RULES {
        let call = |key| Call::post(&path(service)).form(&with(&all, "app_key", key));
        let reply = world.send(call(unknown.as_str())).await;
        assert_refused(&reply, 406, "非法app_key");
        assert_refused(&world.send(call(SIGNED_APP)).await, 409, "签名错误");
    }
    assert_eq!(stored(&world).await, before);
    set_app(&world, OPEN_APP, |app| app.plan = Plan::Free).await;
    // Who logs in may still carry a session that has ended.
    let dead = with(&all, "token", &zeros);
    for (service, _) in RULES {
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
            let reply = world.send(method(OTHER, &params)).await;
            assert_eq!(reply.body, profile(""));
        }
    }
    // Members are the same in every app.
    let secret = &world.demo.apps[1].app_secrect;
    let reply = world.send(signed(OTHER, SIGNED_APP, secret, &asked)).await;
    assert_eq!(reply.body, profile(""));
    for unknown in ["F".repeat(32), "字".repeat(32)] {
        assert_nobody(&world.send(post(OTHER, &[("other_uuid", &unknown)])).await);
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
