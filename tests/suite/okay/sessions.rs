//! How a session lives and ends: checking, logging out, new logins, time, a new password (okayapi
//! sections 7.3 and 9b).

use std::sync::Arc;

use demo::OPEN_APP;
use weiquan_store::members::member;

use crate::support::okay::*;
use crate::support::{BAI, BOTH, Call, World, send_at_once};

const NO_SESSION: &str = "登录会话已过期，请重新登录";
const WRONG_OLD: &str = "密码修改失败，原密码错误或账号不存在";
const SAME: &str = "密码修改失败，不能与原来密码相同";
const DAY: i64 = 24 * 3600;

/// No operation takes the session, and trying changes nothing.
async fn assert_dead(world: &World, user: &User) {
    let before = stored(world).await;
    assert!(!is_live(world, user).await);
    let params = with(&user.session(), "ext_info", "{\"a\":1}");
    for service in [PROFILE, UPDATE] {
        assert_refused(&world.send(post(service, &params)).await, 401, NO_SESSION);
    }
    assert_eq!(stored(world).await, before);
    assert_code(&world.send(post(LOGOUT, &user.session())).await, 0, "");
}

#[tokio::test]
async fn a_session_is_checked_by_every_kind_of_call() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    let zeros = "0".repeat(64);
    let live = with(&user.session(), "app_key", OPEN_APP);
    let before = stored(&world).await;
    for (params, code, text) in [
        (
            with(&live, "token", &zeros),
            1,
            "用户未登录，或登录态已过期",
        ),
        (live, 0, ""),
    ] {
        let path = "/api/App/User/Check";
        for call in [
            get(CHECK, &params),
            post("User.check", &params),
            Call::get(path).query(&params),
            Call::post(path).multipart(&params),
        ] {
            assert_code(&world.send(call).await, code, text);
        }
        let alone = with(&params, "return_data", "1");
        let reply = world.send(get(CHECK, &alone)).await;
        let expected = format!(r#"{{"err_code":{code},"err_msg":"{text}"}}"#);
        assert_eq!((reply.status, reply.body), (200, expected));
    }
    assert_eq!(stored(&world).await, before);
}

#[tokio::test]
async fn a_session_is_its_own_uuid_with_its_own_token() {
    let world = World::new().await;
    let [user, stranger] = BOTH.map(|number| User::demo(&world, number));
    let before = stored(&world).await;
    let (uuid, token) = (user.uuid.clone(), user.token.clone());
    for (uuid, token) in [
        (uuid.clone(), "0".repeat(64)),
        ("F".repeat(32), token.clone()),
        (stranger.uuid.clone(), token),
        (uuid, stranger.token.clone()),
        ("字".repeat(32), "字".repeat(64)),
    ] {
        let wrong = User {
            uuid,
            token,
            ..user.clone()
        };
        assert_dead(&world, &wrong).await;
    }
    // Logging out is answered as if it had happened, and has not.
    assert_eq!(stored(&world).await, before);
    assert!(is_live(&world, &user).await && is_live(&world, &stranger).await);
}

#[tokio::test]
async fn logging_out_ends_one_session_at_once_and_everywhere() {
    let world = World::new().await;
    let [user, stranger] = BOTH.map(|number| User::demo(&world, number));
    let other = login(&world, &user, Some("1")).await;
    let elsewhere = world.another_process(9);
    let call = get(CHECK, &user.session());
    assert_code(&world.send_to(&elsewhere, call.clone()).await, 0, "");
    let params = with(&user.session(), "app_key", OPEN_APP);
    let logout = Call::get("/api/App/User/Logout").query(&params);
    assert_code(&world.send(logout.clone()).await, 0, "");
    let reply = world.send_to(&elsewhere, call).await;
    assert_eq!(reply.json()["data"]["err_code"], 1, "{}", reply.body);
    assert_dead(&world, &user).await;
    let before = stored(&world).await;
    assert_code(&world.send(logout).await, 0, "");
    assert_eq!(stored(&world).await, before);
    assert!(is_live(&world, &other).await && is_live(&world, &stranger).await);
}

#[tokio::test]
async fn a_login_ends_the_sessions_before_it_only_where_that_is_asked() {
    let world = World::new().await;
    let [user, stranger] = BOTH.map(|number| User::demo(&world, number));
    let mut sessions = vec![user.clone()];
    for (many, lives) in [
        (Some("1"), true),
        (Some("-1"), true),
        (Some("0"), false),
        (Some("2nd"), true),
        (Some("abc"), false),
        (Some(""), true),
        (None, true),
    ] {
        let new = login(&world, &user, many).await;
        for old in &sessions {
            assert_eq!(is_live(&world, old).await, lives, "{many:?}");
        }
        if !lives {
            sessions.clear();
        }
        sessions.push(new);
    }
    assert!(is_live(&world, &sessions[0]).await);
    assert!(is_live(&world, &stranger).await);
}

#[tokio::test]
async fn an_app_may_have_one_login_at_a_time_whatever_its_clients_ask() {
    let world = World::new().await;
    let set = async |whether: &str| {
        let set = ["app", "set", OPEN_APP, "--single-login", whether];
        let shown = crate::support::admin::done(&world, &set).await;
        assert_eq!(shown["single_login"].to_string(), whether);
        world.pass(61);
    };
    set("true").await;
    let mut last = User::demo(&world, BAI);
    for many in [None, Some("1"), Some("0"), Some("")] {
        let new = login(&world, &last, many).await;
        assert!(!is_live(&world, &last).await, "{many:?}");
        last = new;
    }
    set("false").await;
    let new = login(&world, &last, None).await;
    assert!(is_live(&world, &last).await && is_live(&world, &new).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_logins_at_once_one_session_is_left() {
    let world = Arc::new(World::new().await);
    let user = User::demo(&world, BAI);
    let storm = world.faults().conflicts(20);
    let alone = with(&user.names(), "is_allow_many", "0");
    let replies = send_at_once(&world, vec![post(LOGIN, &alone); 16]).await;
    drop(storm);
    let mut live = 0;
    for reply in &replies {
        let session = User {
            token: given(reply, "token"),
            ..user.clone()
        };
        live += usize::from(is_live(&world, &session).await);
    }
    assert_eq!(live, 1);
    assert!(!is_live(&world, &user).await, "the one before all of them");
}

#[tokio::test]
async fn a_session_ends_30_days_after_its_login_however_much_it_is_used() {
    let world = World::new().await;
    let early = User::demo(&world, BAI);
    world.pass(100);
    let late = login(&world, &early, Some("1")).await;
    world.pass(30 * DAY - 101);
    assert!(is_live(&world, &early).await && is_live(&world, &late).await);
    world.pass(1);
    assert_dead(&world, &early).await;
    world.pass(99);
    let reply = world.send(get(PROFILE, &late.session())).await;
    assert_eq!(reply.json()["ret"], 200, "{}", reply.body);
    world.pass(1);
    assert_dead(&world, &late).await;
    let new = login(&world, &early, None).await;
    assert!(is_live(&world, &new).await);
}

#[tokio::test]
async fn a_new_password_ends_all_sessions() {
    let world = World::new().await;
    let [user, stranger] = BOTH.map(|number| User::demo(&world, number));
    let other = login(&world, &user, Some("1")).await;
    let [old, wrong] = [user.password.clone(), hashed("wrong")];
    let new = "字".repeat(32);
    let unlimited = async || {
        let mut items = stored(&world).await;
        items.retain(|item| !item.contains("\"PK\":\"ATTEMPTS#"));
        items
    };
    let before = unlimited().await;
    assert_code(&world.send(alter(&user, &old, &old)).await, 2, SAME);
    // The old password is looked at first.
    for refused in [&new, &wrong] {
        let reply = world.send(alter(&user, &wrong, refused)).await;
        assert_code(&reply, 1, WRONG_OLD);
    }
    let nobody = User {
        username: "nobody".to_owned(),
        ..user.clone()
    };
    assert_code(&world.send(alter(&nobody, &old, &new)).await, 1, WRONG_OLD);
    assert_eq!(unlimited().await, before);
    assert!(is_live(&world, &user).await && is_live(&world, &other).await);
    // Whose login is sent does not matter, nor whether it lives; any spelling of the name does.
    let zeros = "0".repeat(64);
    let mut params = with(&stranger.session(), "token", &zeros);
    params.extend([
        ("username", "ＸiaoBai"),
        ("old_password", old.as_str()),
        ("new_password", new.as_str()),
    ]);
    assert_code(&world.send(get(ALTER, &params)).await, 0, "");
    assert!(is_live(&world, &stranger).await);
    for ended in [&user, &other] {
        assert_dead(&world, ended).await;
    }
    // The same call again has the wrong old password.
    assert_code(&world.send(alter(&user, &old, &new)).await, 1, WRONG_OLD);
    assert_code(&world.send(post(LOGIN, &user.names())).await, 2, WRONG);
    let changed = User {
        password: new,
        ..user
    };
    login(&world, &changed, None).await;
    let items = world.dump().await;
    let secrets = [old, changed.password];
    assert!(
        items
            .iter()
            .all(|item| secrets.iter().all(|secret| !item.contains(secret)))
    );
}

#[tokio::test]
async fn who_is_banned_changes_no_password() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    let new = hashed("new");
    let banned = member::change(&world.ctx.store, world.member(BAI).uid, |member| {
        member.banned = true;
    });
    banned.await.unwrap().unwrap();
    let reply = world.send(alter(&user, &user.password, &new)).await;
    assert_code(&reply, 1, WRONG_OLD);
}

#[tokio::test]
async fn ten_wrong_old_passwords_in_a_minute_slow_the_change_down() {
    let world = World::new().await;
    let [user, stranger] = BOTH.map(|number| User::demo(&world, number));
    let [wrong, new] = ["wrong", "new"].map(hashed);
    // They are counted with those of logging in.
    let guess = with(&user.names(), "password", &wrong);
    for _ in 0..5 {
        assert_code(&world.send(alter(&user, &wrong, &new)).await, 1, WRONG_OLD);
        assert_code(&world.send(post(LOGIN, &guess)).await, 2, WRONG);
    }
    let right = alter(&user, &user.password, &new);
    assert_code(&world.send(right.clone()).await, 3, SLOW);
    assert_code(&world.send(post(LOGIN, &user.names())).await, 3, SLOW);
    let theirs = alter(&stranger, &stranger.password, &new);
    assert_code(&world.send(theirs).await, 0, "");
    world.pass(59);
    assert_code(&world.send(right.clone()).await, 3, SLOW);
    assert!(is_live(&world, &user).await);
    world.pass(1);
    assert_code(&world.send(right).await, 0, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_races_a_change_of_the_password_does_not_outlive_it() {
    let world = Arc::new(World::new().await);
    let user = User::demo(&world, BAI);
    let passwords = ["first", "second"].map(hashed);
    let many = with(&user.names(), "is_allow_many", "1");
    let mut calls = vec![post(LOGIN, &many); 6];
    for new in &passwords {
        calls.insert(2, alter(&user, &user.password, new));
    }
    let mut replies = send_at_once(&world, calls).await;
    // The second was put before the first.
    let second = replies.remove(2);
    let first = replies.remove(2);
    let (lost, password) = if first.json()["data"]["err_code"] == 0 {
        (second, &passwords[0])
    } else {
        assert_code(&second, 0, "");
        (first, &passwords[1])
    };
    assert_code(&lost, 1, WRONG_OLD);
    for reply in &replies {
        if reply.json()["data"]["err_code"] == 0 {
            let session = User {
                token: given(reply, "token"),
                ..user.clone()
            };
            assert!(!is_live(&world, &session).await, "by the old password");
        } else {
            assert_code(reply, 2, WRONG);
        }
    }
    assert!(!is_live(&world, &user).await);
    let changed = User {
        password: password.clone(),
        ..user
    };
    login(&world, &changed, None).await;
}

#[tokio::test]
async fn a_name_that_nobody_has_costs_what_a_wrong_password_costs() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    let wrong = hashed("wrong");
    let known = with(&user.names(), "password", &wrong);
    let unknown = with(&known, "username", "nobody");
    // Warm: the app's settings have been read.
    world.send(get("App.Hello.World", &[("name", "x")])).await;
    let mut costs = Vec::new();
    // Each from an address that has tried nothing yet.
    for (names, from) in [(known, "198.51.100.1"), (unknown, "198.51.100.2")] {
        let reply = world.send(post(LOGIN, &names).from(from)).await;
        costs.push((reply.json()["data"]["err_code"].clone(), reply.cost));
    }
    assert_eq!((&costs[0].0, &costs[1].0), (&2.into(), &1.into()));
    assert_eq!(costs[0].1, costs[1].1);
    let hash = "$argon2id$v=19$m=19456,t=2,p=1$";
    let stored = world.dump().await;
    assert_eq!(stored.iter().filter(|item| item.contains(hash)).count(), 2);
}
