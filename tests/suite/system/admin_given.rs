//! What clients have compiled in is kept: keys, secrets, tokens, openids, uuids.

use demo::OPEN_APP;
use serde_json::{Value, json};

use crate::support::admin::{assert_refused, done_here, fed, ret, text};
use crate::support::qzone::*;
use crate::support::{Call, STAR, World};

const KEY: &str = "OLDAPP00000000000000000000000001";
const SECRET: &str = "oldappsecrectoldappsecrect";
const OPENID: &str = "0123456789ABCDEF0123456789ABCDEF";
const TOKEN: &str = "12345678901234567890";
const TOKEN_SECRET: &str = "oldTokenSecret01";

#[tokio::test]
async fn an_apps_secret_is_given_and_given_again() {
    let world = World::new().await;
    let create = format!("app create --key {KEY} --secret {SECRET}");
    let made = done_here(&world, &create).await;
    assert_eq!(made["app_secrect"], SECRET);
    assert_eq!(ret(&world, KEY, SECRET).await, 200);
    done_here(&world, &format!("app rotate {KEY}")).await;
    world.pass(61);
    assert_eq!(ret(&world, KEY, SECRET).await, 409);
    done_here(&world, &format!("app rotate {KEY} --secret {SECRET}")).await;
    world.pass(61);
    assert_eq!(ret(&world, KEY, SECRET).await, 200);
}

#[tokio::test]
async fn what_can_be_guessed_needs_force() {
    let world = World::new().await;
    let consumer = &world.demo.qzone.consumer_key;
    let create = format!("app create --key {KEY}");
    let grant = format!("qzone grant {consumer} dogstar");
    let (short, few) = ("0123456789abcde", "abcdabcdabcdabcdabcdabcdabcdabcd");
    let before = world.dump().await;
    for (command, option) in [
        (&*create, "--secret"),
        (&format!("app rotate {OPEN_APP}"), "--secret"),
        ("qzone app create --key 20001", "--appkey"),
        (&format!("qzone app set {consumer}"), "--appkey"),
        (&grant, "--token"),
        (&grant, "--token-secret"),
        (&grant, "--openid"),
    ] {
        for weak in [short, few] {
            let is_openid = option == "--openid" && weak == short;
            let wanted = if is_openid { "32 hex" } else { "--force" };
            assert_refused(&world, &format!("{command} {option} {weak}"), wanted).await;
        }
        assert_refused(&world, &format!("{command} {option} ''"), "").await;
    }
    assert_eq!(world.dump().await, before, "a refusal changes nothing");
    done_here(&world, &format!("{grant} --token-secret short --force")).await;
    done_here(&world, &format!("{create} --secret short --force")).await;
    assert_eq!(ret(&world, KEY, "short").await, 200);
}

#[tokio::test]
async fn a_members_uuid_is_given_and_is_nobody_elses() {
    let world = World::new().await;
    let create =
        |name: &str, uuid: &str| format!("member create --username {name} --uuid '{uuid}'");
    let given = "abcdef0123456789abcdef0123456789";
    let made = done_here(&world, &create("lili", given)).await;
    let uuid = "ABCDEF0123456789ABCDEF0123456789";
    assert_eq!(text(&made, "uuid"), uuid);
    assert_refused(&world, &create("other", uuid), "uuid is somebody else's").await;
    for wrong in ["", "short", "GBCDEF0123456789ABCDEF0123456789"] {
        assert_refused(&world, &create("other", wrong), "32 hex").await;
    }
    let session = done_here(&world, "session create lili").await;
    let pairs = [("uuid", uuid), ("token", text(&session, "token"))];
    let checked = world
        .send(crate::support::okay::get("App.User.Check", &pairs))
        .await;
    assert_eq!(checked.json()["data"]["err_code"], 0);
}

/// A consumer with an old appkey, which acts for the second member as it did elsewhere.
async fn granted(world: &World) {
    let (key, appkey) = (
        &world.demo.qzone.consumer_key,
        &world.demo.qzone.consumer_secret,
    );
    done_here(
        world,
        &format!("qzone app set {key} --appkey {appkey} --force"),
    )
    .await;
    let given = format!("--token {TOKEN} --token-secret {TOKEN_SECRET} --openid {OPENID}");
    let grant = format!("qzone grant {key} dogstar {given} --allow add_feeds,get_user_info");
    let shown = done_here(world, &grant).await;
    assert_eq!(
        (&shown["oauth_token"], &shown["openid"]),
        (&json!(TOKEN), &json!(OPENID))
    );
}

/// `get_user_info` with a token.
async fn called(world: &World, token: &str, secret: &str, openid: &str) -> Value {
    let mut call = api(
        world,
        USER_INFO,
        &[("oauth_token", token), ("openid", openid)],
    );
    call.secret = secret.to_owned();
    call.send(world).await.json()
}

#[tokio::test]
async fn a_grant_stays_as_wide_as_it_is_unless_told_otherwise() {
    let world = World::new().await;
    let grant = format!("qzone grant {} dogstar", world.demo.qzone.consumer_key);
    let mut token = String::new();
    for (allow, want) in [
        (
            "--allow add_feeds,get_user_info",
            json!(["add_feeds", "get_user_info"]),
        ),
        ("", json!(["add_feeds", "get_user_info"])),
        ("--allow add_share", json!(["add_share"])),
        ("", json!(["add_share"])),
    ] {
        let shown = done_here(&world, &format!("{grant} {allow}")).await;
        assert_eq!(shown["allowed"], want);
        text(&shown, "oauth_token").clone_into(&mut token);
    }
    done_here(&world, &format!("qzone revoke {token}")).await;
    let shown = done_here(&world, &grant).await;
    assert_eq!(shown["allowed"], json!(["add_feeds"]));
}

#[tokio::test]
async fn a_given_grant_is_found_by_every_reader() {
    let world = World::new().await;
    granted(&world).await;
    let info = called(&world, TOKEN, TOKEN_SECRET, OPENID).await;
    assert_eq!(info["ret"], 0, "{info}");
    assert_eq!(info["nickname"], "dogstar");
    let feeds = Call::get(&format!("/qzone/feeds/{OPENID}"));
    let page = world.send(feeds).await;
    assert_eq!(page.status, 200, "{}", page.body);

    // A sign-in by OAuth finds the same member under the same openid, and the same token.
    let asked = request_token(&world, &[]).await;
    let page = open(&world, &asked.token).await;
    let allowed = world.send(allow(&world, &page, STAR)).await;
    let told = added(&allowed, CALLBACK);
    assert_eq!(told["openid"], OPENID);
    let access = exchange(&world, &asked, &told["oauth_vericode"])
        .send(&world)
        .await;
    for part in [format!("openid={OPENID}"), format!("oauth_token={TOKEN}")] {
        assert!(access.body.contains(&part), "{}", access.body);
    }
    // Also where the member took the token back before.
    done_here(&world, &format!("qzone revoke {TOKEN}")).await;
    let grant = format!("qzone grant {} dogstar", world.demo.qzone.consumer_key);
    let again = done_here(&world, &grant).await;
    assert_eq!(again["openid"], OPENID);
    assert_ne!(again["oauth_token"], TOKEN);
    done_here(&world, "member set dogstar --banned true").await;
    assert_refused(&world, &grant, "banned").await;
}

#[tokio::test]
async fn a_given_token_takes_the_place_of_the_one_before() {
    let world = World::new().await;
    let key = world.demo.qzone.consumer_key.clone();
    let first = done_here(&world, &format!("qzone grant {key} dogstar")).await;
    granted(&world).await;
    let [token, secret, openid] =
        ["oauth_token", "oauth_token_secret", "openid"].map(|name| text(&first, name));
    let old = called(&world, token, secret, openid).await;
    assert_eq!(old["ret"], 41_003);
    granted(&world).await;
    let new = called(&world, TOKEN, TOKEN_SECRET, OPENID).await;
    assert_eq!(new["ret"], 0, "given twice is given once");
}

#[tokio::test]
async fn a_token_and_an_openid_have_one_owner() {
    let world = World::new().await;
    granted(&world).await;
    let key = world.demo.qzone.consumer_key.clone();
    let before = world.dump().await;
    for (option, value, words) in [
        ("--token", TOKEN, "token is another"),
        ("--openid", OPENID, "openid is another member's"),
    ] {
        let grant = format!("qzone grant {key} xiaobai {option} {value}");
        assert_refused(&world, &grant, words).await;
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn secrets_come_from_files_and_from_standard_input() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        format!("@{}", path.display())
    };
    let shown = async |command: &str, input: &str| {
        let (shown, complaint) = fed(&world, command, input).await;
        shown.unwrap_or_else(|| panic!("{command}: {complaint}"))
    };
    let rotate = format!("app rotate {OPEN_APP}");
    let from_file = file("secret", &format!("{SECRET}\r\n"));
    for (given, input) in [
        (&*from_file, ""),
        ("-", SECRET),
        ("-", &format!("{SECRET}\n")),
    ] {
        done_here(&world, &rotate).await;
        let shown = shown(&format!("{rotate} --secret {given}"), input).await;
        assert_eq!(shown["app_secrect"], SECRET);
    }
    let grant = format!("qzone grant {} dogstar", world.demo.qzone.consumer_key);
    let both = format!("{TOKEN_SECRET}\n{TOKEN}\n");
    let granted = shown(&format!("{grant} --token-secret - --token -"), &both).await;
    assert_eq!(
        (&granted["oauth_token"], &granted["oauth_token_secret"]),
        (&json!(TOKEN), &json!(TOKEN_SECRET))
    );
    let nothing = file("nothing", "\n");
    let lines = file("lines", "0123456789abcdef\n0123456789abcdef\n");
    for (given, input) in [
        ("-", ""),
        ("-", "\n"),
        ("@/no/such/file", ""),
        (&nothing, ""),
        (&lines, ""),
    ] {
        let (shown, said) = fed(&world, &format!("{rotate} --secret {given}"), input).await;
        assert!(
            shown.is_none() && !said.contains("panicked"),
            "{given}: {said}"
        );
    }
    let words = file("words", "坏，worse、worst\r\n\n bad words \n");
    let set = format!("xweibo set --words {words} --words a,b");
    for (command, input, wanted) in [
        (
            &*set,
            "",
            json!(["a", "b", "bad words", "worse", "worst", "坏"]),
        ),
        (
            "xweibo set --words -",
            "one\ntwo、three",
            json!(["one", "three", "two"]),
        ),
    ] {
        assert_eq!(shown(command, input).await["words"], wanted);
    }
}
