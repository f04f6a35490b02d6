//! Xweibo `createBlocks` and `deleteBlocks` (xweibo sections 5.7.1, 5.7.2 and 7.16), and what a
//! block keeps from happening.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::okay_users::send_at_once;
use crate::world::World;
use crate::xweibo_access::change_member;
use crate::xweibo_calls::{Failure, accepted, refused};
use crate::xweibo_comment_lists::{counts, ids, list};
use crate::xweibo_favorites::{
    act, addresses, assert_guarded, assert_needs_an_author, assert_refused, assert_rst, call,
    comment, id, publish, reach, rst,
};
use crate::xweibo_follows::{
    ALREADY, FAILED, Person, act_as, assert_idle, edges, follow, follow_as, is_following,
    member_with, person, third_member, unfollow,
};
use crate::xweibo_people::{NO_MEMBER, assert_lists};

const EMPTY: Failure = (1010000, "Parameter can not be empty");
const NOT_ALLOWED: Failure = (1020404, "由于用户设置，你无法进行评论");
const NO_FAN: Failure = (
    1020902,
    "40017:Error: can't send direct message to user who is not your follower!",
);

/// Lets a member of the demo data block the other.
pub async fn block(world: &World, who: usize, whom: usize) {
    let uid = person(world, whom).uid;
    let reply = act(world, who, "createBlocks", &[("id", &*uid)]).await;
    assert_rst(&reply, "true");
}

/// Lets a member of the demo data block the other no more.
pub async fn unblock(world: &World, who: usize, whom: usize) {
    let uid = person(world, whom).uid;
    let reply = act(world, who, "deleteBlocks", &[("id", &*uid)]).await;
    assert_rst(&reply, "true");
}

/// Whether the second member may follow the first; no follow is left behind.
async fn is_free(world: &World) -> bool {
    let uid = person(world, 0).uid;
    let reply = act(world, 1, "createFriendship", &[("uid", &*uid)]).await;
    if reply.json()["errno"] == 0 {
        unfollow(world, 1, 0).await;
        return true;
    }
    refused(&reply, FAILED);
    false
}

/// Publishes a weibo, or comments on one, as any member, and gives the id.
async fn says(world: &World, who: &Person, weibo: Option<&str>, text: &str) -> String {
    let Some(weibo) = weibo else {
        let reply = act_as(world, who, "update", &[("text", text)]).await;
        return id(&accepted(&reply));
    };
    let params = [("id", weibo), ("text", text)];
    id(&rst(&act_as(world, who, "comment", &params).await)["comment"])
}

/// Replies to a comment as a member of the demo data, and gives the id.
async fn answer(world: &World, who: usize, weibo: &str, cid: &str) -> String {
    let params = [("id", weibo), ("cid", cid), ("text", "好")];
    id(&rst(&act(world, who, "reply", &params).await)["comment"])
}

/// The ids of what mentions a member of the demo data.
async fn mentions(world: &World, who: usize) -> Vec<String> {
    let data = accepted(&act(world, who, "mentions", &[]).await);
    let entry_id = |entry: &Value| id(entry.get("comment").unwrap_or(&entry["wb"]));
    data.as_array().unwrap().iter().map(entry_id).collect()
}

#[tokio::test]
async fn a_block_ends_the_follows_of_both_and_gives_none_back() {
    let world = World::new().await;
    let [first, second] = [person(&world, 0), person(&world, 1)];
    let third = third_member(&world).await;
    let id = [("id", &*second.uid)];
    for (who, whom) in [
        (&first, &second),
        (&second, &first),
        (&first, &third),
        (&third, &first),
        (&third, &second),
    ] {
        follow_as(&world, who, whom).await;
    }
    block(&world, 0, 1).await;
    assert_eq!(edges(&world).await, [false, false]);
    assert_idle(&world, 0, "createBlocks", &id).await;
    for name in ["friends", "followers"] {
        assert_lists(&world, name, &first, std::slice::from_ref(&third)).await;
    }
    assert_lists(&world, "friends", &second, &[]).await;
    assert_lists(&world, "followers", &second, std::slice::from_ref(&third)).await;

    unblock(&world, 0, 1).await;
    assert_eq!(edges(&world).await, [false, false]);
    assert_idle(&world, 0, "deleteBlocks", &id).await;
    follow(&world, 0, 1).await;
    follow(&world, 1, 0).await;

    // Whoever follows a member blocks him no more.
    block(&world, 0, 1).await;
    assert!(!is_free(&world).await);
    follow(&world, 0, 1).await;
    assert_eq!(edges(&world).await, [true, false]);
    assert!(is_free(&world).await);
    assert_idle(&world, 0, "deleteBlocks", &id).await;

    // Of two who block each other neither follows, and each takes back his own.
    for who in [0, 1] {
        block(&world, who, 1 - who).await;
    }
    for (who, whom) in [(0, &second), (1, &first)] {
        let params = [("uid", &*whom.uid)];
        assert_refused(&world, who, "createFriendship", &params, FAILED).await;
        let params = [("uid", &*whom.nick), ("type", "1")];
        assert_refused(&world, who, "createFriendship", &params, FAILED).await;
    }
    unblock(&world, 1, 0).await;
    assert!(!is_free(&world).await);
    follow(&world, 0, 1).await;
    assert!(is_free(&world).await);
}

#[tokio::test]
async fn members_are_blocked_by_number_or_nick() {
    let world = World::new().await;
    let uid = person(&world, 1).uid;
    // Somebody whose nick is the number of another.
    let odd = member_with(&world, 9_000_000_000, &uid).await;
    let blanks = format!(" {uid} ");
    let named = [
        [uid.as_str(), ""],
        [&*blanks, "小白"],
        [&*uid, "nobody"],
        ["", "dogstar"],
        [" ", " ＤｏｇＳｔａｒ "],
    ];
    for (made, ended) in named.iter().zip(named.iter().rev()) {
        let params = [("id", made[0]), ("name", made[1])];
        assert_rst(&act(&world, 0, "createBlocks", &params).await, "true");
        assert!(!is_free(&world).await, "{params:?}");
        let params = [("id", ended[0]), ("name", ended[1])];
        assert_rst(&act(&world, 0, "deleteBlocks", &params).await, "true");
        assert!(is_free(&world).await, "{params:?}");
    }
    block(&world, 0, 1).await;
    let by_nick = [("name", &*uid)];
    assert_idle(&world, 0, "deleteBlocks", &by_nick).await;
    unblock(&world, 0, 1).await;
    assert_rst(&act(&world, 0, "createBlocks", &by_nick).await, "true");
    assert!(is_free(&world).await);
    let own = person(&world, 0).uid;
    let reply = act_as(&world, &odd, "createFriendship", &[("uid", &*own)]).await;
    refused(&reply, FAILED);
}

#[tokio::test]
async fn nobody_is_blocked_whom_nobody_knows() {
    let world = World::new().await;
    follow(&world, 0, 1).await;
    let [own, other] = [0, 1].map(|who| person(&world, who).uid);
    let weibo = publish(&world, 1, "哈哈").await;
    let (own_nick, not_number) = ("小白", format!("{other}x"));
    let unknown = [
        "1",
        "0",
        "-1",
        "abc",
        "dogstar",
        "99999999999999999999",
        "10001",
        &*weibo,
        &*not_number,
    ];
    let mut cases = vec![
        (&*own, ""),
        (&own, "dogstar"),
        ("", own_nick),
        ("", "nobody"),
        ("", &other),
        ("", "dogstar,"),
    ];
    cases.extend(unknown.map(|id| (id, "dogstar")));
    let nothing: &[(&str, &str)] = &[];
    for nameless in [nothing, &[("id", " "), ("name", "")]] {
        assert_refused(&world, 0, "createBlocks", nameless, NO_MEMBER).await;
        assert_refused(&world, 0, "deleteBlocks", nameless, EMPTY).await;
    }
    for (id, name) in &cases {
        let params = [("id", *id), ("name", *name)];
        assert_refused(&world, 0, "createBlocks", &params, NO_MEMBER).await;
    }
    // Not even a block of whoever the nick names is taken back.
    block(&world, 0, 1).await;
    for (id, name) in cases {
        let params = [("id", id), ("name", name)];
        assert_idle(&world, 0, "deleteBlocks", &params).await;
    }
    assert_idle(&world, 1, "deleteBlocks", &[("id", &*own)]).await;
    assert!(!is_free(&world).await);
}

#[tokio::test]
async fn the_blocked_neither_comment_nor_follow() {
    let world = World::new().await;
    let third = third_member(&world).await;
    let own = person(&world, 0).uid;
    let a = publish(&world, 0, "一").await;
    let b = publish(&world, 1, "二").await;
    let c = says(&world, &third, None, "三").await;
    let by_a = [
        comment(&world, 0, &a, "看").await,
        comment(&world, 0, &b, "看").await,
        comment(&world, 0, &c, "看").await,
    ];
    let by_c = says(&world, &third, Some(&a), "看").await;
    let old = comment(&world, 1, &a, "看").await;
    let replies = [(&a, &by_a[0]), (&b, &by_a[1]), (&c, &by_a[2])];
    let replies = [&replies[..], &[(&a, &by_c), (&a, &old)]].concat();
    block(&world, 0, 1).await;
    for forward in ["0", "1"] {
        let params = [("id", &*a), ("text", "好"), ("forward", forward)];
        assert_refused(&world, 1, "comment", &params, NOT_ALLOWED).await;
        for (weibo, cid) in &replies {
            let params = [("id", weibo.as_str()), ("cid", cid.as_str())];
            let params = [&params[..], &[("text", "好"), ("forward", forward)]].concat();
            assert_refused(&world, 1, "reply", &params, NOT_ALLOWED).await;
        }
    }
    assert_refused(&world, 1, "createFriendship", &[("uid", &*own)], FAILED).await;
    // What was said before stays.
    assert_eq!(ids(&list(&world, &a, &[]).await), [&*old, &by_c, &by_a[0]]);

    // Nor do they repost; their comments go everywhere but to the weibos of whoever blocks.
    let rtids = format!("{a},{b},{c}");
    for rtids in [&*rtids, &*a, ""] {
        let params = [("id", &*a), ("text", "转"), ("rtids", rtids)];
        assert_refused(&world, 1, "repost", &params, NOT_ALLOWED).await;
    }
    let params = [("id", &*c), ("text", "转"), ("rtids", &*rtids)];
    let repost = accepted(&act(&world, 1, "repost", &params).await);
    assert_eq!(repost["rt"]["id"], c);
    for (weibo, both) in [(&a, [3, 0]), (&b, [2, 0]), (&c, [2, 1])] {
        assert_eq!(counts(&world, weibo).await, json!(both));
    }
    let others = says(&world, &third, Some(&c), "看").await;
    for weibo in [&b, &c, &id(&repost)] {
        comment(&world, 1, weibo, "好").await;
    }
    answer(&world, 1, &c, &others).await;

    // A block binds only the blocked.
    let by_b = comment(&world, 1, &b, "看").await;
    comment(&world, 0, &b, "好").await;
    answer(&world, 0, &b, &by_b).await;
    answer(&world, 0, &a, &old).await;
    accepted(&act(&world, 0, "repost", &[("id", &*b)]).await);
    says(&world, &third, Some(&a), "好").await;
    says(&world, &third, Some(&b), "好").await;

    unblock(&world, 0, 1).await;
    comment(&world, 1, &a, "好").await;
    for (weibo, cid) in replies {
        answer(&world, 1, weibo, cid).await;
    }
    follow(&world, 1, 0).await;
}

#[tokio::test]
async fn mentions_by_the_blocked_are_not_listed() {
    let world = World::new().await;
    let third = third_member(&world).await;
    let weibo = publish(&world, 1, "哈哈").await;
    let params = [("id", &*weibo), ("text", "@小白"), ("forward", "1")];
    block(&world, 0, 1).await;
    publish(&world, 1, "@小白").await;
    accepted(&act(&world, 1, "repost", &params).await);
    rst(&act(&world, 1, "comment", &params).await);
    let both = publish(&world, 1, "@小白 @Third").await;
    let heard = says(&world, &third, None, "@小白").await;
    let back = publish(&world, 0, "@dogstar").await;
    world.settle().await;
    assert_eq!(mentions(&world, 0).await, [&*heard]);
    assert_eq!(mentions(&world, 1).await, [back]);
    let data = accepted(&act_as(&world, &third, "mentions", &[]).await);
    assert_eq!(data.as_array().unwrap().len(), 1, "{data}");
    assert_eq!(id(&data[0]["wb"]), both);
    assert_eq!(rst(&act(&world, 0, "unread", &[]).await)["unread"][1], 1);

    unblock(&world, 0, 1).await;
    let again = publish(&world, 1, "@小白 好").await;
    world.settle().await;
    assert_eq!(mentions(&world, 0).await[0], again);
    assert_eq!(rst(&act(&world, 0, "unread", &[]).await)["unread"][1], 2);
}

#[tokio::test]
async fn the_blocked_send_no_messages() {
    let world = World::new().await;
    let [own, other] = [0, 1].map(|who| person(&world, who).uid);
    let to_first = [("id", &*own), ("text", "你好")];
    follow(&world, 0, 1).await;
    rst(&act(&world, 1, "sendDirectMessage", &to_first).await);
    block(&world, 0, 1).await;
    assert_refused(&world, 1, "sendDirectMessage", &to_first, NO_FAN).await;
    unblock(&world, 0, 1).await;
    assert_refused(&world, 1, "sendDirectMessage", &to_first, NO_FAN).await;
    follow(&world, 0, 1).await;
    rst(&act(&world, 1, "sendDirectMessage", &to_first).await);
    let to_second = [("id", &*other), ("text", "你好")];
    assert_refused(&world, 0, "sendDirectMessage", &to_second, NO_FAN).await;
}

#[tokio::test]
async fn only_members_block_and_silenced_ones_do_too() {
    let world = World::new().await;
    let uid = person(&world, 1).uid;
    let params = [("id", &*uid)];
    let made = addresses(&["action.createBlocks", "action.createblocks"]);
    let ended = addresses(&["action.deleteBlocks", "action.DELETEBLOCKS"]);
    for (made, ended) in made.iter().zip(&ended) {
        assert_rst(&reach(&world, 0, made, &params).await, "true");
        assert!(!is_free(&world).await, "{made}");
        assert_rst(&reach(&world, 0, ended, &params).await, "true");
        assert!(is_free(&world).await, "{ended}");
    }
    change_member(&world, 0, |member| member.silenced = true).await;
    for (name, then) in [("createBlocks", false), ("deleteBlocks", true)] {
        assert_guarded(&world, name, &params).await;
        assert_needs_an_author(&world, name, &params).await;
        assert_rst(&act(&world, 0, name, &params).await, "true");
        assert_eq!(is_free(&world).await, then);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_among_follows_leaves_none() {
    for place in [0, 5, 11] {
        let world = Arc::new(World::new().await);
        let [first, second] = [person(&world, 0), person(&world, 1)];
        follow(&world, 0, 1).await;
        let calls = (0..12).map(|number| {
            if number == place {
                call(&world, 0, "createBlocks", &[("id", &*second.uid)])
            } else {
                call(&world, 1, "createFriendship", &[("uid", &*first.uid)])
            }
        });
        let calls = calls.collect();
        world.faults.conflicts(30);
        world.faults.lost_answers(4);
        let replies = send_at_once(&world, calls).await;
        world.faults.conflicts(0);
        world.faults.lost_answers(0);
        for (number, reply) in replies.iter().enumerate() {
            match reply.json()["errno"].as_u64() {
                Some(0) => assert_rst(reply, "true"),
                Some(1020805) if number != place => refused(reply, ALREADY),
                _ => refused(reply, FAILED),
            }
        }
        assert_rst(&replies[place], "true");
        assert!(!is_following(&world, &first, &second).await);
        assert!(!is_following(&world, &second, &first).await);
        for person in [&first, &second] {
            for name in ["friends", "followers"] {
                assert_lists(&world, name, person, &[]).await;
            }
        }
        assert!(!is_free(&world).await);
    }
}
