//! Xweibo `homeTimeline`, an extension: the weibos of the caller and of those whom the caller
//! follows.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::xweibo::*;
use crate::support::{BAI, STAR, Who, World, send_at_once};

const ALL: [(&str, &str); 1] = [("count", "50")];

/// A member's home, as the lists were filled last.
async fn home_of(world: &World, who: &Person, params: &[(&str, &str)]) -> Vec<String> {
    let data = accepted(&act_as(world, who, "homeTimeline", params).await);
    data.as_array().unwrap().iter().map(id).collect()
}

async fn home(world: &World, who: Who, params: &[(&str, &str)]) -> Vec<String> {
    home_of(world, &person(world, who), params).await
}

/// Publishes a weibo as any member.
async fn publish_as(world: &World, who: &Person, text: &str) -> String {
    let reply = act_as(world, who, "update", &[("text", text)]).await;
    id(&accepted(&reply))
}

async fn repost(world: &World, who: Who, weibo: &str, text: &str) -> String {
    let params = [("id", weibo), ("text", text)];
    id(&accepted(&act(world, who, "repost", &params).await))
}

async fn show(world: &World, who: Who, weibo: &str) -> Value {
    accepted(&act(world, who, "show", &[("id", weibo)]).await)
}

/// These weibos, the newest first.
fn newest_first(lists: &[&[String]]) -> Vec<String> {
    let mut all = lists.concat();
    all.sort_by_key(|id| std::cmp::Reverse(id.parse::<u64>().unwrap()));
    all
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
    let theirs = publish_as(&world, &third, "别的").await;
    let second = repost(&world, STAR, &theirs, "二").await;
    comment(&world, STAR, &root, "看").await;
    let forward = [("id", &*theirs), ("text", "三"), ("forward", "1")];
    let forwarded = id(&rst(&act(&world, STAR, "comment", &forward).await)["wb"]);
    world.settle().await;
    let all = [&*forwarded, &*second, &*first, &*root];
    assert_eq!(home(&world, BAI, &[]).await, all);
    assert_eq!(home(&world, STAR, &[]).await, all[..3]);
    assert_eq!(home_of(&world, &third, &[]).await, [&*theirs]);

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
async fn count_and_ids_choose_what_home_shows() {
    let world = World::new().await;
    let third = third_member(&world).await;
    follow(&world, BAI, STAR).await;
    let mut all = Vec::new();
    for number in 0..52 {
        let text = number.to_string();
        publish_as(&world, &third, &text).await;
        let who = Who::at(usize::from(number % 3 > 0));
        all.insert(0, publish(&world, who, &text).await);
        world.pass(number % 4);
    }
    world.settle().await;
    let before = world.dump().await;
    let below = (all[5].parse::<u64>().unwrap() - 1).to_string();
    let last = (all[51].parse::<u64>().unwrap() - 1).to_string();
    let huge = "99999999999999999999";
    let nothing: &[(&str, &str)] = &[];
    for (params, expected) in [
        (nothing, 0..20),
        (&[("count", ""), ("since_id", ""), ("max_id", "")], 0..20),
        (&[("count", "1")], 0..1),
        (&[("count", "-1")], 0..20),
        (&[("count", "0")], 0..20),
        (&[("count", " 00 ")], 0..20),
        (&[("count", "19")], 0..19),
        (&[("count", "49")], 0..49),
        (&[("count", "50")], 0..50),
        (&[("count", "51")], 0..50),
        (&[("count", huge)], 0..50),
        (&[("since_id", "0")], 0..20),
        (&[("since_id", &*all[51]), ("count", "50")], 0..50),
        (&[("since_id", &*all[5])], 0..5),
        (&[("since_id", &*below)], 0..6),
        (&[("since_id", &*all[0])], 0..0),
        (&[("since_id", huge)], 0..0),
        (&[("max_id", &*all[0])], 0..20),
        (&[("max_id", &*all[5])], 5..25),
        (&[("max_id", &*below)], 6..26),
        (&[("max_id", &*all[51])], 51..52),
        (&[("max_id", &*last)], 0..0),
        (&[("max_id", huge)], 0..20),
        (&[("max_id", &*all[4]), ("since_id", &*all[10])], 4..10),
        (
            &[
                ("max_id", &*all[4]),
                ("since_id", &*all[10]),
                ("count", "3"),
            ],
            4..7,
        ),
        (&[("max_id", &*all[9]), ("since_id", &*all[4])], 0..0),
    ] {
        assert_eq!(home(&world, BAI, params).await, all[expected], "{params:?}");
    }
    for name in ["since_id", "max_id", "count"] {
        for value in ["x", "1x", "ten", "<script>"] {
            assert_refused(&world, BAI, "homeTimeline", &[(name, value)], NO_NUMBER).await;
        }
    }
    assert_eq!(world.dump().await, before);
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
            others.insert(0, publish_as(&world, &third, &text).await);
        }
    }
    let gone = theirs.remove(3);
    rst(&act(&world, STAR, "destroy", &[("id", &*gone)]).await);
    world.settle().await;
    assert_eq!(home(&world, BAI, &ALL).await, own);
    let uids = joined(&[person(&world, STAR), third.clone()]);
    let reply = act(&world, BAI, "createFriendship", &[("uid", &*uids)]).await;
    assert_rst(&reply, "true");
    world.settle().await;
    let expected = newest_first(&[&own, &theirs[..20], &others]);
    assert_eq!(home(&world, BAI, &ALL).await, expected);
    // What is new comes on top, and pushes nothing out.
    theirs.truncate(20);
    for number in 0..5 {
        theirs.insert(0, publish(&world, STAR, &format!("新{number}")).await);
    }
    world.settle().await;
    let expected = newest_first(&[&own, &theirs, &others]);
    assert_eq!(home(&world, BAI, &ALL).await, expected);
    unfollow(&world, BAI, STAR).await;
    world.settle().await;
    let expected = newest_first(&[&own, &others]);
    assert_eq!(home(&world, BAI, &ALL).await, expected);
    follow(&world, BAI, STAR).await;
    world.settle().await;
    let expected = newest_first(&[&own, &theirs[..20], &others]);
    assert_eq!(home(&world, BAI, &ALL).await, expected);
}

#[tokio::test]
async fn of_whom_one_does_not_follow_nothing_is_left() {
    let world = World::new().await;
    let third = third_member(&world).await;
    let [first, second] = [person(&world, BAI), person(&world, STAR)];
    follow_as(&world, &first, &third).await;
    let own = vec![publish(&world, BAI, "自己").await];
    let others = vec![publish_as(&world, &third, "别的").await];
    let mut theirs = Vec::new();
    for (who, name, whom, is_follower) in [
        (BAI, "deleteFriendship", &second, "0"),
        (STAR, "deleteFriendship", &first, "1"),
        (BAI, "createBlocks", &second, ""),
        (STAR, "createBlocks", &first, ""),
    ] {
        follow(&world, BAI, STAR).await;
        theirs.push(publish(&world, STAR, &format!("先{}", theirs.len())).await);
        world.settle().await;
        let expected = newest_first(&[&own, &theirs, &others]);
        assert_eq!(home(&world, BAI, &ALL).await, expected);
        // Said before, and delivered after it.
        theirs.push(publish(&world, STAR, &format!("中{}", theirs.len())).await);
        let params = [("id", &*whom.uid), ("is_follower", is_follower)];
        assert_rst(&act(&world, who, name, &params).await, "true");
        theirs.push(publish(&world, STAR, &format!("后{}", theirs.len())).await);
        world.settle().await;
        let expected = newest_first(&[&own, &others]);
        assert_eq!(home(&world, BAI, &ALL).await, expected, "{who:?} {name}");
        if name == "createBlocks" {
            unblock(&world, who, who.other()).await;
            world.settle().await;
            assert_eq!(home(&world, BAI, &ALL).await, expected, "{who:?} {name}");
        }
    }
    // Following and its end before anything is delivered.
    follow(&world, BAI, STAR).await;
    unfollow(&world, BAI, STAR).await;
    world.settle().await;
    assert_eq!(
        home(&world, BAI, &ALL).await,
        newest_first(&[&own, &others])
    );
    follow(&world, BAI, STAR).await;
    world.settle().await;
    unfollow(&world, BAI, STAR).await;
    follow(&world, BAI, STAR).await;
    world.settle().await;
    let expected = newest_first(&[&own, &theirs, &others]);
    assert_eq!(home(&world, BAI, &ALL).await, expected);
    block(&world, STAR, BAI).await;
    world.settle().await;
    assert_eq!(
        home(&world, BAI, &ALL).await,
        newest_first(&[&own, &others])
    );
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
    rst(&act(&world, STAR, "destroy", &[("id", &*gone)]).await);
    world.settle().await;
    assert_eq!(home(&world, BAI, &ALL).await, left);
    for (who, at) in [(STAR, 1), (BAI, 1), (STAR, 4)] {
        let gone = left.remove(at);
        rst(&act(&world, who, "destroy", &[("id", &*gone)]).await);
        world.settle().await;
        assert_eq!(home(&world, BAI, &ALL).await, left);
        let count = left.len() - 1;
        let limit = count.to_string();
        let shown = home(&world, BAI, &[("count", &*limit)]).await;
        assert_eq!(shown, left[..count]);
    }
    // A repost stays when its root goes.
    let root = left[0].clone();
    let repost = repost(&world, STAR, &root, "转").await;
    rst(&act(&world, BAI, "destroy", &[("id", &*root)]).await);
    world.settle().await;
    left[0].clone_from(&repost);
    assert_eq!(home(&world, BAI, &ALL).await, left);
    let data = accepted(&act(&world, BAI, "homeTimeline", &[]).await);
    assert_eq!(data[0], show(&world, BAI, &repost).await);
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
        assert_eq!(home_of(&world, person, &[]).await, made, "{person:?}");
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
