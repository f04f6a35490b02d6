//! Xweibo `repost` and `destroy` (xweibo sections 2, 5.1.2, 5.1.3, 5.6, 7.22, 7.23, 7.28, 7.42, 7.45
//! and 7.48).

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, STAR, Who, World, send_at_once};

const NULL_ID: Failure = (1020200, "40016:Error: weibo id is null!");
const TOO_LONG: Failure = (
    1020201,
    "40013:Error: text too long, please input text less than 140 characters!",
);
const GONE: Failure = (1020301, "40031:Error: target weibo does not exist!");
const NOT_OWN: Failure = (1020302, "40036:Error: not your own weibo!");

async fn assert_counts(world: &World, expected: &[(&str, [u64; 2])]) {
    for (number, (weibo, both)) in expected.iter().enumerate() {
        assert_eq!(counts(world, weibo).await, json!(both), "weibo {number}");
    }
}

/// The texts of a weibo's comments, the newest first.
async fn texts(world: &World, weibo: &str) -> Vec<Value> {
    let page = comments(world, weibo, &[]).await;
    let texts = (0..comment_ids(&page).len()).map(|n| page[n.to_string()]["text"].clone());
    texts.collect()
}

#[tokio::test]
async fn a_repost_shows_what_it_reposts() {
    let world = World::new().await;
    let root = publish(&world, BAI, "哈哈").await;
    let rt = weibo_json(&world, BAI, &root, "哈哈", None);
    // The same text again is no repetition, and none stands for a text of its own.
    for (text, tx) in [
        (" 好 ", "好"),
        ("好", "好"),
        ("", "转发微博"),
        (" \n", "转发微博"),
    ] {
        let reply = act(&world, STAR, "repost", &[("id", &*root), ("text", text)]).await;
        let weibo = weibo_json(&world, STAR, &id(&accepted(&reply)), tx, Some(&rt));
        assert_rst(&reply, &format!(r#"{{"data":{weibo}}}"#));
    }
    let raw = "<b>&amp;</b>";
    let data = accepted(&act(&world, BAI, "repost", &[("id", &*root), ("text", raw)]).await);
    assert_eq!(data["tx"], raw);
    assert_counts(&world, &[(&*root, [0, 5])]).await;
}

#[tokio::test]
async fn a_repost_of_a_repost_shows_the_root_and_counts_for_both() {
    let world = World::new().await;
    let root = publish(&world, BAI, "哈哈").await;
    let rt = weibo_json(&world, BAI, &root, "哈哈", None);
    let first = repost(&world, STAR, &root, "一").await;
    let reply = act(&world, BAI, "repost", &[("id", &*first), ("text", "二")]).await;
    let second = id(&accepted(&reply));
    let weibo = weibo_json(&world, BAI, &second, "二", Some(&rt));
    assert_rst(&reply, &format!(r#"{{"data":{weibo}}}"#));
    assert_counts(&world, &[(&*root, [0, 2]), (&first, [0, 1])]).await;
    let third = repost(&world, STAR, &second, "三").await;
    let all = [(&*root, [0, 3]), (&first, [0, 1]), (&second, [0, 1])];
    assert_counts(&world, &all).await;
    // What was raised falls again, once.
    destroy(&world, STAR, &third).await;
    assert_refused(&world, STAR, "destroy", &[("id", &*third)], GONE).await;
    let all = [(&*root, [0, 2]), (&first, [0, 1]), (&second, [0, 0])];
    assert_counts(&world, &all).await;
    // Without the one in the middle the root is still the root.
    destroy(&world, STAR, &first).await;
    assert_counts(&world, &[(&*root, [0, 1])]).await;
    let data = accepted(&act(&world, STAR, "repost", &[("id", &*second)]).await);
    assert_eq!(data["rt"]["id"], *root);
    assert_counts(&world, &[(&*root, [0, 2]), (&second, [0, 1])]).await;
    destroy(&world, BAI, &second).await;
    assert_counts(&world, &[(&*root, [0, 1])]).await;
}

#[tokio::test]
async fn rtids_get_the_text_as_a_comment() {
    let world = World::new().await;
    let root = publish(&world, BAI, "哈哈").await;
    let other = publish(&world, BAI, "别的").await;
    let middle = repost(&world, STAR, &root, "一").await;
    let gone = publish(&world, BAI, "没了").await;
    destroy(&world, BAI, &gone).await;
    let rtids = format!(" ,{root},1,abc,,{gone},{middle},{root},");
    let params = [("id", &*middle), ("text", "<好>"), ("rtids", &rtids)];
    let data = accepted(&act(&world, STAR, "repost", &params).await);
    assert_eq!(data["tx"], "<好>");
    let all = [(&*root, [1, 2]), (&middle, [1, 1]), (&other, [0, 0])];
    assert_counts(&world, &all).await;
    // A weibo that is not reposted; the text that stands for none.
    accepted(&act(&world, STAR, "repost", &[("id", &*root), ("rtids", &other)]).await);
    let all = [(&*root, [1, 3]), (&middle, [1, 1]), (&other, [1, 0])];
    assert_counts(&world, &all).await;
    for weibo in [&root, &middle] {
        assert_eq!(texts(&world, weibo).await, ["&lt;好&gt;"]);
    }
    assert_eq!(texts(&world, &other).await, ["转发微博"]);
    accepted(&act(&world, STAR, "repost", &[("id", &*root), ("rtids", "1,, ")]).await);
    assert_counts(&world, &[(&*root, [1, 4])]).await;
}

#[tokio::test]
async fn every_refusal_of_repost_has_its_number_and_place() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let gone = publish(&world, BAI, "没了").await;
    let orphan = repost(&world, STAR, &gone, "孤").await;
    destroy(&world, BAI, &gone).await;
    change_site(&world, |site| site.words = ["bad".to_owned()].into()).await;
    let long = "汉".repeat(140) + "a";
    let rude = format!("{long}bad");
    let cases = [
        ("", &*rude, NULL_ID),
        (&*weibo, "so bad", SENSITIVE),
        ("1", &rude, SENSITIVE),
        (&weibo, &long, TOO_LONG),
        ("1", &long, TOO_LONG),
    ];
    for (id, text, failure) in cases {
        let params = [("id", id), ("text", text), ("rtids", &weibo)];
        assert_refused(&world, BAI, "repost", &params, failure).await;
    }
    repost(&world, BAI, &weibo, &"汉".repeat(140)).await;
    // The original is gone, its repost is not.
    let reply = act(&world, BAI, "repost", &[("id", &*orphan)]).await;
    let rt = format!(r#""rt":{}}}}},"errno":0,"err":""}}"#, destroyed_json(&gone));
    assert!(reply.body.ends_with(&rt), "{}", reply.body);
    let params = [("id", &*orphan), ("text", "好"), ("forward", "1")];
    let answer = rst(&act(&world, BAI, "comment", &params).await);
    assert_eq!(answer["wb"]["rt"]["deleted"], 1);
    assert_counts(&world, &[(&*orphan, [1, 2])]).await;
    destroy(&world, STAR, &orphan).await;
}

#[tokio::test]
async fn authors_destroy_their_weibos_and_nobody_else() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let reposted = repost(&world, STAR, &weibo, "一").await;
    // The root's author does not own the repost.
    assert_refused(&world, BAI, "destroy", &[("id", &*reposted)], NOT_OWN).await;
    assert_refused(&world, STAR, "destroy", &[("id", &*weibo)], NOT_OWN).await;
    destroy(&world, BAI, &weibo).await;
    for who in BOTH {
        assert_refused(&world, who, "destroy", &[("id", &*weibo)], GONE).await;
    }
    destroy(&world, STAR, &reposted).await;
}

#[tokio::test]
async fn the_last_text_is_forgotten_with_its_weibo_and_reposts_leave_it() {
    let world = World::new().await;
    let [again, second] = [[("text", "A")], [("text", "B")]];
    let weibo = publish(&world, BAI, "A").await;
    let forward = [("id", &*weibo), ("text", "C"), ("forward", "1")];
    for text in ["A", "B"] {
        let repost = repost(&world, BAI, &weibo, text).await;
        assert_refused(&world, BAI, "update", &again, REPEATED).await;
        rst(&act(&world, BAI, "comment", &forward).await);
        destroy(&world, BAI, &repost).await;
        assert_refused(&world, BAI, "update", &again, REPEATED).await;
    }
    // Published by update at last, though reposted before.
    let last = publish(&world, BAI, "B").await;
    // Only the last weibo clears the text.
    destroy(&world, BAI, &weibo).await;
    assert_refused(&world, BAI, "update", &second, REPEATED).await;
    destroy(&world, BAI, &last).await;
    let last = publish(&world, BAI, "B").await;
    assert_refused(&world, BAI, "update", &second, REPEATED).await;
    destroy(&world, BAI, &last).await;
    publish(&world, BAI, "B").await;
}

#[tokio::test]
async fn lost_answers_change_nothing_twice() {
    let world = World::new().await;
    let root = publish(&world, BAI, "哈哈").await;
    let _storm = world.faults().lost_first_answers();
    let first = repost(&world, STAR, &root, "一").await;
    let params = [("id", &*first), ("text", "二"), ("forward", "1")];
    let answer = rst(&act(&world, BAI, "comment", &params).await);
    let all = [(&*root, [0, 2]), (&first, [1, 1])];
    assert_counts(&world, &all).await;
    destroy(&world, BAI, &id(&answer["wb"])).await;
    let cid = id(&answer["comment"]);
    let reply = act(&world, BAI, "comment_destroy", &[("id", &*cid)]).await;
    assert_rst(&reply, r#"{"total":null}"#);
    assert_counts(&world, &[(&*root, [0, 1]), (&first, [0, 0])]).await;
    for name in ["createFavorite", "deleteFavorite"] {
        done(&world, BAI, name, &[("id", &*root)]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_callers_who_destroy_one_repost_at_once_one_does() {
    let world = Arc::new(World::new().await);
    let root = publish(&world, BAI, "哈哈").await;
    let first = repost(&world, STAR, &root, "一").await;
    let second = repost(&world, STAR, &first, "二").await;
    let destroying = (0..4).map(|_| call(&world, STAR, "destroy", &[("id", &*second)]));
    let reposting = (0..4).map(|who| call(&world, Who::at(who), "repost", &[("id", &*first)]));
    let calls = destroying.chain(reposting).collect();
    let replies = world.storm().during(send_at_once(&world, calls)).await;
    let (destroyed, reposted) = replies.split_at(4);
    for reply in reposted {
        accepted(reply);
    }
    assert_rst(winners(destroyed, 1, GONE)[0], "true");
    assert_counts(&world, &[(&*root, [0, 5]), (&first, [0, 4])]).await;
}
