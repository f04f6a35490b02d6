//! Xweibo `createFavorite` and `deleteFavorite` (xweibo sections 2, 5.3, 7.24 and 7.25), and what
//! the tests of its operations on weibos share.

use serde_json::{Value, json};

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, STAR, Who, World};

const NOT_ADDED: Failure = (1020700, "50001:Error: system error!");
const NOT_DELETED: Failure = (1020701, "40031:Error: target weibo does not exist!");

/// Reposts a weibo and gives the answer's weibo.
async fn reposted(world: &World, who: Who, weibo: &str) -> Value {
    accepted(&act(world, who, "repost", &[("id", weibo)]).await)
}

#[tokio::test]
async fn a_favourite_is_made_once_and_deleted_once() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let params = [("id", &*weibo)];
    // One's own and that of another; again it stays as it is.
    for who in BOTH {
        let before = world.dump().await;
        done(&world, who, "createFavorite", &params).await;
        let made = world.dump().await;
        assert_ne!(made, before);
        done(&world, who, "createFavorite", &params).await;
        assert_eq!(world.dump().await, made);
    }
    for who in BOTH {
        done(&world, who, "deleteFavorite", &params).await;
        assert_refused(&world, who, "deleteFavorite", &params, NOT_DELETED).await;
    }
    done(&world, BAI, "createFavorite", &params).await;
    assert_refused(&world, STAR, "deleteFavorite", &params, NOT_DELETED).await;
    done(&world, BAI, "deleteFavorite", &params).await;
}

#[tokio::test]
async fn weibos_in_answers_tell_the_callers_favourites() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let params = [("id", &*weibo)];
    let with_forward = [("id", &*weibo), ("text", "好"), ("forward", "1")];
    rst(&act(&world, STAR, "createFavorite", &params).await);
    for (who, f) in [(BAI, 0), (STAR, 1)] {
        let data = reposted(&world, who, &weibo).await;
        assert_eq!((&data["f"], &data["rt"]["f"]), (&json!(0), &json!(f)));
        let wb = rst(&act(&world, who, "comment", &with_forward).await)["wb"].take();
        assert_eq!((&wb["f"], &wb["rt"]["f"]), (&json!(0), &json!(f)));
    }
    // Of a repost of a repost the root is shown, and its own mark.
    let middle = id(&reposted(&world, BAI, &weibo).await);
    rst(&act(&world, BAI, "createFavorite", &[("id", &*middle)]).await);
    assert_eq!(reposted(&world, BAI, &middle).await["rt"]["f"], 0);
    assert_eq!(reposted(&world, STAR, &middle).await["rt"]["f"], 1);
    rst(&act(&world, STAR, "deleteFavorite", &params).await);
    assert_eq!(reposted(&world, STAR, &weibo).await["rt"]["f"], 0);
}

#[tokio::test]
async fn a_destroyed_weibo_stops_being_a_favourite_and_becomes_none() {
    let world = World::new().await;
    let destroyed = publish(&world, BAI, "没了").await;
    let gone = [("id", &*destroyed)];
    rst(&act(&world, STAR, "createFavorite", &gone).await);
    rst(&act(&world, BAI, "destroy", &gone).await);
    assert_refused(&world, BAI, "createFavorite", &gone, NOT_ADDED).await;
    assert_refused(&world, BAI, "deleteFavorite", &gone, NOT_DELETED).await;
    done(&world, STAR, "deleteFavorite", &gone).await;
    assert_refused(&world, STAR, "deleteFavorite", &gone, NOT_DELETED).await;
    assert_refused(&world, STAR, "createFavorite", &gone, NOT_ADDED).await;
}

#[tokio::test]
async fn reposts_of_a_blocker_are_no_favourites() {
    let world = World::new().await;
    let friend = third_member(&world).await;
    let by_friend = async |weibo: &str| {
        let reply = act(&world, &friend, "repost", &[("id", weibo)]).await;
        id(&accepted(&reply))
    };
    let said = publish(&world, STAR, "看").await;
    let first = by_friend(&said).await;
    let own = id(&reposted(&world, BAI, &first).await);
    let twice = id(&reposted(&world, STAR, &said).await);
    let mine = publish(&world, BAI, "我").await;
    let of_mine = by_friend(&mine).await;
    let by_blocker = id(&reposted(&world, STAR, &mine).await);
    let marked = async |weibo: &str| {
        for name in ["createFavorite", "deleteFavorite"] {
            done(&world, BAI, name, &[("id", weibo)]).await;
        }
    };
    for weibo in [&first, &own, &twice, &of_mine, &by_blocker] {
        marked(weibo).await;
    }
    block(&world, STAR, BAI).await;
    for weibo in [&said, &first, &own, &twice, &by_blocker] {
        assert_refused(&world, BAI, "createFavorite", &[("id", weibo)], BLOCKED).await;
    }
    marked(&of_mine).await;
    // A destroyed weibo has no author to ask.
    rst(&act(&world, STAR, "destroy", &[("id", &*said)]).await);
    for weibo in [&first, &own] {
        marked(weibo).await;
    }
    assert_refused(&world, BAI, "createFavorite", &[("id", &*twice)], BLOCKED).await;
    unblock(&world, STAR, BAI).await;
    marked(&twice).await;
}
