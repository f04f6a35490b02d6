//! Messages posted and read with few words, for the tests of threads and costs.

use serde_json::Value;

use crate::support::call::{Call, Reply};
use crate::support::world::World;

/// Calls `service` of the app without signature.
pub async fn call(world: &World, service: &str, pairs: &[(&str, &str)]) -> Reply {
    let request = Call::post(&format!("/?s={service}"))
        .query(&[("app_key", demo::OPEN_APP)])
        .form(pairs);
    world.send(request).await
}

/// The id in the answer to a post.
#[track_caller]
pub fn posted(reply: &Reply) -> u64 {
    let answer = reply.json();
    assert_eq!(answer["data"]["err_code"], 0, "{answer}");
    answer["data"]["id"].as_u64().unwrap()
}

/// Posts a message and gives its id.
pub async fn post(world: &World, key: &str, pid: u64, content: &str) -> u64 {
    let pid = pid.to_string();
    let pairs = [
        ("message_key", key),
        ("message_pid", &pid),
        ("message_content", content),
    ];
    posted(&call(world, "App.Market_Message.Post", &pairs).await)
}

/// A page of the thread `key`.
pub async fn show(world: &World, key: &str, order: u32, page: u64, per_page: u64) -> Reply {
    let (order, page, per_page) = (order.to_string(), page.to_string(), per_page.to_string());
    let pairs = [
        ("message_key", key),
        ("order", &order),
        ("page", &page),
        ("perpage", &per_page),
    ];
    call(world, "App.Market_Message.Show", &pairs).await
}

/// The roots of a page.
pub fn items(answer: &Value) -> &[Value] {
    answer["data"]["items"].as_array().unwrap()
}

/// The ids of a page's roots.
pub fn ids(reply: &Reply) -> Vec<u64> {
    let answer = reply.json();
    assert_eq!(answer["ret"], 200, "{answer}");
    items(&answer)
        .iter()
        .map(|item| item["id"].as_u64().unwrap())
        .collect()
}
