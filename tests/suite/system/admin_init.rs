//! What an operator does first on a new table.

use serde_json::{Value, json};

use crate::support::admin::{call_in, done_here, ret, text};
use crate::support::{Call, World};

async fn init(world: &World, options: &str) -> Value {
    done_here(world, &format!("init {options}")).await
}

#[tokio::test]
async fn a_new_table_lacks_all_and_gets_it_once() {
    let world = World::empty().await;
    let shown = init(&world, "").await;
    assert_eq!(shown["missing"], json!(["--app", "--site", "--consumer"]));
    assert_eq!((&shown["apps"], &shown["site"]), (&json!([]), &json!(null)));
    assert_eq!(world.dump().await, Vec::<String>::new(), "it only says so");

    let made = init(&world, "--all").await;
    assert_eq!(made["missing"], json!([]));
    let key = text(&made, "app_key");
    assert_eq!(made["apps"], json!([key]));
    let site = done_here(&world, "xweibo show").await;
    assert_eq!(
        (&site["past_seconds"], &site["future_seconds"]),
        (&json!(600), &json!(600))
    );
    assert_eq!(ret(&world, key, text(&made, "app_secrect")).await, 200);
    let before = world.dump().await;
    let again = init(&world, "--all").await;
    assert_eq!(again["missing"], json!([]));
    assert_eq!(
        (&again["apps"], &again["site"], &again["consumers"]),
        (&made["apps"], &made["site"], &made["consumers"])
    );
    for secret in ["app_secrect", "skey", "appkey"] {
        assert!(
            made[secret].is_string() && again.get(secret).is_none(),
            "{secret}"
        );
    }
    let listed = done_here(&world, "qzone app list").await;
    assert_eq!(listed, json!([made["oauth_consumer_key"]]));
    let calls_of_ours = |item: &&String| !item.contains("\"SK\":\"USE#");
    let now = world.dump().await;
    assert_eq!(
        now.iter().filter(calls_of_ours).collect::<Vec<_>>(),
        before.iter().filter(calls_of_ours).collect::<Vec<_>>(),
        "what is there is left alone"
    );
}

#[tokio::test]
async fn each_part_is_made_on_request() {
    let world = World::empty().await;
    let mut missing = vec!["--app", "--site", "--consumer"];
    for option in ["--site", "--consumer", "--app"] {
        missing.retain(|other| *other != option);
        let shown = init(&world, option).await;
        assert_eq!(shown["missing"], json!(missing));
    }
}

#[tokio::test]
async fn the_site_that_is_made_takes_calls() {
    let world = World::empty().await;
    let made = init(&world, "--all").await;
    done_here(&world, "member create --username lili").await;
    done_here(&world, "xweibo bind 777 lili").await;
    let time = world.now().as_second().to_string();
    let keys = [text(&made, "akey"), text(&made, "skey"), ""];
    let sign = weiquan::xweibo::sign(keys, "777", &time, "update");
    let update = Call::post("/api/weibo/action.update").form(&[
        ("api_uid", "777"),
        ("api_time", &time),
        ("api_sign", &sign),
        ("text", "the first"),
    ]);
    assert_eq!(world.send(update).await.json()["errno"], 0);
}

#[tokio::test]
async fn two_operators_make_one_of_each() {
    let world = World::empty().await;
    let both = [world.another_process(5), world.another_process(6)];
    let calls = both.each_ref().map(|ctx| call_in(ctx, "init --site"));
    let done = futures_util::future::join_all(calls).await;
    let made = done
        .iter()
        .filter(|one| one.as_ref().is_ok_and(|shown| shown.get("skey").is_some()));
    assert_eq!(made.count(), 1, "{done:?}");
}
