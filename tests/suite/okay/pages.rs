//! Nothing that is stored is on no page: whatever the sizes, and whatever was deleted, walking all pages of
//! a list gives everything that the caller may see, once.

use std::collections::BTreeSet;

use demo::OPEN_APP;
use proptest::prelude::*;
use serde_json::Value;
use weiquan_store::clients::{self, App};
use weiquan_store::threads::removal;

use crate::support::okay::*;
use crate::support::{BAI, BOTH, STAR, Who, World};

const REPLIES: &str = "App.Market_Message.Replies";

/// The largest page, in bytes.
const MAX_PAGE: usize = 4 << 20;

/// What is surely taken: 32 KiB hold an id, a uuid and the like, too.
const LARGEST: usize = 32 * 1024 - 512;

async fn reply(world: &World, pid: u64, content: &str) -> u64 {
    let pid = pid.to_string();
    comment(
        world,
        &[("message_content", content), ("message_pid", &pid)],
    )
    .await
}

async fn root(world: &World, key: &str, content: &str) -> u64 {
    comment(world, &[("message_content", content), ("message_key", key)]).await
}

async fn remove(world: &World, id: u64) {
    let app: App = clients::read(&world.ctx.store, OPEN_APP)
        .await
        .unwrap()
        .unwrap();
    assert!(
        removal::remove(&world.ctx.store, &app, id.into())
            .await
            .unwrap()
    );
}

/// The pages of a list, until one is empty.
async fn pages(world: &World, service: &str, params: &[(&str, &str)], per_page: u64) -> Vec<Value> {
    let size = per_page.to_string();
    let mut pages = Vec::new();
    loop {
        let page = (pages.len() + 1).to_string();
        let asked = [params, &[("page", &page), ("perpage", &size)]].concat();
        let reply = world.send(get(service, &asked)).await;
        assert!(reply.body.len() <= MAX_PAGE, "{}", reply.body.len());
        let data = data(&reply);
        let items = data["items"].as_array().unwrap();
        if items.is_empty() {
            let all: usize = pages.iter().map(|page: &Value| ids(page).len()).sum();
            assert_eq!(data["total"], all);
            return pages;
        }
        if let Some(before) = pages.last() {
            assert_eq!(
                ids(before).len() as u64,
                per_page,
                "only the last may be short"
            );
        }
        pages.push(data["items"].clone());
    }
}

/// The roots of all pages.
async fn roots(world: &World, key: &str, order: &str, per_page: u64) -> Vec<u64> {
    let params = [("message_key", key), ("order", order)];
    let pages = pages(world, SHOW, &params, per_page).await;
    for item in pages.iter().flat_map(|page| page.as_array().unwrap()) {
        assert_replies_are_told(item);
    }
    pages.iter().flat_map(ids).collect()
}

/// What a root does not show of its replies it counts.
#[track_caller]
fn assert_replies_are_told(item: &Value) {
    fn below(item: &Value) -> u64 {
        let children = item["child"].as_array();
        children.map_or(0, |all| all.iter().map(|child| 1 + below(child)).sum())
    }
    match item["child_total"].as_u64() {
        Some(total) => assert!(total > below(item), "{total}"),
        None => assert!(below(item) <= 200),
    }
}

/// Text of so many bytes in JSON; every third kind is what JSON makes larger.
fn text(size: usize, kind: usize) -> String {
    match kind % 3 {
        0 => "a".repeat(size),
        1 => "字".repeat(size / 3 + 1),
        _ => "/".repeat(size / 2 + 1),
    }
}

/// Sizes from one byte to the limit, the largest often.
fn sizes() -> impl Strategy<Value = Vec<usize>> {
    let size = prop_oneof![1usize..200, 1usize..LARGEST, Just(LARGEST)];
    prop::collection::vec(size, 20..36)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, ..ProptestConfig::default() })]
    #[test]
    fn walking_messages_gives_everything_once(sizes in sizes(), seed in 0usize..1000) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            // Roots with their replies, by acceptance.
            let mut left: Vec<(&str, u64, Vec<u64>)> = Vec::new();
            for (step, size) in sizes.iter().enumerate() {
                let content = text(*size, step + seed);
                let draw = (seed + step * 7) % 10;
                let at = (seed * 31 + step * 17) % left.len().max(1);
                match (draw, left.get_mut(at)) {
                    (0..5, Some((_, root, replies))) => {
                        let to = replies.get(step % 3).unwrap_or(root);
                        let id = reply(&world, *to, &content).await;
                        replies.push(id);
                    }
                    (5, Some((_, root, replies))) if replies.is_empty() => {
                        remove(&world, *root).await;
                        left.remove(at);
                    }
                    _ => {
                        let key = ["a", "b"][step % 2];
                        left.push((key, root(&world, key, &content).await, Vec::new()));
                    }
                }
            }
            for key in ["a", "b", ""] {
                let of_key = left.iter().filter(|(own, ..)| key.is_empty() || *own == key);
                let mut expected: Vec<u64> = of_key.map(|(_, root, _)| *root).collect();
                for order in ["1", "2"] {
                    for per_page in [1, 3, 100] {
                        let walked = roots(&world, key, order, per_page).await;
                        assert_eq!(walked, expected, "{key:?} {order} by {per_page}");
                    }
                    expected.reverse();
                }
            }
            for (_, root, replies) in &left {
                let id = root.to_string();
                for per_page in [2, 100] {
                    let pages = pages(&world, REPLIES, &[("id", &id)], per_page).await;
                    let walked: Vec<u64> = pages.iter().flat_map(ids).collect();
                    assert_eq!(&walked, replies, "by {per_page}");
                }
            }
        });
    }

    #[test]
    fn walking_moments_gives_everything_once(sizes in sizes(), seed in 0usize..1000) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            let mut left: Vec<(u64, Who, usize)> = Vec::new();
            for (step, size) in sizes.iter().enumerate() {
                let (access, author) = ((seed + step * 5) % 3, Who::at(seed + step));
                if (seed + step * 7) % 5 == 0 && !left.is_empty() {
                    let (id, author, _) = left.remove(seed % left.len());
                    assert_answer(&act(&world, DELETE_MOMENT, author, id).await, DONE);
                    continue;
                }
                let content = text(*size, step + seed);
                let sent = [
                    ("moment_access", &*access.to_string()),
                    ("moment_content", &content),
                ];
                left.insert(0, (publish(&world, author, &sent).await, author, access));
            }
            for caller in [None, Some(BAI), Some(STAR)] {
                let visible = left.iter().filter(|(_, author, access)| match access {
                    0 => true,
                    1 => caller.is_some(),
                    _ => caller == Some(*author),
                });
                let visible: Vec<u64> = visible.map(|(id, ..)| *id).collect();
                for per_page in [1, 7, 100] {
                    let walked = walk(&world, SHOW_MOMENT, caller, per_page).await;
                    assert_eq!(walked, visible, "{caller:?} by {per_page}");
                }
            }
            for author in BOTH {
                let own = left.iter().filter(|(_, other, _)| *other == author);
                let own: Vec<u64> = own.map(|(id, ..)| *id).collect();
                for per_page in [1, 7, 100] {
                    let walked = walk(&world, GET_MY_MOMENT, Some(author), per_page).await;
                    assert_eq!(walked, own, "by {per_page}");
                }
            }
        });
    }
}

#[tokio::test]
async fn a_hundred_of_the_largest_roots_are_one_page_with_the_oldest_of_their_replies() {
    let world = World::new().await;
    // In JSON as large as stored, and half of it what is stored.
    for (key, filling, length) in [("plain", "a", LARGEST), ("quotes", "\"", LARGEST / 2)] {
        let content = filling.repeat(length);
        let mut made = Vec::new();
        let mut replies = Vec::new();
        for number in 0..100 {
            made.push(root(&world, key, &content).await);
            if number == 0 || number == 99 {
                // More than what is left of a page.
                for _ in 0..40 {
                    replies.push(reply(&world, made[number], &content).await);
                }
            }
        }
        let per_page = [("perpage", "100"), ("message_key", key)];
        for order in ["1", "2"] {
            let params = [&per_page[..], &[("order", order)]].concat();
            let reply = world.send(get(SHOW, &params)).await;
            assert!(reply.body.len() <= MAX_PAGE, "{}", reply.body.len());
            let data = data(&reply);
            assert_eq!(ids(&data["items"]), made, "order {order}");
            let items = data["items"].as_array().unwrap();
            for item in items {
                assert_replies_are_told(item);
            }
            let with_replies = items.iter().filter(|item| item["child_total"] == 40);
            assert_eq!(with_replies.count(), 2);
            // What is left of the page shows the oldest of the first root that has some.
            let first = items.iter().find(|item| item.get("child_total").is_some());
            let shown: BTreeSet<u64> = ids(&first.unwrap()["child"]).into_iter().collect();
            assert!(!shown.is_empty(), "order {order}");
            let from = if order == "1" { 0 } else { 40 };
            let oldest: BTreeSet<u64> = replies[from..from + shown.len()].iter().copied().collect();
            assert_eq!(shown, oldest, "order {order}");
            made.reverse();
        }
        // The same without a key: the other key's roots stand before.
        if key == "plain" {
            let page = show(&world, &[("perpage", "100")]).await;
            assert_eq!(ids(&page["items"]), made);
        }
        let id = made[0].to_string();
        let all = pages(&world, REPLIES, &[("id", &id)], 100).await;
        assert_eq!(all.iter().flat_map(ids).collect::<Vec<_>>(), replies[..40]);
    }
}

#[tokio::test]
async fn a_root_with_large_replies_shows_the_oldest_and_counts_the_others() {
    let world = World::new().await;
    let content = "a".repeat(LARGEST);
    let first = root(&world, "k", "root").await;
    let mut replies = Vec::new();
    for _ in 0..140 {
        replies.push(reply(&world, first, &content).await);
    }
    let second = root(&world, "k", "another").await;
    let to_second = reply(&world, second, "x").await;
    for key in ["k", ""] {
        for (order, roots) in [("1", [first, second]), ("2", [second, first])] {
            let page = show(&world, &[("message_key", key), ("order", order)]).await;
            assert_eq!(ids(&page["items"]), roots, "{key:?} {order}");
            let of = |root: u64| {
                let mut items = page["items"].as_array().unwrap().iter();
                items.find(|item| item["id"] == root).unwrap()
            };
            let mut shown = ids(&of(first)["child"]);
            shown.sort_unstable();
            assert!(shown.len() > 100, "{}", shown.len());
            assert_eq!(shown, replies[..shown.len()]);
            assert_eq!(of(first)["child_total"], 140);
            if order == "2" {
                assert_eq!(ids(&of(second)["child"]), [to_second]);
            }
        }
    }
}

#[tokio::test]
async fn names_of_further_fields_take_no_room_from_items() {
    let world = World::new().await;
    let content = "a".repeat(LARGEST);
    for _ in 0..100 {
        let params = [("message_content", &*content), ("message_key", "k")];
        posted_id(&world.send(post(POST, &params)).await);
    }
    // What JSON makes sixfold, in names and values.
    let names: String = (0..100)
        .map(|number| format!("{}{number},", "\u{1}".repeat(60)))
        .collect();
    let params = [
        ("message_key", "k"),
        ("perpage", "100"),
        ("more_select", &names),
    ];
    let reply = world.send(post(SHOW, &params)).await;
    assert!(reply.body.len() <= MAX_PAGE, "{}", reply.body.len());
    let page = &reply.json()["data"]["items"];
    assert_eq!(ids(page).len(), 100);
    assert!(page[0].as_object().unwrap().len() > 6 + 10);
    let (seen, _) = found(&list(&world, SHOW_MOMENT, None, &[]).await);
    assert!(seen.is_empty());
}
