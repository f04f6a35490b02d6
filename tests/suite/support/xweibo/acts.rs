//! Operations of Xweibo as members call them.

use serde_json::Value;

use crate::support::call::{Call, Reply, refs};
use crate::support::who::Who;
use crate::support::world::World;
use crate::support::xweibo::calls::{accepted, allow_anonymous, envelope, now, refused, signed_at};
use crate::support::xweibo::failures::{Failure, NO_AUTHOR};

/// A user of the site that nobody is bound to.
pub const NOBODY: &str = "99999";

/// Whoever calls: a member of the demo data, any other member, or a user of the site by its number there.
pub trait Caller {
    fn user<'a>(&'a self, world: &'a World) -> &'a str;
}

impl Caller for Who {
    fn user<'a>(&'a self, world: &'a World) -> &'a str {
        &world.member(*self).site_uid
    }
}

impl Caller for &str {
    fn user<'a>(&'a self, _: &'a World) -> &'a str {
        self
    }
}

/// A call by a user of the site, signed for the name that the address spells.
pub fn call_as(world: &World, uid: &str, target: &str, params: &[(&str, &str)]) -> Call {
    let (_, route) = target.split_once("api/weibo/").unwrap();
    let name = route.strip_prefix("action.").unwrap_or(route);
    let fields = signed_at(world, uid, &now(world), name, params);
    Call::post(target).form(&refs(&fields))
}

/// A call of the operation `name`.
pub fn call(world: &World, who: impl Caller, name: &str, params: &[(&str, &str)]) -> Call {
    let target = format!("/api/weibo/action.{name}");
    call_as(world, who.user(world), &target, params)
}

/// Calls the operation `name`.
pub async fn act(world: &World, who: impl Caller, name: &str, params: &[(&str, &str)]) -> Reply {
    world.send(call(world, who, name, params)).await
}

/// The same at any address.
pub async fn reach(world: &World, who: Who, target: &str, params: &[(&str, &str)]) -> Reply {
    world
        .send(call_as(world, who.user(world), target, params))
        .await
}

/// The call is answered with true.
pub async fn done(world: &World, who: impl Caller, name: &str, params: &[(&str, &str)]) {
    assert_rst(&act(world, who, name, params).await, "true");
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
    who: impl Caller,
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

/// A good call is refused where the site lets anonymous callers in.
pub async fn assert_needs_an_author(world: &World, name: &str, params: &[(&str, &str)]) {
    allow_anonymous(world, name).await;
    assert_refused(world, NOBODY, name, params, NO_AUTHOR).await;
}

#[track_caller]
pub fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// Publishes a weibo and gives its id.
pub async fn publish(world: &World, who: impl Caller, text: &str) -> String {
    id(&accepted(
        &act(world, who, "update", &[("text", text)]).await,
    ))
}

/// Comments on a weibo and gives the comment's id.
pub async fn comment(world: &World, who: impl Caller, weibo: &str, text: &str) -> String {
    let params = [("id", weibo), ("text", text)];
    id(&rst(&act(world, who, "comment", &params).await)["comment"])
}

/// Replies to a comment and gives the reply's id.
pub async fn reply(world: &World, who: impl Caller, weibo: &str, cid: &str, text: &str) -> String {
    let params = [("id", weibo), ("cid", cid), ("text", text)];
    id(&rst(&act(world, who, "reply", &params).await)["comment"])
}

/// Reposts a weibo and gives the repost's id.
pub async fn repost(world: &World, who: impl Caller, weibo: &str, text: &str) -> String {
    let params = [("id", weibo), ("text", text)];
    id(&accepted(&act(world, who, "repost", &params).await))
}

/// Destroys a weibo.
pub async fn destroy(world: &World, who: impl Caller, weibo: &str) {
    done(world, who, "destroy", &[("id", weibo)]).await;
}

/// A weibo as `show` has it.
pub async fn show(world: &World, who: impl Caller, weibo: &str) -> Value {
    accepted(&act(world, who, "show", &[("id", weibo)]).await)
}

/// An answer of success whose `rst` is this text.
#[track_caller]
pub fn assert_rst(reply: &Reply, rst: &str) {
    let expected = format!(r#"{{"rst":{rst},"errno":0,"err":""}}"#);
    assert_eq!((reply.status, &reply.body), (200, &expected));
    assert_eq!(reply.headers["content-type"], "application/json");
}

/// The id by which an entry is told from the others.
#[track_caller]
pub fn entry_id(entry: &Value) -> String {
    let Some(weibo) = entry.get("wb") else {
        return id(entry);
    };
    let (weibo, comment) = (id(weibo), entry.get("comment").map(id));
    let keys = 1 + usize::from(comment.is_some());
    assert_eq!(entry.as_object().unwrap().len(), keys, "{entry}");
    comment.unwrap_or(weibo)
}

/// The ids of the entries on a page.
#[track_caller]
pub fn page_ids(page: &Value) -> Vec<String> {
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(entry_id)
        .collect()
}

#[track_caller]
pub fn entry_ids(reply: &Reply) -> Vec<String> {
    page_ids(&rst(reply))
}

/// The ids on a page of the list that `name` gives.
pub async fn listed(
    world: &World,
    who: impl Caller,
    name: &str,
    params: &[(&str, &str)],
) -> Vec<String> {
    entry_ids(&act(world, who, name, params).await)
}

pub fn uid(world: &World, who: Who) -> String {
    world.member(who).uid.to_string()
}

/// Where the picture of a member who has uploaded none is.
pub fn no_avatar(world: &World, who: Who, size: u32) -> String {
    let uid = world.member(who).uid;
    format!("http://tp{}.sinaimg.cn/{uid}/{size}/0/0", uid.get() % 4 + 1)
}
