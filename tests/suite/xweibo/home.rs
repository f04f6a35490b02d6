//! Xweibo `homeTimeline`, an extension: the weibos of the caller and of those whom the caller
//! follows.

use std::sync::Arc;

use serde_json::json;

use crate::support::xweibo::*;
use crate::support::{BAI, STAR, World, send_at_once};

const ALL: [(&str, &str); 1] = [("count", "50")];

/// A member's home, as the lists were filled last.
async fn home(world: &World, who: impl Caller, params: &[(&str, &str)]) -> Vec<String> {
    listed(world, who, "homeTimeline", params).await
}

/// Delivers what is under way; the first member's home is these weibos then, the newest first.
async fn assert_home(world: &World, lists: &[&[String]]) {
    world.settle().await;
    let mut all = lists.concat();
    all.sort_by_key(|id| std::cmp::Reverse(id.parse::<u64>().unwrap()));
    assert_eq!(home(world, BAI, &ALL).await, all);
}

#[tokio::test]
async fn home_shows_ones_own_weibos_and_those_of_whom_one_follows() {
    let world = World::new().await;
    let third = third_member(&world).await;
    let empty = act(&world, BAI, "homeTimeline", &[]).await;
    assert_rst(&empty, r#"{"data":[]}"#);
    follow(&world, BAI, STAR).await;
    let text = "<script>&'</script>#话题#@dogstar";
    let root = publish(&world, BAI, text).await;
    let first = repost(&world, STAR, &root, "一").await;
    world.settle().await;
    let root_json = weibo_json(&world, BAI, &root, text, None);
    let first_json = weibo_json(&world, STAR, &first, "一", Some(&root_json));
    let expected = format!(r#"{{"data":[{first_json},{root_json}]}}"#);
    let before = world.dump().await;
    for _ in 0..2 {
        assert_rst(&act(&world, BAI, "homeTimeline", &[]).await, &expected);
    }
    world.settle().await;
    assert_eq!(world.dump().await, before);

    // What somebody else said shows only in reposts; a comment is no weibo, a forwarded one is.
    let theirs = publish(&world, &third, "别的").await;
    let second = repost(&world, STAR, &theirs, "二").await;
    comment(&world, STAR, &root, "看").await;
    let forward = [("id", &*theirs), ("text", "三"), ("forward", "1")];
    let forwarded = id(&rst(&act(&world, STAR, "comment", &forward).await)["wb"]);
    world.settle().await;
    let all = [&*forwarded, &*second, &*first, &*root];
    assert_eq!(home(&world, BAI, &[]).await, all);
    assert_eq!(home(&world, STAR, &[]).await, all[..3]);
    assert_eq!(home(&world, &third, &[]).await, [&*theirs]);

    // Marks are the caller's, and what is shown is as it is now.
    rst(&act(&world, BAI, "createFavorite", &[("id", &*root)]).await);
    rst(&act(&world, BAI, "createFavorite", &[("id", &*second)]).await);
    rst(&act(&world, STAR, "createFavorite", &[("id", &*theirs)]).await);
    change_member(&world, STAR, |member| member.nick = "新名字".to_owned()).await;
    for (who, all) in [(BAI, &all[..]), (STAR, &all[..3])] {
        let data = accepted(&act(&world, who, "homeTimeline", &[]).await);
        assert_eq!(data.as_array().unwrap().len(), all.len());
        for (shown, weibo) in data.as_array().unwrap().iter().zip(all) {
            let weibo = *weibo;
            assert_eq!(*shown, show(&world, who, weibo).await);
            assert!(weibo == root || shown["u"]["sn"] == "新名字", "{shown}");
        }
        let marks = [&data[1]["f"], &data[1]["rt"]["f"], &data[2]["rt"]["f"]];
        let expected = if who == BAI { [1, 0, 1] } else { [0, 1, 0] };
        assert_eq!(marks.map(|f| f.as_u64().unwrap()), expected);
    }
}

#[tokio::test]
async fn whoever_follows_gets_the_newest_twenty() {
    let world = World::new().await;
    let third = third_member(&world).await;
    let (mut own, mut theirs, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..23 {
        let text = number.to_string();
        theirs.insert(0, publish(&world, STAR, &text).await);
        if number % 8 == 0 {
            own.insert(0, publish(&world, BAI, &text).await);
            others.insert(0, publish(&world, &third, &text).await);
        }
    }
    destroy(&world, STAR, &theirs.remove(3)).await;
    assert_home(&world, &[&own]).await;
    let uids = joined(&[person(&world, STAR), third.clone()]);
    done(&world, BAI, "createFriendship", &[("uid", &*uids)]).await;
    assert_home(&world, &[&own, &theirs[..20], &others]).await;
    // What is new comes on top, and pushes nothing out.
    theirs.truncate(20);
    for number in 0..5 {
        theirs.insert(0, publish(&world, STAR, &format!("新{number}")).await);
    }
    assert_home(&world, &[&own, &theirs, &others]).await;
    unfollow(&world, BAI, STAR).await;
    assert_home(&world, &[&own, &others]).await;
    follow(&world, BAI, STAR).await;
    assert_home(&world, &[&own, &theirs[..20], &others]).await;
}

#[tokio::test]
async fn of_whom_one_does_not_follow_nothing_is_left() {
    let world = World::new().await;
    let third = third_member(&world).await;
    let [first, second] = [person(&world, BAI), person(&world, STAR)];
    follow_as(&world, &first, &third).await;
    let own = vec![publish(&world, BAI, "自己").await];
    let others = vec![publish(&world, &third, "别的").await];
    let mut theirs = Vec::new();
    for (who, name, whom, is_follower) in [
        (BAI, "deleteFriendship", &second, "0"),
        (STAR, "deleteFriendship", &first, "1"),
        (BAI, "createBlocks", &second, ""),
        (STAR, "createBlocks", &first, ""),
    ] {
        follow(&world, BAI, STAR).await;
        theirs.push(publish(&world, STAR, &format!("先{}", theirs.len())).await);
        assert_home(&world, &[&own, &theirs, &others]).await;
        // Said before, and delivered after it.
        theirs.push(publish(&world, STAR, &format!("中{}", theirs.len())).await);
        let params = [("id", &*whom.uid), ("is_follower", is_follower)];
        done(&world, who, name, &params).await;
        theirs.push(publish(&world, STAR, &format!("后{}", theirs.len())).await);
        assert_home(&world, &[&own, &others]).await;
        if name == "createBlocks" {
            unblock(&world, who, who.other()).await;
            assert_home(&world, &[&own, &others]).await;
        }
    }
    // Following and its end before anything is delivered.
    follow(&world, BAI, STAR).await;
    unfollow(&world, BAI, STAR).await;
    assert_home(&world, &[&own, &others]).await;
    follow(&world, BAI, STAR).await;
    world.settle().await;
    unfollow(&world, BAI, STAR).await;
    follow(&world, BAI, STAR).await;
    assert_home(&world, &[&own, &theirs, &others]).await;
    block(&world, STAR, BAI).await;
    assert_home(&world, &[&own, &others]).await;
}

#[tokio::test]
async fn what_is_destroyed_vanishes() {
    let world = World::new().await;
    // Delivered after they are followed: each is there once.
    let mut left = vec![publish(&world, STAR, "零").await];
    follow(&world, BAI, STAR).await;
    for text in ["一", "二", "三"] {
        left.insert(0, publish(&world, STAR, text).await);
        left.insert(0, publish(&world, BAI, text).await);
    }
    let gone = publish(&world, STAR, "没了").await;
    destroy(&world, STAR, &gone).await;
    assert_home(&world, &[&left]).await;
    for (who, at) in [(STAR, 1), (BAI, 1), (STAR, 4)] {
        destroy(&world, who, &left.remove(at)).await;
        assert_home(&world, &[&left]).await;
        let count = left.len() - 1;
        let shown = home(&world, BAI, &[("count", &*count.to_string())]).await;
        assert_eq!(shown, left[..count]);
    }
    // A repost stays when its root goes.
    let root = left.remove(0);
    left.insert(0, repost(&world, STAR, &root, "转").await);
    destroy(&world, BAI, &root).await;
    assert_home(&world, &[&left]).await;
    let data = accepted(&act(&world, BAI, "homeTimeline", &[]).await);
    assert_eq!(data[0], show(&world, BAI, &left[0]).await);
    assert_eq!(data[0]["rt"]["id"], root);
    assert_eq!(data[0]["rt"]["deleted"], json!(1));
}

#[tokio::test]
async fn every_follower_hears_of_it() {
    let world = World::new().await;
    let second = person(&world, STAR);
    let people = crowd(&world, 60).await;
    for person in &people {
        follow_as(&world, person, &second).await;
    }
    let all = ["一", "二", "三"];
    let mut made = Vec::new();
    for text in all {
        made.insert(0, publish(&world, STAR, text).await);
    }
    world.settle().await;
    rst(&act(&world, STAR, "destroy", &[("id", &*made.remove(1))]).await);
    world.settle().await;
    for person in &people {
        assert_eq!(home(&world, person, &[]).await, made, "{person:?}");
    }
    assert_eq!(home(&world, BAI, &[]).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_that_thirty_two_callers_toggle_is_counted_right() {
    let world = Arc::new(World::new().await);
    let (fans, friends) = ([person(&world, BAI)], [person(&world, STAR)]);
    let weibos = [publish(&world, STAR, "哈哈").await];
    world.settle().await;
    let calls = (0..32).map(|number| {
        let (name, field) = [("createFriendship", "uid"), ("deleteFriendship", "id")][number % 2];
        call(&world, BAI, name, &[(field, &*friends[0].uid)])
    });
    let calls = calls.collect();
    let replies = world
        .faults()
        .conflicts(30)
        .lost_answers(4)
        .during(send_at_once(&world, calls))
        .await;
    for (number, reply) in replies.iter().enumerate() {
        if number % 2 == 0 && reply.json()["errno"] != 0 {
            refused(reply, ALREADY);
        } else {
            assert_rst(reply, "true");
        }
    }
    // What is left of it, then known states: a count that went wrong stays wrong.
    let is_left = edges(&world).await[0];
    for is_following in [is_left, false, true] {
        match (edges(&world).await[0], is_following) {
            (false, true) => follow(&world, BAI, STAR).await,
            (true, false) => unfollow(&world, BAI, STAR).await,
            _ => {}
        }
        world.settle().await;
        let count = usize::from(is_following);
        assert_eq!(edges(&world).await, [is_following, false]);
        assert_lists(&world, "friends", &fans[0], &friends[..count]).await;
        assert_lists(&world, "followers", &friends[0], &fans[..count]).await;
        assert_eq!(home(&world, BAI, &[]).await, weibos[..count]);
        for (who, name, field) in [(BAI, "friends", "fans"), (STAR, "followers", "follows")] {
            let page = rst(&act(&world, who, name, &[]).await);
            assert_eq!(page["total"], count);
            assert!(count == 0 || page["data"][0][field] == 1, "{page}");
        }
    }
}
