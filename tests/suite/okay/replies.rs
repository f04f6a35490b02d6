//! `App.Market_Message.Replies`, later replies, and messages that the operator removes (okayapi
//! sections 5.3.4 and 9b).

use demo::OPEN_APP;
use serde_json::{Value, json};
use weiquan_store::Store;
use weiquan_store::clients::{self, App};
use weiquan_store::threads::removal;

use crate::support::okay::{POST, assert_refused, comment, get, ids, post, set_app, show};
use crate::support::{BAI, World};

const REPLIES: &str = "App.Market_Message.Replies";

async fn reply(world: &World, pid: u64, content: &str) -> u64 {
    let pid = pid.to_string();
    let params = [("message_content", content), ("message_pid", pid.as_str())];
    comment(world, &params).await
}

async fn root(world: &World) -> u64 {
    comment(world, &[("message_content", "root"), ("message_key", "k")]).await
}

/// The `data` of a page of replies.
async fn replies(world: &World, id: u64, page: &str, perpage: &str) -> Value {
    let id = id.to_string();
    let params = [("id", id.as_str()), ("page", page), ("perpage", perpage)];
    let reply = world.send(get(REPLIES, &params)).await;
    assert_eq!(reply.json()["ret"], 200, "{}", reply.body);
    reply.json()["data"].take()
}

/// Removes as an operator whose process uses `store`.
async fn remove_in(store: &Store, id: u64) -> bool {
    let app: App = clients::read(store, OPEN_APP).await.unwrap().unwrap();
    removal::remove(store, &app, id.into()).await.unwrap()
}

async fn remove(world: &World, id: u64) -> bool {
    remove_in(&world.ctx.store, id).await
}

async fn assert_no_reply_is_stored(world: &World) {
    let items = world.dump().await;
    assert!(items.iter().all(|item| !item.contains("REPLY#")));
}

#[tokio::test]
async fn all_replies_of_a_root_come_page_by_page_at_a_price_that_does_not_grow() {
    let world = World::new().await;
    let root = root(&world).await;
    let mut all = Vec::new();
    for number in 0..200 {
        all.push(reply(&world, root, &number.to_string()).await);
    }
    let page = [("message_key", "k")];
    let full = world.send(get(crate::support::okay::SHOW, &page)).await;
    assert_eq!(full.json()["data"]["items"][0].get("child_total"), None);
    for number in 200..430 {
        // To the root, to one behind it, to one of the later ones.
        let pid = [root, all[7], all[number - 1]][number % 3];
        all.push(reply(&world, pid, &number.to_string()).await);
    }
    let fuller = world.send(get(crate::support::okay::SHOW, &page)).await;
    assert_eq!(fuller.json()["data"]["items"][0]["child_total"], 430);
    assert_eq!(full.cost.read_units, fuller.cost.read_units);
    assert_eq!(fuller.cost.round_trips, 2);

    let mut found = Vec::new();
    for page in 1.. {
        let data = replies(&world, root, &page.to_string(), "37").await;
        assert_eq!(data["total"], 430);
        if ids(&data["items"]).is_empty() {
            break;
        }
        found.extend(ids(&data["items"]));
    }
    assert_eq!(found, all);
    let item = &replies(&world, root, "202", "1").await["items"][0];
    let time = "2026-06-01 12:00:00";
    assert_eq!(
        *item,
        json!({"id": all[201], "message_nickname": "", "message_content": "201",
               "message_post_time": time, "message_pid": root})
    );
    let cost = |page: &'static str| {
        let (world, root) = (&world, root.to_string());
        async move {
            let params = [("id", root.as_str()), ("page", page), ("perpage", "10")];
            world.send(get(REPLIES, &params)).await.cost
        }
    };
    let (first, last) = (cost("21").await, cost("43").await);
    assert_eq!((first.round_trips, first.read_units), (3, last.read_units));
}

#[tokio::test]
async fn pages_of_replies_have_the_documented_rules() {
    let world = World::new().await;
    let root = root(&world).await;
    let answer = reply(&world, root, "x").await;
    for id in [99, answer] {
        let data = replies(&world, id, "1", "10").await;
        assert_eq!(data, json!({ "err_code": 1, "err_msg": "评论不存在" }));
    }
    assert_eq!(
        replies(&world, root, "2", "10").await,
        json!({ "err_code": 0, "err_msg": "", "total": 1, "items": [] })
    );
    let id = root.to_string();
    let more = [
        ("id", id.as_str()),
        ("more_select", "uuid,message_key,mood,id"),
    ];
    let item = world.send(get(REPLIES, &more)).await.json()["data"]["items"][0].take();
    assert_eq!(
        (&item["uuid"], &item["message_key"], &item["mood"]),
        (&json!(""), &json!(""), &json!(null))
    );
    assert_eq!(item.as_object().unwrap().len(), 8);
    set_app(&world, OPEN_APP, |app| app.plan = clients::Plan::Free).await;
    let refused = world.send(get(REPLIES, &more)).await;
    assert_refused(&refused, 416, "无法使用专业版接口");
}

#[tokio::test]
async fn a_reply_is_found_although_reads_are_stale() {
    let world = World::new().await;
    let root = root(&world).await;
    for number in 0..199 {
        reply(&world, root, &number.to_string()).await;
    }
    let _storm = world.faults().stale_reads();
    let (last_here, later) = (
        reply(&world, root, "200").await,
        reply(&world, root, "201").await,
    );
    let data = replies(&world, root, "10", "20").await;
    assert_eq!(ids(&data["items"]).last(), Some(&last_here));
    assert_eq!(
        ids(&replies(&world, root, "11", "20").await["items"]),
        [later]
    );
}

#[tokio::test]
async fn a_removed_reply_is_gone_unless_something_answers_it() {
    let world = World::new().await;
    let root = root(&world).await;
    let alone = reply(&world, root, "alone").await;
    let answered = reply(&world, root, "answered").await;
    let below = reply(&world, answered, "below").await;
    assert!(remove(&world, alone).await && !remove(&world, alone).await);
    assert!(remove(&world, answered).await && !remove(&world, answered).await);
    let children = &show(&world, &[("message_key", "k")]).await["items"][0]["child"];
    assert_eq!(ids(children), [answered]);
    assert_eq!(children[0]["message_content"], "该评论已删除");
    assert_eq!(ids(&children[0]["child"]), [below]);
    assert_eq!(replies(&world, root, "1", "10").await["total"], 2);
    let to_deleted = [
        ("message_content", "x"),
        ("message_pid", &answered.to_string()),
    ];
    let refused = world.send(post(POST, &to_deleted)).await.json();
    assert_eq!(refused["data"]["err_msg"], "父级评论不存在");

    // The root goes while it has replies, and for good with its last one, as every tombstone does.
    assert!(remove(&world, root).await);
    assert_eq!(show(&world, &[("message_key", "k")]).await["total"], 1);
    assert!(remove(&world, below).await);
    assert_eq!(show(&world, &[("message_key", "k")]).await["total"], 0);
    assert_no_reply_is_stored(&world).await;
}

#[tokio::test]
async fn tombstones_stay_while_anything_below_them_is_left() {
    let world = World::new().await;
    let root = root(&world).await;
    let first = reply(&world, root, "first").await;
    let second = reply(&world, first, "second").await;
    let (left, right) = (
        reply(&world, second, "left").await,
        reply(&world, second, "right").await,
    );
    for id in [first, second, left] {
        assert!(remove(&world, id).await);
    }
    assert_eq!(replies(&world, root, "1", "10").await["total"], 3);
    assert!(remove(&world, right).await);
    assert_eq!(replies(&world, root, "1", "10").await["total"], 0);
    let page = show(&world, &[("message_key", "k")]).await;
    assert_eq!(
        (&page["total"], &page["items"][0]["child"]),
        (&json!(1), &json!([]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_at_once_leave_no_tombstone_behind() {
    let world = std::sync::Arc::new(World::new().await);
    let storm = world.faults().conflicts(20);
    let root = root(&world).await;
    let mut all = vec![root];
    for number in 0..12 {
        all.push(reply(&world, all[number / 2], "x").await);
    }
    let removals = (100..).zip(all).map(|(seed, id)| {
        let world = std::sync::Arc::clone(&world);
        tokio::spawn(async move {
            let process = world.another_process(seed);
            assert!(remove_in(&process.store, id).await);
        })
    });
    for removal in removals.collect::<Vec<_>>() {
        removal.await.unwrap();
    }
    drop(storm);
    assert_eq!(show(&world, &[]).await["total"], 0);
    assert_eq!(show(&world, &[("message_key", "k")]).await["total"], 0);
    assert_no_reply_is_stored(&world).await;
}

#[tokio::test]
async fn a_root_goes_with_its_last_reply() {
    let world = World::new().await;
    for remove_root_first in [true, false] {
        let root = root(&world).await;
        let only = reply(&world, root, "x").await;
        let order = if remove_root_first {
            [root, only]
        } else {
            [only, root]
        };
        for id in order {
            assert!(remove(&world, id).await);
        }
        for params in [&[("message_key", "k")][..], &[]] {
            let left = show(&world, params).await;
            assert_eq!((&left["total"], &left["items"]), (&json!(0), &json!([])));
        }
    }
    let next = root(&world).await;
    assert_eq!(
        ids(&show(&world, &[("message_key", "k")]).await["items"]),
        [next]
    );
}

#[tokio::test]
async fn a_later_reply_leaves_its_place_to_nobody() {
    let world = World::new().await;
    let root = root(&world).await;
    let mut all = Vec::new();
    for number in 0..205 {
        all.push(reply(&world, root, &number.to_string()).await);
    }
    assert!(remove(&world, all[202]).await && !remove(&world, all[202]).await);
    let data = replies(&world, root, "21", "10").await;
    assert_eq!(data["total"], 205);
    assert_eq!(ids(&data["items"]), all[200..]);
    assert_eq!(data["items"][2]["message_content"], "该评论已删除");
    assert_eq!(data["items"][3]["message_content"], "203");
    // Behind the root there is room again, but what comes later stands later.
    assert!(remove(&world, all[3]).await);
    let next = reply(&world, root, "next").await;
    assert_eq!(
        ids(&replies(&world, root, "206", "1").await["items"]),
        [next]
    );
}

#[tokio::test]
async fn anonymous_messages_from_one_address_have_a_limit() {
    let world = World::new().await;
    set_app(&world, OPEN_APP, |app| app.anonymous_per_minute = Some(2)).await;
    // 12:01:01: the minute has 58 seconds left.
    let from = |ip: &'static str| {
        let call = post(POST, &[("message_content", "x")]).from(ip);
        world.send(call)
    };
    let allowed = json!(0);
    let refused = json!({"err_code": 3, "err_msg": "发表过于频繁，请稍后再试"});
    for (ip, is_allowed) in [
        ("203.0.113.7", true),
        ("203.0.113.7", true),
        ("203.0.113.7", false),
        ("203.0.113.8", true),
        ("2001:db8::1", true),
        ("2001:db8::ffff:1", true),
        ("2001:db8::2", false),
        ("2001:db8:0:1::1", true),
    ] {
        let data = from(ip).await.json()["data"].take();
        if is_allowed {
            assert_eq!(data["err_code"], allowed, "{ip}");
        } else {
            assert_eq!(data, refused, "{ip}");
        }
    }
    let member = world.member(BAI);
    let signed_in = [
        ("message_content", "x"),
        ("uuid", &member.uuid),
        ("token", &member.token),
    ];
    comment(&world, &signed_in).await;
    assert_eq!(show(&world, &[]).await["total"], 7);
    world.pass(59);
    assert_eq!(
        from("203.0.113.7").await.json()["data"]["err_code"],
        allowed
    );
}
