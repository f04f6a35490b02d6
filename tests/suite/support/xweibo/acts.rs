//! Operations of Xweibo as members call them.

use serde_json::Value;

use crate::support::call::{Call, Reply, refs};
use crate::support::who::Who;
use crate::support::world::World;
use crate::support::xweibo::calls::{accepted, change_site, envelope, now, refused, signed_at};
use crate::support::xweibo::failures::{Failure, NO_AUTHOR};

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
pub fn call(world: &World, who: Who, name: &str, params: &[(&str, &str)]) -> Call {
    let target = format!("/api/weibo/action.{name}");
    call_as(world, &world.member(who).site_uid, &target, params)
}

/// Calls the operation `name` as a member of the demo data.
pub async fn act(world: &World, who: Who, name: &str, params: &[(&str, &str)]) -> Reply {
    world.send(call(world, who, name, params)).await
}

/// The same at any address.
pub async fn reach(world: &World, who: Who, target: &str, params: &[(&str, &str)]) -> Reply {
    let uid = &world.member(who).site_uid;
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
    who: Who,
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
pub async fn publish(world: &World, who: Who, text: &str) -> String {
    id(&accepted(
        &act(world, who, "update", &[("text", text)]).await,
    ))
}

/// Comments on a weibo and gives the comment's id.
pub async fn comment(world: &World, who: Who, weibo: &str, text: &str) -> String {
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

/// The id by which an entry is told from the others.
#[track_caller]
pub fn entry_id(entry: &Value) -> String {
    let keys: Vec<_> = entry.as_object().unwrap().keys().collect();
    if keys.len() == 1 {
        return id(&entry["wb"]);
    }
    assert_eq!(keys.len(), 2, "{entry}");
    assert!(entry["wb"].is_object(), "{entry}");
    id(&entry["comment"])
}

#[track_caller]
pub fn entry_ids(reply: &Reply) -> Vec<String> {
    let data = accepted(reply);
    data.as_array().unwrap().iter().map(entry_id).collect()
}

pub fn uid(world: &World, who: Who) -> String {
    world.member(who).uid.to_string()
}

/// Where the picture of a member who has uploaded none is.
pub fn no_avatar(world: &World, who: Who, size: u32) -> String {
    let uid = world.member(who).uid;
    format!("http://tp{}.sinaimg.cn/{uid}/{size}/0/0", uid.get() % 4 + 1)
}

/// Calls the operation `name` as a user of the site.
pub async fn act_by(world: &World, user: &str, name: &str, params: &[(&str, &str)]) -> Reply {
    let target = format!("/api/weibo/action.{name}");
    world.send(call_as(world, user, &target, params)).await
}
