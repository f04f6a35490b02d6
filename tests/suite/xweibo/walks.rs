//! The lists of Xweibo: what their parameters choose. Nothing that a member may see is on no page: every list is walked
//! to its end, with pages of any size, while others write, destroy and block.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use weiquan_store::id::{MentionId, WeiboId};
use weiquan_store::ids::Ids;
use weiquan_store::weibos::mention::{self, Authors, Mention};

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, STAR, World};

/// The lists, and by which parameter each goes on.
const LISTS: [(&str, &str); 6] = [
    ("mentions", "max_id"),
    ("homeTimeline", "max_id"),
    ("userTimeline", "max_id"),
    ("directMessages", "cursor"),
    ("friends", "cursor"),
    ("followers", "cursor"),
];
const HUGE: &str = "99999999999999999999";

/// All entries of a list, page by page, each of at most as many as `size` says; `between` runs behind every page.
async fn walk(
    world: &World,
    who: &Person,
    (list, next_by): (&str, &str),
    mut size: impl FnMut() -> usize,
    mut between: impl AsyncFnMut(),
) -> Vec<String> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let count = size();
        let params = [("count", &*count.to_string()), (next_by, &*next)];
        let page = rst(&act(world, who, list, &params).await);
        let data = page_ids(&page);
        assert!(data.len() <= count, "{list}: {count} {page}");
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

/// Makes members, weibos, comments and messages, so that each list of the first member has more than two pages; the ids
/// in each, in its order.
async fn filled(world: &World) -> BTreeMap<&'static str, Vec<String>> {
    let third = third_member(world).await;
    let on = publish(world, &third, "哈哈").await;
    let (star, people) = (person(world, STAR), crowd(world, 52).await);
    let followed = [&[star][..], &people].concat();
    let uids = joined(&followed);
    done(world, BAI, "createFriendship", &[("uid", &*uids)]).await;
    for person in &followed {
        follow_as(world, person, &self::person(world, BAI)).await;
    }
    let uids: Vec<_> = followed.into_iter().map(|person| person.uid).collect();
    let mut all = BTreeMap::from([("friends", uids.clone()), ("followers", uids)]);
    let mut add = |id: &str, lists: &[&'static str]| {
        for list in lists {
            all.entry(list).or_default().insert(0, id.to_owned());
        }
    };
    for number in 0..26 {
        // What stands in none of them is between what does.
        publish(world, &third, &number.to_string()).await;
        let text = format!("@小白 {number}");
        let named = publish(world, STAR, &text).await;
        add(&named, &["homeTimeline", "mentions"]);
        add(&comment(world, STAR, &on, &text).await, &["mentions"]);
        for who in BOTH {
            let text = format!("{number} {who:?}");
            let weibo = publish(world, BAI, &text).await;
            add(&weibo, &["homeTimeline", "userTimeline"]);
            message(world, who, who.other(), &text).await;
            let (newest, _) = message_page(world, BAI, &[("count", "1")]).await;
            add(&newest[0], &["directMessages"]);
        }
        world.pass(number % 4);
    }
    world.settle().await;
    all
}

#[tokio::test]
async fn count_cursor_and_ids_choose_what_a_list_shows() {
    let world = World::new().await;
    let filled = filled(&world).await;
    let before = world.dump().await;
    for (list, next_by) in LISTS {
        let all = &filled[list];
        let shown = async |params: &[(&str, &str)], expected: Range<usize>| {
            let page = rst(&act(&world, BAI, list, params).await);
            assert_eq!(page_ids(&page), all[expected], "{list} {params:?}");
            match list {
                "friends" | "followers" => assert_eq!(page["total"], all.len()),
                _ => assert!(page.get("total").is_none(), "{page}"),
            }
            assert!(next_by == "max_id" || page["next_cursor"] != "", "{page}");
        };
        let mut names = vec!["count", next_by];
        names.extend((next_by == "max_id").then_some("since_id"));
        let blank: Vec<_> = names.iter().map(|name| (*name, "")).collect();
        shown(&[], 0..20).await;
        shown(&blank, 0..20).await;
        for (count, shown_then) in [
            ("-1", 20),
            ("0", 20),
            (" 00 ", 20),
            ("1", 1),
            ("19", 19),
            ("49", 49),
            ("50", 50),
            ("51", 50),
            (HUGE, 50),
        ] {
            shown(&[("count", count)], 0..shown_then).await;
        }
        for name in names {
            for value in ["x", "1x", "ten", "<script>"] {
                // Also where what else is asked for does not exist.
                let params = [(name, value), ("id", "1")];
                assert_refused(&world, BAI, list, &params[..1], NO_NUMBER).await;
                assert_refused(&world, BAI, list, &params, NO_NUMBER).await;
            }
        }
        for size in [1, 7, 20, 50] {
            let reader = person(&world, BAI);
            let walked = walk(&world, &reader, (list, next_by), || size, async || {}).await;
            assert_eq!(walked, *all, "{list} by {size}");
        }
        if next_by == "cursor" {
            continue;
        }
        let (last, at) = (all.len() - 1, |place: usize| &*all[place]);
        let below = |place: usize| (all[place].parse::<u64>().unwrap() - 1).to_string();
        let [below_5, below_last] = [5, last].map(below);
        for (since, max, count, expected) in [
            ("0", "", "", 0..20),
            (at(last), "", "50", 0..50),
            (at(30), "", "", 0..20),
            (at(6), "", "", 0..6),
            (at(5), "", "", 0..5),
            (&below_5, "", "", 0..6),
            (at(0), "", "", 0..0),
            (HUGE, "", "", 0..0),
            ("", at(0), "", 0..20),
            ("", at(5), "", 5..25),
            ("", at(6), "", 6..26),
            ("", &below_5, "", 6..26),
            ("", at(last - 11), "", last - 11..last + 1),
            ("", at(last), "", last..last + 1),
            ("", &below_last, "", 0..0),
            ("", HUGE, "", 0..20),
            (at(10), at(4), "", 4..10),
            (at(10), at(4), "3", 4..7),
            (at(4), at(4), "", 0..0),
            (at(4), at(9), "", 0..0),
        ] {
            let params = [("since_id", since), ("max_id", max), ("count", count)];
            shown(&params, expected).await;
        }
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn what_is_not_for_the_reader_ends_no_list() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let seen = publish(&world, "10010", "@小白").await;
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
    let seen = publish(&world, "10010", "@小白").await;
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
            posts.push((number, publish(&world, author, &text).await));
        }
        let text = [("id", &*reader.uid), ("text", "好")];
        rst(&act(&world, author, "sendDirectMessage", &text).await);
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
        assert!(before.len() > 8, "{} {}", list.0, before.len());
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
                    rst(&act(&world, &reader, "createBlocks", &[("id", &*whom.uid)]).await);
                }
                let (author, weibo) = posts.swap_remove(below(posts.len()));
                act(&world, &people[author], "destroy", &[("id", &*weibo)]).await;
                publish(&world, BAI, &format!("{} {steps}", list.0)).await;
                world.settle().await;
            },
        )
        .await;
        let once: BTreeSet<_> = walked.iter().cloned().collect();
        assert_eq!(once.len(), walked.len(), "{}: twice", list.0);
        // What was there before and still is was on a page.
        let after = walk(&world, &reader, list, || 50, none).await;
        let left: Vec<_> = after.into_iter().filter(|id| before.contains(id)).collect();
        let missing: Vec<_> = left.iter().filter(|id| !once.contains(*id)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", list.0);
        assert!(!left.is_empty() && steps > 1, "{} {steps}", list.0);
    }
    crate::support::admin::assert_counted(&world).await;
}
