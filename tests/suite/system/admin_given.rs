//! What clients have compiled in is kept: keys, secrets, tokens, openids, uuids.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::support::admin::{call_here, done_here, ret, text};
use crate::support::binaries::binary;
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
    let create = ["app", "create", "--key", KEY, "--secret", SECRET];
    assert_eq!(
        text(&done_here(&world, &create).await, "app_secrect"),
        SECRET
    );
    assert_eq!(ret(&world, KEY, SECRET).await, 200);
    done_here(&world, &["app", "rotate", KEY]).await;
    world.pass(61);
    assert_eq!(ret(&world, KEY, SECRET).await, 409);
    done_here(&world, &["app", "rotate", KEY, "--secret", SECRET]).await;
    world.pass(61);
    assert_eq!(ret(&world, KEY, SECRET).await, 200);
}

#[tokio::test]
async fn what_can_be_guessed_needs_force() {
    let world = World::new().await;
    let (app, consumer) = (demo::OPEN_APP, world.demo.qzone.consumer_key.clone());
    let grant = ["qzone", "grant", &consumer, "dogstar"];
    let (short, few) = ("0123456789abcde", "abcdabcdabcdabcdabcdabcdabcdabcd");
    let before = world.dump().await;
    for (command, option) in [
        (&["app", "create", "--key", KEY][..], "--secret"),
        (&["app", "rotate", app], "--secret"),
        (&["qzone", "app", "create", "--key", "20001"], "--appkey"),
        (&["qzone", "app", "set", &consumer], "--appkey"),
        (&grant, "--token"),
        (&grant, "--token-secret"),
        (&grant, "--openid"),
    ] {
        for weak in [short, few] {
            let arguments = [command, &[option, weak]].concat();
            let refused = call_here(&world, &arguments).await.unwrap_err();
            let is_openid = option == "--openid" && weak == short;
            let wanted = if is_openid { "32 hex" } else { "--force" };
            assert!(refused.contains(wanted), "{arguments:?}: {refused}");
        }
        let empty = call_here(&world, &[command, &[option, ""]].concat()).await;
        assert!(empty.is_err(), "{option}");
    }
    assert_eq!(world.dump().await, before, "a refusal changes nothing");
    done_here(
        &world,
        &[&grant[..], &["--token-secret", "short", "--force"]].concat(),
    )
    .await;
    let create = [
        "app", "create", "--key", KEY, "--secret", "short", "--force",
    ];
    done_here(&world, &create).await;
    assert_eq!(ret(&world, KEY, "short").await, 200);
}

#[tokio::test]
async fn a_members_uuid_is_given_and_is_nobody_elses() {
    let world = World::new().await;
    let create = |name, uuid| {
        let words = ["member", "create", "--username", name, "--uuid", uuid];
        let world = &world;
        async move { call_here(world, &words).await }
    };
    let made = create("lili", "abcdef0123456789abcdef0123456789")
        .await
        .unwrap();
    let uuid = "ABCDEF0123456789ABCDEF0123456789";
    assert_eq!(text(&made, "uuid"), uuid);
    let taken = create("other", uuid).await.unwrap_err();
    assert!(taken.contains("uuid is somebody else's"), "{taken}");
    for wrong in ["", "short", "GBCDEF0123456789ABCDEF0123456789"] {
        assert!(create("other", wrong).await.unwrap_err().contains("32 hex"));
    }
    let session = done_here(&world, &["session", "create", "lili"]).await;
    let pairs = [("uuid", uuid), ("token", text(&session, "token"))];
    let checked = world
        .send(crate::support::okay::get("App.User.Check", &pairs))
        .await;
    assert_eq!(checked.json()["data"]["err_code"], 0);
}

/// A consumer with an old appkey, which acts for the second member as it did elsewhere.
async fn granted(world: &World) {
    let key = world.demo.qzone.consumer_key.clone();
    let appkey = ["--appkey", &world.demo.qzone.consumer_secret, "--force"];
    done_here(
        world,
        &[&["qzone", "app", "set", &key][..], &appkey].concat(),
    )
    .await;
    let given = [
        "--token",
        TOKEN,
        "--token-secret",
        TOKEN_SECRET,
        "--openid",
        OPENID,
        "--allow",
        "add_feeds,get_user_info",
    ];
    let grant = [&["qzone", "grant", &key, "dogstar"][..], &given].concat();
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
    let key = world.demo.qzone.consumer_key.clone();
    let grant = ["qzone", "grant", &key, "dogstar"];
    for (allow, want) in [
        (
            Some("add_feeds,get_user_info"),
            json!(["add_feeds", "get_user_info"]),
        ),
        (None, json!(["add_feeds", "get_user_info"])),
        (Some("add_share"), json!(["add_share"])),
        (None, json!(["add_share"])),
    ] {
        let allow = allow.map_or(vec![], |names| vec!["--allow", names]);
        let shown = done_here(&world, &[&grant[..], &allow].concat()).await;
        assert_eq!(shown["allowed"], want);
    }
    let shown = done_here(&world, &grant).await;
    let token = shown["oauth_token"].as_str().unwrap();
    done_here(&world, &["qzone", "revoke", token]).await;
    assert_eq!(
        done_here(&world, &grant).await["allowed"],
        json!(["add_feeds"])
    );
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
    done_here(&world, &["qzone", "revoke", TOKEN]).await;
    let key = world.demo.qzone.consumer_key.clone();
    let again = done_here(&world, &["qzone", "grant", &key, "dogstar"]).await;
    assert_eq!(again["openid"], OPENID);
    assert_ne!(again["oauth_token"], TOKEN);
    done_here(&world, &["member", "set", "dogstar", "--banned", "true"]).await;
    let banned = call_here(&world, &["qzone", "grant", &key, "dogstar"]).await;
    assert!(banned.unwrap_err().contains("banned"));
}

#[tokio::test]
async fn a_given_token_takes_the_place_of_the_one_before() {
    let world = World::new().await;
    let key = world.demo.qzone.consumer_key.clone();
    let first = done_here(&world, &["qzone", "grant", &key, "dogstar"]).await;
    granted(&world).await;
    let (token, secret) = (
        text(&first, "oauth_token"),
        text(&first, "oauth_token_secret"),
    );
    let old = called(&world, token, secret, text(&first, "openid")).await;
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
        let grant = ["qzone", "grant", &key, "xiaobai", option, value];
        let refused = call_here(&world, &grant).await.unwrap_err();
        assert!(refused.contains(words), "{refused}");
    }
    assert_eq!(world.dump().await, before);
}

/// Runs the program with something to read.
async fn fed(world: &World, arguments: &[&str], input: &str) -> Result<Value, String> {
    let mut child = Command::new(binary("admin").await)
        .args(arguments)
        .arg("--json")
        .env("AWS_ENDPOINT_URL_DYNAMODB", &world.dynamodb_url)
        .env("TABLE_NAME", local::TABLE)
        .env_remove("AWS_ACCESS_KEY_ID")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).await.unwrap();
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
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
    let from_file = file("secret", &format!("{SECRET}\r\n"));
    for (given, input) in [
        (&*from_file, ""),
        ("-", SECRET),
        ("-", &format!("{SECRET}\n")),
    ] {
        done_here(&world, &["app", "rotate", demo::OPEN_APP]).await;
        let rotate = ["app", "rotate", demo::OPEN_APP, "--secret", given];
        let shown = fed(&world, &rotate, input).await.unwrap();
        assert_eq!(text(&shown, "app_secrect"), SECRET);
    }
    let key = world.demo.qzone.consumer_key.clone();
    let two = ["--token-secret", "-", "--token", "-"];
    let grant = [&["qzone", "grant", &key, "dogstar"][..], &two].concat();
    let shown = fed(&world, &grant, &format!("{TOKEN_SECRET}\n{TOKEN}\n"))
        .await
        .unwrap();
    assert_eq!(
        (
            text(&shown, "oauth_token"),
            text(&shown, "oauth_token_secret")
        ),
        (TOKEN, TOKEN_SECRET)
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
        let rotate = ["app", "rotate", demo::OPEN_APP, "--secret", given];
        let refused = fed(&world, &rotate, input).await.unwrap_err();
        assert!(!refused.contains("panicked"), "{refused}");
    }
    let words = file("words", "坏，worse、worst\r\n\n bad words \n");
    let set = ["xweibo", "set", "--words", &words, "--words", "a,b"];
    let shown = fed(&world, &set, "").await.unwrap();
    assert_eq!(
        shown["words"],
        json!(["a", "b", "bad words", "worse", "worst", "坏"])
    );
    let shown = fed(
        &world,
        &["xweibo", "set", "--words", "-"],
        "one\ntwo、three",
    )
    .await
    .unwrap();
    assert_eq!(shown["words"], json!(["one", "three", "two"]));
}
