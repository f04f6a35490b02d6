//! What Xweibo's operations between members cost, held against their ceilings like those of `costs`.

use crate::costs::Table;
use crate::world::World;
use crate::xweibo_favorites::{act, comment, publish, rst};
use crate::xweibo_follows::{act_as, crowd, follow_as, joined, person, third_member};

#[tokio::test]
async fn what_members_do_with_each_other_stays_under_its_ceiling() {
    let world = World::new().await;
    let [own, other] = [0, 1].map(|who| person(&world, who));
    let people = crowd(&world, 30).await;
    rst(&act(&world, 0, "createFriendship", &[("uid", &joined(&people))]).await);
    for fan in &people[..25] {
        follow_as(&world, fan, &other).await;
    }
    // More new weibos than are counted.
    for (number, author) in people.iter().cycle().take(130).enumerate() {
        rst(&act_as(&world, author, "update", &[("text", &*number.to_string())]).await);
    }
    let weibo = publish(&world, 1, "哈哈").await;
    let theirs = comment(&world, 1, &weibo, "看").await;
    let their_weibo = rst(&act_as(&world, &people[0], "update", &[("text", "x")]).await);
    let their_weibo = their_weibo["data"]["id"].as_str().unwrap().to_owned();
    let third = comment(&world, 1, &their_weibo, "看").await;
    world.settle().await;
    // Authors that are shown have been read within the last minute.
    act(&world, 0, "homeTimeline", &[("count", "50")]).await;
    act(&world, 0, "friends", &[("count", "50")]).await;
    let (own, other) = (own.uid.to_string(), other.uid.to_string());
    let fan = people[0].uid.to_string();

    let mut table = Table::default();
    for (name, who, params, ceiling) in [
        (
            "comment on another's weibo",
            0,
            &[("id", &*weibo), ("text", "x")][..],
            (3, 3.5, 12.0),
        ),
        (
            "reply to another",
            0,
            &[("id", &*weibo), ("cid", &theirs), ("text", "x")],
            (3, 3.5, 12.0),
        ),
        (
            "reply to another on a third's weibo",
            0,
            &[("id", &*their_weibo), ("cid", &third), ("text", "x")],
            (3, 3.5, 16.0),
        ),
        ("createFriendship", 0, &[("uid", &*other)], (3, 2.0, 12.0)),
        (
            "createFriendship back",
            1,
            &[("uid", &*own)],
            (3, 2.0, 12.0),
        ),
        ("friendship", 0, &[("t_id", &*other)], (2, 2.0, 0.0)),
        (
            "sendDirectMessage",
            0,
            &[("id", &*other), ("text", "x")],
            (3, 2.0, 10.0),
        ),
        ("directMessages of 1", 1, &[], (3, 2.5, 0.0)),
        ("unread", 0, &[("id", "1")], (2, 2.5, 0.0)),
        (
            "getComments of type 2",
            0,
            &[("id", &*weibo), ("type", "2")],
            (3, 3.5, 0.0),
        ),
        ("homeTimeline of the usual 20", 0, &[], (4, 23.0, 0.0)),
        ("clearTip", 0, &[], (2, 0.5, 2.0)),
        ("homeTimeline of 20", 0, &[("count", "20")], (3, 22.5, 0.0)),
        ("friends, 20 of 31", 0, &[], (3, 22.5, 0.0)),
        (
            "followers of another",
            0,
            &[("id", &*other), ("count", "10")],
            (4, 13.0, 0.0),
        ),
        ("deleteFriendship", 0, &[("id", &*fan)], (4, 2.5, 10.0)),
        (
            "createBlocks of a fan",
            0,
            &[("id", &*other)],
            (4, 4.0, 14.0),
        ),
        ("deleteBlocks", 0, &[("id", &*other)], (3, 1.0, 2.0)),
        ("createTags", 0, &[("tagName", "音乐")], (3, 1.5, 2.0)),
        ("getTags", 0, &[], (2, 1.5, 0.0)),
        (
            "saveProfile, a new nick",
            0,
            &[("nick", "新名")],
            (3, 1.5, 6.0),
        ),
        ("setting", 0, &[], (2, 0.5, 1.0)),
        ("saveNotice", 0, &[("mention", "1")], (2, 0.5, 2.0)),
        (
            "repost of another's weibo",
            0,
            &[("id", &*weibo), ("text", "y")],
            (4, 3.5, 8.0),
        ),
        (
            "createFavorite of another's weibo",
            0,
            &[("id", &*weibo)],
            (3, 1.5, 6.0),
        ),
    ] {
        let operation = name.split([' ', ',']).next().unwrap();
        table.row(name, act(&world, who, operation, params).await, ceiling);
    }
}

#[tokio::test]
async fn what_others_repost_costs_one_round_trip_more() {
    let world = World::new().await;
    let friend = third_member(&world).await;
    follow_as(&world, &person(&world, 0), &friend).await;
    let weibo = publish(&world, 1, "哈哈").await;
    let mut repost = String::new();
    for text in ["one", "two"] {
        let params = [("id", &*weibo), ("text", text)];
        let made = rst(&act_as(&world, &friend, "repost", &params).await);
        made["data"]["id"].as_str().unwrap().clone_into(&mut repost);
    }
    world.settle().await;
    let mut table = Table::default();
    for (name, params, ceiling) in [
        ("unread with reposts of one", &[("id", "1")], (3, 2.0, 0.0)),
        (
            "createFavorite of another's repost",
            &[("id", &*repost)],
            (4, 1.5, 8.0),
        ),
    ] {
        let operation = name.split(' ').next().unwrap();
        table.row(name, act(&world, 0, operation, params).await, ceiling);
    }
}
