//! Posting a message (okayapi sections 5.3, 7.1 and 9b).

use serde_json::json;

use crate::support::okay::*;
use crate::support::{BAI, Call, World};

/// The largest stored item, in bytes.
const MAX_ITEM: usize = 32 * 1024;

#[tokio::test]
async fn a_parent_that_does_not_exist_is_err_code_1_and_nothing_is_stored() {
    let world = World::new().await;
    let root = comment(&world, &[("message_content", "root")]).await;
    let before = stored(&world).await;
    let near = (root + 1).to_string();
    for pid in [
        "2147483647",
        "9007199254740991",
        "9223372036854775807",
        near.as_str(),
    ] {
        let reply = world
            .send(post(POST, &with(&valid(&world, POST), "message_pid", pid)))
            .await;
        let json = reply.json();
        assert_eq!((reply.status, &json["ret"]), (200, &json!(200)));
        assert_eq!(json["data"]["err_code"], 1, "{}", reply.body);
        assert_eq!(json["data"]["err_msg"], "父级评论不存在");
    }
    assert_eq!(stored(&world).await, before);
}

#[tokio::test]
async fn a_parent_of_another_app_does_not_exist() {
    let world = World::new().await;
    let root = comment(&world, &[("message_content", "root")])
        .await
        .to_string();
    let secret = &world.demo.apps[1].app_secrect;
    let before = stored(&world).await;
    let params = [("message_content", "x"), ("message_pid", root.as_str())];
    let call = signed(POST, demo::SIGNED_APP, secret, &params);
    assert_eq!(world.send(call).await.json()["data"]["err_code"], 1);
    assert_eq!(stored(&world).await, before);
}

#[tokio::test]
async fn replies_nest_to_depth_100() {
    let world = World::new().await;
    let mut chain: Vec<u64> = Vec::new();
    for _ in 0..100 {
        let pid = chain.last().copied().unwrap_or(0).to_string();
        let params = [("message_content", "x"), ("message_pid", pid.as_str())];
        chain.push(comment(&world, &params).await);
    }
    let before = stored(&world).await;
    let pid = chain[99].to_string();
    let deeper = [("message_content", "x"), ("message_pid", pid.as_str())];
    let json = world.send(post(POST, &deeper)).await.json();
    assert_eq!(json["ret"], 200);
    assert_eq!(json["data"]["err_code"], 2);
    assert_eq!(json["data"]["err_msg"], "评论层级过深");
    assert_eq!(stored(&world).await, before);
    // Nested too deeply for a JSON parser's own limit, so it is read as text.
    let body = world.send(get(SHOW, &[])).await.body;
    let mut rest = body.as_str();
    let mut parent = 0;
    for id in &chain {
        (_, rest) = rest.split_once(&format!("{{\"id\":{id},")).unwrap();
        let own = rest.split_once("\"message_pid\":").unwrap().1;
        assert!(own.starts_with(&parent.to_string()), "{id}");
        parent = *id;
    }
    assert_eq!(body.matches("\"id\":").count(), 100);
    assert_eq!(body.matches("\"child\":[{").count(), 99);
    assert!(rest.contains(&"]}".repeat(99)), "{rest}");
}

#[tokio::test]
async fn a_root_shows_its_oldest_200_replies_and_counts_the_rest() {
    let world = World::new().await;
    let root = comment(&world, &[("message_content", "root")]).await;
    let pid = root.to_string();
    let params = [("message_content", "x"), ("message_pid", pid.as_str())];
    let mut replies = Vec::new();
    for _ in 0..200 {
        replies.push(comment(&world, &params).await);
    }
    let data = show(&world, &[]).await;
    assert_eq!(ids(&data["items"][0]["child"]), replies);
    assert_eq!(data["items"][0].get("child_total"), None);
    for _ in 0..3 {
        replies.push(comment(&world, &params).await);
    }
    let data = show(&world, &[]).await;
    assert_eq!(data["items"][0]["child_total"], 203);
    assert_eq!(ids(&data["items"][0]["child"]), replies[..200]);
    assert_eq!(data["total"], 1);
    let data = show(&world, &[("order", "2")]).await;
    let newest_first: Vec<u64> = replies[..200].iter().rev().copied().collect();
    assert_eq!(data["items"][0]["child_total"], 203);
    assert_eq!(ids(&data["items"][0]["child"]), newest_first);
    // A reply to one that the page does not show is taken, and not shown either.
    let late = replies[202].to_string();
    comment(
        &world,
        &[("message_content", "x"), ("message_pid", late.as_str())],
    )
    .await;
    let data = show(&world, &[]).await;
    assert_eq!(ids(&data["items"][0]["child"]), replies[..200]);
    // Another root is not touched by any of this.
    let other = comment(&world, &[("message_content", "other")]).await;
    let data = show(&world, &[]).await;
    assert_eq!(ids(&data["items"]), [root, other]);
    assert_eq!(data["items"][1].get("child_total"), None);
}

#[tokio::test]
async fn items_end_at_32_kib() {
    let world = World::new().await;
    let (large, wide) = ("a".repeat(MAX_ITEM), "字".repeat(MAX_ITEM / 3 + 1));
    let more = format!("{{\"a\":\"{large}\"}}");
    let half = "a".repeat(MAX_ITEM / 2);
    let half_more = format!("{{\"a\":\"{half}\"}}");
    let before = stored(&world).await;
    for (service, content) in [(POST, "message_content"), (MOMENT, "moment_content")] {
        let params = valid(&world, service);
        for params in [
            with(&params, content, &large),
            with(&params, content, &wide),
            with(&params, "more_data", &more),
            with(&with(&params, content, &half), "more_data", &half_more),
        ] {
            let reply = world.send(post(service, &params)).await;
            assert_eq!(reply.status, 200);
            assert_invalid(&reply, 400, "参数错误，内容超过32KB");
        }
        // As large as that in JSON.
        let quotes = "\"".repeat(MAX_ITEM / 2 + 1024);
        let reply = world
            .send(post(service, &with(&params, content, &quotes)))
            .await;
        assert_invalid(&reply, 400, "参数错误，内容超过32KB");
    }
    assert_eq!(stored(&world).await, before);
    let fits = "a".repeat(MAX_ITEM - 1024);
    let id = comment(&world, &[("message_content", fits.as_str())]).await;
    let data = show(&world, &[]).await;
    assert_eq!(data["items"][0]["id"], id);
    assert_eq!(data["items"][0]["message_content"], fits);
    let moment = with(&valid(&world, MOMENT), "moment_content", &fits);
    posted_id(&world.send(post(MOMENT, &moment)).await);
}

#[tokio::test]
async fn texts_are_kept_as_they_came() {
    let world = World::new().await;
    for content in [
        "<a href=\"http://x/?a=1&b=2\" onclick='alert(1)'>好</a>",
        "<script>alert(\"1\")</script>",
        "&lt;&amp;&#39;",
        "  spaces \t and lines\r\n\n ",
        "\\ \\n \\u597d %41 + $ ' \" ` ",
        "😀👨‍👩‍👧 e\u{301} \u{202e}\u{feff}\u{2028}",
        "0",
        "null",
        "{\"a\":1}",
    ] {
        let params = [
            ("message_content", content),
            ("message_nickname", "<b>\"'&+"),
        ];
        let by_form = comment(&world, &params).await;
        let by_get = posted_id(&world.send(get(POST, &params)).await);
        let body = json!({"app_key": demo::OPEN_APP, "message_content": content,
            "message_nickname": "<b>\"'&+"});
        let call = Call::post("/api/App/Market_Message/Post").json(&body);
        let by_json = posted_id(&world.send(call).await);
        let data = show(&world, &[("order", "2"), ("perpage", "3")]).await;
        assert_eq!(ids(&data["items"]), [by_json, by_get, by_form]);
        for item in data["items"].as_array().unwrap() {
            assert_eq!(item["message_content"], content);
            assert_eq!(item["message_nickname"], "<b>\"'&+");
        }
    }
}

#[tokio::test]
async fn the_nickname_is_empty_unless_given() {
    let world = World::new().await;
    comment(&world, &[("message_content", "x")]).await;
    comment(
        &world,
        &[("message_content", "x"), ("message_nickname", "")],
    )
    .await;
    let data = show(&world, &[]).await;
    let nicknames = [0, 1].map(|number| &data["items"][number]["message_nickname"]);
    assert_eq!(nicknames, ["", ""]);
}

#[tokio::test]
async fn a_message_carries_its_authors_uuid_only_with_a_live_session() {
    let world = World::new().await;
    let member = world.member(BAI).clone();
    let session = [
        ("message_content", "x"),
        ("uuid", member.uuid.as_str()),
        ("token", member.token.as_str()),
    ];
    let short = with(&without(&session, "token"), "uuid", "short");
    let anonymous: [Params<'_>; 4] = [
        without(&session, "token"),
        without(&session, "uuid"),
        vec![session[0]],
        short,
    ];
    comment(&world, &session).await;
    for params in &anonymous {
        comment(&world, params).await;
    }
    let data = show(&world, &[("more_select", "uuid")]).await;
    assert_eq!(data["total"], 5);
    assert_eq!(data["items"][0]["uuid"], member.uuid);
    for item in &data["items"].as_array().unwrap()[1..] {
        let uuid = &item["uuid"];
        assert!(uuid.is_null() || *uuid == "", "{uuid}");
    }
}
