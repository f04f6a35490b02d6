//! Xweibo `sendDirectMessage` and `deleteDirectMessage` (xweibo sections 5.6, 5.6.1, 5.6.2, 7.5, 7.18
//! and 7.33), `directMessages`, an extension, and what the tests of what members do to each other
//! share.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, STAR, Who, World};

const NULL_TEXT: Failure = (1020900, "40012:Error: content is null!");
const NOT_TO: &str = "40017:Error: can't send direct message to user who is not your follower!";
const NOBODY_NAMED: Failure = (1020901, NOT_TO);
const NOT_OWN: Failure = (1020903, "40021:Error: not your own direct message!");
const NO_MESSAGES: &str = r#"{"data":[],"next_cursor":""}"#;

/// The number of the member to whom a user of the site is bound; it publishes a weibo.
pub async fn uid_of(world: &World, user: &str) -> String {
    let reply = act(world, user, "update", &[("text", "我是谁")]).await;
    id(&accepted(&reply)["u"])
}

fn user_json(world: &World, who: Who) -> String {
    let member = world.member(who);
    let (uid, nick, avatar) = (member.uid, &member.nick, no_avatar(world, who, 50));
    format!(r#"{{"id":"{uid}","sn":"{nick}","p":"{avatar}","v":0,"sina_v":0}}"#)
}

fn message_json(world: &World, id: &str, time: &str, text: &str, sender: Who) -> String {
    let [sender, recipient] = [sender, sender.other()].map(|who| user_json(world, who));
    format!(
        r#"{{"id":"{id}","cr":"Mon Jun 01 {time} +0800 2026","text":"{text}","sender":{sender},"recipient":{recipient}}}"#
    )
}

#[tokio::test]
async fn messages_are_listed_whole_by_both_sides_and_by_nobody_else() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    follow(&world, STAR, BAI).await;
    follow(&world, BAI, STAR).await;
    for who in BOTH {
        assert_rst(&act(&world, who, "directMessages", &[]).await, NO_MESSAGES);
    }
    let raw = "<script>&amp;'</script>#话题#@小白";
    // The same request again is another message.
    for _ in 0..2 {
        message(&world, BAI, STAR, &format!(" \t{raw}\r\n ")).await;
    }
    world.pass(3_661);
    let by_name = [("name", "小白"), ("text", "你好")];
    done(&world, STAR, "sendDirectMessage", &by_name).await;
    let ids = messages(&world, BAI).await;
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 3, "{ids:?}");
    assert!(ids.iter().all(|id| id.parse::<u64>().is_ok()), "{ids:?}");
    let shown = [
        message_json(&world, &ids[0], "13:01:01", "你好", STAR),
        message_json(&world, &ids[1], "12:00:00", raw, BAI),
        message_json(&world, &ids[2], "12:00:00", raw, BAI),
    ];
    let expected = format!(r#"{{"data":[{}],"next_cursor":""}}"#, shown.join(","));
    let before = world.dump().await;
    for who in [BAI, STAR, STAR, BAI] {
        assert_rst(&act(&world, who, "directMessages", &[]).await, &expected);
    }
    let third = act(&world, "10010", "directMessages", &[]).await;
    assert_rst(&third, NO_MESSAGES);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn every_refusal_of_a_message_has_its_number_and_place() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let third = uid_of(&world, "10010").await;
    let [own, second] = BOTH.map(|who| uid(&world, who));
    rst(&act(&world, "10010", "createFriendship", &[("uid", &*own)]).await);
    // Followed, but no fan.
    follow(&world, BAI, STAR).await;
    let long = "汉".repeat(140) + "a";
    let longer = "a".repeat(281);
    let cases = [
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
        (&third, "", &long, PARAM_TOO_LONG),
        (&third, "", &longer, PARAM_TOO_LONG),
        (&second, "", &longer, PARAM_TOO_LONG),
        ("1", "", &long, PARAM_TOO_LONG),
        ("", "nobody", &long, PARAM_TOO_LONG),
        (&second, "", "好", NO_FAN),
        (&second, "Third", "好", NO_FAN),
        ("", "dogstar", "好", NO_FAN),
    ];
    for (id, name, text, failure) in cases {
        let params = [("id", id), ("name", name), ("text", text)];
        assert_refused(&world, BAI, "sendDirectMessage", &params, failure).await;
    }
    for (params, failure) in [
        ([("id", &*third)], NULL_TEXT),
        ([("text", "好")], NOBODY_NAMED),
    ] {
        assert_refused(&world, BAI, "sendDirectMessage", &params, failure).await;
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
        done(&world, BAI, "sendDirectMessage", &params).await;
        let shown = accepted(&act(&world, BAI, "directMessages", &[("count", "1")]).await);
        assert_eq!(shown[0]["text"], text.trim());
        assert_eq!(shown[0]["recipient"]["id"], third);
    }
}

#[tokio::test]
async fn who_may_be_sent_messages_is_looked_at_when_they_are_sent() {
    let world = World::new().await;
    let [first, second] = BOTH.map(|who| uid(&world, who));
    let to_second = [("id", &*second), ("text", "好")];
    let to_first = [("id", &*first), ("text", "好")];
    follow(&world, STAR, BAI).await;
    message(&world, BAI, STAR, "一").await;
    assert_refused(&world, STAR, "sendDirectMessage", &to_first, NO_FAN).await;
    unfollow(&world, STAR, BAI).await;
    assert_refused(&world, BAI, "sendDirectMessage", &to_second, NO_FAN).await;
    follow(&world, STAR, BAI).await;
    message(&world, BAI, STAR, "二").await;
    follow(&world, BAI, STAR).await;
    message(&world, STAR, BAI, "三").await;
    // Blocking ends both, and what ends it restores nothing.
    for name in ["createBlocks", "deleteBlocks"] {
        done(&world, STAR, name, &[("id", &*first)]).await;
        assert_refused(&world, BAI, "sendDirectMessage", &to_second, NO_FAN).await;
        assert_refused(&world, STAR, "sendDirectMessage", &to_first, NO_FAN).await;
    }
    follow(&world, STAR, BAI).await;
    message(&world, BAI, STAR, "四").await;
    for who in BOTH {
        let data = accepted(&act(&world, who, "directMessages", &[]).await);
        let texts = [0, 1, 2, 3].map(|at| data[at]["text"].clone());
        assert_eq!(json!(texts), json!(["四", "三", "二", "一"]));
    }
}

#[tokio::test]
async fn a_cursor_goes_on_where_it_was_whatever_comes_and_goes() {
    let world = World::new().await;
    follow(&world, STAR, BAI).await;
    follow(&world, BAI, STAR).await;
    let mut all: Vec<String> = Vec::new();
    for number in 0..52 {
        let who = Who::at(number);
        message(&world, who, who.other(), &number.to_string()).await;
        let (newest, _) = message_page(&world, BAI, &[("count", "1")]).await;
        assert!(!all.contains(&newest[0]));
        all.splice(0..0, newest);
        world.pass(i64::try_from(number % 3).unwrap());
    }
    // Between two pages: a new one, the last one shown goes, and one that would be shown.
    let (_, cursor) = message_page(&world, BAI, &[]).await;
    message(&world, STAR, BAI, "新").await;
    for at in [25, 19] {
        let gone = [("id", all[at].as_str())];
        done(&world, BAI, "deleteDirectMessage", &gone).await;
    }
    let (ids, _) = message_page(&world, BAI, &[("cursor", &*cursor)]).await;
    assert_eq!(ids, [&all[20..25], &all[26..41]].concat());
    let newest = messages(&world, STAR).await.remove(0);
    all.insert(0, newest);
    assert_eq!(walk_messages(&world, STAR, 20).await, all);
    all.remove(26);
    all.remove(20);
    assert_eq!(walk_messages(&world, BAI, 20).await, all);
}

#[tokio::test]
async fn a_message_is_deleted_for_its_caller_only() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let first = [("uid", &*uid(&world, BAI))];
    rst(&act(&world, "10010", "createFriendship", &first).await);
    for text in ["一", "二"] {
        let params = [("name", "third"), ("text", text)];
        done(&world, BAI, "sendDirectMessage", &params).await;
    }
    let theirs = act(&world, "10010", "directMessages", &[]).await;
    let ids = messages(&world, BAI).await;
    for id in &ids {
        assert_refused(&world, STAR, "deleteDirectMessage", &[("id", id)], NOT_OWN).await;
    }

    let gone = [("id", ids[1].as_str())];
    done(&world, BAI, "deleteDirectMessage", &gone).await;
    assert_eq!(messages(&world, BAI).await, [&*ids[0]]);
    assert_refused(&world, BAI, "deleteDirectMessage", &gone, MESSAGE_GONE).await;
    assert_refused(&world, STAR, "deleteDirectMessage", &gone, NOT_OWN).await;
    // The other side has all of them still, and deletes its own.
    let kept = act(&world, "10010", "directMessages", &[]).await;
    assert_eq!(kept.body, theirs.body);
    for (message, left) in ids.iter().zip([1, 0]) {
        let params = [("id", message.as_str())];
        done(&world, "10010", "deleteDirectMessage", &params).await;
        let reply = act(&world, "10010", "deleteDirectMessage", &params).await;
        refused(&reply, MESSAGE_GONE);
        let data = accepted(&act(&world, "10010", "directMessages", &[]).await);
        assert_eq!(data.as_array().unwrap().len(), left);
    }
    assert_refused(&world, BAI, "deleteDirectMessage", &gone, MESSAGE_GONE).await;
    assert_eq!(messages(&world, BAI).await, [&*ids[0]]);
}
