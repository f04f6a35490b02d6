//! What `unread` does not count any more: what was removed, and whoever is blocked.

use crate::world::World;
use crate::xweibo_calls::accepted;
use crate::xweibo_favorites::{act, assert_rst, comment, publish, rst};
use crate::xweibo_follows::{follow, unfollow};
use crate::xweibo_markup::join;
use crate::xweibo_messages::{act_as, message, messages, uid};
use crate::xweibo_unread::{assert_unread, clear};

/// A member removes something; `left` is what the first one has not read then.
async fn take_away(world: &World, who: usize, name: &str, id: &str, left: [u64; 5]) {
    rst(&act(world, who, name, &[("id", id)]).await);
    world.settle().await;
    assert_unread(world, 0, "", left).await;
}

#[tokio::test]
async fn what_is_gone_is_not_counted() {
    let world = World::new().await;
    let own = publish(&world, 0, "哈哈").await;
    follow(&world, 0, 1).await;
    follow(&world, 1, 0).await;
    let named = publish(&world, 1, "@小白").await;
    let cid = comment(&world, 1, &own, "@小白").await;
    message(&world, 1, 0, "好").await;
    world.settle().await;
    assert_unread(&world, 0, "", [0, 2, 1, 1, 1]).await;
    let sent = messages(&world, 1).await.remove(0);
    let [zero, one] = [0, 1].map(|who| uid(&world, who));
    for (who, name, id, left) in [
        (1, "destroy", &named, [0, 1, 1, 1, 1]),
        (1, "comment_destroy", &cid, [0, 0, 0, 1, 1]),
        (1, "deleteDirectMessage", &sent, [0, 0, 0, 1, 1]),
        (0, "deleteDirectMessage", &sent, [0, 0, 0, 1, 0]),
        (1, "deleteFriendship", &zero, [0; 5]),
    ] {
        take_away(&world, who, name, id, left).await;
    }
    for _ in 0..5 {
        follow(&world, 1, 0).await;
        unfollow(&world, 1, 0).await;
    }
    assert_unread(&world, 0, "", [0; 5]).await;
    // Removed from the fans, and blocked.
    let fan = [("id", &*one), ("is_follower", "1")];
    for (name, params) in [("deleteFriendship", &fan[..]), ("createBlocks", &fan[..1])] {
        follow(&world, 1, 0).await;
        assert_unread(&world, 0, "", [0, 0, 0, 1, 0]).await;
        rst(&act(&world, 0, name, params).await);
        assert_unread(&world, 0, "", [0; 5]).await;
    }
}

#[tokio::test]
async fn what_was_read_is_not_taken_back_once_more() {
    let world = World::new().await;
    let own = publish(&world, 0, "哈哈").await;
    follow(&world, 0, 1).await;
    for text in ["一", "二"] {
        follow(&world, 1, 0).await;
        let before = comment(&world, 1, &own, "@小白").await;
        let named = publish(&world, 1, &format!("@小白 {text}")).await;
        message(&world, 1, 0, text).await;
        world.settle().await;
        let read = messages(&world, 0).await.remove(0);
        assert_unread(&world, 0, "", [0, 2, 1, 1, 1]).await;
        clear(&world, 0, "").await;
        // One that is not read beside each that is.
        let after = comment(&world, 1, &own, "@小白").await;
        message(&world, 1, 0, text).await;
        world.settle().await;
        let [zero, new] = [uid(&world, 0), messages(&world, 0).await.remove(0)];
        assert_unread(&world, 0, "", [0, 1, 1, 0, 1]).await;
        for (who, name, id, left) in [
            (1, "comment_destroy", &before, [0, 1, 1, 0, 1]),
            (1, "destroy", &named, [0, 1, 1, 0, 1]),
            (0, "deleteDirectMessage", &read, [0, 1, 1, 0, 1]),
            (1, "deleteFriendship", &zero, [0, 1, 1, 0, 1]),
            (0, "comment_destroy", &after, [0, 0, 0, 0, 1]),
            (0, "deleteDirectMessage", &new, [0; 5]),
        ] {
            take_away(&world, who, name, id, left).await;
        }
    }
}

#[tokio::test]
async fn comments_of_a_destroyed_weibo_are_not_counted() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let weibo = publish(&world, 0, "哈哈").await;
    let first = comment(&world, 1, &weibo, "@Third 看").await;
    let reply = [
        ("id", &*weibo),
        ("cid", &*first),
        ("text", "@小白 @dogstar"),
    ];
    rst(&act_as(&world, "10010", "reply", &reply).await);
    let own = comment(&world, 0, &weibo, "@dogstar").await;
    world.settle().await;
    assert_unread(&world, 0, "", [0, 1, 2, 0, 0]).await;
    assert_unread(&world, 1, "", [0, 2, 1, 0, 0]).await;
    clear(&world, 0, "2").await;
    rst(&act(&world, 0, "destroy", &[("id", &*weibo)]).await);
    world.settle().await;
    for who in [0, 1] {
        assert_unread(&world, who, "", [0; 5]).await;
        assert_rst(&act(&world, who, "mentions", &[]).await, r#"{"data":[]}"#);
    }
    let third = act_as(&world, "10010", "unread", &[]).await;
    assert_rst(&third, r#"{"unread":[0,0,0,0,0],"data":null}"#);
    // What was left behind counts no more when its author removes it.
    for (who, id) in [(1, &first), (0, &own)] {
        rst(&act(&world, who, "comment_destroy", &[("id", id.as_str())]).await);
        world.settle().await;
        assert_unread(&world, 0, "", [0; 5]).await;
    }
}

#[tokio::test]
async fn whoever_is_blocked_mentions_nobody() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let own = publish(&world, 0, "哈哈").await;
    publish(&world, 1, "@小白").await;
    comment(&world, 1, &own, "@小白").await;
    let third = [("text", "@小白")];
    accepted(&act_as(&world, "10010", "update", &third).await);
    world.settle().await;
    assert_unread(&world, 0, "", [0, 3, 1, 0, 0]).await;
    let other = [("id", &*uid(&world, 1))];
    for _ in 0..2 {
        rst(&act(&world, 0, "createBlocks", &other).await);
        let theirs = publish(&world, 1, "还是@小白").await;
        comment(&world, 1, &theirs, "@小白").await;
        world.settle().await;
        // The comment is on the weibo's list.
        assert_unread(&world, 0, "", [0, 1, 1, 0, 0]).await;
        let listed = rst(&act(&world, 0, "mentions", &[]).await);
        assert_eq!(listed["data"].as_array().unwrap().len(), 1);
        rst(&act(&world, 1, "destroy", &[("id", &*theirs)]).await);
    }
    rst(&act(&world, 0, "deleteBlocks", &other).await);
    // What was dismissed is listed, but not new.
    assert_unread(&world, 0, "", [0, 1, 1, 0, 0]).await;
    publish(&world, 1, "又@小白").await;
    world.settle().await;
    assert_unread(&world, 0, "", [0, 2, 1, 0, 0]).await;
}
