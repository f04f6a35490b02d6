//! Xweibo `createBlocks` and `deleteBlocks` (xweibo sections 5.7.1, 5.7.2 and 7.16), and what a
//! block keeps from happening.

use std::sync::Arc;

use serde_json::json;

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, STAR, World, send_at_once};

/// Whether the second member may follow the first; no follow is left behind.
async fn is_free(world: &World) -> bool {
    let uid = person(world, BAI).uid;
    let reply = act(world, STAR, "createFriendship", &[("uid", &*uid)]).await;
    if reply.json()["errno"] == 0 {
        unfollow(world, STAR, BAI).await;
        return true;
    }
    refused(&reply, FOLLOW_FAILED);
    false
}

#[tokio::test]
async fn a_block_ends_the_follows_of_both_and_gives_none_back() {
    let world = World::new().await;
    let [first, second] = [person(&world, BAI), person(&world, STAR)];
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
    block(&world, BAI, STAR).await;
    assert_eq!(edges(&world).await, [false, false]);
    assert_idle(&world, BAI, "createBlocks", &id).await;
    for name in ["friends", "followers"] {
        assert_lists(&world, name, &first, std::slice::from_ref(&third)).await;
    }
    assert_lists(&world, "friends", &second, &[]).await;
    assert_lists(&world, "followers", &second, std::slice::from_ref(&third)).await;

    unblock(&world, BAI, STAR).await;
    assert_eq!(edges(&world).await, [false, false]);
    assert_idle(&world, BAI, "deleteBlocks", &id).await;
    follow(&world, BAI, STAR).await;
    follow(&world, STAR, BAI).await;

    // Whoever follows a member blocks him no more.
    block(&world, BAI, STAR).await;
    assert!(!is_free(&world).await);
    follow(&world, BAI, STAR).await;
    assert_eq!(edges(&world).await, [true, false]);
    assert!(is_free(&world).await);
    assert_idle(&world, BAI, "deleteBlocks", &id).await;

    // Of two who block each other neither follows, and each takes back his own.
    for who in BOTH {
        block(&world, who, who.other()).await;
    }
    for (who, whom) in [(BAI, &second), (STAR, &first)] {
        let params = [("uid", &*whom.uid)];
        assert_refused(&world, who, "createFriendship", &params, FOLLOW_FAILED).await;
        let params = [("uid", &*whom.nick), ("type", "1")];
        assert_refused(&world, who, "createFriendship", &params, FOLLOW_FAILED).await;
    }
    unblock(&world, STAR, BAI).await;
    assert!(!is_free(&world).await);
    follow(&world, BAI, STAR).await;
    assert!(is_free(&world).await);
}

#[tokio::test]
async fn members_are_blocked_by_number_or_nick() {
    let world = World::new().await;
    let uid = person(&world, STAR).uid;
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
        done(&world, BAI, "createBlocks", &params).await;
        assert!(!is_free(&world).await, "{params:?}");
        let params = [("id", ended[0]), ("name", ended[1])];
        done(&world, BAI, "deleteBlocks", &params).await;
        assert!(is_free(&world).await, "{params:?}");
    }
    block(&world, BAI, STAR).await;
    let by_nick = [("name", &*uid)];
    assert_idle(&world, BAI, "deleteBlocks", &by_nick).await;
    unblock(&world, BAI, STAR).await;
    done(&world, BAI, "createBlocks", &by_nick).await;
    assert!(is_free(&world).await);
    let own = person(&world, BAI).uid;
    let reply = act(&world, &odd, "createFriendship", &[("uid", &*own)]).await;
    refused(&reply, FOLLOW_FAILED);
}

#[tokio::test]
async fn nobody_blocks_himself_or_whom_he_does_not_name() {
    let world = World::new().await;
    follow(&world, BAI, STAR).await;
    let own = uid(&world, BAI);
    let cases = [(&*own, ""), (&own, "dogstar"), ("", "小白")];
    let nothing: &[(&str, &str)] = &[];
    for nameless in [nothing, &[("id", " "), ("name", "")]] {
        assert_refused(&world, BAI, "createBlocks", nameless, NO_MEMBER).await;
        assert_refused(&world, BAI, "deleteBlocks", nameless, PARAM_EMPTY).await;
    }
    for (id, name) in cases {
        let params = [("id", id), ("name", name)];
        assert_refused(&world, BAI, "createBlocks", &params, NO_MEMBER).await;
    }
    block(&world, BAI, STAR).await;
    for (id, name) in cases {
        assert_idle(&world, BAI, "deleteBlocks", &[("id", id), ("name", name)]).await;
    }
    assert_idle(&world, STAR, "deleteBlocks", &[("id", &*own)]).await;
    assert!(!is_free(&world).await);
}

#[tokio::test]
async fn the_blocked_neither_comment_nor_follow() {
    let world = World::new().await;
    let third = third_member(&world).await;
    let own = person(&world, BAI).uid;
    let a = publish(&world, BAI, "一").await;
    let b = publish(&world, STAR, "二").await;
    let c = publish(&world, &third, "三").await;
    let by_a = [
        comment(&world, BAI, &a, "看").await,
        comment(&world, BAI, &b, "看").await,
        comment(&world, BAI, &c, "看").await,
    ];
    let by_c = comment(&world, &third, &a, "看").await;
    let old = comment(&world, STAR, &a, "看").await;
    let replies = [(&a, &by_a[0]), (&b, &by_a[1]), (&c, &by_a[2])];
    let replies = [&replies[..], &[(&a, &by_c), (&a, &old)]].concat();
    block(&world, BAI, STAR).await;
    for forward in ["0", "1"] {
        let params = [("id", &*a), ("text", "好"), ("forward", forward)];
        assert_refused(&world, STAR, "comment", &params, BLOCKED).await;
        for (weibo, cid) in &replies {
            let params = [("id", weibo.as_str()), ("cid", cid.as_str())];
            let params = [&params[..], &[("text", "好"), ("forward", forward)]].concat();
            assert_refused(&world, STAR, "reply", &params, BLOCKED).await;
        }
    }
    let own = [("uid", &*own)];
    assert_refused(&world, STAR, "createFriendship", &own, FOLLOW_FAILED).await;
    // What was said before stays.
    assert_eq!(
        comment_ids(&comments(&world, &a, &[]).await),
        [&*old, &by_c, &by_a[0]]
    );

    // Nor do they repost; their comments go everywhere but to the weibos of whoever blocks.
    let rtids = format!("{a},{b},{c}");
    for rtids in [&*rtids, &*a, ""] {
        let params = [("id", &*a), ("text", "转"), ("rtids", rtids)];
        assert_refused(&world, STAR, "repost", &params, BLOCKED).await;
    }
    let params = [("id", &*c), ("text", "转"), ("rtids", &*rtids)];
    let repost = accepted(&act(&world, STAR, "repost", &params).await);
    assert_eq!(repost["rt"]["id"], c);
    for (weibo, both) in [(&a, [3, 0]), (&b, [2, 0]), (&c, [2, 1])] {
        assert_eq!(counts(&world, weibo).await, json!(both));
    }
    let others = comment(&world, &third, &c, "看").await;
    for weibo in [&b, &c, &id(&repost)] {
        comment(&world, STAR, weibo, "好").await;
    }
    reply(&world, STAR, &c, &others, "好").await;

    // A block binds only the blocked.
    let by_b = comment(&world, STAR, &b, "看").await;
    comment(&world, BAI, &b, "好").await;
    reply(&world, BAI, &b, &by_b, "好").await;
    reply(&world, BAI, &a, &old, "好").await;
    accepted(&act(&world, BAI, "repost", &[("id", &*b)]).await);
    comment(&world, &third, &a, "好").await;
    comment(&world, &third, &b, "好").await;

    unblock(&world, BAI, STAR).await;
    comment(&world, STAR, &a, "好").await;
    for (weibo, cid) in replies {
        reply(&world, STAR, weibo, cid, "好").await;
    }
    follow(&world, STAR, BAI).await;
}

#[tokio::test]
async fn mentions_by_the_blocked_are_not_listed() {
    let world = World::new().await;
    let third = third_member(&world).await;
    let weibo = publish(&world, STAR, "哈哈").await;
    let params = [("id", &*weibo), ("text", "@小白"), ("forward", "1")];
    block(&world, BAI, STAR).await;
    publish(&world, STAR, "@小白").await;
    accepted(&act(&world, STAR, "repost", &params).await);
    rst(&act(&world, STAR, "comment", &params).await);
    let both = publish(&world, STAR, "@小白 @Third").await;
    let heard = publish(&world, &third, "@小白").await;
    let back = publish(&world, BAI, "@dogstar").await;
    world.settle().await;
    assert_eq!(listed(&world, BAI, "mentions", &[]).await, [&*heard]);
    assert_eq!(listed(&world, STAR, "mentions", &[]).await, [back]);
    assert_eq!(listed(&world, &third, "mentions", &[]).await, [both]);
    assert_eq!(rst(&act(&world, BAI, "unread", &[]).await)["unread"][1], 1);

    unblock(&world, BAI, STAR).await;
    let again = publish(&world, STAR, "@小白 好").await;
    world.settle().await;
    assert_eq!(listed(&world, BAI, "mentions", &[]).await[0], again);
    assert_eq!(rst(&act(&world, BAI, "unread", &[]).await)["unread"][1], 2);
}

#[tokio::test]
async fn the_blocked_send_no_messages() {
    let world = World::new().await;
    let [own, other] = BOTH.map(|who| person(&world, who).uid);
    let to_first = [("id", &*own), ("text", "你好")];
    follow(&world, BAI, STAR).await;
    rst(&act(&world, STAR, "sendDirectMessage", &to_first).await);
    block(&world, BAI, STAR).await;
    assert_refused(&world, STAR, "sendDirectMessage", &to_first, NO_FAN).await;
    unblock(&world, BAI, STAR).await;
    assert_refused(&world, STAR, "sendDirectMessage", &to_first, NO_FAN).await;
    follow(&world, BAI, STAR).await;
    rst(&act(&world, STAR, "sendDirectMessage", &to_first).await);
    let to_second = [("id", &*other), ("text", "你好")];
    assert_refused(&world, BAI, "sendDirectMessage", &to_second, NO_FAN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_among_follows_leaves_none() {
    for place in [0, 5, 11] {
        let world = Arc::new(World::new().await);
        let [first, second] = [person(&world, BAI), person(&world, STAR)];
        follow(&world, BAI, STAR).await;
        let calls = (0..12).map(|number| {
            if number == place {
                call(&world, BAI, "createBlocks", &[("id", &*second.uid)])
            } else {
                call(&world, STAR, "createFriendship", &[("uid", &*first.uid)])
            }
        });
        let calls = calls.collect();
        let replies = world
            .faults()
            .conflicts(30)
            .lost_answers(4)
            .during(send_at_once(&world, calls))
            .await;
        for (number, reply) in replies.iter().enumerate() {
            match reply.json()["errno"].as_u64() {
                Some(0) => assert_rst(reply, "true"),
                Some(1020805) if number != place => refused(reply, ALREADY),
                _ => refused(reply, FOLLOW_FAILED),
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
