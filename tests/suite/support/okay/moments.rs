//! Moments of OkayAPI: published, listed, liked, deleted.

use serde_json::Value;

use crate::support::call::{Call, Reply};
use crate::support::okay::calls::{MOMENT, Params, data, get, ids, post, posted_id, with};
use crate::support::who::Who;
use crate::support::world::World;

pub const GIVE_LIKE: &str = "App.Market_Minimoments.GiveLike";
pub const DELETE_MOMENT: &str = "App.Market_Minimoments.DeleteMoment";

/// `err_code` and `err_msg`.
pub type Answer = (u64, &'static str);
pub const DONE: Answer = (0, "");
pub const GONE: Answer = (1, "动态不存在或已被删除");

/// A call about the moment `id` by a member.
pub fn call(world: &World, service: &str, member: Who, id: u64) -> Call {
    let id = id.to_string();
    post(service, &with(&session(world, member), "id", &id))
}

/// Does `service` to a moment as a member.
pub async fn act(world: &World, service: &str, member: Who, id: u64) -> Reply {
    world.send(call(world, service, member, id)).await
}

/// The answer holds this and nothing else.
#[track_caller]
pub fn assert_answer(reply: &Reply, (code, text): Answer) {
    assert_eq!(reply.json()["ret"], 200, "{}", reply.body);
    let data = format!(r#""data":{{"err_code":{code},"err_msg":"{text}"}},"msg":"#);
    assert!(reply.body.contains(&data), "{} is not {data}", reply.body);
}

pub const SHOW_MOMENT: &str = "App.Market_Minimoments.ShowMoment";
pub const GET_MY_MOMENT: &str = "App.Market_Minimoments.GetMyMoment";

/// What shows that a member is signed in.
pub fn session(world: &World, member: Who) -> Params<'_> {
    let member = world.member(member);
    vec![
        ("uuid", member.uuid.as_str()),
        ("token", member.token.as_str()),
    ]
}

/// Publishes a moment in the open app, for all unless `params` say otherwise; gives its id.
pub async fn publish(world: &World, author: Who, params: &[(&str, &str)]) -> u64 {
    let mut all = session(world, author);
    all.extend([("moment_nickname", "小白"), ("moment_access", "0")]);
    for (name, value) in params {
        all = with(&all, name, value);
    }
    posted_id(&world.send(post(MOMENT, &all)).await)
}

/// A list as a member, or somebody who is not signed in, gets it.
pub async fn list(
    world: &World,
    service: &str,
    caller: Option<Who>,
    params: &[(&str, &str)],
) -> Value {
    let mut all = caller.map_or_else(Vec::new, |member| session(world, member));
    all.extend_from_slice(params);
    data(&world.send(get(service, &all)).await)
}

/// The ids and the total of a list.
#[track_caller]
pub fn found(data: &Value) -> (Vec<u64>, u64) {
    (ids(&data["items"]), data["total"].as_u64().unwrap())
}

/// The ids of the first 100 of a list, and its total.
pub async fn seen(world: &World, service: &str, caller: Option<Who>) -> (Vec<u64>, u64) {
    found(&list(world, service, caller, &[("perpage", "100")]).await)
}

/// The whole list, page by page.
pub async fn walk(world: &World, service: &str, caller: Option<Who>, per_page: usize) -> Vec<u64> {
    let size = per_page.to_string();
    let (mut all, mut totals) = (Vec::new(), Vec::new());
    let mut is_over = false;
    let mut page = 0;
    loop {
        page += 1;
        let (name, value) = if service == SHOW_MOMENT {
            // Blank at first: as if it were not sent.
            let last = all.last().map(u64::to_string);
            ("lastid", last.unwrap_or_default())
        } else {
            ("page", page.to_string())
        };
        let params = [(name, value.as_str()), ("perpage", size.as_str())];
        let (ids, total) = found(&list(world, service, caller, &params).await);
        totals.push(total);
        if ids.is_empty() {
            assert_eq!(totals, vec![all.len() as u64; totals.len()]);
            return all;
        }
        assert!(!is_over, "only the last page may be short");
        assert!(ids.iter().all(|id| !all.contains(id)), "{ids:?} twice");
        is_over = ids.len() < per_page;
        all.extend(ids);
        // Nothing is older than the first, and the document has no `lastid` of 1.
        if service == SHOW_MOMENT && all.last() == Some(&1) {
            assert_eq!(totals, vec![all.len() as u64; totals.len()]);
            return all;
        }
    }
}
