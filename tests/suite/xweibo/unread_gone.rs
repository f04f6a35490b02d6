//! What `unread` does not count any more: what was removed, and whoever is blocked.

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, STAR, Who, World};

/// A member removes something; `left` is what the first one has not read then.
async fn take_away(world: &World, who: Who, name: &str, id: &str, left: [u64; 5]) {
    rst(&act(world, who, name, &[("id", id)]).await);
    world.settle().await;
    assert_unread(world, BAI, "", left).await;
}

#[tokio::test]
async fn what_is_gone_is_not_counted() {
    let world = World::new().await;
    let own = publish(&world, BAI, "哈哈").await;
    follow(&world, BAI, STAR).await;
    follow(&world, STAR, BAI).await;
    let named = publish(&world, STAR, "@小白").await;
    let cid = comment(&world, STAR, &own, "@小白").await;
    message(&world, STAR, BAI, "好").await;
    world.settle().await;
    assert_unread(&world, BAI, "", [0, 2, 1, 1, 1]).await;
    let sent = messages(&world, STAR).await.remove(0);
    let [zero, one] = BOTH.map(|who| uid(&world, who));
    for (who, name, id, left) in [
        (STAR, "destroy", &named, [0, 1, 1, 1, 1]),
        (STAR, "comment_destroy", &cid, [0, 0, 0, 1, 1]),
        (STAR, "deleteDirectMessage", &sent, [0, 0, 0, 1, 1]),
        (BAI, "deleteDirectMessage", &sent, [0, 0, 0, 1, 0]),
        (STAR, "deleteFriendship", &zero, [0; 5]),
    ] {
        take_away(&world, who, name, id, left).await;
    }
    for _ in 0..5 {
        follow(&world, STAR, BAI).await;
        unfollow(&world, STAR, BAI).await;
    }
    assert_unread(&world, BAI, "", [0; 5]).await;
    // Removed from the fans, and blocked.
    let fan = [("id", &*one), ("is_follower", "1")];
    for (name, params) in [("deleteFriendship", &fan[..]), ("createBlocks", &fan[..1])] {
        follow(&world, STAR, BAI).await;
        assert_unread(&world, BAI, "", [0, 0, 0, 1, 0]).await;
        rst(&act(&world, BAI, name, params).await);
        assert_unread(&world, BAI, "", [0; 5]).await;
    }
}

#[tokio::test]
async fn what_was_read_is_not_taken_back_once_more() {
    let world = World::new().await;
    let own = publish(&world, BAI, "哈哈").await;
    follow(&world, BAI, STAR).await;
    for text in ["一", "二"] {
        follow(&world, STAR, BAI).await;
        let before = comment(&world, STAR, &own, "@小白").await;
        let named = publish(&world, STAR, &format!("@小白 {text}")).await;
        message(&world, STAR, BAI, text).await;
        world.settle().await;
        let read = messages(&world, BAI).await.remove(0);
        assert_unread(&world, BAI, "", [0, 2, 1, 1, 1]).await;
        clear(&world, BAI, "").await;
        // One that is not read beside each that is.
        let after = comment(&world, STAR, &own, "@小白").await;
        message(&world, STAR, BAI, text).await;
        world.settle().await;
        let [zero, new] = [uid(&world, BAI), messages(&world, BAI).await.remove(0)];
        assert_unread(&world, BAI, "", [0, 1, 1, 0, 1]).await;
        for (who, name, id, left) in [
            (STAR, "comment_destroy", &before, [0, 1, 1, 0, 1]),
            (STAR, "destroy", &named, [0, 1, 1, 0, 1]),
            (BAI, "deleteDirectMessage", &read, [0, 1, 1, 0, 1]),
            (STAR, "deleteFriendship", &zero, [0, 1, 1, 0, 1]),
            (BAI, "comment_destroy", &after, [0, 0, 0, 0, 1]),
            (BAI, "deleteDirectMessage", &new, [0; 5]),
        ] {
            take_away(&world, who, name, id, left).await;
        }
    }
}

#[tokio::test]
async fn comments_of_a_destroyed_weibo_are_not_counted() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let first = comment(&world, STAR, &weibo, "@Third 看").await;
    let reply = [
        ("id", &*weibo),
        ("cid", &*first),
        ("text", "@小白 @dogstar"),
    ];
    rst(&act(&world, "10010", "reply", &reply).await);
    let own = comment(&world, BAI, &weibo, "@dogstar").await;
    world.settle().await;
    assert_unread(&world, BAI, "", [0, 1, 2, 0, 0]).await;
    assert_unread(&world, STAR, "", [0, 2, 1, 0, 0]).await;
    clear(&world, BAI, "2").await;
    rst(&act(&world, BAI, "destroy", &[("id", &*weibo)]).await);
    world.settle().await;
    for who in BOTH {
        assert_unread(&world, who, "", [0; 5]).await;
        assert_rst(&act(&world, who, "mentions", &[]).await, r#"{"data":[]}"#);
    }
    let third = act(&world, "10010", "unread", &[]).await;
    assert_rst(&third, r#"{"unread":[0,0,0,0,0],"data":null}"#);
    // What was left behind counts no more when its author removes it.
    for (who, id) in [(STAR, &first), (BAI, &own)] {
        rst(&act(&world, who, "comment_destroy", &[("id", id.as_str())]).await);
        world.settle().await;
        assert_unread(&world, BAI, "", [0; 5]).await;
    }
}

#[tokio::test]
async fn whoever_is_blocked_mentions_nobody() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let own = publish(&world, BAI, "哈哈").await;
    publish(&world, STAR, "@小白").await;
    comment(&world, STAR, &own, "@小白").await;
    let third = [("text", "@小白")];
    accepted(&act(&world, "10010", "update", &third).await);
    world.settle().await;
    assert_unread(&world, BAI, "", [0, 3, 1, 0, 0]).await;
    let other = [("id", &*uid(&world, STAR))];
    for _ in 0..2 {
        rst(&act(&world, BAI, "createBlocks", &other).await);
        let theirs = publish(&world, STAR, "还是@小白").await;
        comment(&world, STAR, &theirs, "@小白").await;
        world.settle().await;
        // The comment is on the weibo's list.
        assert_unread(&world, BAI, "", [0, 1, 1, 0, 0]).await;
        let listed = rst(&act(&world, BAI, "mentions", &[]).await);
        assert_eq!(listed["data"].as_array().unwrap().len(), 1);
        rst(&act(&world, STAR, "destroy", &[("id", &*theirs)]).await);
    }
    rst(&act(&world, BAI, "deleteBlocks", &other).await);
    // What was dismissed is listed, but not new.
    assert_unread(&world, BAI, "", [0, 1, 1, 0, 0]).await;
    publish(&world, STAR, "又@小白").await;
    world.settle().await;
    assert_unread(&world, BAI, "", [0, 2, 1, 0, 0]).await;
}
