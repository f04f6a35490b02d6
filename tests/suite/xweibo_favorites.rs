//! Xweibo `createFavorite` and `deleteFavorite` (xweibo sections 2, 5.3, 7.24 and 7.25), and what
//! the tests of its operations on weibos share.

use serde_json::{Value, json};

use crate::world::{Call, Reply, World};
use crate::xweibo_access::change_member;
use crate::xweibo_blocks::{block, unblock};
use crate::xweibo_calls::{
    Failure, WRONG_SIGN, accepted, change_site, envelope, now, refs, refused, signed_at,
};
use crate::xweibo_follows::{act_as, third_member};

pub const SENSITIVE: Failure = (1010007, "Parameters contain sensitive characters");
pub const SILENCED: Failure = (1040005, "40028:黑名单用户");
const NOT_ADDED: Failure = (1020700, "50001:Error: system error!");
const NOT_DELETED: Failure = (1020701, "40031:Error: target weibo does not exist!");
const BLOCKED: Failure = (1020404, "由于用户设置，你无法进行评论");
const OUTAGE: Failure = (1040002, "Access Timeout or Access denied");
const NO_AUTHOR: Failure = (1040003, "Source paramter(appkey) is missing");
const POST_ONLY: Failure = (1040017, "只能使用POST方法");
const UNBOUND: Failure = (3010003, "Does not bind the user");

/// A user of the site that nobody is bound to.
pub const NOBODY: &str = "99999";

/// A call by a user of the site, signed for the name that the address spells.
pub fn call_as(world: &World, uid: &str, target: &str, params: &[(&str, &str)]) -> Call {
    let (_, route) = target.split_once("api/weibo/").unwrap();
    let name = route.strip_prefix("action.").unwrap_or(route);
    let fields = signed_at(world, uid, &now(world), name, params);
    Call::post(target).form(&refs(&fields))
}

/// A call by a member of the demo data.
pub fn call(world: &World, who: usize, name: &str, params: &[(&str, &str)]) -> Call {
    let target = format!("/api/weibo/action.{name}");
    call_as(world, &world.demo.members[who].site_uid, &target, params)
}

/// Calls the operation `name` as a member of the demo data.
pub async fn act(world: &World, who: usize, name: &str, params: &[(&str, &str)]) -> Reply {
    world.send(call(world, who, name, params)).await
}

/// The same at any address.
pub async fn reach(world: &World, who: usize, target: &str, params: &[(&str, &str)]) -> Reply {
    let uid = &world.demo.members[who].site_uid;
    world.send(call_as(world, uid, target, params)).await
}

/// Where these routes are: in the query and in the path.
pub fn addresses(routes: &[&str]) -> Vec<String> {
    let bases = ["/?m=", "/index.php?m=", "/", "/index.php/"];
    let at = |route: &&str| bases.map(|base| format!("{base}api/weibo/{route}"));
    routes.iter().flat_map(at).collect()
}

/// `rst` of an answer of success.
#[track_caller]
pub fn rst(reply: &Reply) -> Value {
    let answer = envelope(reply);
    assert_eq!(answer["errno"], 0, "{answer}");
    assert_eq!(answer["err"], "", "{answer}");
    answer["rst"].clone()
}

/// The call is refused and changes nothing.
pub async fn assert_refused(
    world: &World,
    who: usize,
    name: &str,
    params: &[(&str, &str)],
    failure: Failure,
) {
    let before = world.dump().await;
    let reply = act(world, who, name, params).await;
    assert_eq!(reply.json()["errno"], failure.0, "{name} {params:?}");
    refused(&reply, failure);
    assert_eq!(world.dump().await, before, "{name} {params:?}");
}

/// A good call of the first member is refused, and changes nothing, where it is signed for another
/// operation, sent by GET or by nobody's user, or meets an outage.
pub async fn assert_guarded(world: &World, name: &str, params: &[(&str, &str)]) {
    let before = world.dump().await;
    let target = format!("/api/weibo/action.{name}");
    let uid = world.demo.members[0].site_uid.as_str();
    let fields = signed_at(world, uid, &now(world), "update", params);
    let other = Call::post(&target).form(&refs(&fields));
    refused(&world.send(other).await, WRONG_SIGN);
    let fields = signed_at(world, uid, &now(world), name, params);
    let get = Call::get(&target).query(&refs(&fields));
    refused(&world.send(get).await, POST_ONLY);
    let nobody = call_as(world, NOBODY, &target, params);
    refused(&world.send(nobody).await, UNBOUND);
    world.faults.outage(true);
    refused(&act(world, 0, name, params).await, OUTAGE);
    world.faults.outage(false);
    assert_eq!(world.dump().await, before, "{name}");
}

/// A good call is refused where the site lets anonymous callers in.
pub async fn assert_needs_an_author(world: &World, name: &str, params: &[(&str, &str)]) {
    let listed = name.to_owned();
    change_site(world, |site| site.allow_anonymous = [listed].into()).await;
    let before = world.dump().await;
    let target = format!("/api/weibo/action.{name}");
    let nobody = call_as(world, NOBODY, &target, params);
    refused(&world.send(nobody).await, NO_AUTHOR);
    assert_eq!(world.dump().await, before, "{name}");
}

#[track_caller]
pub fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// Publishes a weibo and gives its id.
pub async fn publish(world: &World, who: usize, text: &str) -> String {
    id(&accepted(
        &act(world, who, "update", &[("text", text)]).await,
    ))
}

/// Comments on a weibo and gives the comment's id.
pub async fn comment(world: &World, who: usize, weibo: &str, text: &str) -> String {
    let params = [("id", weibo), ("text", text)];
    id(&rst(&act(world, who, "comment", &params).await)["comment"])
}

/// An answer of success whose `rst` is this text.
#[track_caller]
pub fn assert_rst(reply: &Reply, rst: &str) {
    let expected = format!(r#"{{"rst":{rst},"errno":0,"err":""}}"#);
    assert_eq!((reply.status, &reply.body), (200, &expected));
    assert_eq!(reply.headers["content-type"], "application/json");
}

/// Reposts a weibo and gives the answer's weibo.
async fn reposted(world: &World, who: usize, weibo: &str) -> Value {
    accepted(&act(world, who, "repost", &[("id", weibo)]).await)
}

#[tokio::test]
async fn a_favourite_is_made_once_and_deleted_once() {
    let world = World::new().await;
    let weibo = publish(&world, 0, "哈哈").await;
    let params = [("id", &*weibo)];
    // One's own and that of another; again it stays as it is.
    for who in [0, 1] {
        let before = world.dump().await;
        assert_rst(&act(&world, who, "createFavorite", &params).await, "true");
        let made = world.dump().await;
        assert_ne!(made, before);
        assert_rst(&act(&world, who, "createFavorite", &params).await, "true");
        assert_eq!(world.dump().await, made);
    }
    for who in [0, 1] {
        assert_rst(&act(&world, who, "deleteFavorite", &params).await, "true");
        assert_refused(&world, who, "deleteFavorite", &params, NOT_DELETED).await;
    }
    assert_rst(&act(&world, 0, "createFavorite", &params).await, "true");
    assert_refused(&world, 1, "deleteFavorite", &params, NOT_DELETED).await;
    assert_rst(&act(&world, 0, "deleteFavorite", &params).await, "true");
}

#[tokio::test]
async fn weibos_in_answers_tell_the_callers_favourites() {
    let world = World::new().await;
    let weibo = publish(&world, 0, "哈哈").await;
    let params = [("id", &*weibo)];
    let with_forward = [("id", &*weibo), ("text", "好"), ("forward", "1")];
    rst(&act(&world, 1, "createFavorite", &params).await);
    for (who, f) in [(0, 0), (1, 1)] {
        let data = reposted(&world, who, &weibo).await;
        assert_eq!((&data["f"], &data["rt"]["f"]), (&json!(0), &json!(f)));
        let wb = rst(&act(&world, who, "comment", &with_forward).await)["wb"].take();
        assert_eq!((&wb["f"], &wb["rt"]["f"]), (&json!(0), &json!(f)));
    }
    // Of a repost of a repost the root is shown, and its own mark.
    let middle = id(&reposted(&world, 0, &weibo).await);
    rst(&act(&world, 0, "createFavorite", &[("id", &*middle)]).await);
    assert_eq!(reposted(&world, 0, &middle).await["rt"]["f"], 0);
    assert_eq!(reposted(&world, 1, &middle).await["rt"]["f"], 1);
    rst(&act(&world, 1, "deleteFavorite", &params).await);
    assert_eq!(reposted(&world, 1, &weibo).await["rt"]["f"], 0);
}

#[tokio::test]
async fn what_does_not_exist_is_no_favourite() {
    let world = World::new().await;
    let weibo = publish(&world, 0, "哈哈").await;
    let destroyed = publish(&world, 0, "没了").await;
    let cid = comment(&world, 0, &weibo, "看").await;
    let gone = [("id", &*destroyed)];
    rst(&act(&world, 1, "createFavorite", &gone).await);
    rst(&act(&world, 0, "destroy", &gone).await);
    let not_number = format!("{weibo}x");
    let unknown = [
        "",
        "1",
        "0",
        "-1",
        "abc",
        "99999999999999999999",
        &not_number,
        &cid,
    ];
    for id in unknown {
        assert_refused(&world, 0, "createFavorite", &[("id", id)], NOT_ADDED).await;
        assert_refused(&world, 0, "deleteFavorite", &[("id", id)], NOT_DELETED).await;
    }
    // A destroyed weibo becomes none, but stops being one.
    assert_refused(&world, 0, "createFavorite", &gone, NOT_ADDED).await;
    assert_refused(&world, 0, "deleteFavorite", &gone, NOT_DELETED).await;
    assert_rst(&act(&world, 1, "deleteFavorite", &gone).await, "true");
    assert_refused(&world, 1, "deleteFavorite", &gone, NOT_DELETED).await;
    assert_refused(&world, 1, "createFavorite", &gone, NOT_ADDED).await;
}

#[tokio::test]
async fn reposts_of_a_blocker_are_no_favourites() {
    let world = World::new().await;
    let friend = third_member(&world).await;
    let by_friend = async |weibo: &str| {
        let reply = act_as(&world, &friend, "repost", &[("id", weibo)]).await;
        id(&accepted(&reply))
    };
    let said = publish(&world, 1, "看").await;
    let first = by_friend(&said).await;
    let own = id(&reposted(&world, 0, &first).await);
    let twice = id(&reposted(&world, 1, &said).await);
    let mine = publish(&world, 0, "我").await;
    let of_mine = by_friend(&mine).await;
    let by_blocker = id(&reposted(&world, 1, &mine).await);
    let marked = async |weibo: &str| {
        for name in ["createFavorite", "deleteFavorite"] {
            assert_rst(&act(&world, 0, name, &[("id", weibo)]).await, "true");
        }
    };
    for weibo in [&first, &own, &twice, &of_mine, &by_blocker] {
        marked(weibo).await;
    }
    block(&world, 1, 0).await;
    for weibo in [&said, &first, &own, &twice, &by_blocker] {
        assert_refused(&world, 0, "createFavorite", &[("id", weibo)], BLOCKED).await;
    }
    marked(&of_mine).await;
    // A destroyed weibo has no author to ask.
    rst(&act(&world, 1, "destroy", &[("id", &*said)]).await);
    for weibo in [&first, &own] {
        marked(weibo).await;
    }
    assert_refused(&world, 0, "createFavorite", &[("id", &*twice)], BLOCKED).await;
    unblock(&world, 1, 0).await;
    marked(&twice).await;
}

#[tokio::test]
async fn every_spelling_reaches_the_favourites() {
    let world = World::new().await;
    let weibo = publish(&world, 0, "哈哈").await;
    let params = [("id", &*weibo)];
    let made = addresses(&["action.createFavorite", "action.createfavorite"]);
    let deleted = addresses(&["action.deleteFavorite", "action.DELETEFAVORITE"]);
    for (made, deleted) in made.iter().zip(&deleted) {
        rst(&reach(&world, 1, made, &params).await);
        rst(&reach(&world, 1, deleted, &params).await);
        refused(&reach(&world, 1, deleted, &params).await, NOT_DELETED);
    }
}

#[tokio::test]
async fn only_members_have_favourites_and_silenced_ones_do_too() {
    let world = World::new().await;
    let weibo = publish(&world, 0, "哈哈").await;
    let params = [("id", &*weibo)];
    change_member(&world, 0, |member| member.silenced = true).await;
    for name in ["createFavorite", "deleteFavorite"] {
        assert_guarded(&world, name, &params).await;
        assert_needs_an_author(&world, name, &params).await;
        // After `createFavorite` there is one to delete.
        rst(&act(&world, 0, name, &params).await);
    }
}
