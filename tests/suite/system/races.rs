//! Many callers at once, and calls whose answers are lost: one winner, one effect.

use demo::Sample as _;
use std::sync::Arc;

use weiquan_store::clients;
use weiquan_store::members::member::{self, Member, Taken};

use crate::support::okay::talk::{call, post, posted, show};
use crate::support::storm::Faults;
use crate::support::{Call, World, at_once};

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_members_with_one_nick_one_is_made() {
    let world = Arc::new(World::new().await);
    let _storm = world.faults().conflicts(20);
    let outcomes = at_once(16, |number| {
        let process = world.another_process(100 + number);
        async move {
            let member = Member {
                nick: if number % 2 == 0 {
                    "Wanted"
                } else {
                    "ｗａｎｔｅｄ"
                }
                .to_owned(),
                ..Member::new(&process.store, &format!("user{number}"))
            };
            member::create(&process.store, &member, None).await.unwrap()
        }
    })
    .await;
    let made = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let taken = |outcome: &&Result<(), Taken>| **outcome == Err(Taken::Nick);
    assert_eq!((made, outcomes.iter().filter(taken).count()), (1, 15));
    let left = world
        .dump()
        .await
        .iter()
        .filter(|item| item.contains(":\"user"))
        .count();
    assert_eq!(left, 1, "the others left nothing behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_at_once_around_the_200th_are_all_counted() {
    let world = Arc::new(World::new().await);
    let root = post(&world, "k", 0, "root").await;
    for _ in 0..192 {
        post(&world, "k", root, "x").await;
    }
    let storm = world.storm();
    let running = world.run_clock();
    let made = at_once(16, |number| {
        let (world, process) = (Arc::clone(&world), world.another_process(100 + number));
        async move {
            let pairs = [
                ("app_key", demo::OPEN_APP),
                ("message_content", "x"),
                ("message_pid", &root.to_string()),
            ];
            let request = Call::post("/api/App/Market_Message/Post").form(&pairs);
            posted(&world.send_to(&process, request).await)
        }
    })
    .await;
    drop(running);
    drop(storm);
    assert_eq!(made.len(), 16);
    let item = show(&world, "k", 1, 1, 1).await.json()["data"]["items"][0].clone();
    assert_eq!(
        (
            item["child"].as_array().unwrap().len(),
            item["child_total"].as_u64()
        ),
        (200, Some(208))
    );
}

#[tokio::test]
async fn of_two_operators_the_second_is_told_to_try_again() {
    let world = World::new().await;
    let read = || clients::read::<clients::App>(&world.ctx.store, demo::OPEN_APP);
    let (mut first, mut second) = (
        read().await.unwrap().unwrap(),
        read().await.unwrap().unwrap(),
    );
    first.secret = "new".to_owned();
    second.per_second = Some(5);
    clients::replace(&world.ctx.store, &first).await.unwrap();
    let refused = clients::replace(&world.ctx.store, &second)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("try again"), "{refused}");
    assert_eq!(read().await.unwrap().unwrap().secret, "new");
}

#[tokio::test]
async fn a_page_far_behind_the_end_and_a_list_of_a_million_names_cost_nothing() {
    let world = World::new().await;
    post(&world, "", 0, "x").await;
    let far = call(
        &world,
        "App.Market_Message.Show",
        &[("page", "99999999999")],
    )
    .await;
    assert_eq!(far.json()["data"]["items"], serde_json::json!([]));
    assert_eq!(far.cost.round_trips, 1);
    let names: String = (0..100_000).map(|number| format!("n{number},")).collect();
    let wide = call(
        &world,
        "App.Market_Message.Show",
        &[("more_select", &names)],
    )
    .await;
    let item = &wide.json()["data"]["items"][0];
    assert_eq!(
        item.as_object().unwrap().len(),
        6 + 100,
        "the plain fields and 100 more"
    );
    let long = "x".repeat(65);
    let wide = call(
        &world,
        "App.Market_Message.Show",
        &[("more_select", &format!("{long},id,id,mood"))],
    )
    .await;
    assert_eq!(
        wide.json()["data"]["items"][0].as_object().unwrap().len(),
        7
    );
    let unknown = call(&world, &"x".repeat(9_000), &[]).await;
    assert!(unknown.body.len() < 400);
}

#[tokio::test]
async fn a_store_that_never_answers_is_given_up_at_the_deadline() {
    let world = World::new().await;
    let _storm = world.faults().hang();
    let function = front::functions()
        .find(|f| f.package() == "okay-message-show")
        .unwrap();
    let event = function.sample(&world.ctx, &world.demo.credentials());
    let mut ctx = world.ctx.for_request("late");
    ctx.store.deadline = std::time::Instant::now() + std::time::Duration::from_millis(300);
    let request = event.into();
    let answer = weiquan::runtime::answer(function, &ctx, &request);
    // The client of the store, which knows no deadline, would wait for a minute.
    let answer = tokio::time::timeout(std::time::Duration::from_secs(30), answer)
        .await
        .expect("given up at the deadline");
    assert!(answer.body.contains("\"ret\":500"), "{}", answer.body);
}

#[test]
#[should_panic(expected = "never struck")]
fn a_fault_that_never_strikes_until_the_end_fails_its_test() {
    let _storm = Faults::default().storm().conflicts(99);
}

#[tokio::test]
#[should_panic(expected = "never struck")]
async fn a_fault_that_never_strikes_until_it_is_switched_off_fails_its_test() {
    let storm = Faults::default().storm().outage();
    storm.during(async {}).await;
}
