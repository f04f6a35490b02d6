//! What members tell of themselves: `UpdateExtInfo` (okayapi section 7.3).

use std::sync::Arc;

use demo::OPEN_APP;
use serde_json::{Value, json};

use crate::support::okay::*;
use crate::support::{BAI, BOTH, Call, Reply, World, send_at_once};

/// A member's fields are these now, says the answer.
#[track_caller]
fn assert_kept(reply: &Reply, kept: &str) {
    let data = format!(r#""data":{{"err_code":0,"err_msg":"","ext_info":{kept}}},"msg""#);
    assert!(reply.body.contains(&data), "{} is not {data}", reply.body);
}

/// The text of a JSON object with this name and a value of so many KiB.
fn large(name: &str, kib: usize) -> String {
    format!("{{\"{name}\":\"{}\"}}", "a".repeat(kib * 1024))
}

#[tokio::test]
async fn a_banned_member_is_told_apart_from_one_whose_login_has_ended() {
    let world = World::new().await;
    let [user, stranger] = BOTH.map(|number| User::demo(&world, number));
    let set = |who, banned| set_banned(&world, who, banned);
    let other = [("other_uuid", user.uuid.as_str())];
    let told = r#"{"a":1}"#;
    assert_kept(&world.send(update(&user, told)).await, told);
    set(&user, "true").await;
    let before = stored(&world).await;
    let reply = world.send(update(&user, r#"{"a":2}"#)).await;
    assert_code(&reply, 1, "用户不存在，或者已被封号");
    let reply = world.send(post(PROFILE, &user.session())).await;
    assert_refused(&reply, 401, "登录会话已过期，请重新登录");
    assert_nobody(&world.send(get(OTHER_PROFILE, &other)).await);
    let zeros = "0".repeat(64);
    let dead = User {
        token: zeros,
        ..stranger
    };
    let reply = world.send(update(&dead, told)).await;
    assert_refused(&reply, 401, "登录会话已过期，请重新登录");
    assert_eq!(stored(&world).await, before);
    set(&user, "false").await;
    let reply = world.send(update(&user, told)).await;
    assert_refused(&reply, 401, "登录会话已过期，请重新登录");
    let info = world.send(get(OTHER_PROFILE, &other)).await.json()["data"]["info"].take();
    assert_eq!(
        (&info["status"], &info["ext_info"]),
        (&json!(0), &json!({"a": 1}))
    );
}

async fn set_banned(world: &World, user: &User, banned: &str) {
    let set = ["member", "set", &user.username, "--banned", banned];
    crate::support::admin::done(world, &set).await;
}

#[tokio::test]
async fn what_is_told_is_merged_and_kept_as_it_was_written() {
    let world = World::new().await;
    let [user, stranger] = BOTH.map(|number| User::demo(&world, number));
    assert_eq!(ext_info(&world, &user).await, "{}");
    for (sent, kept) in [
        (r#"{"a":1.50,"b":"好"}"#, r#"{"a":1.50,"b":"好"}"#),
        (
            r#"{"b":{"x":1e2},"c":[]}"#,
            r#"{"a":1.50,"b":{"x":1e2},"c":[]}"#,
        ),
        ("{}", r#"{"a":1.50,"b":{"x":1e2},"c":[]}"#),
        (r#" {"b" : {"y":0}} "#, r#"{"a":1.50,"b":{"y":0},"c":[]}"#),
        (r#"{"a":null}"#, r#"{"a":null,"b":{"y":0},"c":[]}"#),
    ] {
        for _ in 0..2 {
            assert_kept(&world.send(update(&user, sent)).await, kept);
            assert_eq!(ext_info(&world, &user).await, kept);
        }
    }
    let params = with(&user.session(), "ext_info", "{\"c\":2}");
    let kept = r#"{"a":null,"b":{"y":0},"c":2}"#;
    assert_kept(&world.send(get(UPDATE, &params)).await, kept);
    let body = json!({"app_key": OPEN_APP, "uuid": user.uuid, "token": user.token,
        "ext_info": {"a": 3, "b": 4}});
    let reply = world.send(Call::post(&path(UPDATE)).json(&body)).await;
    let kept = r#"{"a":3,"b":4,"c":2}"#;
    assert_kept(&reply, kept);
    assert_eq!(ext_info(&world, &user).await, kept);
    assert_eq!(ext_info(&world, &stranger).await, "{}");
}

#[tokio::test]
async fn what_is_told_ends_at_32_kib_in_all() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    let password = hashed("x");
    let (fits, too_much) = (large("a", 28), large("a", 32));
    let named = |username| vec![("username", username), ("password", password.as_str())];
    let before = stored(&world).await;
    for call in [
        update(&user, &too_much),
        post(REGISTER, &with(&named("no"), "ext_info", &too_much)),
    ] {
        assert_refused(&world.send(call).await, 400, "32KB");
    }
    assert_eq!(stored(&world).await, before);
    assert_kept(&world.send(update(&user, &fits)).await, &fits);
    let before = stored(&world).await;
    let more = update(&user, &large("b", 5));
    assert_refused(&world.send(more.clone()).await, 400, "32KB");
    assert_eq!(stored(&world).await, before);
    // A field is replaced: what it was does not count.
    assert_kept(&world.send(update(&user, &fits)).await, &fits);
    assert_kept(&world.send(update(&user, "{\"a\":0}")).await, "{\"a\":0}");
    assert_eq!(world.send(more).await.json()["data"]["err_code"], 0);
    for (username, sent, kept) in [
        ("blank", "", "{}"),
        ("none", "{}", "{}"),
        ("large", &fits, &fits),
    ] {
        let params = with(&named(username), "ext_info", sent);
        let uuid = given(&world.send(post(REGISTER, &params)).await, "uuid");
        let reply = world
            .send(get(OTHER_PROFILE, &[("other_uuid", &uuid)]))
            .await;
        let kept: Value = serde_json::from_str(kept).unwrap();
        assert_eq!(reply.json()["data"]["info"]["ext_info"], kept);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fields_told_at_once_none_is_lost() {
    let world = Arc::new(World::new().await);
    let user = User::demo(&world, BAI);
    let calls = (0..8).map(|number| update(&user, &format!("{{\"f{number}\":{number}}}")));
    let calls: Vec<_> = calls.collect();
    let storm = world.faults().conflicts(20);
    for (number, reply) in send_at_once(&world, calls).await.iter().enumerate() {
        // Whatever others have told by then.
        assert_eq!(
            reply.json()["data"]["ext_info"][format!("f{number}")],
            number
        );
    }
    drop(storm);
    let told: Value = serde_json::from_str(&ext_info(&world, &user).await).unwrap();
    for number in 0..8 {
        assert_eq!(told[format!("f{number}")], number, "{told}");
    }
}
