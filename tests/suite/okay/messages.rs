//! Pages of messages (okayapi section 5).

use serde_json::{Value, json};
use weiquan_store::clients::sequence;
use weiquan_store::clients::{self, App};
use weiquan_store::id::MessageId;
use weiquan_store::threads::removal;

use crate::support::World;
use crate::support::okay::{SHOW, comment, get, ids, show};

/// The documented answer, with ids as they are (seed S1).
fn documented() -> Value {
    let message = |id: u64, time: &str, pid: u64| {
        json!({
            "id": id,
            "message_nickname": "dogstar",
            "message_content": "test",
            "message_post_time": format!("2018-12-02 {time}"),
            "message_pid": pid,
        })
    };
    let with = |mut message: Value, children: Vec<Value>| {
        message["child"] = children.into();
        message
    };
    let third = vec![message(13, "11:22:00", 11), message(14, "11:35:13", 11)];
    let second = vec![
        with(message(11, "11:21:45", 9), third),
        with(message(12, "11:21:50", 9), vec![]),
    ];
    json!({
        "ret": 200,
        "data": {
            "err_code": 0,
            "err_msg": "",
            "total": 3,
            "items": [
                with(message(8, "11:21:27", 0), vec![]),
                with(message(9, "11:21:28", 0), second),
                with(message(10, "11:21:29", 0), vec![]),
            ],
        },
        "msg": "当前请求接口:App.Market_Message.Show",
    })
}

/// Posts the documented messages, eight years later.
async fn post_documented(world: &World) {
    // Seven were there before.
    sequence::raise(&world.ctx.store, &demo::OPEN_APP.into(), MessageId::new(7))
        .await
        .unwrap();
    for (id, time, pid) in [
        (8, "11:21:27", 0),
        (9, "11:21:28", 0),
        (10, "11:21:29", 0),
        (11, "11:21:45", 9),
        (12, "11:21:50", 9),
        (13, "11:22:00", 11),
        (14, "11:35:13", 11),
    ] {
        let now = format!("2026-12-02T{time}+08:00");
        world.clock.set(now.parse().unwrap());
        let pid = pid.to_string();
        let params = [
            ("message_nickname", "dogstar"),
            ("message_content", "test"),
            ("message_pid", pid.as_str()),
        ];
        assert_eq!(comment(world, &params).await, id);
    }
}

/// The answer with the documented year.
fn as_documented(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(as_documented),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                if name == "message_post_time" {
                    *field = json!(field.as_str().unwrap().replacen("2026", "2018", 1));
                } else {
                    as_documented(field);
                }
            }
        }
        _ => {}
    }
}

/// Every list the other way round.
fn reverse(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.reverse();
            items.iter_mut().for_each(reverse);
        }
        Value::Object(fields) => fields.values_mut().for_each(reverse),
        _ => {}
    }
}

#[tokio::test]
async fn the_documented_tree_comes_out_as_printed() {
    let world = World::new().await;
    post_documented(&world).await;
    let read = async |params: &[(&str, &str)]| {
        let mut json = world.send(get(SHOW, params)).await.json();
        as_documented(&mut json);
        let root = json.as_object_mut().unwrap();
        let (time, auth) = (root.remove("_t"), root.remove("_auth"));
        assert!(time.is_some() && auth.is_some());
        // The print folded full-width punctuation.
        root["msg"] = json!(root["msg"].as_str().unwrap().replace('：', ":"));
        json
    };
    assert_eq!(read(&[]).await, documented());
    assert_eq!(read(&[("order", "1")]).await, documented());
    let mut reversed = documented();
    reverse(&mut reversed);
    assert_eq!(read(&[("order", "2")]).await, reversed);
}

#[tokio::test]
async fn the_keys_of_a_message_stand_in_the_documented_order() {
    let world = World::new().await;
    let root = comment(&world, &[("message_content", "a")]).await;
    world.pass(61);
    let pid = root.to_string();
    let reply = comment(
        &world,
        &[("message_content", "b"), ("message_pid", pid.as_str())],
    )
    .await;
    let pid = reply.to_string();
    let deep = comment(
        &world,
        &[("message_content", "c"), ("message_pid", pid.as_str())],
    )
    .await;
    let body = world.send(get(SHOW, &[])).await.body;
    let expected = format!(
        concat!(
            r#""items":[{{"id":{root},"message_nickname":"","message_content":"a","#,
            r#""message_post_time":"2026-06-01 12:00:00","message_pid":0,"child":["#,
            r#"{{"id":{reply},"message_nickname":"","message_content":"b","#,
            r#""message_post_time":"2026-06-01 12:01:01","message_pid":{root},"child":["#,
            r#"{{"id":{deep},"message_nickname":"","message_content":"c","#,
            r#""message_post_time":"2026-06-01 12:01:01","message_pid":{reply}}}"#,
            r#"]}}]}}]}}"#,
        ),
        root = root,
        reply = reply,
        deep = deep,
    );
    assert!(body.contains(&expected), "{body}");
}

#[tokio::test]
async fn pages_hold_roots_with_their_trees_and_total_counts_all_roots() {
    let world = World::new().await;
    post_documented(&world).await;
    for (order, page, perpage, expected) in [
        ("1", "1", "1", vec![8u64]),
        ("1", "2", "1", vec![9]),
        ("1", "3", "1", vec![10]),
        ("1", "4", "1", vec![]),
        ("1", "1", "2", vec![8, 9]),
        ("1", "2", "2", vec![10]),
        ("1", "3", "2", vec![]),
        ("1", "1", "100", vec![8, 9, 10]),
        ("1", "99999", "100", vec![]),
        ("2", "1", "1", vec![10]),
        ("2", "2", "1", vec![9]),
        ("2", "1", "2", vec![10, 9]),
        ("2", "2", "2", vec![8]),
        ("2", "3", "2", vec![]),
    ] {
        let window = [("order", order), ("page", page), ("perpage", perpage)];
        let data = show(&world, &window).await;
        assert_eq!(ids(&data["items"]), expected, "{window:?}");
        assert_eq!(data["total"], 3, "{window:?}");
        for item in data["items"].as_array().unwrap() {
            let replies = item["child"].as_array().unwrap().len();
            let is_middle = item["id"] == 9;
            assert_eq!(replies, if is_middle { 2 } else { 0 });
        }
    }
}

#[tokio::test]
async fn a_page_holds_ten_unless_asked() {
    let world = World::new().await;
    let mut posted = Vec::new();
    for _ in 0..23 {
        posted.push(comment(&world, &[("message_content", "x"), ("message_key", "k")]).await);
    }
    for filter in [vec![], vec![("message_key", "k")]] {
        for (page, expected) in [("1", 0..10), ("2", 10..20), ("3", 20..23), ("4", 23..23)] {
            let mut params = filter.clone();
            params.push(("page", page));
            let data = show(&world, &params).await;
            assert_eq!(ids(&data["items"]), posted[expected]);
            assert_eq!(data["total"], 23);
        }
    }
}

#[tokio::test]
async fn child_is_always_there_above_the_third_level_and_deeper_where_it_is_filled() {
    let world = World::new().await;
    let mut pid = 0;
    for _ in 0..5 {
        let parent = pid.to_string();
        let params = [("message_content", "x"), ("message_pid", parent.as_str())];
        pid = comment(&world, &params).await;
        let mut message = &show(&world, &[]).await["items"][0];
        let mut level = 1;
        while message["id"] != pid {
            assert_eq!(message["child"].as_array().unwrap().len(), 1);
            message = &message["child"][0];
            level += 1;
        }
        let expected = (level <= 2).then(|| json!([]));
        assert_eq!(message.get("child"), expected.as_ref(), "level {level}");
    }
}

#[tokio::test]
async fn keys_match_exactly() {
    let world = World::new().await;
    let long = "键".repeat(64);
    let keys = [
        "k",
        "K",
        "k ",
        " k",
        "k#",
        "k%23",
        "k/1",
        "k?x=1&y",
        "文章",
        "0",
        "*",
        long.as_str(),
    ];
    let mut posted = Vec::new();
    for key in keys {
        posted.push(comment(&world, &[("message_content", key), ("message_key", key)]).await);
    }
    for (key, id) in keys.into_iter().zip(&posted) {
        let data = show(&world, &[("message_key", key)]).await;
        assert_eq!(data["total"], 1, "{key}");
        assert_eq!(ids(&data["items"]), [*id], "{key}");
        assert_eq!(data["items"][0]["message_content"], key);
    }
    assert_eq!(
        show(&world, &[("message_key", "nobody")]).await,
        json!({"err_code": 0, "err_msg": "", "total": 0, "items": []})
    );
}

#[tokio::test]
async fn without_a_key_the_whole_board_is_shown() {
    let world = World::new().await;
    let mut roots = Vec::new();
    for key in ["a", "", "b", "a", "b", "", "a", "c"] {
        world.pass(1);
        roots.push(comment(&world, &[("message_content", "x"), ("message_key", key)]).await);
        let pid = roots[0].to_string();
        let reply = [("message_content", "reply"), ("message_pid", pid.as_str())];
        comment(&world, &reply).await;
    }
    for none in [vec![], vec![("message_key", "")]] {
        let data = show(&world, &none).await;
        assert_eq!(data["total"], 8);
        assert_eq!(ids(&data["items"]), roots);
        assert_eq!(data["items"][0]["child"].as_array().unwrap().len(), 8);
    }
    let data = show(&world, &[("page", "2"), ("perpage", "3")]).await;
    assert_eq!(
        (ids(&data["items"]), &data["total"]),
        (roots[3..6].to_vec(), &json!(8))
    );
    let data = show(&world, &[("page", "2"), ("perpage", "3"), ("order", "2")]).await;
    assert_eq!(ids(&data["items"]), [roots[4], roots[3], roots[2]]);
    let data = show(&world, &[("message_key", "a")]).await;
    assert_eq!(data["total"], 3);
    assert_eq!(ids(&data["items"]), [roots[0], roots[3], roots[6]]);
}

#[tokio::test]
async fn replies_follow_their_parent_whatever_their_own_key() {
    let world = World::new().await;
    let root = comment(&world, &[("message_content", "root"), ("message_key", "a")]).await;
    let mut replies = Vec::new();
    for (key, pid) in [("b", 0), ("", 0), ("a", 0), ("c", 1), ("", 3)] {
        let parent = if pid == 0 { root } else { replies[pid - 1] };
        let parent = parent.to_string();
        let params = [
            ("message_content", "reply"),
            ("message_key", key),
            ("message_pid", parent.as_str()),
        ];
        replies.push(comment(&world, &params).await);
    }
    let data = show(&world, &[("message_key", "a")]).await;
    assert_eq!(data["total"], 1);
    assert_eq!(ids(&data["items"]), [root]);
    let children = &data["items"][0]["child"];
    assert_eq!(ids(children), replies[..3]);
    assert_eq!(ids(&children[0]["child"]), [replies[3]]);
    assert_eq!(ids(&children[1]["child"]), [] as [u64; 0]);
    assert_eq!(ids(&children[2]["child"]), [replies[4]]);
    for key in ["b", "c"] {
        assert_eq!(show(&world, &[("message_key", key)]).await["total"], 0);
    }
    assert_eq!(show(&world, &[]).await["total"], 1);
}

#[tokio::test]
async fn a_deleted_root_stays_as_a_tombstone_only_where_it_has_replies() {
    let world = World::new().await;
    let mut roots = Vec::new();
    for content in ["one", "two", "three"] {
        let params = [
            ("message_content", content),
            ("message_nickname", "n"),
            ("message_key", "k"),
        ];
        roots.push(comment(&world, &params).await);
    }
    let pid = roots[1].to_string();
    let reply = [("message_content", "reply"), ("message_pid", pid.as_str())];
    let reply = comment(&world, &reply).await;
    let app: App = clients::read(&world.ctx.store, demo::OPEN_APP)
        .await
        .unwrap()
        .unwrap();
    for root in &roots[..2] {
        assert!(
            removal::remove(&world.ctx.store, &app, (*root).into())
                .await
                .unwrap()
        );
    }
    for filter in [vec![("message_key", "k")], vec![]] {
        let data = show(&world, &filter).await;
        assert_eq!(data["total"], 2);
        assert_eq!(ids(&data["items"]), roots[1..]);
        assert_eq!(data["items"][0]["message_content"], "该评论已删除");
        assert_eq!(data["items"][0]["message_nickname"], "");
        assert_eq!(ids(&data["items"][0]["child"]), [reply]);
        assert_eq!(data["items"][1]["message_content"], "three");
    }
}
