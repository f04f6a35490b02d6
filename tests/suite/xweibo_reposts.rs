//! Xweibo `repost` and `destroy` (xweibo sections 2, 5.1.2, 5.1.3, 5.6, 7.22, 7.23, 7.28, 7.42, 7.45
//! and 7.48).

use std::sync::Arc;

use serde_json::{Value, json};

use crate::okay_users::send_at_once;
use crate::world::World;
use crate::xweibo_access::change_member;
use crate::xweibo_calls::{Failure, accepted, change_site, refused};
use crate::xweibo_comment_lists::{counts, ids, list};
use crate::xweibo_comments::weibo_json;
use crate::xweibo_favorites::{
    SENSITIVE, SILENCED, act, addresses, assert_guarded, assert_needs_an_author, assert_refused,
    assert_rst, call, comment, id, publish, reach, rst,
};

const NULL_ID: Failure = (1020200, "40016:Error: weibo id is null!");
const TOO_LONG: Failure = (
    1020201,
    "40013:Error: text too long, please input text less than 140 characters!",
);
const UNKNOWN: Failure = (40031, "40031:Error: target weibo does not exist!");
const DESTROY_NULL_ID: Failure = (1020300, "40016:Error: weibo id is null!");
const GONE: Failure = (1020301, "40031:Error: target weibo does not exist!");
const NOT_OWN: Failure = (1020302, "40036:Error: not your own weibo!");
const REPEATED: Failure = (1020002, "40025:Error: repeated weibo text!");

/// Reposts a weibo and gives the id of the repost.
async fn repost(world: &World, who: usize, weibo: &str, text: &str) -> String {
    let params = [("id", weibo), ("text", text)];
    id(&accepted(&act(world, who, "repost", &params).await))
}

async fn destroy(world: &World, who: usize, weibo: &str) {
    assert_rst(&act(world, who, "destroy", &[("id", weibo)]).await, "true");
}

async fn assert_counts(world: &World, expected: &[(&str, [u64; 2])]) {
    for (number, (weibo, both)) in expected.iter().enumerate() {
        assert_eq!(counts(world, weibo).await, json!(both), "weibo {number}");
    }
}

/// The texts of a weibo's comments, the newest first.
async fn texts(world: &World, weibo: &str) -> Vec<Value> {
    let page = list(world, weibo, &[]).await;
    let texts = (0..ids(&page).len()).map(|n| page[n.to_string()]["text"].clone());
    texts.collect()
}

#[tokio::test]
async fn a_repost_shows_what_it_reposts() {
    let world = World::new().await;
    let root = publish(&world, 0, "哈哈").await;
    let rt = weibo_json(&world, 0, &root, "哈哈", None);
    // The same text again is no repetition, and none stands for a text of its own.
    for (text, tx) in [
        (" 好 ", "好"),
        ("好", "好"),
        ("", "转发微博"),
        (" \n", "转发微博"),
    ] {
        let params = [("id", &*root), ("text", text)];
        let reply = act(&world, 1, "repost", &params).await;
        let weibo = weibo_json(&world, 1, &id(&accepted(&reply)), tx, Some(&rt));
        assert_rst(&reply, &format!(r#"{{"data":{weibo}}}"#));
    }
    let raw = "<b>&amp;</b>";
    let params = [("id", &*root), ("text", raw)];
    let data = accepted(&act(&world, 0, "repost", &params).await);
    assert_eq!(data["tx"], raw);
    assert_counts(&world, &[(&*root, [0, 5])]).await;
}

#[tokio::test]
async fn a_repost_of_a_repost_shows_the_root_and_counts_for_both() {
    let world = World::new().await;
    let root = publish(&world, 0, "哈哈").await;
    let rt = weibo_json(&world, 0, &root, "哈哈", None);
    let first = repost(&world, 1, &root, "一").await;
    let params = [("id", &*first), ("text", "二")];
    let reply = act(&world, 0, "repost", &params).await;
    let second = id(&accepted(&reply));
    let weibo = weibo_json(&world, 0, &second, "二", Some(&rt));
    assert_rst(&reply, &format!(r#"{{"data":{weibo}}}"#));
    assert_counts(&world, &[(&*root, [0, 2]), (&first, [0, 1])]).await;
    let third = repost(&world, 1, &second, "三").await;
    let all = [(&*root, [0, 3]), (&first, [0, 1]), (&second, [0, 1])];
    assert_counts(&world, &all).await;
    // What was raised falls again, once.
    destroy(&world, 1, &third).await;
    assert_refused(&world, 1, "destroy", &[("id", &*third)], GONE).await;
    let all = [(&*root, [0, 2]), (&first, [0, 1]), (&second, [0, 0])];
    assert_counts(&world, &all).await;
    // Without the one in the middle the root is still the root.
    destroy(&world, 1, &first).await;
    assert_counts(&world, &[(&*root, [0, 1])]).await;
    let data = accepted(&act(&world, 1, "repost", &[("id", &*second)]).await);
    assert_eq!(data["rt"]["id"], *root);
    assert_counts(&world, &[(&*root, [0, 2]), (&second, [0, 1])]).await;
    destroy(&world, 0, &second).await;
    assert_counts(&world, &[(&*root, [0, 1])]).await;
}

#[tokio::test]
async fn rtids_get_the_text_as_a_comment() {
    let world = World::new().await;
    let root = publish(&world, 0, "哈哈").await;
    let other = publish(&world, 0, "别的").await;
    let middle = repost(&world, 1, &root, "一").await;
    let gone = publish(&world, 0, "没了").await;
    destroy(&world, 0, &gone).await;
    let rtids = format!(" ,{root},1,abc,,{gone},{middle},{root},");
    let params = [("id", &*middle), ("text", "<好>"), ("rtids", &rtids)];
    let data = accepted(&act(&world, 1, "repost", &params).await);
    assert_eq!(data["tx"], "<好>");
    let all = [(&*root, [1, 2]), (&middle, [1, 1]), (&other, [0, 0])];
    assert_counts(&world, &all).await;
    // A weibo that is not reposted; the text that stands for none.
    let params = [("id", &*root), ("rtids", &other)];
    accepted(&act(&world, 1, "repost", &params).await);
    let all = [(&*root, [1, 3]), (&middle, [1, 1]), (&other, [1, 0])];
    assert_counts(&world, &all).await;
    for weibo in [&root, &middle] {
        assert_eq!(texts(&world, weibo).await, ["&lt;好&gt;"]);
    }
    assert_eq!(texts(&world, &other).await, ["转发微博"]);
    let params = [("id", &*root), ("rtids", "1,, ")];
    accepted(&act(&world, 1, "repost", &params).await);
    assert_counts(&world, &[(&*root, [1, 4])]).await;
}

#[tokio::test]
async fn every_refusal_of_repost_has_its_number_and_place() {
    let world = World::new().await;
    let weibo = publish(&world, 0, "哈哈").await;
    let cid = comment(&world, 1, &weibo, "看").await;
    let gone = publish(&world, 0, "没了").await;
    let orphan = repost(&world, 1, &gone, "孤").await;
    destroy(&world, 0, &gone).await;
    change_site(&world, |site| site.words = ["bad".to_owned()].into()).await;
    let long = "汉".repeat(140) + "a";
    let rude = format!("{long}bad");
    let not_number = format!("{weibo}x");
    let unknown = [
        "1",
        "0",
        "-1",
        "abc",
        "99999999999999999999",
        &not_number,
        &cid,
        &gone,
    ];
    let mut cases = vec![
        ("", "", NULL_ID),
        ("", &*rude, NULL_ID),
        (&*weibo, "so bad", SENSITIVE),
        ("1", &rude, SENSITIVE),
        (&weibo, &long, TOO_LONG),
        ("1", &long, TOO_LONG),
    ];
    cases.extend(unknown.map(|id| (id, "好", UNKNOWN)));
    for (id, text, failure) in cases {
        let params = [("id", id), ("text", text), ("rtids", &weibo)];
        assert_refused(&world, 0, "repost", &params, failure).await;
    }
    repost(&world, 0, &weibo, &"汉".repeat(140)).await;
    // The original is gone, its repost is not.
    let reply = act(&world, 0, "repost", &[("id", &*orphan)]).await;
    let rt = format!(
        r#""rt":{{"id":"{gone}","cr":"","f":0,"s":"","tx":"此微博已被原作者删除。","tp":null,"mp":null,"op":null,"u":{{"id":"","sn":"","p":"","v":0,"sina_v":0}},"deleted":1}}}}}},"errno":0,"err":""}}"#
    );
    assert!(reply.body.ends_with(&rt), "{}", reply.body);
    let params = [("id", &*orphan), ("text", "好"), ("forward", "1")];
    let answer = rst(&act(&world, 0, "comment", &params).await);
    assert_eq!(answer["wb"]["rt"]["deleted"], 1);
    assert_counts(&world, &[(&*orphan, [1, 2])]).await;
    destroy(&world, 1, &orphan).await;
}

#[tokio::test]
async fn every_refusal_of_destroy_has_its_number() {
    let world = World::new().await;
    let weibo = publish(&world, 0, "哈哈").await;
    let reposted = repost(&world, 1, &weibo, "一").await;
    let cid = comment(&world, 0, &weibo, "看").await;
    let not_number = format!("{weibo}x");
    for (id, failure) in [
        ("", DESTROY_NULL_ID),
        ("1", GONE),
        ("0", GONE),
        ("-1", GONE),
        ("abc", GONE),
        ("99999999999999999999", GONE),
        (&not_number, GONE),
        (&cid, GONE),
        // The root's author does not own the repost.
        (&reposted, NOT_OWN),
    ] {
        assert_refused(&world, 0, "destroy", &[("id", id)], failure).await;
    }
    assert_refused(&world, 1, "destroy", &[("id", &*weibo)], NOT_OWN).await;
    destroy(&world, 0, &weibo).await;
    for who in [0, 1] {
        assert_refused(&world, who, "destroy", &[("id", &*weibo)], GONE).await;
    }
    destroy(&world, 1, &reposted).await;
}

#[tokio::test]
async fn the_last_text_is_forgotten_with_its_weibo_and_reposts_leave_it() {
    let world = World::new().await;
    let [again, second] = [[("text", "A")], [("text", "B")]];
    let weibo = publish(&world, 0, "A").await;
    let forward = [("id", &*weibo), ("text", "C"), ("forward", "1")];
    for text in ["A", "B"] {
        let repost = repost(&world, 0, &weibo, text).await;
        assert_refused(&world, 0, "update", &again, REPEATED).await;
        rst(&act(&world, 0, "comment", &forward).await);
        destroy(&world, 0, &repost).await;
        assert_refused(&world, 0, "update", &again, REPEATED).await;
    }
    // Published by update at last, though reposted before.
    let last = publish(&world, 0, "B").await;
    // Only the last weibo clears the text.
    destroy(&world, 0, &weibo).await;
    assert_refused(&world, 0, "update", &second, REPEATED).await;
    destroy(&world, 0, &last).await;
    let last = publish(&world, 0, "B").await;
    assert_refused(&world, 0, "update", &second, REPEATED).await;
    destroy(&world, 0, &last).await;
    publish(&world, 0, "B").await;
}

#[tokio::test]
async fn every_spelling_reaches_repost_and_destroy() {
    let world = World::new().await;
    let weibo = publish(&world, 0, "哈哈").await;
    let reposts = addresses(&["action.repost", "action.rePost"]);
    let destroys = addresses(&["action.destroy", "action.DESTROY"]);
    for (repost, destroy) in reposts.iter().zip(&destroys) {
        let params = [("id", &*weibo), ("text", repost)];
        let data = accepted(&reach(&world, 1, repost, &params).await);
        assert_eq!(data["tx"], **repost);
        let made = id(&data);
        let params = [("id", &*made)];
        refused(&reach(&world, 0, destroy, &params).await, NOT_OWN);
        assert_rst(&reach(&world, 1, destroy, &params).await, "true");
    }
    assert_counts(&world, &[(&*weibo, [0, 0])]).await;
}

#[tokio::test]
async fn wrong_callers_neither_repost_nor_destroy() {
    let world = World::new().await;
    let weibo = publish(&world, 0, "哈哈").await;
    let params = [("id", &*weibo), ("text", "好"), ("rtids", &weibo)];
    for name in ["repost", "destroy"] {
        assert_guarded(&world, name, &params).await;
        assert_needs_an_author(&world, name, &params).await;
    }
    change_member(&world, 0, |member| member.silenced = true).await;
    assert_refused(&world, 0, "repost", &params, SILENCED).await;
    destroy(&world, 0, &weibo).await;
}

#[tokio::test]
async fn lost_answers_change_nothing_twice() {
    let world = World::new().await;
    let root = publish(&world, 0, "哈哈").await;
    world.faults.lost_first_answers();
    let first = repost(&world, 1, &root, "一").await;
    let params = [("id", &*first), ("text", "二"), ("forward", "1")];
    let answer = rst(&act(&world, 0, "comment", &params).await);
    let all = [(&*root, [0, 2]), (&first, [1, 1])];
    assert_counts(&world, &all).await;
    destroy(&world, 0, &id(&answer["wb"])).await;
    let cid = id(&answer["comment"]);
    let params = [("id", &*cid)];
    let reply = act(&world, 0, "comment_destroy", &params).await;
    assert_rst(&reply, r#"{"total":null}"#);
    assert_counts(&world, &[(&*root, [0, 1]), (&first, [0, 0])]).await;
    for name in ["createFavorite", "deleteFavorite"] {
        assert_rst(&act(&world, 0, name, &[("id", &*root)]).await, "true");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_callers_who_destroy_one_repost_at_once_one_does() {
    let world = Arc::new(World::new().await);
    let root = publish(&world, 0, "哈哈").await;
    let first = repost(&world, 1, &root, "一").await;
    let second = repost(&world, 1, &first, "二").await;
    let destroying = (0..4).map(|_| call(&world, 1, "destroy", &[("id", &*second)]));
    let reposting = (0..4).map(|who| call(&world, who % 2, "repost", &[("id", &*first)]));
    let calls = destroying.chain(reposting).collect();
    world.faults.conflicts(20);
    world.faults.lost_answers(4);
    let replies = send_at_once(&world, calls).await;
    world.faults.conflicts(0);
    world.faults.lost_answers(0);
    let (destroyed, reposted) = replies.split_at(4);
    for reply in reposted {
        accepted(reply);
    }
    let (won, lost): (Vec<_>, Vec<_>) = destroyed
        .iter()
        .partition(|reply| reply.json()["errno"] == 0);
    assert_eq!((won.len(), lost.len()), (1, 3));
    assert_rst(won[0], "true");
    for reply in lost {
        refused(reply, GONE);
    }
    assert_counts(&world, &[(&*root, [0, 5]), (&first, [0, 4])]).await;
}
