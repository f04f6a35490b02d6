//! Xweibo `sendDirectMessage` and `deleteDirectMessage` (xweibo sections 5.6, 5.6.1, 5.6.2, 7.5, 7.18
//! and 7.33), `directMessages`, an extension, and what the tests of what members do to each other
//! share.

use std::collections::BTreeSet;

use serde_json::json;

use crate::world::{Reply, World};
use crate::xweibo_access::change_member;
use crate::xweibo_calls::{Failure, accepted, change_site, refused};
use crate::xweibo_favorites::{
    SILENCED, act, addresses, assert_guarded, assert_needs_an_author, assert_refused, assert_rst,
    call_as, comment, id, publish, reach, rst,
};
use crate::xweibo_follows::{follow, unfollow};
use crate::xweibo_markup::join;
use crate::xweibo_timelines::NO_NUMBER;

pub const TOO_LONG: Failure = (1010005, "Parameter length exceeds limit");
const NULL_TEXT: Failure = (1020900, "40012:Error: content is null!");
const NOT_TO: &str = "40017:Error: can't send direct message to user who is not your follower!";
const NOBODY_NAMED: Failure = (1020901, NOT_TO);
const NO_FAN: Failure = (1020902, NOT_TO);
const NOT_OWN: Failure = (1020903, "40021:Error: not your own direct message!");
pub const GONE: Failure = (1020904, "40010:Error: direct message does not exist!");
const NO_MESSAGES: &str = r#"{"data":[],"next_cursor":""}"#;

pub fn uid(world: &World, who: usize) -> String {
    world.demo.members[who].uid.to_string()
}

/// Where the picture of a member who has uploaded none is.
pub fn no_avatar(world: &World, who: usize, size: u32) -> String {
    let uid = world.demo.members[who].uid;
    format!("http://tp{}.sinaimg.cn/{uid}/{size}/0/0", uid % 4 + 1)
}

/// Calls the operation `name` as a user of the site.
pub async fn act_as(world: &World, user: &str, name: &str, params: &[(&str, &str)]) -> Reply {
    let target = format!("/api/weibo/action.{name}");
    world.send(call_as(world, user, &target, params)).await
}

/// The number of the member to whom a user of the site is bound; it publishes a weibo.
pub async fn uid_of(world: &World, user: &str) -> String {
    let reply = act_as(world, user, "update", &[("text", "我是谁")]).await;
    id(&accepted(&reply)["u"])
}

/// One member sends another a message.
pub async fn message(world: &World, who: usize, target: usize, text: &str) {
    let params = [("id", &*uid(world, target)), ("text", text)];
    assert_rst(&act(world, who, "sendDirectMessage", &params).await, "true");
}

/// The ids of a page of a member's messages, and where the next page begins.
async fn page(world: &World, who: usize, params: &[(&str, &str)]) -> (Vec<String>, String) {
    let answer = rst(&act(world, who, "directMessages", params).await);
    assert_eq!(answer.as_object().unwrap().len(), 2, "{answer}");
    let ids = answer["data"].as_array().unwrap().iter().map(id).collect();
    (ids, answer["next_cursor"].as_str().unwrap().to_owned())
}

/// The ids of a member's newest messages, 50 at most.
pub async fn messages(world: &World, who: usize) -> Vec<String> {
    page(world, who, &[("count", "50")]).await.0
}

/// All messages of a member, page by page: all but the last page are full.
pub async fn walk(world: &World, who: usize, count: usize) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let params = [("count", &*count.to_string()), ("cursor", &*cursor)];
        let (ids, next) = page(world, who, &params).await;
        assert!(
            next.is_empty() || ids.len() == count,
            "{} {next}",
            ids.len()
        );
        all.extend(ids);
        if next.is_empty() {
            return all;
        }
        cursor = next;
    }
}

fn user_json(world: &World, who: usize) -> String {
    let member = &world.demo.members[who];
    let (uid, nick, avatar) = (member.uid, &member.nick, no_avatar(world, who, 50));
    format!(r#"{{"id":"{uid}","sn":"{nick}","p":"{avatar}","v":0,"sina_v":0}}"#)
}

fn message_json(world: &World, id: &str, time: &str, text: &str, sender: usize) -> String {
    let [sender, recipient] = [sender, 1 - sender].map(|who| user_json(world, who));
    format!(
        r#"{{"id":"{id}","cr":"Mon Jun 01 {time} +0800 2026","text":"{text}","sender":{sender},"recipient":{recipient}}}"#
    )
}

#[tokio::test]
async fn messages_are_listed_whole_by_both_sides_and_by_nobody_else() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    follow(&world, 1, 0).await;
    follow(&world, 0, 1).await;
    for who in [0, 1] {
        assert_rst(&act(&world, who, "directMessages", &[]).await, NO_MESSAGES);
    }
    let raw = "<script>&amp;'</script>#话题#@小白";
    // The same request again is another message.
    for _ in 0..2 {
        message(&world, 0, 1, &format!(" \t{raw}\r\n ")).await;
    }
    world.pass(3_661);
    let by_name = [("name", "小白"), ("text", "你好")];
    let sent = act(&world, 1, "sendDirectMessage", &by_name).await;
    assert_rst(&sent, "true");
    let ids = messages(&world, 0).await;
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 3, "{ids:?}");
    assert!(ids.iter().all(|id| id.parse::<u64>().is_ok()), "{ids:?}");
    let shown = [
        message_json(&world, &ids[0], "13:01:01", "你好", 1),
        message_json(&world, &ids[1], "12:00:00", raw, 0),
        message_json(&world, &ids[2], "12:00:00", raw, 0),
    ];
    let expected = format!(r#"{{"data":[{}],"next_cursor":""}}"#, shown.join(","));
    let before = world.dump().await;
    for who in [0, 1, 1, 0] {
        assert_rst(&act(&world, who, "directMessages", &[]).await, &expected);
    }
    let third = act_as(&world, "10010", "directMessages", &[]).await;
    assert_rst(&third, NO_MESSAGES);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn every_refusal_of_a_message_has_its_number_and_place() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let third = uid_of(&world, "10010").await;
    let [own, second] = [0, 1].map(|who| uid(&world, who));
    rst(&act_as(&world, "10010", "createFriendship", &[("uid", &*own)]).await);
    // Followed, but no fan.
    follow(&world, 0, 1).await;
    let weibo = publish(&world, 1, "哈哈").await;
    let long = "汉".repeat(140) + "a";
    let longer = "a".repeat(281);
    let not_number = format!("{third}x");
    let mut cases = vec![
        (&*third, "", "", NULL_TEXT),
        (&third, "", " \r\n\t", NULL_TEXT),
        ("", "", "", NULL_TEXT),
        (&own, "", "", NULL_TEXT),
        ("abc", "", " ", NULL_TEXT),
        ("", "", "好", NOBODY_NAMED),
        (" ", " \t", "好", NOBODY_NAMED),
        ("", "", &long, NOBODY_NAMED),
        (&own, "", &long, NOBODY_NAMED),
        (&own, "Third", "好", NOBODY_NAMED),
        ("", "小白", "好", NOBODY_NAMED),
        (&third, "", &long, TOO_LONG),
        (&third, "", &longer, TOO_LONG),
        (&second, "", &longer, TOO_LONG),
        ("1", "", &long, TOO_LONG),
        ("", "nobody", &long, TOO_LONG),
        (&second, "", "好", NO_FAN),
        (&second, "Third", "好", NO_FAN),
        ("", "dogstar", "好", NO_FAN),
        ("", "nobody", "好", NO_FAN),
        ("", &third, "好", NO_FAN),
    ];
    let unknown = "1|0|-1|abc|10010|99999999999999999999".split('|');
    let unknown = unknown.chain([&*not_number, &weibo]);
    cases.extend(unknown.map(|id| (id, "Third", "好", NO_FAN)));
    for (id, name, text, failure) in cases {
        let params = [("id", id), ("name", name), ("text", text)];
        assert_refused(&world, 0, "sendDirectMessage", &params, failure).await;
    }
    for (params, failure) in [
        ([("id", &*third)], NULL_TEXT),
        ([("text", "好")], NOBODY_NAMED),
    ] {
        assert_refused(&world, 0, "sendDirectMessage", &params, failure).await;
    }

    // There is no list of words for messages.
    change_site(&world, |site| site.words = ["bad".to_owned()].into()).await;
    let padded = format!(" {third} ");
    for (id, name, text) in [
        (&*third, "", "汉".repeat(140)),
        (&third, "nobody", "a".repeat(280)),
        (&padded, "", format!(" {} ", "b".repeat(280))),
        ("", "ｔＨＩＲＤ", "bad".to_owned()),
        (" ", " third ", "0".to_owned()),
    ] {
        let params = [("id", id), ("name", name), ("text", &*text)];
        let reply = act(&world, 0, "sendDirectMessage", &params).await;
        assert_rst(&reply, "true");
        let shown = accepted(&act(&world, 0, "directMessages", &[("count", "1")]).await);
        assert_eq!(shown[0]["text"], text.trim());
        assert_eq!(shown[0]["recipient"]["id"], third);
    }
}

#[tokio::test]
async fn who_may_be_sent_messages_is_looked_at_when_they_are_sent() {
    let world = World::new().await;
    let [first, second] = [0, 1].map(|who| uid(&world, who));
    let to_second = [("id", &*second), ("text", "好")];
    let to_first = [("id", &*first), ("text", "好")];
    follow(&world, 1, 0).await;
    message(&world, 0, 1, "一").await;
    assert_refused(&world, 1, "sendDirectMessage", &to_first, NO_FAN).await;
    unfollow(&world, 1, 0).await;
    assert_refused(&world, 0, "sendDirectMessage", &to_second, NO_FAN).await;
    follow(&world, 1, 0).await;
    message(&world, 0, 1, "二").await;
    follow(&world, 0, 1).await;
    message(&world, 1, 0, "三").await;
    // Blocking ends both, and what ends it restores nothing.
    for name in ["createBlocks", "deleteBlocks"] {
        let params = [("id", &*first)];
        assert_rst(&act(&world, 1, name, &params).await, "true");
        assert_refused(&world, 0, "sendDirectMessage", &to_second, NO_FAN).await;
        assert_refused(&world, 1, "sendDirectMessage", &to_first, NO_FAN).await;
    }
    follow(&world, 1, 0).await;
    message(&world, 0, 1, "四").await;
    for who in [0, 1] {
        let data = accepted(&act(&world, who, "directMessages", &[]).await);
        let texts = [0, 1, 2, 3].map(|at| data[at]["text"].clone());
        assert_eq!(json!(texts), json!(["四", "三", "二", "一"]));
    }
}

#[tokio::test]
async fn pages_hold_the_newest_first_without_gap_or_double() {
    let world = World::new().await;
    follow(&world, 1, 0).await;
    follow(&world, 0, 1).await;
    let mut all: Vec<String> = Vec::new();
    for number in 0..52 {
        message(&world, number % 2, 1 - number % 2, &number.to_string()).await;
        let (newest, _) = page(&world, 0, &[("count", "1")]).await;
        assert!(!all.contains(&newest[0]));
        all.splice(0..0, newest);
        world.pass(i64::try_from(number % 3).unwrap());
    }
    let before = world.dump().await;
    let nothing: &[(&str, &str)] = &[];
    for (params, length) in [
        (nothing, 20),
        (&[("count", ""), ("cursor", "")], 20),
        (&[("count", "-1")], 20),
        (&[("count", "0")], 20),
        (&[("count", "50")], 50),
        (&[("count", "51")], 50),
    ] {
        for who in [0, 1] {
            let (ids, next) = page(&world, who, params).await;
            assert_eq!(ids, all[..length], "{params:?}");
            assert!(!next.is_empty(), "{params:?}");
        }
    }
    for count in [1, 7, 26, 50] {
        assert_eq!(walk(&world, 1, count).await, all, "{count}");
    }
    for name in ["count", "cursor"] {
        for value in ["x", "1x", "ten", "<script>"] {
            let params = [(name, value)];
            assert_refused(&world, 0, "directMessages", &params, NO_NUMBER).await;
        }
    }
    assert_eq!(world.dump().await, before);
    // Between two pages: a new one, the last one shown goes, and one that would be shown.
    let (_, cursor) = page(&world, 0, &[]).await;
    message(&world, 1, 0, "新").await;
    for at in [25, 19] {
        let gone = [("id", all[at].as_str())];
        assert_rst(&act(&world, 0, "deleteDirectMessage", &gone).await, "true");
    }
    let (ids, _) = page(&world, 0, &[("cursor", &*cursor)]).await;
    assert_eq!(ids, [&all[20..25], &all[26..41]].concat());
    let newest = messages(&world, 1).await.remove(0);
    all.insert(0, newest);
    assert_eq!(walk(&world, 1, 20).await, all);
    all.remove(26);
    all.remove(20);
    assert_eq!(walk(&world, 0, 20).await, all);
}

#[tokio::test]
async fn a_message_is_deleted_for_its_caller_only() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let first = [("uid", &*uid(&world, 0))];
    rst(&act_as(&world, "10010", "createFriendship", &first).await);
    for text in ["一", "二"] {
        let params = [("name", "third"), ("text", text)];
        assert_rst(&act(&world, 0, "sendDirectMessage", &params).await, "true");
    }
    let theirs = act_as(&world, "10010", "directMessages", &[]).await;
    let ids = messages(&world, 0).await;
    let weibo = publish(&world, 0, "哈哈").await;
    let cid = comment(&world, 0, &weibo, "看").await;
    let [not_number, both] = [format!("{}x", ids[1]), ids.join(",")];
    let unknown = "1|0|-1|abc|99999999999999999999".split('|');
    for id in unknown.chain([&*not_number, &both, &weibo, &cid]) {
        assert_refused(&world, 0, "deleteDirectMessage", &[("id", id)], GONE).await;
    }
    for (who, id) in [(0, ""), (1, &*ids[1]), (1, &ids[0])] {
        assert_refused(&world, who, "deleteDirectMessage", &[("id", id)], NOT_OWN).await;
    }
    assert_refused(&world, 0, "deleteDirectMessage", &[], NOT_OWN).await;

    let gone = [("id", ids[1].as_str())];
    assert_rst(&act(&world, 0, "deleteDirectMessage", &gone).await, "true");
    assert_eq!(messages(&world, 0).await, [&*ids[0]]);
    assert_refused(&world, 0, "deleteDirectMessage", &gone, GONE).await;
    assert_refused(&world, 1, "deleteDirectMessage", &gone, NOT_OWN).await;
    // The other side has all of them still, and deletes its own.
    let kept = act_as(&world, "10010", "directMessages", &[]).await;
    assert_eq!(kept.body, theirs.body);
    for (message, left) in ids.iter().zip([1, 0]) {
        let params = [("id", message.as_str())];
        let reply = act_as(&world, "10010", "deleteDirectMessage", &params).await;
        assert_rst(&reply, "true");
        let reply = act_as(&world, "10010", "deleteDirectMessage", &params).await;
        refused(&reply, GONE);
        let data = accepted(&act_as(&world, "10010", "directMessages", &[]).await);
        assert_eq!(data.as_array().unwrap().len(), left);
    }
    assert_refused(&world, 0, "deleteDirectMessage", &gone, GONE).await;
    assert_eq!(messages(&world, 0).await, [&*ids[0]]);
}

#[tokio::test]
async fn only_members_write_messages_and_silenced_ones_read_and_delete() {
    let world = World::new().await;
    follow(&world, 1, 0).await;
    follow(&world, 0, 1).await;
    let second = uid(&world, 1);
    let sent = addresses(&["action.sendDirectMessage", "action.senddirectmessage"]);
    let deleted = addresses(&["action.deleteDirectMessage", "action.DELETEDIRECTMESSAGE"]);
    let listed = addresses(&["action.directMessages", "action.directmessages"]);
    for ((sent, deleted), listed) in sent.iter().zip(&deleted).zip(&listed) {
        let params = [("id", &*second), ("text", sent)];
        assert_rst(&reach(&world, 0, sent, &params).await, "true");
        let data = accepted(&reach(&world, 1, listed, &[]).await);
        assert_eq!(data[0]["text"], sent.as_str());
        let params = [("id", &*id(&data[0]))];
        assert_rst(&reach(&world, 1, deleted, &params).await, "true");
    }
    let ids = messages(&world, 0).await;
    let params = [("id", &*second), ("text", "好")];
    let newest = [("id", ids[0].as_str())];
    for (name, params) in [
        ("sendDirectMessage", &params[..]),
        ("directMessages", &[]),
        ("deleteDirectMessage", &newest),
    ] {
        assert_guarded(&world, name, params).await;
        assert_needs_an_author(&world, name, params).await;
    }
    change_member(&world, 0, |member| member.silenced = true).await;
    for params in [&params[..], &[("id", &*second), ("text", "")], &[]] {
        assert_refused(&world, 0, "sendDirectMessage", params, SILENCED).await;
    }
    message(&world, 1, 0, "给你").await;
    assert_eq!(messages(&world, 0).await[1..], ids);
    assert_rst(
        &act(&world, 0, "deleteDirectMessage", &newest).await,
        "true",
    );
    assert_eq!(messages(&world, 0).await[1..], ids[1..]);
}
