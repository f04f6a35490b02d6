//! What Xweibo's operations between members cost.

use crate::costs::Table;
use crate::world::World;
use crate::xweibo_favorites::{act, comment, publish, rst};
use crate::xweibo_follows::{act_as, crowd, follow_as, joined, person, third_member};

#[tokio::test]
async fn what_members_do_with_each_other_costs_what_is_recorded() {
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
    for (name, who, params) in [
        (
            "comment on another's weibo",
            0,
            &[("id", &*weibo), ("text", "x")][..],
        ),
        (
            "reply to another",
            0,
            &[("id", &*weibo), ("cid", &theirs), ("text", "x")],
        ),
        (
            "reply to another on a third's weibo",
            0,
            &[("id", &*their_weibo), ("cid", &third), ("text", "x")],
        ),
        ("createFriendship", 0, &[("uid", &*other)]),
        ("createFriendship back", 1, &[("uid", &*own)]),
        ("friendship", 0, &[("t_id", &*other)]),
        ("sendDirectMessage", 0, &[("id", &*other), ("text", "x")]),
        ("directMessages of 1", 1, &[]),
        ("unread", 0, &[("id", "1")]),
        (
            "getComments of type 2",
            0,
            &[("id", &*weibo), ("type", "2")],
        ),
        ("homeTimeline of the usual 20", 0, &[]),
        ("clearTip", 0, &[]),
        ("homeTimeline of 20", 0, &[("count", "20")]),
        ("friends, 20 of 31", 0, &[]),
        (
            "followers of another",
            0,
            &[("id", &*other), ("count", "10")],
        ),
        ("deleteFriendship", 0, &[("id", &*fan)]),
        ("createBlocks of a fan", 0, &[("id", &*other)]),
        ("deleteBlocks", 0, &[("id", &*other)]),
        ("createTags", 0, &[("tagName", "音乐")]),
        ("getTags", 0, &[]),
        ("saveProfile, a new nick", 0, &[("nick", "新名")]),
        ("setting", 0, &[]),
        ("saveNotice", 0, &[("mention", "1")]),
        (
            "repost of another's weibo",
            0,
            &[("id", &*weibo), ("text", "y")],
        ),
        ("createFavorite of another's weibo", 0, &[("id", &*weibo)]),
    ] {
        let operation = name.split([' ', ',']).next().unwrap();
        table.row(name, act(&world, who, operation, params).await);
    }
    table.record("costs_people");
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
    for (name, params) in [
        ("unread with reposts of one", &[("id", "1")]),
        ("createFavorite of another's repost", &[("id", &*repost)]),
    ] {
        let operation = name.split(' ').next().unwrap();
        table.row(name, act(&world, 0, operation, params).await);
    }
    table.record("costs_reposts");
}
