//! Many callers who change the same thing at once: each is answered, or refused as too many; nothing
//! is lost, and how often the store is called does not grow with the square of the callers.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use weiquan::{okay, qzone, xweibo};
use weiquan_store::clients::sequence;
use weiquan_store::clients::{self, App};
use weiquan_store::id::MessageId;
use weiquan_store::table::Error;
use weiquan_store::threads::message::{self, Message, Place};
use weiquan_store::{aws, keys};

use crate::support::okay::talk::{post, show};
use crate::support::xweibo::{act, id, publish, rst};
use crate::support::{BAI, Call, Reply, STAR, World, send_at_once};

/// How many call at once, each in a process of its own.
const CALLERS: usize = 48;

/// How often each may call the store, in the mean. Who loses no race makes 4 to 7 calls, and each
/// lost race costs 3 to 8 more.
const CALLS: usize = 60;

#[track_caller]
fn assert_few_calls(replies: &[Reply]) {
    let of = |reply: &Reply| reply.cost.actions.values().sum::<u32>() as usize;
    let calls: usize = replies.iter().map(of).sum();
    assert!(calls < replies.len() * CALLS, "{calls} calls to the store");
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_at_once_on_one_weibo_are_all_there() {
    let world = Arc::new(World::new().await);
    let weibo = publish(&world, BAI, "hot").await;
    let calls = (0..CALLERS).map(|number| {
        let text = format!("comment {number}");
        let pairs = [("id", weibo.as_str()), ("text", text.as_str())];
        crate::support::xweibo::call(&world, STAR, "comment", &pairs)
    });
    let replies = send_at_once(&world, calls.collect()).await;
    let ids: BTreeSet<String> = replies
        .iter()
        .map(|reply| id(&rst(reply)["comment"]))
        .collect();
    assert_eq!(ids.len(), CALLERS);
    let counts = rst(&act(&world, BAI, "getCounts", &[("ids", &weibo)]).await);
    assert_eq!(counts[&weibo][0], CALLERS, "{counts}");
    assert_few_calls(&replies);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_at_once_in_one_thread_are_all_there() {
    let world = Arc::new(World::new().await);
    let calls = (0..CALLERS).map(|number| {
        let content = format!("message {number}");
        Call::post("/api/App/Market_Message/Post").form(&[
            ("app_key", demo::OPEN_APP),
            ("message_key", "hot"),
            ("message_content", &content),
        ])
    });
    let replies = send_at_once(&world, calls.collect()).await;
    assert!(replies.iter().all(|r| r.json()["data"]["err_code"] == 0));
    let page = show(&world, "hot", 1, 1, 100).await.json();
    let items = page["data"]["items"].as_array().unwrap();
    assert_eq!(
        (items.len(), &page["data"]["total"]),
        (CALLERS, &Value::from(CALLERS))
    );
    assert_few_calls(&replies);
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_at_once_of_one_member_are_all_answered() {
    let world = Arc::new(World::new().await);
    let member = world.member(BAI);
    let password = weiquan_store::digest::md5_hex([member.password.as_str()]);
    let calls = (0..10).map(|_| {
        Call::post("/api/App/User/Login").form(&[
            ("app_key", demo::OPEN_APP),
            ("username", &member.username),
            ("password", &password),
            ("is_allow_many", "1"),
        ])
    });
    let replies = send_at_once(&world, calls.collect()).await;
    assert!(replies.iter().all(|r| r.json()["data"]["err_code"] == 0));
    assert_few_calls(&replies);
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_of_one_process_follow_each_other() {
    let world = Arc::new(World::new().await);
    let _running = world.run_clock();
    let replies = crate::support::at_once(CALLERS as u64, |number| {
        let world = Arc::clone(&world);
        async move {
            let content = format!("message {number}");
            let pairs = [("message_key", "hot"), ("message_content", &*content)];
            crate::support::okay::talk::call(&world, "App.Market_Message.Post", &pairs).await
        }
    })
    .await;
    let ids: BTreeSet<u64> = replies
        .iter()
        .map(crate::support::okay::talk::posted)
        .collect();
    assert_eq!(ids.len(), CALLERS);
    // One try that fails, then one's turn, each with an id of its own; who comes first may be in the way of one
    // or two.
    let of = |reply: &Reply| reply.cost.actions.values().sum::<u32>() as usize;
    let calls: usize = replies.iter().map(of).sum();
    assert!(calls < CALLERS * 17, "{calls} calls to the store");
}

/// Somebody who has read where a message would stand, and another who was faster.
async fn loser(world: &World) -> (App, Place, Message) {
    let app = clients::read::<App>(&world.ctx.store, demo::OPEN_APP)
        .await
        .unwrap()
        .unwrap();
    let place = message::place(&world.ctx.store, &app, "k", MessageId::default());
    let place = place.await.unwrap().unwrap();
    post(world, "k", 0, "faster").await;
    let message = Message {
        id: sequence::next(&world.ctx.store, &app).await.unwrap(),
        key: "k".to_owned(),
        content: "slower".to_owned(),
        ..Message::default()
    };
    (app, place, message)
}

/// Lets the line before the thread `k` be free in `seconds` only.
async fn reserve(world: &World, seconds: i64) {
    let key = keys::turns(&keys::thread_meta(&keys::message_thread(
        &demo::OPEN_APP.into(),
        "k",
    )));
    let free_at = world.now().as_millisecond() + seconds * 1_000;
    aws::local_client(&world.dynamodb_url)
        .put_item()
        .table_name(local::TABLE)
        .item("PK", AttributeValue::S(key.pk))
        .item("SK", AttributeValue::S(key.sk))
        .item("free_at", AttributeValue::N(free_at.to_string()))
        .item("pace", AttributeValue::N("10".to_owned()))
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn who_loses_a_race_writes_in_a_turn_of_its_own() {
    let world = World::new().await;
    let (app, place, message) = loser(&world).await;
    let posted = message::post(&world.ctx.store, &app, place, message);
    posted.await.unwrap().unwrap();
    assert_eq!(show(&world, "k", 1, 1, 10).await.json()["data"]["total"], 2);
    // Whoever reserved the turn before and died delays, and does no more.
    reserve(&world, 1).await;
    let (app, place, message) = loser(&world).await;
    let posted = message::post(&world.ctx.store, &app, place, message);
    posted.await.unwrap().unwrap();
    assert_eq!(show(&world, "k", 1, 1, 10).await.json()["data"]["total"], 4);
}

#[tokio::test]
async fn whose_turn_would_come_too_late_is_refused_at_once() {
    let world = World::new().await;
    reserve(&world, 3_600).await;
    let (app, place, message) = loser(&world).await;
    let before = world.dump().await;
    let refused = || async {
        let ctx = world.ctx.with_time(Duration::from_secs(60));
        match message::post(&ctx.store, &app, place.clone(), message.clone()).await {
            Err(error) => error,
            other => panic!("{other:?}"),
        }
    };
    assert!(refused().await.is_busy());
    assert_eq!(world.dump().await, before);
    // What the families answer then.
    let error = okay::Error::from(refused().await);
    assert_eq!(
        (error.ret(), error.msg().as_str()),
        (414, "客户端非法请求：并发过高")
    );
    let error = xweibo::Error::from(refused().await);
    assert_eq!(error.wire(), (1_040_002, "Access Timeout or Access denied"));
    let error = qzone::Error::from(refused().await);
    assert_eq!(error.wire(qzone::Step::Api), (1_001, "system busy."));
    // What is broken is answered as before.
    assert!(!Error::new("broken").is_busy());
}
