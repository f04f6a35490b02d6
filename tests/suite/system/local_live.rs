//! The local system as a whole: what the stream fills is there within a second, pictures are served.

use std::time::{Duration, Instant};

use image::ImageFormat;
use serde_json::Value;

use crate::support::gateway::{get, post, start};
use crate::support::local::{act_in, answer_of, signed};
use crate::support::xweibo::pictures::{small, with_file};
use crate::support::{BAI, STAR, Who};

async fn act(local: &local::Running, who: Who, name: &str, params: &[(&str, &str)]) -> Value {
    act_in(&local.demo, who, name, params).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_says_reaches_others() {
    let local = start().await;
    let uid = STAR.member(&local.demo).uid.to_string();
    act(&local, BAI, "createFriendship", &[("uid", &uid)]).await;
    let mut lags = Vec::new();
    let unread = async || {
        let unread = act(&local, BAI, "unread", &[("id", "1")]).await;
        unread["unread"][1].as_u64().unwrap()
    };
    // The demo data mentions the member once.
    while act(&local, BAI, "mentions", &[]).await["data"] == serde_json::json!([]) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let before = unread().await;
    for number in 1..=5 {
        let text = format!("@小白 {number}");
        act(&local, STAR, "update", &[("text", &text)]).await;
        let said = Instant::now();
        loop {
            let mentions = act(&local, BAI, "mentions", &[]).await;
            let home = act(&local, BAI, "homeTimeline", &[]).await;
            let unread = unread().await;
            let is_told = mentions["data"][0]["wb"]["tx"] == *text;
            if is_told && home["data"][0]["tx"] == *text && unread == before + number {
                break;
            }
            // Not how fast it is: without a limit a stream that stands would stop all tests.
            assert!(
                said.elapsed() < Duration::from_secs(30),
                "{mentions} {home} {unread}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        lags.push(said.elapsed());
    }
    println!("what was said was read after {lags:?}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_calls_work_in_every_shell() {
    let local = start().await;
    let told: Value = serde_json::from_str(&local::banner::json(&local)).unwrap();
    let text = local::banner::text(&local);
    let mut shells = 0;
    for shell in ["sh", "bash", "dash", "zsh"] {
        for (call, wanted) in told["calls"].as_array().unwrap().iter().zip([
            "\"err_code\":0",
            "\"errno\":0",
            "\"ret\":\"0\"",
        ]) {
            let call = call.as_str().unwrap();
            assert!(text.contains(call), "{text}");
            let ran = tokio::process::Command::new(shell)
                .args(["-c", call])
                .output()
                .await;
            // Not every machine has every shell.
            let Ok(ran) = ran else { continue };
            let said = String::from_utf8(ran.stdout).unwrap();
            assert!(said.contains(wanted), "{shell}: {call}: {said}");
            shells += 1;
        }
    }
    assert!(shells >= 3, "not one shell");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_and_avatars_are_served() {
    let local = start().await;
    let url = local.demo.base_url.clone();
    let mut taken = Vec::new();
    for (name, field) in [
        ("upload_pic", "pic"),
        ("updateProfileImage", "image"),
        ("upload", "pic"),
    ] {
        let fields = signed(&local.demo, BAI, name);
        let mut fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        fields.push(("text", "图"));
        let bytes = small(ImageFormat::Png);
        let (kind, body) = with_file(&fields, field, "a.png", "image/png", &bytes);
        let target = format!("/index.php?m=api/weibo/action.{name}");
        taken.push(answer_of(&post(&url, &target, &kind, &body).await));
    }
    let pic = taken[0]["msg"].as_str().unwrap();
    let weibo = act(&local, BAI, "update", &[("text", "x"), ("pic", pic)]).await;
    let weibo = &weibo["data"];
    let at_once = &taken[2]["data"];
    for (address, kind) in [
        (&weibo["tp"], "image/jpeg"),
        (&weibo["mp"], "image/jpeg"),
        (&weibo["op"], "image/png"),
        (&weibo["u"]["p"], "image/jpeg"),
        (&at_once["tp"], "image/jpeg"),
        (&at_once["op"], "image/png"),
    ] {
        let path = address.as_str().unwrap().strip_prefix(&url).unwrap();
        let served = get(&url, path).await;
        assert!(served.starts_with("HTTP/1.1 200"), "{path}: {served}");
        assert!(served.contains(&format!("content-type: {kind}")), "{path}");
    }
    for path in [
        "/pictures/large/none.png",
        "/pictures/../demo.json",
        "/pictures/..%2fdemo.json",
        "/pictures/%2e%2e/weiquan.db.png",
        "/pictures/",
    ] {
        let refused = get(&url, path).await;
        assert!(
            !refused.starts_with("HTTP/1.1 200") || refused.contains("\"ret\":4"),
            "{path}: {refused}"
        );
    }
    local.stop().await;
}
