//! What Xweibo's operations between members cost.

use crate::support::costs::Table;
use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, STAR, World};

#[tokio::test]
async fn what_members_do_with_each_other_costs_what_is_recorded() {
    let world = World::new().await;
    let [own, other] = BOTH.map(|who| person(&world, who));
    let people = crowd(&world, 30).await;
    rst(&act(
        &world,
        BAI,
        "createFriendship",
        &[("uid", &joined(&people))],
    )
    .await);
    for fan in &people[..25] {
        follow_as(&world, fan, &other).await;
    }
    // More new weibos than are counted.
    for (number, author) in people.iter().cycle().take(130).enumerate() {
        rst(&act(&world, author, "update", &[("text", &*number.to_string())]).await);
    }
    let weibo = publish(&world, STAR, "哈哈").await;
    let theirs = comment(&world, STAR, &weibo, "看").await;
    let their_weibo = rst(&act(&world, &people[0], "update", &[("text", "x")]).await);
    let their_weibo = their_weibo["data"]["id"].as_str().unwrap().to_owned();
    let third = comment(&world, STAR, &their_weibo, "看").await;
    world.settle().await;
    // Authors that are shown have been read within the last minute.
    act(&world, BAI, "homeTimeline", &[("count", "50")]).await;
    act(&world, BAI, "friends", &[("count", "50")]).await;
    let (own, other) = (own.uid.to_string(), other.uid.to_string());
    let fan = people[0].uid.to_string();

    let mut table = Table::default();
    for (name, who, params) in [
        (
            "comment on another's weibo",
            BAI,
            &[("id", &*weibo), ("text", "x")][..],
        ),
        (
            "reply to another",
            BAI,
            &[("id", &*weibo), ("cid", &theirs), ("text", "x")],
        ),
        (
            "reply to another on a third's weibo",
            BAI,
            &[("id", &*their_weibo), ("cid", &third), ("text", "x")],
        ),
        ("createFriendship", BAI, &[("uid", &*other)]),
        ("createFriendship back", STAR, &[("uid", &*own)]),
        ("friendship", BAI, &[("t_id", &*other)]),
        ("sendDirectMessage", BAI, &[("id", &*other), ("text", "x")]),
        ("directMessages of 1", STAR, &[]),
        ("unread", BAI, &[("id", "1")]),
        (
            "getComments of type 2",
            BAI,
            &[("id", &*weibo), ("type", "2")],
        ),
        ("homeTimeline of the usual 20", BAI, &[]),
        ("clearTip", BAI, &[]),
        ("homeTimeline of 20", BAI, &[("count", "20")]),
        ("friends, 20 of 31", BAI, &[]),
        (
            "followers of another",
            BAI,
            &[("id", &*other), ("count", "10")],
        ),
        ("deleteFriendship", BAI, &[("id", &*fan)]),
        ("createBlocks of a fan", BAI, &[("id", &*other)]),
        ("deleteBlocks", BAI, &[("id", &*other)]),
        ("createTags", BAI, &[("tagName", "音乐")]),
        ("getTags", BAI, &[]),
        ("saveProfile, a new nick", BAI, &[("nick", "新名")]),
        ("setting", BAI, &[]),
        ("saveNotice", BAI, &[("mention", "1")]),
        (
            "repost of another's weibo",
            BAI,
            &[("id", &*weibo), ("text", "y")],
        ),
        ("createFavorite of another's weibo", BAI, &[("id", &*weibo)]),
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
    follow_as(&world, &person(&world, BAI), &friend).await;
    let weibo = publish(&world, STAR, "哈哈").await;
    let mut repost = String::new();
    for text in ["one", "two"] {
        let params = [("id", &*weibo), ("text", text)];
        let made = rst(&act(&world, &friend, "repost", &params).await);
        made["data"]["id"].as_str().unwrap().clone_into(&mut repost);
    }
    world.settle().await;
    let mut table = Table::default();
    for (name, params) in [
        ("unread with reposts of one", &[("id", "1")]),
        ("createFavorite of another's repost", &[("id", &*repost)]),
    ] {
        let operation = name.split(' ').next().unwrap();
        table.row(name, act(&world, BAI, operation, params).await);
    }
    table.record("costs_reposts");
}
