//! `more_data` at posting and `more_select` at showing (okayapi sections 5.3.10, 6.3.6 and 7.5).

use serde_json::{Value, json};

use crate::support::okay::{POST, Params, SHOW, comment, get, posted_id, show, valid, with};
use crate::support::{BAI, Call, World};

/// The documented fields of a message without replies at the first level.
const DOCUMENTED: [&str; 6] = [
    "id",
    "message_nickname",
    "message_content",
    "message_post_time",
    "message_pid",
    "child",
];

/// Posts a message with these custom fields.
async fn comment_with(world: &World, more: &str) -> u64 {
    let params = [("message_content", "x"), ("more_data", more)];
    comment(world, &params).await
}

/// The first message of a page.
async fn first(world: &World, more_select: &str) -> Value {
    let mut data = show(world, &[("more_select", more_select)]).await;
    data["items"][0].take()
}

/// The names of the fields of the first message, in the order in which they are sent.
async fn names(world: &World, more_select: &str) -> Vec<String> {
    let params = [("more_select", more_select)];
    let body = world.send(get(SHOW, &params)).await.body;
    let (_, item) = body.split_once("\"items\":[{").unwrap();
    let (item, _) = item.split_once("}]}").unwrap();
    // No value in these tests holds a comma or a colon but the time.
    item.split(",\"")
        .filter_map(|field| field.split_once("\":"))
        .map(|(name, _)| name.trim_start_matches('"').to_owned())
        .collect()
}

#[tokio::test]
async fn system_fields_appear_when_asked() {
    let world = World::new().await;
    let member = world.member(BAI).clone();
    let params = [
        ("message_content", "x"),
        ("uuid", member.uuid.as_str()),
        ("token", member.token.as_str()),
    ];
    let id = comment(&world, &params).await;
    let select = "id,uuid,add_time,update_time,ext_data";
    assert_eq!(
        first(&world, select).await,
        json!({
            "id": id,
            "message_nickname": "",
            "message_content": "x",
            "message_post_time": "2026-06-01 12:00:00",
            "message_pid": 0,
            "uuid": member.uuid,
            "add_time": "2026-06-01 12:00:00",
            "update_time": null,
            "ext_data": null,
            "child": [],
        })
    );
}

#[tokio::test]
async fn custom_fields_appear_when_asked_with_the_values_that_were_sent() {
    let world = World::new().await;
    let custom = json!({
        "headimg": "http://x/1.png",
        "level": 3,
        "ratio": -0.5,
        "vip": true,
        "none": null,
        "tags": ["a", {"b": []}],
        "empty": "",
        "名字": "小白",
        "say \"hi\"": "a\"b\\c/d",
    });
    comment_with(&world, &custom.to_string()).await;
    for (name, value) in custom.as_object().unwrap() {
        let item = first(&world, name).await;
        assert_eq!(item.get(name), Some(value), "{name}");
        assert_eq!(item.as_object().unwrap().len(), 7, "{name}");
    }
    let item = first(&world, "headimg,level,nothing").await;
    assert_eq!(item["headimg"], "http://x/1.png");
    assert_eq!(item["level"], 3);
    assert_eq!(item.get("nothing"), Some(&Value::Null));
}

#[tokio::test]
async fn numbers_come_back_as_they_were_written() {
    let world = World::new().await;
    let more = "{\"a\":1.50,\"b\":12345678901234567890123,\"c\":1e5,\"d\":-0.0}";
    comment_with(&world, more).await;
    let reply = world.send(get(SHOW, &[("more_select", "a,b,c,d")])).await;
    let written = "\"a\":1.50,\"b\":12345678901234567890123,\"c\":1e5,\"d\":-0.0,\"child\":[]";
    assert!(reply.body.contains(written), "{}", reply.body);
}

#[tokio::test]
async fn asked_fields_stand_between_pid_and_child_in_the_order_asked() {
    let world = World::new().await;
    comment_with(&world, "{\"zeta\":1,\"alpha\":2}").await;
    for (select, extra) in [
        ("", vec![]),
        (",", vec![]),
        ("zeta", vec!["zeta"]),
        ("zeta,uuid,alpha", vec!["zeta", "uuid", "alpha"]),
        (" alpha , ,,zeta ,", vec!["alpha", "zeta"]),
        ("zeta,zeta,zeta", vec!["zeta"]),
        ("id,message_content,child,message_pid,zeta", vec!["zeta"]),
        ("Zeta", vec!["Zeta"]),
    ] {
        let mut expected = DOCUMENTED[..5].to_vec();
        expected.extend(extra);
        expected.push("child");
        assert_eq!(names(&world, select).await, expected, "{select:?}");
    }
}

#[tokio::test]
async fn names_that_are_there_already_do_not_change_them() {
    let world = World::new().await;
    let plain = comment_with(&world, "").await;
    let select = "child,id,message_nickname,message_content,message_post_time,message_pid";
    let item = first(&world, select).await;
    assert_eq!(item["id"], plain);
    assert_eq!(item["child"], json!([]));
    assert_eq!(item["message_content"], "x");
    assert_eq!(names(&world, select).await, DOCUMENTED);
}

#[tokio::test]
async fn built_in_names_in_more_data_are_ignored() {
    let world = World::new().await;
    let more = json!({
        "id": 1,
        "uuid": "EVIL",
        "add_time": "EVIL",
        "update_time": "EVIL",
        "ext_data": "EVIL",
        "message_nickname": "EVIL",
        "message_content": "EVIL",
        "message_post_time": "EVIL",
        "message_pid": 7,
        "message_key": "EVIL",
        "mood": "good",
    });
    let id = comment_with(&world, &more.to_string()).await;
    assert!(world.dump().await.iter().all(|item| !item.contains("EVIL")));
    let item = first(&world, "uuid,add_time,update_time,ext_data,mood").await;
    assert_eq!(item["id"], id);
    assert_eq!(item["message_nickname"], "");
    assert_eq!(item["message_pid"], 0);
    assert_eq!(item["add_time"], "2026-06-01 12:00:00");
    assert_eq!(item["mood"], "good");
    assert_eq!(show(&world, &[("message_key", "EVIL")]).await["total"], 0);
}

#[tokio::test]
async fn more_data_of_a_json_body_may_be_the_object_itself() {
    let world = World::new().await;
    let path = "/api/App/Market_Message/Post";
    let begin = format!(
        "{{\"app_key\":\"{}\",\"message_content\":\"x\",\"more_data\":",
        demo::OPEN_APP
    );
    for more in [
        "{ \"mood\" : \"\\u597d\", \"n\" : 1.50 }",
        "\"{\\\"mood\\\":\\\"好\\\",\\\"n\\\":1.50}\"",
    ] {
        let body = format!("{begin}{more}}}");
        let call = Call::post(path).body("application/json", body.as_bytes());
        let id = posted_id(&world.send(call).await);
        let params = [("more_select", "mood,n"), ("order", "2"), ("perpage", "1")];
        let reply = world.send(get(SHOW, &params)).await;
        let item = &reply.json()["data"]["items"][0];
        assert_eq!((&item["id"], &item["mood"]), (&json!(id), &json!("好")));
        assert!(reply.body.contains("\"n\":1.50,"), "{}", reply.body);
    }
}

#[tokio::test]
async fn asked_fields_appear_on_every_level() {
    let world = World::new().await;
    let mut pid = 0;
    for level in 1..=4 {
        let more = format!("{{\"level\":{level}}}");
        let parent = pid.to_string();
        let more = if level == 3 { "" } else { more.as_str() };
        let params: Params<'_> = with(&valid(&world, POST), "message_pid", &parent);
        pid = comment(&world, &with(&params, "more_data", more)).await;
    }
    let mut message = &show(&world, &[("more_select", "level,uuid")]).await["items"][0];
    for level in [json!(1), json!(2), json!(null), json!(4)] {
        assert_eq!(message.get("level"), Some(&level));
        assert!(message.get("uuid").is_some());
        message = &message["child"][0];
    }
    assert_eq!(show(&world, &[]).await["items"][0].get("level"), None);
}
