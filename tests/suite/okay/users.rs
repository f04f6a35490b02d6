//! Registering, logging in, and how guessing is slowed down (okayapi section 7.3).

use std::collections::BTreeSet;
use std::sync::Arc;

use demo::{OPEN_APP, SIGNED_APP};
use jiff::SignedDuration;
use weiquan_store::clients::SignMode;

use crate::support::okay::*;
use crate::support::{BAI, BOTH, Call, World, send_at_once};

const UNKNOWN: &str = "登录失败，账号不存在";
const TAKEN: &str = "用户已注册，不能重复注册";

#[track_caller]
fn assert_hex(text: &str, length: usize) {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
    assert!(
        text.len() == length && text.bytes().all(is_digit),
        "{text:?}"
    );
}

#[tokio::test]
async fn a_name_is_registered_once() {
    let world = World::new().await;
    create_app(&world, SignMode::Dynamic).await;
    let password = hashed("Lily's");
    let params = [
        ("username", "Lily 莉"),
        ("password", password.as_str()),
        ("return_data", "1"),
    ];
    let before = stored(&world).await;
    let reply = world.send(signed(REGISTER, KEY, "guessed", &params)).await;
    assert_eq!(reply.json()["err_code"], 409, "{}", reply.body);
    assert_eq!(stored(&world).await, before);
    let call = signed(REGISTER, KEY, SECRET, &params);
    let reply = world.send(call.clone()).await;
    let uuid = reply.json()["uuid"].as_str().unwrap().to_owned();
    assert_hex(&uuid, 32);
    let expected = format!(r#"{{"err_code":0,"err_msg":"","uuid":"{uuid}"}}"#);
    assert_eq!((reply.status, reply.body), (200, expected));
    let before = stored(&world).await;
    assert!(before.iter().all(|item| !item.contains(&password)));
    world.pass(1);
    for call in [call, get(REGISTER, &params)] {
        let reply = world.send(call).await;
        let expected = format!(r#"{{"err_code":1,"err_msg":"{TAKEN}"}}"#);
        assert_eq!((reply.status, reply.body), (200, expected));
    }
    assert_eq!(stored(&world).await, before);
    let reply = world.send(post(LOGIN, &params[..2])).await;
    assert_eq!(given(&reply, "uuid"), uuid);
}

#[tokio::test]
async fn names_are_one_whatever_their_width_and_case() {
    let world = World::new().await;
    let secret = &world.demo.apps[1].app_secrect;
    let password = hashed("first");
    let [upper, accent] = [
        register(&world, "ABC", &password).await,
        register(&world, "\u{e9}", &password).await,
    ];
    let other = hashed("second");
    let taken = |username| vec![("username", username), ("password", other.as_str())];
    let before = stored(&world).await;
    for username in ["abc", "Ａbｃ", "e\u{301}", "Ｅ\u{301}", "XiaoBai"] {
        let reply = world.send(post(REGISTER, &taken(username))).await;
        assert_code(&reply, 1, TAKEN);
    }
    let call = signed(REGISTER, SIGNED_APP, secret, &taken("ＡＢＣ"));
    assert_code(&world.send(call).await, 1, TAKEN);
    assert_eq!(stored(&world).await, before);
    let mut uuids = BTreeSet::from([upper.uuid.clone(), accent.uuid]);
    // The last is the nick of a member whose name is another.
    for username in ["AB", "àbc", "小白"] {
        uuids.insert(register(&world, username, &other).await.uuid);
    }
    assert_eq!(uuids.len(), 5);
    let again = User {
        username: "ａＢc".to_owned(),
        ..upper.clone()
    };
    assert_eq!(login(&world, &again, None).await.uuid, upper.uuid);
}

#[tokio::test]
async fn names_and_passwords_of_every_length_allowed() {
    let world = World::new().await;
    let password = "字".repeat(32);
    let mut last = String::new();
    // The last stands for 33 bytes in plain letters.
    for character in ["a", "字", "\u{fdfa}"] {
        register(&world, character, &password).await;
        last = character.repeat(50);
        register(&world, &last, &password).await;
    }
    let params = [("username", last.as_str()), ("password", password.as_str())];
    assert_hex(&given(&world.send(post(LOGIN, &params)).await, "uuid"), 32);
}

#[tokio::test]
async fn a_login_gives_uuid_token_and_role() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    let named = with(&user.names(), "app_key", OPEN_APP);
    let mut tokens = BTreeSet::new();
    for call in [
        get(LOGIN, &user.names()),
        post("User.Login", &with(&user.names(), "client", "")),
        Call::get("/api/App/User/login").query(&with(&named, "client", "any 文 text")),
    ] {
        let reply = world.send(call).await;
        assert_eq!(given(&reply, "uuid"), user.uuid);
        assert_eq!(given(&reply, "role"), "user");
        tokens.insert(given(&reply, "token"));
    }
    let alone = with(&named, "return_data", "1");
    let call = Call::post("/api/App/User/Login").form(&alone);
    let reply = world.send(call).await;
    let token = reply.json()["token"].as_str().unwrap().to_owned();
    let expected = format!(
        r#"{{"err_code":0,"err_msg":"","uuid":"{}","token":"{token}","role":"user"}}"#,
        user.uuid
    );
    assert_eq!(reply.body, expected);
    assert_hex(&token, 64);
    tokens.insert(token);
    assert_eq!(tokens.len(), 4, "every login has a token of its own");
    tokens.insert(user.password);
    for item in world.dump().await {
        assert!(tokens.iter().all(|secret| !item.contains(secret)), "{item}");
    }
}

#[tokio::test]
async fn a_login_that_fails_tells_why_and_ends_no_session() {
    let world = World::new().await;
    let [user, stranger] = BOTH.map(|number| User::demo(&world, number));
    let [long, wide] = ["字".repeat(50), "字".repeat(32)];
    let upper = stranger.password.to_uppercase();
    for (username, password, code, text) in [
        ("nobody", user.password.as_str(), 1, UNKNOWN),
        (&long, &user.password, 1, UNKNOWN),
        (&user.uuid, &user.password, 1, UNKNOWN),
        ("小白", &user.password, 1, UNKNOWN),
        (&user.username, &stranger.password, 2, WRONG),
        (&user.username, &wide, 2, WRONG),
        (&user.username, &upper, 2, WRONG),
    ] {
        let params = [("username", username), ("password", password)];
        assert_code(&world.send(post(LOGIN, &params)).await, code, text);
    }
    assert!(is_live(&world, &user).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_wrong_passwords_in_a_minute_slow_a_name_down() {
    let world = Arc::new(World::new().await);
    let [user, stranger] = BOTH.map(|number| User::demo(&world, number));
    let wrong = hashed("wrong");
    let guess = with(&user.names(), "password", &wrong);
    // What a rule refuses is no attempt.
    for _ in 0..10 {
        let short = with(&guess, "password", "short");
        assert_eq!(world.send(post(LOGIN, &short)).await.json()["ret"], 400);
    }
    // It is one name in every app, from every address, by every spelling, in every process.
    let secret = &world.demo.apps[1].app_secrect;
    let first = signed(LOGIN, SIGNED_APP, secret, &guess);
    let begun = world.now();
    assert_code(&world.send(first).await, 2, WRONG);
    world.pass(30);
    let spell = |number: u32| match number % 3 {
        0 => "XiaoBai",
        1 => "ｘｉａｏｂａｉ",
        _ => "xiaobai",
    };
    let calls = (0..9).map(|number| {
        let guess = with(&guess, "username", spell(number));
        post(LOGIN, &guess).from(&format!("198.51.100.{number}"))
    });
    for reply in send_at_once(&world, calls.collect()).await {
        assert_code(&reply, 2, WRONG);
    }
    // The clock has run meanwhile, as long as the calls took here.
    let seconds_after = |seconds| begun + SignedDuration::from_secs(seconds);
    for now in [world.now(), seconds_after(59)] {
        world.clock.set(now);
        for number in 0..3 {
            let right = with(&user.names(), "username", spell(number));
            assert_code(&world.send(post(LOGIN, &right)).await, 3, SLOW);
        }
        assert_code(&world.send(post(LOGIN, &guess)).await, 3, SLOW);
    }
    assert!(is_live(&world, &user).await);
    login(&world, &stranger, None).await;
    // The minute of the first one has passed.
    world.clock.set(seconds_after(60));
    for _ in 0..9 {
        assert_code(&world.send(post(LOGIN, &guess)).await, 2, WRONG);
    }
    login(&world, &user, None).await;
    // That success has cleared the count: this is the first failure, not the tenth.
    assert_code(&world.send(post(LOGIN, &guess)).await, 2, WRONG);
    login(&world, &user, None).await;
}

#[tokio::test]
async fn a_name_that_nobody_has_slows_down_alike() {
    let world = World::new().await;
    let password = hashed("mine");
    let guess = [("username", "nobody"), ("password", password.as_str())];
    for _ in 0..10 {
        assert_code(&world.send(get(LOGIN, &guess)).await, 1, UNKNOWN);
    }
    assert_code(&world.send(get(LOGIN, &guess)).await, 3, SLOW);
    let user = register(&world, "Nobody", &password).await;
    world.pass(59);
    assert_code(&world.send(get(LOGIN, &guess)).await, 3, SLOW);
    world.pass(1);
    assert_eq!(login(&world, &user, None).await.uuid, user.uuid);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_callers_who_register_one_name_at_once_one_wins() {
    let world = Arc::new(World::new().await);
    let before = stored(&world).await.len();
    register(&world, "alone", &hashed("alone")).await;
    let alone = stored(&world).await.len();
    let passwords: Vec<String> = (0..4).map(|number| hashed(&number.to_string())).collect();
    let names = ["Wanted", "ｗａｎｔｅｄ", "wanted", "WANTED"];
    let calls = names.iter().zip(&passwords).map(|(username, password)| {
        let params = [("username", *username), ("password", password.as_str())];
        post(REGISTER, &params)
    });
    let calls: Vec<_> = calls.collect();
    let replies = world
        .faults()
        .conflicts(20)
        .during(send_at_once(&world, calls))
        .await;
    let (won, lost): (Vec<_>, Vec<_>) = replies
        .iter()
        .zip(&passwords)
        .partition(|(reply, _)| reply.json()["data"]["err_code"] == 0);
    assert_eq!((won.len(), lost.len()), (1, 3));
    for (reply, _) in &lost {
        assert_code(reply, 1, TAKEN);
    }
    let added = stored(&world).await.len() - alone;
    assert_eq!(added, alone - before, "the others left nothing behind");
    let names = |password| [("username", "wanted"), ("password", password)];
    let reply = world.send(post(LOGIN, &names(lost[0].1.as_str()))).await;
    assert_code(&reply, 2, WRONG);
    let reply = world.send(post(LOGIN, &names(won[0].1.as_str()))).await;
    assert_eq!(given(&reply, "uuid"), given(won[0].0, "uuid"));
}
