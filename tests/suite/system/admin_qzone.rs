//! What an operator sets for QZone's callers.

use demo::Sample as _;
use serde_json::json;

use crate::support::admin::{done, run, text};
use crate::support::qzone::{USER_INFO, api, ask, code};
use crate::support::{BASE_URL, World};

#[tokio::test]
async fn qzone_consumers_and_grants() {
    let world = World::new().await;
    let made = done(&world, &["qzone", "app", "create", "--name", "MySite"]).await;
    let key = text(&made, "oauth_consumer_key").to_owned();
    let grant = done(&world, &["qzone", "grant", &key, "dogstar"]).await;
    let mut credentials = world.demo.credentials();
    credentials.base_url = BASE_URL.to_owned();
    credentials.consumer = (key.clone(), text(&made, "appkey").to_owned());
    credentials.token = (
        text(&grant, "oauth_token").to_owned(),
        text(&grant, "oauth_token_secret").to_owned(),
    );
    credentials.openid = text(&grant, "openid").to_owned();
    assert_eq!(
        (credentials.token.0.len(), credentials.openid.len()),
        (20, 32)
    );
    let function = front::functions()
        .find(|f| f.package() == "qzone-add-feeds")
        .unwrap();
    let answer = async || {
        let event = function.sample(&world.ctx, &credentials);
        world.event(&world.ctx, "qzone-add-feeds", event).await.body
    };
    assert!(answer().await.contains("\"ret\":\"0\""));
    let again = done(&world, &["qzone", "grant", &key, "dogstar"]).await;
    assert_eq!(
        text(&again, "openid"),
        credentials.openid,
        "one member, one openid"
    );

    let set = [
        "qzone",
        "app",
        "set",
        &key,
        "--base-urls",
        "http://openapi.qzone.qq.com",
        "--domain",
        "example.com",
    ];
    done(&world, &set).await;
    world.pass(61);
    let refused = answer().await;
    assert!(
        refused.contains("\"ret\":\"41000\"")
            && refused.contains("document.domain=\"example.com\""),
        "{refused}"
    );
    done(
        &world,
        &[
            "qzone",
            "app",
            "set",
            &key,
            "--base-urls",
            "",
            "--allow",
            "",
        ],
    )
    .await;
    world.pass(61);
    assert!(answer().await.contains("\"ret\":\"41001\""));
    done(
        &world,
        &["qzone", "app", "set", &key, "--allow", "add_feeds"],
    )
    .await;
    world.pass(61);
    done(&world, &["qzone", "revoke", &credentials.token.0]).await;
    assert!(answer().await.contains("\"ret\":\"41003\""));
    for arguments in [
        &["qzone", "app", "set", &key, "--domain", "a\"b"][..],
        &["qzone", "app", "set", &key, "--base-urls", "http://a/b"],
        &["qzone", "app", "set", &key, "--allow", "no_such"],
        &["qzone", "grant", &key, "nobody"],
        &["qzone", "app", "create", "--key", "abc"],
        &[
            "qzone",
            "app",
            "set",
            &key,
            "--callback-domains",
            "http://a.example",
        ],
        &["qzone", "app", "set", &key, "--per-second", "0"],
        &["qzone", "app", "set", &key, "--per-second", "501"],
    ] {
        assert!(run(&world, arguments).await.is_err(), "{arguments:?}");
    }
}

#[tokio::test]
async fn a_consumers_callbacks_and_calls_have_their_settings() {
    let world = World::new().await;
    let key = world.demo.qzone.consumer_key.clone();
    let set = [
        "--callback-domains",
        "Example.com,a.cn",
        "--per-second",
        "1",
    ];
    let shown = done(&world, &[&["qzone", "app", "set", &key][..], &set].concat()).await;
    assert_eq!(
        (&shown["callback_domains"], &shown["per_second"]),
        (&json!(["a.cn", "example.com"]), &json!(1))
    );
    world.pass(61);
    let callback = |url: &'static str| ask(&world, &[("oauth_callback", url)]);
    assert_eq!(
        code(&callback("http://www.example.com/").send(&world).await),
        "0"
    );
    assert_eq!(code(&callback("http://a.cn/").send(&world).await), "1001");
    world.pass(1);
    let foreign = callback("http://weiquan.test/").send(&world).await;
    assert_eq!(code(&foreign), "21006");
    done(
        &world,
        &["qzone", "app", "set", &key, "--per-second", "none"],
    )
    .await;
    world.pass(61);
    for _ in 0..3 {
        assert_eq!(code(&callback("http://a.cn/").send(&world).await), "0");
    }
}

#[tokio::test]
async fn a_members_gender_is_told() {
    let world = World::new().await;
    for (set, told) in [("female", "女"), ("male", "男"), ("none", "男")] {
        let shown = done(&world, &["member", "set", "xiaobai", "--gender", set]).await;
        assert_eq!(shown["gender"].as_str().unwrap_or("none"), set);
        let info = api(&world, USER_INFO, &[]).send(&world).await.json();
        assert_eq!(info["gender"], told);
    }
    let wrong = ["member", "set", "xiaobai", "--gender", "x"];
    assert!(run(&world, &wrong).await.is_err());
}
