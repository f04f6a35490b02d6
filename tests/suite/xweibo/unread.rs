//! Xweibo `unread` and `clearTip` (xweibo sections 5.5.1, 5.5.4, 7.5, 7.8 and 7.9).

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, Call, STAR, Who, World, refs, send_at_once};

const CLEAR: &str = "/api/weibo/action.clearTip";

/// Makes each of the four counts of the first member one higher.
async fn one_of_each(world: &World, weibo: &str, text: &str) {
    publish(world, STAR, &format!("@小白 {text}")).await;
    comment(world, STAR, weibo, text).await;
    message(world, STAR, BAI, text).await;
    world.settle().await;
}

#[tokio::test]
async fn each_count_has_its_own_reason() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let zeros = r#"{"unread":[0,0,0,0,0],"data":null}"#;
    assert_rst(&act(&world, BAI, "unread", &[]).await, zeros);
    let own = publish(&world, BAI, "哈哈").await;
    let theirs = publish(&world, STAR, "别的").await;
    // Comments: on one's weibos and to one's comments, by others, each once.
    let cid = comment(&world, BAI, &own, "自己").await;
    reply(&world, BAI, &own, &cid, "自己").await;
    assert_unread(&world, BAI, "", [0; 5]).await;
    let first = comment(&world, STAR, &own, "一").await;
    assert_unread(&world, BAI, "", [0, 0, 1, 0, 0]).await;
    reply(&world, STAR, &own, &cid, "二").await;
    reply(&world, STAR, &own, &first, "三").await;
    assert_unread(&world, BAI, "", [0, 0, 3, 0, 0]).await;
    assert_unread(&world, STAR, "", [0; 5]).await;
    reply(&world, BAI, &own, &first, "谢谢").await;
    let guest = comment(&world, BAI, &theirs, "看").await;
    assert_unread(&world, STAR, "", [0, 0, 2, 0, 0]).await;
    reply(&world, STAR, &theirs, &guest, "四").await;
    let params = [("id", &*theirs), ("cid", &*guest), ("text", "五")];
    rst(&act(&world, "10010", "reply", &params).await);
    assert_unread(&world, BAI, "", [0, 0, 5, 0, 0]).await;
    assert_unread(&world, STAR, "", [0, 0, 3, 0, 0]).await;
    let rtids = [("id", &*theirs), ("text", "六"), ("rtids", &*own)];
    accepted(&act(&world, STAR, "repost", &rtids).await);
    let forward = [("id", &*own), ("text", "七"), ("forward", "1")];
    rst(&act(&world, STAR, "comment", &forward).await);
    assert_unread(&world, BAI, "", [0, 0, 7, 0, 0]).await;

    // Fans.
    follow(&world, STAR, BAI).await;
    let again = [("uid", &*uid(&world, BAI))];
    refused(
        &act(&world, STAR, "createFriendship", &again).await,
        ALREADY,
    );
    rst(&act(&world, "10010", "createFriendship", &again).await);
    follow(&world, BAI, STAR).await;
    assert_unread(&world, BAI, "", [0, 0, 7, 2, 0]).await;
    // Messages.
    message(&world, STAR, BAI, "好").await;
    message(&world, STAR, BAI, "好").await;
    message(&world, BAI, STAR, "好").await;
    assert_unread(&world, BAI, "", [0, 0, 7, 2, 2]).await;
    assert_unread(&world, STAR, "", [0, 0, 3, 1, 1]).await;
    // Mentions: by others, one for each weibo and each comment.
    publish(&world, STAR, "@小白 @小白 @Third").await;
    publish(&world, BAI, "@小白").await;
    comment(&world, STAR, &theirs, "看@小白").await;
    let repost = [("id", &*own), ("text", "转@小白")];
    accepted(&act(&world, STAR, "repost", &repost).await);
    for _ in 0..2 {
        world.settle().await;
        assert_unread(&world, BAI, "", [0, 3, 7, 2, 2]).await;
        assert_unread(&world, STAR, "", [0, 0, 3, 1, 1]).await;
    }
    // To one's own comment, with one's name: both.
    reply(&world, STAR, &theirs, &guest, "@小白").await;
    world.settle().await;
    let before = world.dump().await;
    for _ in 0..2 {
        assert_unread(&world, BAI, "", [0, 4, 8, 2, 2]).await;
    }
    assert_eq!(world.dump().await, before);
    let third = act(&world, "10010", "unread", &[]).await;
    assert_rst(&third, r#"{"unread":[0,1,0,0,0],"data":null}"#);
}

#[tokio::test]
async fn new_weibos_of_those_followed_are_counted_up_to_a_hundred() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    follow(&world, BAI, STAR).await;
    let start = publish(&world, BAI, "开始").await;
    let mut all = Vec::new();
    for number in 0..102 {
        all.insert(0, publish(&world, STAR, &number.to_string()).await);
        world.pass(number % 2);
    }
    // One's own, a stranger's, and a comment are none; a repost is one.
    publish(&world, BAI, "自己").await;
    let stranger = act(&world, "10010", "update", &[("text", "别人")]).await;
    accepted(&stranger);
    comment(&world, STAR, &start, "看").await;
    let repost = accepted(&act(&world, STAR, "repost", &[("id", &*start)]).await);
    all.insert(0, id(&repost));
    world.settle().await;
    let below = (all[3].parse::<u64>().unwrap() - 1).to_string();
    let not_number = format!("{start}x");
    for (id, home) in [
        (&*start, 100),
        (&all[102], 100),
        (&all[101], 100),
        (&all[100], 100),
        (&all[99], 99),
        (&all[3], 3),
        (&below, 4),
        (&all[0], 0),
        ("99999999999999999999", 0),
        ("0", 100),
        ("", 0),
        ("abc", 0),
        (&not_number, 0),
    ] {
        assert_unread(&world, BAI, id, [home, 0, 1, 0, 0]).await;
    }
    let absent = act(&world, BAI, "unread", &[]).await;
    assert_rst(&absent, r#"{"unread":[0,0,1,0,0],"data":null}"#);
    // Only their id lowers them.
    clear(&world, BAI, "").await;
    assert_unread(&world, BAI, &all[3], [3, 0, 0, 0, 0]).await;
    unfollow(&world, BAI, STAR).await;
    world.settle().await;
    assert_unread(&world, BAI, &start, [0; 5]).await;
}

#[tokio::test]
async fn each_type_clears_its_own_count_of_the_caller() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    clear(&world, BAI, "").await;
    follow(&world, BAI, STAR).await;
    follow(&world, STAR, BAI).await;
    message(&world, BAI, STAR, "好").await;
    let theirs = [0, 0, 0, 1, 1];
    for text in ["一", "二"] {
        one_of_each(&world, &weibo, text).await;
    }
    assert_unread(&world, BAI, &weibo, [2, 2, 2, 1, 2]).await;
    for (kind, left) in [
        ("4", [2, 2, 2, 0, 2]),
        ("1", [2, 2, 0, 0, 2]),
        ("3", [2, 2, 0, 0, 0]),
        ("2", [2, 0, 0, 0, 0]),
    ] {
        for _ in 0..2 {
            clear(&world, BAI, kind).await;
            assert_unread(&world, BAI, &weibo, left).await;
        }
        assert_unread(&world, STAR, "", theirs).await;
    }
    // From nothing it goes on.
    for (number, kind) in ["", "0", "5", "x", "-1", "12", "99999999999999999999"]
        .into_iter()
        .enumerate()
    {
        one_of_each(&world, &weibo, &number.to_string()).await;
        assert_unread(&world, BAI, "", [0, 1, 1, 0, 1]).await;
        clear(&world, BAI, kind).await;
        assert_unread(&world, BAI, "", [0; 5]).await;
    }
    one_of_each(&world, &weibo, "又").await;
    done(&world, BAI, "clearTip", &[]).await;
    assert_unread(&world, BAI, "", [0; 5]).await;
    assert_unread(&world, STAR, "", theirs).await;
}

#[tokio::test]
async fn tips_are_cleared_by_get_and_post_at_every_address() {
    let world = World::new().await;
    follow(&world, BAI, STAR).await;
    follow(&world, STAR, BAI).await;
    for target in addresses(&["action.clearTip", "action.cleartip"]) {
        let (_, name) = target.rsplit_once("action.").unwrap();
        let user = world.member(BAI).site_uid.as_str();
        let signed = signed_at(&world, user, &now(&world), name, &[]);
        let kind = signed_at(&world, user, &now(&world), name, &[("type", "3")]);
        let [signed, kind] = [refs(&signed), refs(&kind)];
        let query = [("type", "3")];
        for call in [
            Call::get(&target).query(&kind),
            Call::get(&target).query(&signed),
            Call::post(&target).form(&kind),
            Call::post(&target).query(&query).form(&signed),
            Call::post(&target).query(&signed).form(&query),
            Call::post(&target).multipart(&kind),
        ] {
            message(&world, STAR, BAI, "好").await;
            assert_rst(&world.send(call).await, "true");
            assert_unread(&world, STAR, "", [0, 0, 0, 1, 0]).await;
            let left = act(&world, BAI, "unread", &[]).await.json()["rst"]["unread"][4].take();
            assert_eq!(left, 0, "{target}");
        }
        assert_rst(&reach(&world, BAI, &target, &[("type", "4")]).await, "true");
    }
    // In the query of a GET, `type` is the one that counts.
    message(&world, STAR, BAI, "好").await;
    let fields = signed_at(&world, "10000", &now(&world), "clearTip", &[("type", "1")]);
    let get = Call::get(CLEAR).query(&refs(&fields));
    assert_rst(&world.send(get).await, "true");
    assert_unread(&world, BAI, "", [0, 0, 0, 0, 1]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_at_once_is_counted_once_each() {
    let world = Arc::new(World::new().await);
    let weibo = publish(&world, BAI, "哈哈").await;
    let users: Vec<_> = (0..16).map(|n| format!("200{n:02}")).collect();
    for user in &users {
        join(&world, &format!("n{user}"), user).await;
    }
    let first = uid(&world, BAI);
    let fan = [("uid", &*first)];
    let said = [("id", &*weibo), ("text", "看@小白")];
    for (name, params) in [("createFriendship", &fan[..]), ("comment", &said)] {
        let target = format!("/api/weibo/action.{name}");
        let call = |user: &String| call_as(&world, user, &target, params);
        let _storm = world.storm();
        for reply in send_at_once(&world, users.iter().map(call).collect()).await {
            rst(&reply);
        }
    }
    world.settle().await;
    assert_unread(&world, BAI, "", [0, 16, 16, 16, 0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_sent_at_once_are_all_there_and_each_is_deleted_once() {
    let world = Arc::new(World::new().await);
    follow(&world, STAR, BAI).await;
    follow(&world, BAI, STAR).await;
    let send = |number: usize| {
        let params = [("id", &*uid(&world, Who::at(number + 1))), ("text", "同时")];
        call(&world, Who::at(number), "sendDirectMessage", &params)
    };
    let calls = (0..16).map(send).collect();
    let storm = world.storm();
    for reply in send_at_once(&world, calls).await {
        assert_rst(&reply, "true");
    }
    let ids = messages(&world, BAI).await;
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 16);
    assert_eq!(walk_messages(&world, STAR, 5).await, ids);
    for who in BOTH {
        assert_unread(&world, who, "", [0, 0, 0, 1, 8]).await;
    }
    let delete = |_| call(&world, BAI, "deleteDirectMessage", &[("id", &*ids[7])]);
    let replies = send_at_once(&world, (0..8).map(delete).collect()).await;
    drop(storm);
    assert_rst(winners(&replies, 1, MESSAGE_GONE)[0], "true");
    assert_eq!(messages(&world, BAI).await.len(), 15);
    assert_eq!(messages(&world, STAR).await, ids);
}
