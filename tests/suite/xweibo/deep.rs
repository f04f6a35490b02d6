//! Long lists of comments: every page costs what the first costs, whatever was destroyed; counters stay
//! exact when callers meet.

use std::sync::Arc;

use crate::support::xweibo::*;
use crate::support::{BAI, STAR, World, at_once};

#[tokio::test]
async fn deep_pages_cost_what_the_first_costs_after_a_thousand_deletions() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let mut left = Vec::new();
    for number in 0..1_150 {
        left.push(comment(&world, STAR, &weibo, &number.to_string()).await);
    }
    // Seven of eight, and a long run.
    let mut number = 0;
    let mut gone = Vec::new();
    left.retain(|id| {
        number += 1;
        let stays = number % 8 == 0 || number > 1_145;
        if !stays {
            gone.push(id.clone());
        }
        stays
    });
    for some in gone.chunks(200) {
        rst(&act(&world, STAR, "comment_destroy", &[("id", &*some.join(","))]).await);
    }
    assert!(gone.len() >= 1_000);
    left.reverse();
    assert_eq!(walk_comments(&world, &weibo, 50).await, left);
    let mut costs = Vec::new();
    for page in ["1", "2", "7", "14"] {
        let reply = act(
            &world,
            STAR,
            "getComments",
            &[("id", &weibo), ("page", page)],
        )
        .await;
        assert_eq!(comment_ids(&rst(&reply)).len(), 10);
        costs.push((reply.cost.round_trips, reply.cost.read_units));
    }
    assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_those_of_the_list_after_any_interleaving() {
    let world = Arc::new(World::new().await);
    let weibo = publish(&world, BAI, "哈哈").await;
    let mut old = Vec::new();
    for number in 0..8 {
        old.push(comment(&world, STAR, &weibo, &number.to_string()).await);
    }
    let storm = world.faults().conflicts(20).lost_answers(10);
    let _running = world.run_clock();
    at_once(24, |number| {
        let (world, process) = (Arc::clone(&world), world.another_process(100 + number));
        let (weibo, old) = (
            weibo.clone(),
            old[usize::try_from(number % 8).unwrap()].clone(),
        );
        async move {
            let text = format!("new {number}");
            let (name, params) = match number % 3 {
                0 => ("comment", vec![("id", &*weibo), ("text", &*text)]),
                1 => ("comment_destroy", vec![("id", &*old)]),
                _ => (
                    "comment",
                    vec![("id", &*weibo), ("text", &*text), ("forward", "1")],
                ),
            };
            let call = call_as(
                &world,
                "10001",
                &format!("/api/weibo/action.{name}"),
                &params,
            );
            let reply = world.send_to(&process, call).await;
            let errno = reply.json()["errno"].as_i64().unwrap();
            // Of two who destroy one comment, one does.
            assert!(
                errno == 0 || (name, errno) == ("comment_destroy", 1_020_601),
                "{}",
                reply.body
            );
        }
    })
    .await;
    drop(storm);
    let listed = walk_comments(&world, &weibo, 10).await;
    assert_eq!(listed.len(), 8 + 16 - 8);
    assert_eq!(
        counts(&world, &weibo).await,
        serde_json::json!([listed.len(), 8])
    );
}
