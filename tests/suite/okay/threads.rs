//! Threads: every page costs the same, nothing is missing, nothing comes twice.

use std::sync::Arc;

use proptest::prelude::*;
use tokio::sync::Barrier;
use weiquan_store::clients::{self, App};
use weiquan_store::threads::board::{self, Tree};
use weiquan_store::threads::page::{Order, Window};
use weiquan_store::threads::removal;

use crate::support::okay::talk::{call, ids, items, post, posted, show};
use crate::support::{Call, World};

async fn app(world: &World) -> Arc<App> {
    clients::find::<App>(&world.ctx.store, demo::OPEN_APP)
        .await
        .unwrap()
        .unwrap()
}

async fn remove(world: &World, id: u64) -> bool {
    removal::remove(&world.ctx.store, &*app(world).await, id.into())
        .await
        .unwrap()
}

/// All roots, page by page.
async fn walk(world: &World, key: &str, order: u32, per_page: u64) -> Vec<u64> {
    let mut all = Vec::new();
    for page in 1.. {
        let reply = show(world, key, order, page, per_page).await;
        let found = ids(&reply);
        if found.is_empty() {
            assert_eq!(reply.json()["data"]["total"], all.len());
            return all;
        }
        let is_last = ids(&show(world, key, order, page + 1, per_page).await).is_empty();
        assert!(
            found.len() as u64 == per_page || is_last,
            "only the last page may be short"
        );
        all.extend(found);
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn walking_all_pages_gives_the_whole_list_once(
        gone in prop::collection::btree_set(0usize..30, 0..25), per_page in 1u64..9
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            let mut left = Vec::new();
            for number in 0..30 {
                left.push(post(&world, "k", 0, &number.to_string()).await);
            }
            for index in gone.iter().rev() {
                assert!(remove(&world, left.remove(*index)).await);
            }
            for key in ["k", ""] {
                assert_eq!(walk(&world, key, 1, per_page).await, left, "{key:?}");
                let mut newest = walk(&world, key, 2, per_page).await;
                newest.reverse();
                assert_eq!(newest, left, "{key:?}");
            }
        });
    }
}

#[tokio::test]
async fn a_removed_root_is_gone_and_one_with_replies_stays_as_a_tombstone() {
    let world = World::new().await;
    let alone = post(&world, "k", 0, "alone").await;
    let answered = post(&world, "k", 0, "answered").await;
    let reply = post(&world, "k", answered, "reply").await;
    assert!(remove(&world, alone).await && !remove(&world, alone).await);
    assert!(remove(&world, answered).await);
    assert!(!remove(&world, answered).await && !remove(&world, 12).await);
    let answer = show(&world, "k", 1, 1, 10).await.json();
    assert_eq!(answer["data"]["total"], 1);
    assert_eq!(items(&answer)[0]["message_content"], "该评论已删除");
    assert_eq!(items(&answer)[0]["message_nickname"], "");
    assert_eq!(items(&answer)[0]["child"][0]["id"], reply);
    let late = [
        ("message_content", "x"),
        ("message_pid", &answered.to_string()),
    ];
    let late = call(&world, "App.Market_Message.Post", &late).await.json();
    assert_eq!(late["data"]["err_code"], 1, "a tombstone takes no replies");
    assert_eq!(
        post(&world, "k", reply, "deeper").await,
        show(&world, "k", 1, 1, 10).await.json()["data"]["items"][0]["child"][0]["child"][0]["id"]
            .as_u64()
            .unwrap()
    );
}

#[tokio::test]
async fn deep_pages_cost_what_the_first_costs_after_a_thousand_deletions_too() {
    let world = World::new().await;
    let app = app(&world).await;
    let mut roots = Vec::new();
    for number in 0..1_200 {
        roots.push(post(&world, "k", 0, &format!("{number:0>300}")).await);
    }
    // The calls of an app are written at every hundredth.
    world.pass(61);
    show(&world, "k", 1, 1, 10).await;
    let first = show(&world, "k", 1, 1, 10).await.cost;
    let deep = show(&world, "k", 1, 119, 10).await.cost;
    assert_eq!(first, deep);
    for id in roots
        .iter()
        .enumerate()
        .filter(|(at, _)| at % 6 != 0)
        .map(|(_, id)| id)
    {
        removal::remove(&world.ctx.store, &app, (*id).into())
            .await
            .unwrap();
    }
    for (order, page) in [(1, 1), (1, 10), (1, 20), (2, 1), (2, 20)] {
        let reply = show(&world, "k", order, page, 10).await;
        assert_eq!(ids(&reply).len(), 10);
        assert_eq!(reply.json()["data"]["total"], 200);
        assert_eq!(reply.cost.round_trips, 2);
        assert_eq!(
            reply.cost.read_units, first.read_units,
            "order {order}, page {page}"
        );
    }
}

#[tokio::test]
async fn who_posts_sees_it_although_reads_are_stale() {
    let world = World::new().await;
    let root = post(&world, "k", 0, "before").await;
    let _storm = world.faults().stale_reads();
    let next = post(&world, "k", 0, "after").await;
    let reply = post(&world, "k", next, "a reply to what was just written").await;
    let second = post(&world, "k", root, "a reply to an old root").await;
    for key in ["k", ""] {
        let answer = show(&world, key, 1, 1, 10).await.json();
        assert_eq!(answer["data"]["total"], 2);
        assert_eq!(items(&answer)[0]["child"][0]["id"], second, "{key:?}");
        assert_eq!(items(&answer)[1]["child"][0]["id"], reply, "{key:?}");
    }
}

#[tokio::test]
async fn what_was_removed_stays_gone_although_a_replica_still_has_it() {
    let world = World::new().await;
    let mut roots = Vec::new();
    for _ in 0..3 {
        roots.push(post(&world, "k", 0, "x").await);
    }
    assert_eq!(ids(&show(&world, "k", 1, 1, 10).await), roots);
    let _storm = world.faults().stopped_replica();
    assert!(remove(&world, roots[1]).await);
    let page = show(&world, "k", 1, 1, 10).await;
    assert_eq!(ids(&page), [roots[0], roots[2]]);
    assert_eq!(page.json()["data"]["total"], 2);
    let last = post(&world, "k", 0, "new").await;
    assert_eq!(ids(&show(&world, "k", 2, 1, 1).await), [last]);
    assert_eq!(
        ids(&show(&world, "k", 1, 1, 10).await),
        [roots[0], roots[2], last]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_posters_under_conflicts_all_find_their_place() {
    let world = Arc::new(World::new().await);
    let storm = world.faults().conflicts(30).lost_answers(4);
    let barrier = Arc::new(Barrier::new(32));
    let posters = (0..32u64).map(|poster| {
        let (world, barrier) = (Arc::clone(&world), Arc::clone(&barrier));
        tokio::spawn(async move {
            let process = world.another_process(100 + poster);
            barrier.wait().await;
            let request = Call::post("/api/App/Market_Message/Post").form(&[
                ("app_key", demo::OPEN_APP),
                ("message_key", "k"),
                ("message_content", &poster.to_string()),
            ]);
            posted(&world.send_to(&process, request).await)
        })
    });
    let mut made = Vec::new();
    for poster in posters.collect::<Vec<_>>() {
        made.push(poster.await.unwrap());
    }
    drop(storm);
    made.sort_unstable();
    for key in ["k", ""] {
        let reply = show(&world, key, 1, 1, 100).await;
        assert_eq!(reply.json()["data"]["total"], 32);
        let mut found = ids(&reply);
        found.sort_unstable();
        assert_eq!(found, made);
    }
}

#[tokio::test]
async fn unread_keys_are_asked_for_again() {
    let world = World::new().await;
    let root = post(&world, "k", 0, "root").await;
    let _storm = world.faults().unprocessed(2);
    post(&world, "k", root, "reply").await;
    assert_eq!(
        show(&world, "", 1, 1, 10).await.json()["data"]["items"][0]["child"][0]["message_pid"],
        root
    );
}

#[tokio::test]
async fn a_board_over_several_partitions_is_one_list() {
    let world = World::new().await;
    let mut app = clients::read::<App>(&world.ctx.store, demo::OPEN_APP)
        .await
        .unwrap()
        .unwrap();
    let before = post(&world, "a", 0, "before").await;
    world.pass(61);
    assert!(app.shards.spread(before + 1, 4));
    clients::replace(&world.ctx.store, &app).await.unwrap();
    let mut all = vec![before];
    for number in 0..20 {
        all.push(post(&world, ["a", "b", ""][number % 3], 0, "x").await);
    }
    assert_eq!(walk(&world, "", 1, 7).await, all);
    let reply = post(&world, "", before, "reply").await;
    assert_eq!(
        items(&show(&world, "", 1, 1, 1).await.json())[0]["child"][0]["id"],
        reply
    );
}

#[tokio::test]
async fn a_board_has_all_roots_and_so_many_bytes_of_replies_over_all_threads() {
    let world = World::new().await;
    for key in ["a", "b", "c", "d", "e", "f"] {
        let root = post(&world, key, 0, "root").await;
        post(&world, key, root, &"x".repeat(1_000)).await;
    }
    let window = |order| Window {
        order,
        skip: 0,
        count: 6,
        max_bytes: 2_000,
    };
    for order in [Order::Ascending, Order::Descending] {
        let page = board::board_page(&world.ctx.store, &*app(&world).await, window(order)).await;
        let trees = page.unwrap().trees;
        let shown: Vec<usize> = trees.iter().map(|tree| tree.replies.len()).collect();
        assert_eq!(shown, [1, 1, 0, 0, 0, 0], "{order:?}");
        let has_one = |tree: &Tree| tree.total_replies == 1 && tree.root.content == "root";
        assert!(trees.iter().all(has_one), "{trees:?}");
    }
}
