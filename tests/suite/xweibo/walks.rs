//! Nothing that a member may see is on no page: every list of Xweibo is walked to its end, with pages of any
//! size, while others write, destroy and block.

use std::collections::BTreeSet;

use serde_json::Value;
use weiquan_store::id::{MentionId, WeiboId};
use weiquan_store::ids::Ids;
use weiquan_store::weibos::mention::{self, Authors, Mention};

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, STAR, World};

/// A list, and how it is asked to go on.
#[derive(Clone, Copy)]
struct List {
    name: &'static str,
    cursor: &'static str,
}

const LISTS: [List; 6] = [
    List {
        name: "mentions",
        cursor: "max_id",
    },
    List {
        name: "homeTimeline",
        cursor: "max_id",
    },
    List {
        name: "userTimeline",
        cursor: "max_id",
    },
    List {
        name: "directMessages",
        cursor: "cursor",
    },
    List {
        name: "friends",
        cursor: "cursor",
    },
    List {
        name: "followers",
        cursor: "cursor",
    },
];

fn entry_id(entry: &Value) -> String {
    match (&entry["comment"], &entry["wb"]) {
        (comment, _) if comment.is_object() => id(comment),
        (_, weibo) if weibo.is_object() => id(weibo),
        _ => id(entry),
    }
}

/// All entries of a list, page by page, each of at most as many as `size` says; `between` runs behind every page.
async fn walk(
    world: &World,
    who: &Person,
    list: List,
    mut size: impl FnMut() -> usize,
    mut between: impl AsyncFnMut(),
) -> Vec<String> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let count = size();
        let params = [("count", &*count.to_string()), (list.cursor, &*next)];
        let page = rst(&act_as(world, who, list.name, &params).await);
        let data: Vec<String> = page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(entry_id)
            .collect();
        assert!(data.len() <= count, "{}: {count} {page}", list.name);
        let end = match (page["next_cursor"].as_str(), page["next_max_id"].as_str()) {
            (Some(cursor), _) | (_, Some(cursor)) => cursor.to_owned(),
            // A full page may have others behind it, a shorter one is the last.
            _ if data.len() == count => (data[count - 1].parse::<u64>().unwrap() - 1).to_string(),
            _ => String::new(),
        };
        all.extend(data);
        if end.is_empty() {
            return all;
        }
        next = end;
        between().await;
    }
}

#[tokio::test]
async fn what_is_not_for_the_reader_ends_no_list() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let by_third =
        crate::support::xweibo::act_by(&world, "10010", "update", &[("text", "@小白")]).await;
    let seen = id(&rst(&by_third)["data"]);
    let mut gone = Vec::new();
    for number in 0..6 {
        publish(&world, STAR, &format!("@小白 {number}")).await;
        gone.push(publish(&world, STAR, &format!("{number}")).await);
    }
    world.settle().await;
    block(&world, BAI, STAR).await;
    world.settle().await;
    let mentions = rst(&act(&world, BAI, "mentions", &[("count", "1")]).await);
    assert_eq!(entry_id(&mentions["data"][0]), seen, "{mentions}");
    assert!(mentions.get("next_max_id").is_none());
}

#[tokio::test]
async fn a_list_that_is_left_before_its_end_says_where_it_goes_on() {
    let world = World::new().await;
    let [reader, other] = BOTH.map(|who| person(&world, who));
    join(&world, "Third", "10010").await;
    let by_third =
        crate::support::xweibo::act_by(&world, "10010", "update", &[("text", "@小白")]).await;
    let seen = id(&rst(&by_third)["data"]);
    let weibo: WeiboId = publish(&world, STAR, "哈哈").await.parse().unwrap();
    world.settle().await;
    let (uid, author) = (reader.uid.parse().unwrap(), other.uid.parse().unwrap());
    let authors = Authors {
        mention: author,
        weibo: author,
        root: None,
    };
    for _ in 0..1_100 {
        let mention = Mention {
            id: MentionId::new(world.ctx.store.new_id()),
            weibo,
            root: None,
            number: None,
        };
        mention::notify(&world.ctx.store, uid, &authors, &mention)
            .await
            .unwrap();
    }
    block(&world, BAI, STAR).await;
    let first = rst(&act(&world, BAI, "mentions", &[("count", "2")]).await);
    assert_eq!(first["data"], serde_json::json!([]));
    let next = first["next_max_id"].as_str().unwrap();
    let second = rst(&act(&world, BAI, "mentions", &[("count", "2"), ("max_id", next)]).await);
    assert_eq!(entry_id(&second["data"][0]), seen, "{second}");
    assert!(second.get("next_max_id").is_none());
    let walked = walk(&world, &reader, LISTS[0], || 1, async || {}).await;
    assert_eq!(walked, [seen]);
    // What was dismissed is not counted, however much it was.
    world.settle().await;
    let unread = rst(&act(&world, BAI, "unread", &[]).await);
    assert_eq!(unread["unread"][1], 1);
}

#[tokio::test]
async fn every_list_is_walked_whole_whatever_happens_between_its_pages() {
    let world = World::new().await;
    let random = Ids::seeded(11);
    let below = |end: usize| usize::from(u16::from_le_bytes(random.bytes())) % end;
    let people = crowd(&world, 24).await;
    let [reader, other] = BOTH.map(|who| person(&world, who));
    // What the reader has in each list at the start.
    let mut posts: Vec<(usize, String)> = Vec::new();
    for (number, author) in people.iter().enumerate() {
        follow_as(&world, &reader, author).await;
        follow_as(&world, author, &reader).await;
        for text in 0..3 {
            let text = format!("@小白 {number} {text}");
            let published = act_as(&world, author, "update", &[("text", &*text)]).await;
            posts.push((number, id(&rst(&published)["data"])));
        }
        let text = [("id", &*reader.uid), ("text", "好")];
        rst(&act_as(&world, author, "sendDirectMessage", &text).await);
        publish(&world, BAI, &number.to_string()).await;
    }
    let commented = posts[0].1.clone();
    for number in 0..20 {
        comment(&world, STAR, &commented, &format!("@小白 {number}")).await;
    }
    follow_as(&world, &other, &reader).await;
    world.settle().await;
    for list in LISTS {
        let none = async || {};
        let before: BTreeSet<_> = walk(&world, &reader, list, || 50, none)
            .await
            .into_iter()
            .collect();
        assert!(before.len() > 8, "{} {}", list.name, before.len());
        let mut steps = 0;
        let walked = walk(
            &world,
            &reader,
            list,
            || 1 + below(7),
            async || {
                steps += 1;
                // A member in ten is blocked, and others destroy what they wrote.
                if steps % 6 == 1 {
                    let whom = &people[below(people.len())];
                    rst(&act_as(&world, &reader, "createBlocks", &[("id", &*whom.uid)]).await);
                }
                let (author, weibo) = posts.swap_remove(below(posts.len()));
                act_as(&world, &people[author], "destroy", &[("id", &*weibo)]).await;
                publish(&world, BAI, &format!("{} {steps}", list.name)).await;
                world.settle().await;
            },
        )
        .await;
        let once: BTreeSet<_> = walked.iter().cloned().collect();
        assert_eq!(once.len(), walked.len(), "{}: twice", list.name);
        // What was there before and still is was on a page.
        let after = walk(&world, &reader, list, || 50, none).await;
        let left: Vec<_> = after.into_iter().filter(|id| before.contains(id)).collect();
        let missing: Vec<_> = left.iter().filter(|id| !once.contains(*id)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", list.name);
        assert!(!left.is_empty() && steps > 1, "{} {steps}", list.name);
    }
    crate::support::admin::assert_counted(&world).await;
}
