//! What an operator sets for OkayAPI's callers: members, limits, messages.

use demo::{OPEN_APP, SIGNED_APP};
use serde_json::{Value, json};

use crate::support::admin::{assert_refused, done};
use crate::support::okay::{
    self, CHECK, LOGIN, User, WRONG, assert_code, comment, get, given, hashed, is_live, login,
    post, show, with,
};
use crate::support::qzone::{USER_INFO, api};
use crate::support::{BAI, World};

const TOO_MANY: &str = "发表过于频繁，请稍后再试";

async fn info(world: &World, service: &str, params: &[(&str, &str)]) -> Value {
    world.send(get(service, params)).await.json()["data"]["info"].take()
}

#[tokio::test]
async fn a_banned_member_is_out_and_stays_out_until_forgiven() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    assert!(is_live(&world, &user).await);
    done(&world, "member set xiaobai --banned true").await;
    assert!(!is_live(&world, &user).await);
    let refused = world.send(post(LOGIN, &user.names())).await;
    assert_code(&refused, 2, WRONG);
    let other = [("other_uuid", user.uuid.as_str())];
    let profile = info(&world, "App.User.OtherProfile", &other).await;
    assert_eq!(profile, json!({}));
    assert_eq!(
        api(&world, USER_INFO, &[]).send(&world).await.json()["ret"],
        41_003,
        "what sites were allowed ends too"
    );
    assert_refused(&world, "session create xiaobai", "banned").await;
    done(&world, "member set xiaobai --banned false").await;
    assert!(!is_live(&world, &user).await);
    let back = login(&world, &user, None).await;
    assert!(is_live(&world, &back).await);
}

#[tokio::test]
async fn a_password_that_the_operator_sets_ends_every_login() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    let shown = done(&world, "member set xiaobai --password new --admin true").await;
    assert_eq!(
        (&shown["admin"], &shown["banned"]),
        (&json!(true), &json!(false))
    );
    assert!(!is_live(&world, &user).await);
    let password = hashed("new");
    let reply = world
        .send(post(LOGIN, &with(&user.names(), "password", &password)))
        .await;
    assert_eq!(given(&reply, "role"), "admin");
    let token = given(&reply, "token");
    let session = with(&user.session(), "token", &token);
    let profile = info(&world, "App.User.Profile", &session).await;
    assert_eq!(
        (&profile["role"], &profile["rolename"]),
        (&json!("admin"), &json!("管理员"))
    );
}

#[tokio::test]
async fn a_username_that_is_anothers_uid_bans_nobody_else() {
    let world = World::new().await;
    let uid = world.member(BAI).uid.to_string();
    done(&world, &format!("member create --username {uid}")).await;
    let ban = format!("member set {uid} --banned true");
    assert_refused(&world, &ban, "say xiaobai or").await;
    assert!(is_live(&world, &User::demo(&world, BAI)).await);
}

#[tokio::test]
async fn nicks_have_their_alphabet() {
    let world = World::new().await;
    for (name, nick) in [("a b@example.com", "abexamplecom"), ("@@@", "用户")] {
        let made = done(&world, &format!("member create --username '{name}'")).await;
        assert_eq!(made["nick"], nick);
    }
    let long = "二十一个汉字的昵称就是太长了哪怕只多一个字";
    for nick in ["", "a b", "a.b", long] {
        let set = format!("member set xiaobai --nick '{nick}'");
        assert_refused(&world, &set, "nick").await;
    }
}

#[tokio::test]
async fn an_apps_logins_and_anonymous_messages_have_their_settings() {
    let world = World::new().await;
    let set = format!("app set {OPEN_APP}");
    let settings = "--session-days 2 --anonymous-per-minute 1";
    done(&world, &format!("{set} {settings}")).await;
    world.pass(61);
    let user = login(&world, &User::demo(&world, BAI), None).await;
    world.pass(2 * 86_400 - 1);
    assert!(is_live(&world, &user).await);
    world.pass(1);
    let checked = world.send(get(CHECK, &user.session())).await;
    assert_code(&checked, 1, "用户未登录，或登录态已过期");
    let message = [("message_content", "x")];
    comment(&world, &message).await;
    let second = world.send(post(okay::POST, &message)).await.json();
    assert_eq!(second["data"]["err_code"], 3);
    done(&world, &format!("{set} --anonymous-per-minute none")).await;
    world.pass(55);
    let message = [("message_content", "x"), ("message_key", "free")];
    for _ in 0..2 {
        comment(&world, &message).await;
    }
    done(&world, &format!("{set} --anonymous-per-minute 0")).await;
    world.pass(61);
    assert_code(&world.send(post(okay::POST, &message)).await, 3, TOO_MANY);
    for wrong in ["--session-days 0", "--anonymous-per-minute few"] {
        let name = wrong.split(' ').next().unwrap();
        assert_refused(&world, &format!("{set} {wrong}"), name).await;
    }
}

#[tokio::test]
async fn a_message_is_deleted_by_its_id() {
    let world = World::new().await;
    let root = comment(&world, &[("message_content", "<b>rude</b>")]).await;
    let (pid, delete) = (root.to_string(), format!("message delete {OPEN_APP}"));
    let reply = [("message_content", "reply"), ("message_pid", &*pid)];
    let reply = comment(&world, &reply).await;
    let delete_root = format!("{delete} {root}");
    assert_eq!(done(&world, &delete_root).await["deleted"], true);
    let page = show(&world, &[]).await;
    assert_eq!(page["items"][0]["message_content"], "该评论已删除");
    assert_eq!(page["items"][0]["child"][0]["message_content"], "reply");
    assert!(!page.to_string().contains("rude"), "{page}");
    assert_refused(&world, &delete_root, "no message").await;
    done(&world, &format!("{delete} {reply}")).await;
    assert_eq!(show(&world, &[]).await["total"], 0);
    let other = format!("message delete {SIGNED_APP} {root}");
    assert_refused(&world, &other, "no message").await;
    assert_refused(&world, &format!("{delete} x"), "x").await;
}
