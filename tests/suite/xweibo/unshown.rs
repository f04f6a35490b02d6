//! What a list does not show is neither counted as new nor the end of the list: reposts of blocked members, what was
//! destroyed, what has expired (xweibo sections 3.2.7, 3.2.8 and 7.8).

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use weiquan_store::people::relation::{self, Block};

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, STAR, World};

const DAY: i64 = 86_400;

/// The first member's home above `since`, read to its end by pages of `count`.
async fn home(world: &World, since: &str, count: usize) -> Vec<Value> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let size = count.to_string();
        let params = [("since_id", since), ("count", &*size), ("max_id", &*next)];
        let page = rst(&act(world, BAI, "homeTimeline", &params).await);
        let data = page["data"].as_array().unwrap().clone();
        next = match (page["next_max_id"].as_str(), data.last()) {
            (Some(next), _) => next.to_owned(),
            // A full page may have others behind it, a shorter one is the last.
            (None, Some(last)) if data.len() == count => {
                (id(last).parse::<u64>().unwrap() - 1).to_string()
            }
            _ => String::new(),
        };
        all.extend(data);
        if next.is_empty() {
            return all;
        }
    }
}

async fn unread(world: &World, since: &str) -> [u64; 2] {
    let counts = rst(&act(world, BAI, "unread", &[("id", since)]).await);
    [0, 1].map(|place| counts["unread"][place].as_u64().unwrap())
}

/// The first member's home shows so many weibos of others above `since`, and `unread` counts them.
async fn assert_new(world: &World, since: &str, count: usize) {
    let own = person(world, BAI).uid;
    let shown = home(world, since, 50).await;
    let others = shown.iter().filter(|weibo| weibo["u"]["id"] != *own);
    assert_eq!(others.count(), count);
    let most = u64::try_from(count.min(100)).unwrap();
    assert_eq!(unread(world, since).await[0], most);
}

/// Takes an attribute from all items, as if they were of before there was one.
async fn forget(world: &World, name: &str) {
    for item in world.dump().await {
        let item: Value = serde_json::from_str(&item).unwrap();
        if item.get(name).is_some() {
            let key = |name: &str| AttributeValue::S(item[name].as_str().unwrap().to_owned());
            let change = world.client().update_item().table_name(local::TABLE);
            let change = change.key("PK", key("PK")).key("SK", key("SK"));
            change
                .update_expression(format!("REMOVE {name}"))
                .send()
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn reposts_of_the_blocked_are_not_counted() {
    for merge_above in [5_000, 0] {
        let world = World::new().await;
        change_site(&world, |site| site.merge_above = merge_above).await;
        let [reader, blocked] = BOTH.map(|who| person(&world, who));
        let friend = third_member(&world).await;
        follow_as(&world, &reader, &friend).await;
        let said = publish(&world, STAR, "看").await;
        let own = publish(&world, BAI, "我").await;
        let first = repost(&world, &friend, &said, "one").await;
        let through = repost(&world, &blocked, &own, "own").await;
        // Of one's own, of the reposter's own, of the blocked member's, and through a blocked member's.
        repost(&world, &friend, &own, "two").await;
        let theirs = publish(&world, &friend, "three").await;
        repost(&world, &friend, &theirs, "four").await;
        repost(&world, &friend, &through, "five").await;
        repost(&world, &friend, &first, "six").await;
        repost(&world, &reader, &said, "seven").await;
        world.settle().await;
        for _ in 0..2 {
            assert_new(&world, "1", 6).await;
            block(&world, BAI, STAR).await;
            assert_new(&world, "1", 4).await;
            assert_new(&world, &first, 4).await;
            assert_new(&world, &theirs, 2).await;
            unblock(&world, BAI, STAR).await;
            // Rows that do not say whose weibos they repeat.
            forget(&world, "root_by").await;
        }
        block(&world, BAI, STAR).await;
        // Nothing of the blocked member is left in what repeats a destroyed weibo.
        destroy(&world, &blocked, &said).await;
        world.settle().await;
        assert_new(&world, "1", 6).await;
    }
}

#[tokio::test]
async fn what_is_not_shown_hides_nothing_below_it() {
    let world = World::new().await;
    let reader = person(&world, BAI);
    let friend = third_member(&world).await;
    follow_as(&world, &reader, &friend).await;
    let start = publish(&world, BAI, "零").await;
    let mut seen = Vec::new();
    for number in 0..110 {
        seen.push(publish(&world, &friend, &number.to_string()).await);
    }
    let said = publish(&world, STAR, "看").await;
    for number in 0..330 {
        repost(&world, &friend, &said, &number.to_string()).await;
    }
    let last = publish(&world, &friend, "终").await;
    world.settle().await;
    assert_new(&world, &start, 441).await;
    block(&world, BAI, STAR).await;
    assert_new(&world, &start, 111).await;
    assert_new(&world, &seen[49], 61).await;
    assert_new(&world, &said, 1).await;
    assert_new(&world, &last, 0).await;
    destroy(&world, &friend, &last).await;
    world.settle().await;
    assert_new(&world, &said, 0).await;
    destroy(&world, &person(&world, STAR), &said).await;
    assert_new(&world, &said, 330).await;
}

#[tokio::test]
async fn what_was_destroyed_after_its_author_was_merged_in_is_not_counted() {
    let world = World::new().await;
    change_site(&world, |site| site.merge_above = 1).await;
    let [reader, star] = BOTH.map(|who| person(&world, who));
    follow_as(&world, &reader, &star).await;
    let mut copied = Vec::new();
    for text in ["一", "二", "三"] {
        copied.push(publish(&world, STAR, text).await);
    }
    world.settle().await;
    follow_as(&world, &third_member(&world).await, &star).await;
    let merged = publish(&world, STAR, "四").await;
    world.settle().await;
    assert_new(&world, "1", 4).await;
    for (place, weibo) in [&copied[1], &merged, &copied[0]].into_iter().enumerate() {
        destroy(&world, &star, weibo).await;
        world.settle().await;
        assert_new(&world, "1", 3 - place).await;
    }
    assert_new(&world, &copied[2], 0).await;
}

#[tokio::test]
async fn the_same_holds_where_more_authors_are_merged_in_than_are_read() {
    let world = World::new().await;
    let reader = person(&world, BAI);
    let stars = crowd(&world, 130).await;
    let mut copied = Vec::new();
    for star in &stars {
        follow_as(&world, &reader, star).await;
        copied.push(publish(&world, star, "一").await);
    }
    world.settle().await;
    assert_new(&world, "1", 130).await;
    change_site(&world, |site| site.merge_above = 0).await;
    world.pass(61);
    for star in &stars {
        publish(&world, star, "二").await;
    }
    world.settle().await;
    // Copies of all, and what is new of twenty.
    assert_new(&world, "1", 150).await;
    for (star, weibo) in stars.iter().zip(&copied).skip(40) {
        destroy(&world, star, weibo).await;
    }
    world.settle().await;
    assert_new(&world, "1", 60).await;
    destroy(&world, &stars[0], &copied[0]).await;
    world.settle().await;
    assert_new(&world, "1", 59).await;
    assert_new(&world, &copied[38], 21).await;
}

#[tokio::test]
async fn what_has_expired_ends_no_home() {
    let world = World::new().await;
    let reader = person(&world, BAI);
    let friend = third_member(&world).await;
    let mut left = Vec::new();
    for number in 0..5 {
        left.insert(0, publish(&world, STAR, &format!("先{number}")).await);
        left.insert(0, publish(&world, BAI, &format!("我{number}")).await);
    }
    world.pass(DAY);
    follow_as(&world, &reader, &friend).await;
    for number in 0..130 {
        publish(&world, &friend, &number.to_string()).await;
        if number == 60 {
            left.insert(0, publish(&world, BAI, "中").await);
        }
    }
    world.settle().await;
    assert_new(&world, "1", 130).await;
    // The friend's are copied 90 days before the others'; nothing has removed them yet.
    world.pass(89 * DAY);
    follow(&world, BAI, STAR).await;
    world.settle().await;
    world.pass(2 * DAY);
    assert_new(&world, "1", 5).await;
    for count in [1, 2, 3, 7, 20, 50] {
        let shown = home(&world, "1", count).await;
        let shown: Vec<_> = shown.iter().map(id).collect();
        assert_eq!(shown, left, "{count}");
    }
    let page = rst(&act(&world, BAI, "homeTimeline", &[]).await);
    assert_eq!(page["data"].as_array().unwrap().len(), left.len());
    assert!(page.get("next_max_id").is_none(), "{page}");
}

/// The ids of what mentions the first member, which `unread` has so many of.
async fn assert_mentions(world: &World, expected: &[&String], new: u64) {
    world.settle().await;
    let ids = listed(world, BAI, "mentions", &[("count", "50")]).await;
    assert_eq!(ids.iter().collect::<Vec<_>>(), expected);
    assert_eq!(unread(world, "").await[1], new);
}

#[tokio::test]
async fn mentions_show_no_words_of_the_blocked() {
    let world = World::new().await;
    let [reader, blocked] = BOTH.map(|who| person(&world, who));
    let friend = third_member(&world).await;
    let said = publish(&world, STAR, "看").await;
    let reposted = repost(&world, &friend, &said, "@小白 一").await;
    let on_blocked = comment(&world, &friend, &said, "@小白 二").await;
    let on_repost = comment(&world, &friend, &reposted, "@小白 三").await;
    // What the reader repeats is the reader's own doing.
    let own = repost(&world, &reader, &said, "转").await;
    let on_own = comment(&world, &friend, &own, "@小白 四").await;
    let back = repost(&world, &blocked, &publish(&world, BAI, "我").await, "转").await;
    let of_own = repost(&world, &friend, &back, "@小白 五").await;
    let heard = publish(&world, &friend, "@小白 六").await;
    let some = [&heard, &of_own, &on_own];
    let all = [&some[..], &[&on_repost, &on_blocked, &reposted]].concat();
    assert_mentions(&world, &all, 6).await;
    block(&world, BAI, STAR).await;
    assert_mentions(&world, &some, 3).await;
    // Nor does what comes while the block is there, however little is asked for; older reposts do not say whose weibos
    // they repeat.
    forget(&world, "root_by").await;
    let later = [
        repost(&world, &friend, &reposted, "@小白 七").await,
        comment(&world, &friend, &said, "@小白 八").await,
        comment(&world, &friend, &reposted, "@小白 九").await,
    ];
    assert_mentions(&world, &some, 3).await;
    let one = rst(&act(&world, BAI, "mentions", &[("count", "1")]).await);
    assert_eq!(id(&one["data"][0]["wb"]), heard, "{one}");
    crate::support::admin::assert_counted(&world).await;
    // With its end all are there again, and none is new.
    unblock(&world, BAI, STAR).await;
    let all = [&[&later[2], &later[1], &later[0]][..], &all].concat();
    assert_mentions(&world, &all, 3).await;
    // Of a destroyed weibo nothing is read; comments on it are gone with it.
    block(&world, BAI, STAR).await;
    destroy(&world, &blocked, &said).await;
    let left = [&later[2], &later[0], &heard, &of_own, &on_own, &on_repost];
    let left = [&left[..], &[&reposted]].concat();
    assert_mentions(&world, &left, 3).await;
    crate::support::admin::assert_counted(&world).await;
}

#[tokio::test]
async fn a_block_that_meets_a_mention_leaves_nothing_unread() {
    use crate::support::pauses::Pauses;
    use weiquan_store::id::WeiboId;
    use weiquan_store::weibos::mention::{self, Authors, Mention};
    for action in ["TransactWriteItems", "GetItem"] {
        let world = World::new().await;
        let [reader, blocked] = BOTH.map(|who| world.member(who).uid);
        let friend = third_member(&world).await;
        let said = publish(&world, STAR, "看").await;
        let weibo = repost(&world, &friend, &said, "转").await;
        let weibo: WeiboId = weibo.parse().unwrap();
        world.settle().await;
        let mention = Mention {
            id: weibo.into(),
            weibo,
            root: said.parse().ok(),
            number: None,
        };
        let author = friend.uid.parse().unwrap();
        let authors = Authors {
            mention: author,
            weibo: author,
            root: Some(blocked),
        };
        let slow = Pauses::new(&world, 7);
        // Before the row is there, and before the block is looked for.
        let text = match action {
            "GetItem" => format!("FOLLOW#{blocked:016}"),
            _ => format!("MENTIONS#{reader:016}"),
        };
        let gate = slow.hold(action, &text, 1);
        let (noted, ()) = tokio::join!(
            mention::notify(&slow.ctx.store, reader, &authors, &mention),
            async {
                gate.reached().await;
                relation::block(
                    &world.ctx.store,
                    Block {
                        by: reader,
                        of: blocked,
                    },
                )
                .await
                .unwrap();
                world.settle().await;
                gate.open().await;
            }
        );
        noted.unwrap();
        assert_mentions(&world, &[], 0).await;
        // The record may come again.
        for _ in 0..2 {
            mention::notify(&world.ctx.store, reader, &authors, &mention)
                .await
                .unwrap();
        }
        assert_mentions(&world, &[], 0).await;
        unblock(&world, BAI, STAR).await;
        assert_mentions(&world, &[&weibo.to_string()], 0).await;
    }
}
