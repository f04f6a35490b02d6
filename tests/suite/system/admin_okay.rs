//! What an operator sets for OkayAPI's callers: members, limits, messages.

use serde_json::{Value, json};

use crate::support::admin::{done, run};
use crate::support::okay::{
    CHECK, LOGIN, User, WRONG, assert_code, comment, get, given, hashed, is_live, login, post,
    show, with,
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
    done(&world, &["member", "set", "xiaobai", "--banned", "true"]).await;
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
    let session = run(&world, &["session", "create", "xiaobai"]).await;
    assert!(session.unwrap_err().contains("banned"));
    done(&world, &["member", "set", "xiaobai", "--banned", "false"]).await;
    assert!(!is_live(&world, &user).await);
    let back = login(&world, &user, None).await;
    assert!(is_live(&world, &back).await);
}

#[tokio::test]
async fn a_password_that_the_operator_sets_ends_every_login() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    let set = ["--password", "new", "--admin", "true"];
    let shown = done(&world, &[&["member", "set", "xiaobai"][..], &set].concat()).await;
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
    done(&world, &["member", "create", "--username", &uid]).await;
    let ambiguous = run(&world, &["member", "set", &uid, "--banned", "true"]).await;
    assert!(ambiguous.unwrap_err().contains("say xiaobai or"));
    assert!(is_live(&world, &User::demo(&world, BAI)).await);
}

#[tokio::test]
async fn nicks_have_their_alphabet() {
    let world = World::new().await;
    let made = done(
        &world,
        &["member", "create", "--username", "a b@example.com"],
    )
    .await;
    assert_eq!(made["nick"], "abexamplecom");
    let made = done(&world, &["member", "create", "--username", "@@@"]).await;
    assert_eq!(made["nick"], "用户");
    for nick in [
        "",
        "a b",
        "a.b",
        "二十一个汉字的昵称就是太长了哪怕只多一个字",
    ] {
        let set = ["member", "set", "xiaobai", "--nick", nick];
        assert!(run(&world, &set).await.is_err(), "{nick}");
    }
}

#[tokio::test]
async fn an_apps_logins_and_anonymous_messages_have_their_settings() {
    let world = World::new().await;
    let app = demo::OPEN_APP;
    let settings = ["--session-days", "2", "--anonymous-per-minute", "1"];
    done(&world, &[&["app", "set", app][..], &settings].concat()).await;
    world.pass(61);
    let user = login(&world, &User::demo(&world, BAI), None).await;
    world.pass(2 * 86_400 - 1);
    assert!(is_live(&world, &user).await);
    world.pass(1);
    assert_code(
        &world.send(get(CHECK, &user.session())).await,
        1,
        "用户未登录，或登录态已过期",
    );
    let message = [("message_content", "x")];
    comment(&world, &message).await;
    let second = world
        .send(post(crate::support::okay::POST, &message))
        .await
        .json();
    assert_eq!(second["data"]["err_code"], 3);
    done(
        &world,
        &["app", "set", app, "--anonymous-per-minute", "none"],
    )
    .await;
    world.pass(55);
    let message = [("message_content", "x"), ("message_key", "free")];
    for _ in 0..2 {
        comment(&world, &message).await;
    }
    done(&world, &["app", "set", app, "--anonymous-per-minute", "0"]).await;
    world.pass(61);
    assert_code(
        &world.send(post(crate::support::okay::POST, &message)).await,
        3,
        TOO_MANY,
    );
    for wrong in [["--session-days", "0"], ["--anonymous-per-minute", "few"]] {
        let set = [&["app", "set", app][..], &wrong].concat();
        assert!(run(&world, &set).await.is_err());
    }
}

#[tokio::test]
async fn a_message_is_deleted_by_its_id() {
    let world = World::new().await;
    let root = comment(&world, &[("message_content", "<b>rude</b>")])
        .await
        .to_string();
    let reply = [("message_content", "reply"), ("message_pid", &*root)];
    let reply = comment(&world, &reply).await.to_string();
    let delete = async |id: &str| run(&world, &["message", "delete", demo::OPEN_APP, id]).await;
    assert_eq!(delete(&root).await.unwrap()["deleted"], true);
    let page = show(&world, &[]).await;
    assert_eq!(page["items"][0]["message_content"], "该评论已删除");
    assert_eq!(page["items"][0]["child"][0]["message_content"], "reply");
    assert!(
        !world
            .send(get(crate::support::okay::SHOW, &[]))
            .await
            .body
            .contains("rude")
    );
    assert!(delete(&root).await.unwrap_err().contains("no message"));
    delete(&reply).await.unwrap();
    assert_eq!(show(&world, &[]).await["total"], 0);
    let other = ["message", "delete", demo::SIGNED_APP, &*root];
    assert!(run(&world, &other).await.is_err());
    assert!(delete("x").await.is_err());
}
