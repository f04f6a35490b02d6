//! How a call of Xweibo is addressed, signed and answered.

use demo::DemoSite;
use serde_json::{Value, json};
use weiquan_store::clients::{self, Site};
use weiquan_store::digest::md5_hex;

use crate::support::call::{Call, Reply, refs};
use crate::support::who::BAI;
use crate::support::world::World;
use crate::support::xweibo::failures::Failure;

/// The address of `update`, as the document prints it.
pub const UPDATE: &str = "/?m=api/weibo/action.update";
pub type Fields = Vec<(String, String)>;

pub fn owned(pairs: &[(&str, &str)]) -> Fields {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// `api_sign` as the document defines it.
pub fn sign(site: &DemoSite, uid: &str, time: &str, name: &str) -> String {
    let text = format!(
        "{}#{uid}#{time}#{}#{name}#{}",
        site.akey, site.skey, site.api_key
    );
    md5_hex([text.as_str()])
}

/// The fields of a call by a user of the site at `time`, signed for the operation `name`.
pub fn signed_at(
    world: &World,
    uid: &str,
    time: &str,
    name: &str,
    params: &[(&str, &str)],
) -> Fields {
    let sign = sign(&world.demo.xweibo, uid, time, name);
    let api = [("api_uid", uid), ("api_time", time), ("api_sign", &*sign)];
    let mut fields = owned(&api);
    fields.extend(owned(params));
    fields
}

pub fn now(world: &World) -> String {
    world.now().as_second().to_string()
}

/// The fields of a call of `update` by the first member.
pub fn signed(world: &World, params: &[(&str, &str)]) -> Fields {
    let uid = world.member(BAI).site_uid.as_str();
    signed_at(world, uid, &now(world), "update", params)
}

/// Calls `update` as the first member.
pub async fn update(world: &World, params: &[(&str, &str)]) -> Reply {
    let fields = signed(world, params);
    world.send(Call::post(UPDATE).form(&refs(&fields))).await
}

/// Changes the site's settings, so that they count for the next call.
pub async fn change_site(world: &World, change: impl FnOnce(&mut Site)) {
    let mut site: Site = clients::read(&world.ctx.store, ()).await.unwrap().unwrap();
    change(&mut site);
    clients::replace(&world.ctx.store, &site).await.unwrap();
    world.pass(61);
}

/// Lets whoever is bound to no member call one operation.
pub async fn allow_anonymous(world: &World, name: &str) {
    change_site(world, |site| {
        site.allow_anonymous = [name.to_owned()].into()
    })
    .await;
}

#[track_caller]
pub fn envelope(reply: &Reply) -> Value {
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.headers["content-type"], "application/json");
    let answer = reply.json();
    let mut keys: Vec<_> = answer.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    assert_eq!(keys, ["err", "errno", "rst"], "{answer}");
    answer
}

/// The weibo in an answer of success.
#[track_caller]
pub fn accepted(reply: &Reply) -> Value {
    let answer = envelope(reply);
    assert_eq!(answer["errno"], 0, "{answer}");
    assert_eq!(answer["err"], "", "{answer}");
    answer["rst"]["data"].clone()
}

#[track_caller]
pub fn refused(reply: &Reply, (errno, err): Failure) {
    let answer = envelope(reply);
    assert_eq!(answer, json!({"rst": false, "errno": errno, "err": err}));
}

/// Of these answers so many are successes, which are given; all others are this refusal.
#[track_caller]
pub fn winners(replies: &[Reply], count: usize, failure: Failure) -> Vec<&Reply> {
    let (won, lost): (Vec<_>, Vec<_>) =
        replies.iter().partition(|reply| reply.json()["errno"] == 0);
    assert_eq!((won.len(), lost.len()), (count, replies.len() - count));
    lost.into_iter().for_each(|reply| refused(reply, failure));
    won
}
