//! Xweibo `getComments`, `getCounts` and `comment_destroy` (xweibo sections 2, 5.1.5, 5.5.2, 5.5.3,
//! 7.1, 7.7, 7.15, 7.26, 7.27, 7.30 and 7.44).

use serde_json::json;

use crate::support::xweibo::*;
use crate::support::{BAI, STAR, Who, World};

const NULL_CID: Failure = (1020600, "40020:Error: comment id is null!");
const NOT_ALL: Failure = (1020602, "删除评论失败");

async fn remove(world: &World, who: Who, ids: &[String]) {
    let reply = act(world, who, "comment_destroy", &[("id", &*ids.join(","))]).await;
    assert_rst(&reply, DESTROYED);
}

#[tokio::test]
async fn a_page_holds_the_newest_first() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let params = [("id", &*weibo)];
    let empty = act(&world, STAR, "getComments", &params).await;
    assert_rst(&empty, r#"{"total":0,"limit":10}"#);
    let first = comment(&world, BAI, &weibo, "一").await;
    let second = comment(&world, STAR, &weibo, "二").await;
    let [old, new] = [
        comment_json(&world, BAI, &first, "一"),
        comment_json(&world, STAR, &second, "二"),
    ];
    let expected = format!(r#"{{"0":{new},"1":{old},"total":2,"limit":10}}"#);
    let before = world.dump().await;
    for who in [BAI, STAR, STAR] {
        assert_rst(&act(&world, who, "getComments", &params).await, &expected);
    }
    assert_eq!(world.dump().await, before);
    // Another weibo's comments are its own.
    let other = publish(&world, BAI, "别的").await;
    assert_eq!(comments(&world, &other, &[]).await["total"], 0);
}

#[tokio::test]
async fn type_count_and_page_choose_what_is_shown() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let mut all = Vec::new();
    for number in 0..25 {
        all.insert(0, comment(&world, STAR, &weibo, &number.to_string()).await);
    }
    for (params, from, limit, size) in [
        (&[("type", "")][..], 0, 10, 30),
        (&[("type", "1"), ("page", "2")], 10, 10, 30),
        (&[("type", "1"), ("page", "3")], 20, 10, 30),
        (&[("type", "2")], 0, 20, 50),
        (&[("type", "2"), ("page", "2")], 20, 20, 50),
        (&[("type", "x"), ("page", "")], 0, 10, 30),
        (&[("page", "0")], 0, 10, 30),
        (&[("page", "-3")], 0, 10, 30),
        (&[("page", "4")], 25, 10, 30),
        (&[("page", "99999999999999999999")], 25, 10, 30),
        (&[("count", "3"), ("page", "2")], 3, 3, 30),
        (&[("count", "24"), ("page", "2"), ("type", "2")], 24, 24, 50),
        (&[("count", "50")], 0, 50, 30),
        (&[("count", "51")], 0, 50, 30),
        (&[("count", "1"), ("page", "25")], 24, 1, 30),
        (&[("count", "0")], 0, 10, 30),
        (&[("count", ""), ("page", "2")], 10, 10, 30),
        (&[("count", "0"), ("type", "2")], 0, 20, 50),
        (&[("count", "-1"), ("page", "3")], 20, 10, 30),
    ] {
        let page = comments(&world, &weibo, params).await;
        let until = all.len().min(from + limit);
        assert_eq!(comment_ids(&page), all[from..until], "{params:?}");
        assert_eq!(page["limit"], limit, "{params:?}");
        assert_eq!(page["total"], 25, "{params:?}");
        for n in 0..until - from {
            let avatar = page[n.to_string()]["profileImg"].as_str().unwrap();
            assert!(avatar.contains(&format!("/{size}/")), "{avatar} {params:?}");
        }
    }
    let beyond = act(
        &world,
        BAI,
        "getComments",
        &[("id", &*weibo), ("page", "9")],
    )
    .await;
    assert_rst(&beyond, r#"{"total":25,"limit":10}"#);
    for (id, name, value, failure) in [
        (&*weibo, "page", "x", NO_NUMBER),
        (&weibo, "page", "1x", NO_NUMBER),
        (&weibo, "count", "ten", NO_NUMBER),
        // What is empty comes first, what does not exist last.
        ("", "page", "x", NULL_ID),
        ("1", "count", "x", NO_NUMBER),
    ] {
        let params = [("id", id), (name, value)];
        assert_refused(&world, BAI, "getComments", &params, failure).await;
    }
}

#[tokio::test]
async fn pages_have_no_gap_and_no_double_after_deletions() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let mut left = Vec::new();
    for number in 0..30 {
        left.insert(0, comment(&world, Who::at(number), &weibo, "x").await);
    }
    // The newest, the oldest, every third, a whole page, most of the rest, all.
    let gone: [fn(usize) -> bool; 6] = [
        |at| at == 0,
        |at| at == 29,
        |at| at % 3 == 1,
        |at| (3..13).contains(&at),
        |at| at > 1,
        |_| true,
    ];
    for gone in gone {
        let picked: Vec<String> = left
            .iter()
            .enumerate()
            .filter(|(at, _)| gone(*at))
            .map(|(_, id)| id.clone())
            .collect();
        remove(&world, BAI, &picked).await;
        left.retain(|id| !picked.contains(id));
        for count in [1, 3, 10, 50] {
            assert_eq!(walk_comments(&world, &weibo, count).await, left, "{count}");
        }
        assert_eq!(counts(&world, &weibo).await, json!([left.len(), 0]));
        left.insert(0, comment(&world, STAR, &weibo, "新").await);
        assert_eq!(walk_comments(&world, &weibo, 4).await, left);
    }
    assert_eq!(left.len(), 1);
}

#[tokio::test]
async fn ages_are_told_in_words() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    comment(&world, BAI, &weibo, "看").await;
    for (now, words) in [
        ("2026-06-01T04:00:01Z", "1秒前"),
        ("2026-06-01T04:01:00Z", "60秒前"),
        ("2026-06-01T04:02:00Z", "2分钟前"),
        ("2026-06-01T05:00:00Z", "60分钟前"),
        ("2026-06-01T05:00:01Z", "今天 12:00"),
        ("2026-06-01T15:59:59Z", "今天 12:00"),
        ("2026-06-01T16:00:00Z", "6月1日 12:00"),
        ("2026-12-31T15:59:59Z", "6月1日 12:00"),
        ("2026-12-31T16:00:00Z", "2026年6月1日 12:00"),
    ] {
        world.clock.set(now.parse().unwrap());
        let page = comments(&world, &weibo, &[]).await;
        assert_eq!(page["0"]["create_at"], words, "{now}");
    }
}

#[tokio::test]
async fn counts_come_in_the_order_asked() {
    let world = World::new().await;
    let first = publish(&world, BAI, "一").await;
    let second = publish(&world, STAR, "二").await;
    comment(&world, STAR, &first, "看").await;
    comment(&world, BAI, &first, "看").await;
    rst(&act(&world, STAR, "repost", &[("id", &*first)]).await);
    let expected = format!(r#"{{"{second}":[0,0],"abc":[0,0],"{first}":[2,1],"1":[0,0]}}"#);
    let asked = format!(",{second},abc,, ,{first},1,{second},{first},");
    let before = world.dump().await;
    let params = [("ids", &*asked)];
    let ask = || act(&world, BAI, "getCounts", &params);
    assert_rst(&ask().await, &expected);
    assert_rst(
        &world.faults().unprocessed(2).during(ask()).await,
        &expected,
    );
    for blank in ["", " ", ",", " , ,,"] {
        assert_refused(&world, BAI, "getCounts", &[("ids", blank)], PARAM_EMPTY).await;
    }
    // More than one batch read takes; the known ones stand at both ends.
    let many: Vec<String> = (1..=250).map(|number| number.to_string()).collect();
    let asked = format!("{first},{},{second}", many.join(","));
    let zeros: String = many.iter().map(|id| format!(r#""{id}":[0,0],"#)).collect();
    let expected = format!(r#"{{"{first}":[2,1],{zeros}"{second}":[0,0]}}"#);
    let reply = act(&world, STAR, "getCounts", &[("ids", &*asked)]).await;
    assert_rst(&reply, &expected);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn authors_and_hosts_destroy_comments_and_nobody_else() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let hosts = comment(&world, BAI, &weibo, "主人").await;
    let guests = comment(&world, STAR, &weibo, "客人").await;
    let again = comment(&world, STAR, &weibo, "又来").await;
    let others = [("id", &*hosts)];
    assert_refused(&world, STAR, "comment_destroy", &others, NOT_OWN_COMMENT).await;
    for blank in ["", " ", ",", " , ,,"] {
        assert_refused(&world, STAR, "comment_destroy", &[("id", blank)], NULL_CID).await;
    }
    let none = format!("{hosts},1");
    assert_refused(&world, STAR, "comment_destroy", &[("id", &*none)], NOT_ALL).await;
    change_member(&world, STAR, |member| member.silenced = true).await;
    // The second time nothing is there.
    for (who, cid, left) in [(STAR, &guests, 2), (BAI, &again, 1)] {
        remove(&world, who, std::slice::from_ref(cid)).await;
        let params = [("id", cid.as_str())];
        assert_refused(&world, who, "comment_destroy", &params, NOT_OWN_COMMENT).await;
        assert_eq!(counts(&world, &weibo).await, json!([left, 0]));
    }
    assert_eq!(comment_ids(&comments(&world, &weibo, &[]).await), [hosts]);
}

#[tokio::test]
async fn of_several_comments_all_that_may_go_do() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let hosts = comment(&world, BAI, &weibo, "主人").await;
    let mut guests = Vec::new();
    for _ in 0..27 {
        guests.push(comment(&world, STAR, &weibo, "客人").await);
    }
    let [first, second] = [&guests[0], &guests[1]];
    let several = format!(" ,{first},{hosts},,{second},1,abc,{first},");
    let reply = act(&world, STAR, "comment_destroy", &[("id", &*several)]).await;
    refused(&reply, NOT_ALL);
    assert_eq!(counts(&world, &weibo).await, json!([26, 0]));
    assert_refused(
        &world,
        STAR,
        "comment_destroy",
        &[("id", &*several)],
        NOT_ALL,
    )
    .await;
    // More than the original took at once; one of them is there twice.
    guests.push(guests[2].clone());
    remove(&world, STAR, &guests[2..]).await;
    assert_eq!(comment_ids(&comments(&world, &weibo, &[]).await), [hosts]);
    assert_eq!(counts(&world, &weibo).await, json!([1, 0]));
}

#[tokio::test]
async fn comments_of_a_destroyed_weibo_are_not_shown_but_destroyed() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let cid = comment(&world, STAR, &weibo, "客人").await;
    rst(&act(&world, BAI, "destroy", &[("id", &*weibo)]).await);
    let params = [("id", &*weibo)];
    assert_refused(&world, BAI, "getComments", &params, NO_WEIBO).await;
    remove(&world, STAR, std::slice::from_ref(&cid)).await;
    let params = [("id", &*cid)];
    assert_refused(&world, STAR, "comment_destroy", &params, NOT_OWN_COMMENT).await;
}

#[tokio::test]
async fn lists_need_no_author_where_anonymous_callers_may_read() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    comment(&world, BAI, &weibo, "看").await;
    for (name, params) in [
        ("getComments", [("id", &*weibo)]),
        ("getCounts", [("ids", &*weibo)]),
    ] {
        allow_anonymous(&world, name).await;
        let own = act(&world, BAI, name, &params).await;
        rst(&own);
        assert_eq!(act(&world, NOBODY, name, &params).await.body, own.body);
    }
}
