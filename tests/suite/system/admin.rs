//! The operator's command line: what it changes is what callers meet.

use serde_json::json;
use weiquan::okay;

use crate::support::admin::{done, ret, run, text};
use crate::support::{Call, World};

#[tokio::test]
async fn apps() {
    let world = World::new().await;
    let made = done(&world, &["app", "create"]).await;
    let (key, secret) = (text(&made, "app_key"), text(&made, "app_secrect"));
    assert_eq!(
        (made["sign_mode"].as_str(), key.len()),
        (Some("dynamic"), 32)
    );
    assert_eq!(ret(&world, key, secret).await, 200);
    assert_eq!(ret(&world, key, "wrong").await, 409);
    assert!(
        done(&world, &["app", "show", key])
            .await
            .get("app_secrect")
            .is_none(),
        "shown once"
    );
    let listed = done(&world, &["app", "list"]).await;
    assert!(listed.as_array().unwrap().contains(&json!(key)), "{listed}");

    for (setting, value, wanted) in [
        ("--status", "banned", 408),
        ("--status", "expired", 407),
        ("--status", "sub-app-failure", 417),
        ("--status", "active", 200),
        ("--ip-deny", "203.0.113.0/24", 402),
        ("--ip-deny", "", 200),
        ("--ip-allow", "2001:db8::1,198.51.100.1", 403),
        ("--ip-allow", "", 200),
        ("--plan", "free", 416),
        ("--plan", "full", 200),
        ("--close", "App.Market_Message.Show", 415),
        ("--open", "App.Market_Message.Show", 200),
        ("--sign", "static=fixed", 409),
        ("--sign", "dynamic", 200),
        ("--monthly-quota", "0", 413),
        ("--monthly-quota", "none", 200),
        ("--shards", "4", 200),
    ] {
        done(&world, &["app", "set", key, setting, value]).await;
        world.pass(61);
        assert_eq!(ret(&world, key, secret).await, wanted, "{setting} {value}");
    }
    done(&world, &["app", "set", key, "--per-second", "1"]).await;
    world.pass(61);
    assert_eq!(
        (
            ret(&world, key, secret).await,
            ret(&world, key, secret).await
        ),
        (200, 414)
    );
    done(&world, &["app", "set", key, "--per-second", "none"]).await;

    let rotated = done(&world, &["app", "rotate", key]).await;
    world.pass(61);
    assert_eq!(ret(&world, key, secret).await, 409);
    assert_eq!(ret(&world, key, text(&rotated, "app_secrect")).await, 200);

    for arguments in [
        &["app", "show", "nobody"][..],
        &["app", "create", "--key", "short"],
        &["app", "create", "--key", demo::OPEN_APP],
        &["app", "set", key, "--per-second", "501"],
        &["app", "set", key, "--per-second", "0"],
        &["app", "set", key, "--close", "App.No.Such"],
        &["app", "set", key, "--ip-deny", "1.2.3"],
        &["app", "set", key, "--sign", "none"],
        &["app", "set", key, "--shards", "65"],
    ] {
        let complaint = run(&world, arguments).await.unwrap_err();
        assert!(!complaint.contains("panicked"), "{complaint}");
    }
}

#[tokio::test]
async fn members_and_sessions() {
    let world = World::new().await;
    let made = done(
        &world,
        &[
            "member",
            "create",
            "--username",
            "lili",
            "--nick",
            "莉莉",
            "--password",
            "secret",
        ],
    )
    .await;
    assert_eq!(
        (made["nick"].as_str(), made["password"].as_bool()),
        (Some("莉莉"), Some(true))
    );
    for name in ["LILI", "ｌｉｌｉ"] {
        let taken = run(
            &world,
            &["member", "create", "--username", name, "--nick", "other"],
        )
        .await;
        assert!(taken.unwrap_err().contains("username"));
    }
    let taken = run(
        &world,
        &["member", "create", "--username", "other", "--nick", "莉莉"],
    )
    .await;
    assert!(taken.unwrap_err().contains("nick"));
    // A freed nick is free; the refused member left nothing behind.
    done(&world, &["member", "set", "lili", "--nick", "Lili2"]).await;
    done(
        &world,
        &["member", "create", "--username", "other", "--nick", "莉莉"],
    )
    .await;

    let session = done(&world, &["session", "create", "lili"]).await;
    let (uuid, token) = (text(&session, "uuid"), text(&session, "token"));
    let post = || {
        Call::post("/api/App/Market_Minimoments/PostMoment").form(&[
            ("app_key", demo::OPEN_APP),
            ("uuid", uuid),
            ("token", token),
            ("moment_nickname", "莉莉"),
            ("moment_access", "0"),
        ])
    };
    assert_eq!(world.send(post()).await.json()["ret"], 200);
    done(&world, &["session", "revoke", uuid, token]).await;
    assert_eq!(world.send(post()).await.json()["ret"], 401, "at once");
    assert!(
        run(&world, &["session", "revoke", uuid, token])
            .await
            .is_err()
    );
    assert!(run(&world, &["session", "create", "nobody"]).await.is_err());
}

#[tokio::test]
async fn the_xweibo_site() {
    let world = World::new().await;
    done(&world, &["member", "create", "--username", "lili"]).await;
    done(&world, &["xweibo", "bind", "777", "lili"]).await;
    assert!(
        run(&world, &["xweibo", "bind", "777", "dogstar"])
            .await
            .unwrap_err()
            .contains("bound")
    );
    let site = [
        "xweibo",
        "set",
        "--akey",
        "a",
        "--skey",
        "s",
        "--api-key",
        "k",
        "--words",
        "bad,worse",
        "--past",
        "60",
    ];
    let shown = done(&world, &site).await;
    assert_eq!(
        (&shown["words"], &shown["past_seconds"]),
        (&json!(["bad", "worse"]), &json!(60))
    );
    assert!(
        shown.get("skey").is_none()
            && done(&world, &["xweibo", "show"])
                .await
                .get("skey")
                .is_none()
    );
    let errno = async |uid: &str, words: &str, age: i64| {
        let time = (world.now().as_second() - age).to_string();
        let sign = weiquan::xweibo::sign(["a", "s", "k"], uid, &time, "update");
        let pairs = [
            ("api_uid", uid),
            ("api_time", &*time),
            ("api_sign", &*sign),
            ("text", words),
        ];
        let reply = world
            .send(Call::post("/api/weibo/action.update").form(&pairs))
            .await;
        reply.json()["errno"].as_i64().unwrap()
    };
    assert_eq!(errno("777", "fine", 0).await, 0);
    assert_eq!(errno("777", "worse", 0).await, 1_010_007);
    assert_eq!(errno("777", "late", 61).await, 3_010_001);
    assert_eq!(errno("778", "unbound", 0).await, 3_010_003);
    done(
        &world,
        &[
            "xweibo",
            "set",
            "--allow-others",
            "update",
            "--default-member",
            "lili",
        ],
    )
    .await;
    done(&world, &["member", "set", "dogstar", "--silenced", "true"]).await;
    world.pass(61);
    assert_eq!(errno("778", "as the default member", 0).await, 0);
    assert_eq!(errno("10001", "banned", 0).await, 1_040_005);
    assert!(run(&world, &["xweibo", "set", "--skey", ""]).await.is_err());
}

#[tokio::test]
async fn a_signed_sample_is_what_a_client_would_sign() {
    let world = World::new().await;
    let printed = crate::support::binaries::admin(&["event", "okay-message-post"]).await;
    let event: weiquan::event::Event = serde_json::from_str(&printed).unwrap();
    let request = weiquan::http::Request::from(event.clone());
    let (params, malformed) = okay::Params::collect(&request);
    assert_eq!(malformed, None);
    let secret = &world.demo.apps[1].app_secrect;
    assert_eq!(
        params.text("sign"),
        Some(okay::sign(&params, secret).as_str())
    );
    assert_eq!(
        world
            .event(&world.ctx, "okay-message-post", event)
            .await
            .json()["ret"],
        200
    );
}
