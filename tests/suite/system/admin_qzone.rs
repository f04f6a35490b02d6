//! What an operator sets for QZone's callers.

use demo::Sample as _;
use serde_json::json;

use crate::support::admin::{assert_refused, done, text};
use crate::support::qzone::{USER_INFO, api, ask, code};
use crate::support::{BASE_URL, World};

#[tokio::test]
async fn qzone_consumers_and_grants() {
    let world = World::new().await;
    let made = done(&world, "qzone app create --name MySite").await;
    let key = text(&made, "oauth_consumer_key").to_owned();
    let grant = format!("qzone grant {key} dogstar");
    let granted = done(&world, &grant).await;
    let of = |name: &str| text(&granted, name).to_owned();
    let mut credentials = world.demo.credentials();
    credentials.base_url = BASE_URL.to_owned();
    credentials.consumer = (key.clone(), text(&made, "appkey").to_owned());
    credentials.token = (of("oauth_token"), of("oauth_token_secret"));
    credentials.openid = of("openid");
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
    let again = done(&world, &grant).await;
    assert_eq!(
        again["openid"], credentials.openid,
        "one member, one openid"
    );

    let set = format!("qzone app set {key}");
    for (options, answers) in [
        (
            "--base-urls http://openapi.qzone.qq.com --domain example.com",
            &["\"ret\":\"41000\"", "document.domain=\"example.com\""][..],
        ),
        ("--base-urls '' --allow ''", &["\"ret\":\"41001\""]),
        ("--allow add_feeds", &["\"ret\":\"0\""]),
    ] {
        done(&world, &format!("{set} {options}")).await;
        world.pass(61);
        let answer = answer().await;
        for part in answers {
            assert!(answer.contains(part), "{options}: {answer}");
        }
    }
    done(&world, &format!("qzone revoke {}", credentials.token.0)).await;
    assert!(answer().await.contains("\"ret\":\"41003\""));
    for (options, words) in [
        ("--domain 'a\"b'", "--domain"),
        ("--base-urls http://a/b", "is no base URL"),
        ("--allow no_such", "no_such"),
        ("--callback-domains http://a.example", "--callback-domains"),
        ("--per-second 0", "--per-second"),
        ("--per-second 501", "--per-second"),
    ] {
        assert_refused(&world, &format!("{set} {options}"), words).await;
    }
    assert_refused(
        &world,
        &format!("qzone grant {key} nobody"),
        "there is no member",
    )
    .await;
    assert_refused(&world, "qzone app create --key abc", "--key").await;
}

#[tokio::test]
async fn a_consumers_callbacks_and_calls_have_their_settings() {
    let world = World::new().await;
    let set = format!("qzone app set {}", world.demo.qzone.consumer_key);
    let settings = "--callback-domains Example.com,a.cn --per-second 1";
    let shown = done(&world, &format!("{set} {settings}")).await;
    assert_eq!(
        (&shown["callback_domains"], &shown["per_second"]),
        (&json!(["a.cn", "example.com"]), &json!(1))
    );
    world.pass(61);
    let asked = async |url: &str| code(&ask(&world, &[("oauth_callback", url)]).send(&world).await);
    assert_eq!(asked("http://www.example.com/").await, "0");
    assert_eq!(asked("http://a.cn/").await, "1001");
    world.pass(1);
    assert_eq!(asked("http://weiquan.test/").await, "21006");
    done(&world, &format!("{set} --per-second none")).await;
    world.pass(61);
    for _ in 0..3 {
        assert_eq!(asked("http://a.cn/").await, "0");
    }
}

#[tokio::test]
async fn a_members_gender_is_told() {
    let world = World::new().await;
    for (set, told) in [("female", "女"), ("male", "男"), ("none", "男")] {
        let shown = done(&world, &format!("member set xiaobai --gender {set}")).await;
        assert_eq!(shown["gender"].as_str().unwrap_or("none"), set);
        let info = api(&world, USER_INFO, &[]).send(&world).await.json();
        assert_eq!(info["gender"], told);
    }
    assert_refused(&world, "member set xiaobai --gender x", "--gender").await;
}
