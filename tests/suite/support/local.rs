//! The local system: started, and called.

use std::path::Path;
use weiquan_store::causes::causes;

use serde_json::Value;
use weiquan::form_data;

use crate::support::gateway::post;
use crate::support::who::Who;

pub async fn start_in(folder: &Path) -> Result<local::Running, String> {
    let options = local::Options {
        data: Some(folder.to_owned()),
        ..local::Options::default()
    };
    let started = local::start(&options).await;
    started.map_err(|cause| causes(&*cause))
}

/// The signed fields of a call by a member of the demo data.
pub fn signed(demo: &demo::Demo, who: Who, name: &str) -> Vec<(String, String)> {
    let site = &demo.xweibo;
    let uid = &who.member(demo).site_uid;
    let time = jiff::Timestamp::now().as_second().to_string();
    let keys = [&*site.akey, &site.skey, &site.api_key];
    let sign = weiquan::xweibo::sign(keys, uid, &time, name);
    let fields = [("api_uid", uid), ("api_time", &time), ("api_sign", &sign)];
    fields
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .to_vec()
}

/// Lets a member of the demo data call an operation of the system at its address.
pub async fn act_in(demo: &demo::Demo, who: Who, name: &str, params: &[(&str, &str)]) -> Value {
    let fields = signed(demo, who, name);
    let fields = fields.iter().map(|(name, value)| (&**name, &**value));
    let body = form_data::encode(fields.chain(params.iter().copied()));
    let target = format!("/api/weibo/action.{name}");
    let kind = "application/x-www-form-urlencoded";
    answer_of(&post(&demo.base_url, &target, kind, body.as_bytes()).await)
}

#[track_caller]
pub fn answer_of(reply: &str) -> Value {
    let body = reply.split_once("\r\n\r\n").unwrap().1;
    let answer: Value = serde_json::from_str(body).unwrap();
    assert_eq!(answer["errno"], 0, "{answer}");
    answer["rst"].clone()
}
