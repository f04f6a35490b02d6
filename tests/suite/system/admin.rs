//! The operator's command line: what it changes is what callers meet.

use demo::OPEN_APP;
use serde_json::json;
use weiquan::okay;

use crate::support::admin::{assert_refused, done, ret, text};
use crate::support::{Call, World};

#[tokio::test]
async fn apps() {
    let world = World::new().await;
    let made = done(&world, "app create").await;
    let (key, secret) = (text(&made, "app_key"), text(&made, "app_secrect"));
    assert_eq!(
        (made["sign_mode"].as_str(), key.len()),
        (Some("dynamic"), 32)
    );
    assert_eq!(ret(&world, key, secret).await, 200);
    assert_eq!(ret(&world, key, "wrong").await, 409);
    let shown = done(&world, &format!("app show {key}")).await;
    assert!(shown.get("app_secrect").is_none(), "shown once");
    let listed = done(&world, "app list").await;
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
        done(&world, &format!("app set {key} {setting} '{value}'")).await;
        world.pass(61);
        assert_eq!(ret(&world, key, secret).await, wanted, "{setting} {value}");
    }
    done(&world, &format!("app set {key} --per-second 1")).await;
    world.pass(61);
    for wanted in [200, 414] {
        assert_eq!(ret(&world, key, secret).await, wanted);
    }
    done(&world, &format!("app set {key} --per-second none")).await;

    let rotated = done(&world, &format!("app rotate {key}")).await;
    world.pass(61);
    assert_eq!(ret(&world, key, secret).await, 409);
    assert_eq!(ret(&world, key, text(&rotated, "app_secrect")).await, 200);

    for (command, words) in [
        ("app show nobody", "there is no app"),
        ("app create --key short", "--key"),
        (&format!("app create --key {OPEN_APP}"), "app"),
        (&format!("app set {key} --per-second 501"), "--per-second"),
        (&format!("app set {key} --per-second 0"), "--per-second"),
        (&format!("app set {key} --close App.No.Such"), "App.No.Such"),
        (&format!("app set {key} --ip-deny 1.2.3"), "--ip-deny"),
        (&format!("app set {key} --sign none"), "--sign"),
        (&format!("app set {key} --shards 65"), "--shards"),
    ] {
        assert_refused(&world, command, words).await;
    }
}

#[tokio::test]
async fn members_and_sessions() {
    let world = World::new().await;
    let create = "member create --username lili --nick 莉莉 --password secret";
    let made = done(&world, create).await;
    assert_eq!(
        (made["nick"].as_str(), made["password"].as_bool()),
        (Some("莉莉"), Some(true))
    );
    let other = "member create --username other --nick 莉莉";
    for (command, words) in [
        ("member create --username LILI --nick other", "username"),
        ("member create --username ｌｉｌｉ --nick other", "username"),
        (other, "nick"),
    ] {
        assert_refused(&world, command, words).await;
    }
    // A freed nick is free; the refused member left nothing behind.
    done(&world, "member set lili --nick Lili2").await;
    done(&world, other).await;

    let session = done(&world, "session create lili").await;
    let (uuid, token) = (text(&session, "uuid"), text(&session, "token"));
    let post = || {
        Call::post("/api/App/Market_Minimoments/PostMoment").form(&[
            ("app_key", OPEN_APP),
            ("uuid", uuid),
            ("token", token),
            ("moment_nickname", "莉莉"),
            ("moment_access", "0"),
        ])
    };
    assert_eq!(world.send(post()).await.json()["ret"], 200);
    let revoke = format!("session revoke {uuid} {token}");
    done(&world, &revoke).await;
    assert_eq!(world.send(post()).await.json()["ret"], 401, "at once");
    assert_refused(&world, &revoke, "there is no such").await;
    assert_refused(&world, "session create nobody", "there is no member").await;
}

#[tokio::test]
async fn the_xweibo_site() {
    let world = World::new().await;
    done(&world, "member create --username lili").await;
    done(&world, "xweibo bind 777 lili").await;
    assert_refused(&world, "xweibo bind 777 dogstar", "bound").await;
    let site = "xweibo set --akey a --skey s --api-key k --words bad,worse --past 60";
    let shown = done(&world, site).await;
    assert_eq!(
        (&shown["words"], &shown["past_seconds"]),
        (&json!(["bad", "worse"]), &json!(60))
    );
    for shown in [shown, done(&world, "xweibo show").await] {
        assert!(shown.get("skey").is_none(), "{shown}");
    }
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
    let others = "xweibo set --allow-others update --default-member lili";
    done(&world, others).await;
    done(&world, "member set dogstar --silenced true").await;
    world.pass(61);
    assert_eq!(errno("778", "as the default member", 0).await, 0);
    assert_eq!(errno("10001", "banned", 0).await, 1_040_005);
    assert_refused(&world, "xweibo set --skey ''", "--skey").await;
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
    let reply = world.event(&world.ctx, "okay-message-post", event).await;
    assert_eq!(reply.json()["ret"], 200);
}
