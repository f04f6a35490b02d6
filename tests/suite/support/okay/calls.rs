//! What the tests of OkayAPI share.

use demo::OPEN_APP;
use jiff::Timestamp;
use serde_json::{Value, json};
use weiquan::okay::{Login, Operation};
use weiquan_store::clients::{self, App, SignMode};
use weiquan_store::digest::md5_hex;
use weiquan_store::members::account::{self, NewLogin};
use weiquan_store::members::member::Member;
use weiquan_store::members::session::Realm;
use weiquan_store::table::Written;

use crate::support::call::{Call, Reply};
use crate::support::who::BAI;
use crate::support::world::World;

pub const SHOW: &str = "App.Market_Message.Show";
pub const POST: &str = "App.Market_Message.Post";
pub const MOMENT: &str = "App.Market_Minimoments.PostMoment";

/// The app of the vectors in section 1.5.
pub const KEY: &str = "TESTKEY0TESTKEY0TESTKEY0TESTKEY0";
pub const SECRET: &str = "synthetic-secret-for-tests-only-0001";

/// What every text of the 400 family begins with.
pub const PREFIX: &str = "客户端非法请求：";

/// Parameters by name.
pub type Params<'a> = Vec<(&'a str, &'a str)>;

/// The digest of section 1.1.
pub fn sign(params: &[(&str, &str)], secret: &str) -> String {
    let mut sorted = params.to_vec();
    sorted.retain(|(name, _)| *name != "sign");
    sorted.sort_unstable();
    let values = sorted.iter().map(|(_, value)| *value).chain([secret]);
    md5_hex(values).to_uppercase()
}

/// A call of `service` by the open app, everything in the query.
pub fn get(service: &str, params: &[(&str, &str)]) -> Call {
    Call::get("/")
        .query(&[("s", service), ("app_key", OPEN_APP)])
        .query(params)
}

/// A call of `service` by the open app, its own parameters as a form.
pub fn post(service: &str, params: &[(&str, &str)]) -> Call {
    Call::post("/")
        .query(&[("s", service), ("app_key", OPEN_APP)])
        .form(params)
}

/// A call of `service` by the app `key`, signed with `secret`.
pub fn signed(service: &str, key: &str, secret: &str, params: &[(&str, &str)]) -> Call {
    let mut all = vec![("s", service), ("app_key", key)];
    all.extend_from_slice(params);
    let sign = sign(&all, secret);
    Call::post("/").form(&with(&all, "sign", &sign))
}

/// The parameters without one.
pub fn without<'a>(params: &[(&'a str, &'a str)], name: &str) -> Params<'a> {
    let mut rest = params.to_vec();
    rest.retain(|(other, _)| *other != name);
    rest
}

/// The parameters with one set.
pub fn with<'a>(params: &[(&'a str, &'a str)], name: &'a str, value: &'a str) -> Params<'a> {
    let mut changed = without(params, name);
    changed.push((name, value));
    changed
}

/// The least that `service` needs, sent by the first member.
pub fn valid<'a>(world: &'a World, service: &str) -> Params<'a> {
    let member = world.member(BAI);
    match service {
        SHOW => Vec::new(),
        POST => vec![("message_content", "test")],
        _ => vec![
            ("uuid", member.uuid.as_str()),
            ("token", member.token.as_str()),
            ("moment_nickname", "小白"),
            ("moment_access", "0"),
        ],
    }
}

/// Stores the app of the vectors.
pub async fn create_app(world: &World, sign_mode: SignMode) {
    let app = App::new(KEY.into(), SECRET, sign_mode);
    let created = clients::create(&world.ctx.store, &app).await.unwrap();
    assert!(created == Written::Yes);
}

/// Logs a member in beside the other logins.
pub async fn log_in(world: &World, member: &Member, token: &str, expires_at: Timestamp) {
    let login = NewLogin {
        token,
        realm: Realm::Api,
        expires_at,
        keep_others: true,
    };
    let logged_in = account::log_in(&world.ctx.store, member, &login);
    logged_in.await.unwrap().unwrap();
}

/// Changes an app's settings; every process knows them when this returns.
pub async fn set_app(world: &World, key: &str, change: impl FnOnce(&mut App)) {
    let mut app: App = clients::read(&world.ctx.store, key).await.unwrap().unwrap();
    change(&mut app);
    clients::replace(&world.ctx.store, &app).await.unwrap();
    world.pass(61);
}

/// The table without the counts of calls and the counters of ids, which also move when nothing else is
/// stored.
pub async fn stored(world: &World) -> Vec<String> {
    let mut items = world.dump().await;
    items.retain(|item| {
        !["\"USE#", "\"RATE#", "\"IDS#"]
            .iter()
            .any(|part| item.contains(part))
    });
    items
}

/// The `data` of a success.
#[track_caller]
pub fn data(reply: &Reply) -> Value {
    let mut json = reply.json();
    assert_eq!(json["ret"], 200, "{}", reply.body);
    assert_eq!(json["data"]["err_code"], 0, "{}", reply.body);
    assert_eq!(json["data"]["err_msg"], "", "{}", reply.body);
    json["data"].take()
}

/// The `data` of a page.
pub async fn show(world: &World, params: &[(&str, &str)]) -> Value {
    data(&world.send(get(SHOW, params)).await)
}

/// Posts a message and gives its id.
pub async fn comment(world: &World, params: &[(&str, &str)]) -> u64 {
    let reply = world.send(post(POST, params)).await;
    posted_id(&reply)
}

/// The id of what was stored.
#[track_caller]
pub fn posted_id(reply: &Reply) -> u64 {
    data(reply)["id"].as_u64().unwrap()
}

/// The ids of a list of messages.
#[track_caller]
pub fn ids(items: &Value) -> Vec<u64> {
    let items = items.as_array().unwrap();
    items.iter().map(|m| m["id"].as_u64().unwrap()).collect()
}

#[track_caller]
pub fn assert_ret(reply: &Reply, ret: u16) {
    let operation = reply.operation;
    assert_eq!(reply.json()["ret"], ret, "{operation:?} {}", reply.body);
}

/// Parameters as the object of a JSON body.
pub fn object(params: &[(&str, &str)]) -> Value {
    let field = |(name, value): &(&str, &str)| ((*name).to_owned(), json!(value));
    params.iter().map(field).collect()
}

/// An answer with an empty `data`, this `ret` and a `msg` that holds `text`.
#[track_caller]
pub fn assert_refused(reply: &Reply, ret: u16, text: &str) {
    let json = reply.json();
    assert_eq!(json["ret"], ret, "{}", reply.body);
    assert_eq!(json["data"], json!({}), "{}", reply.body);
    let msg = json["msg"].as_str().unwrap();
    assert!(msg.contains(text), "{msg} does not say {text}");
}

/// A refusal whose `msg` is exactly `text` behind the prefix of its family.
#[track_caller]
pub fn assert_invalid(reply: &Reply, ret: u16, text: &str) {
    assert_refused(reply, ret, text);
    assert_eq!(reply.json()["msg"], format!("{PREFIX}{text}"));
}

/// What the sample of an operation sends, by the first member.
pub fn sample<'a>(world: &'a World, operation: &Operation) -> Params<'a> {
    let member = world.member(BAI);
    let session = [("uuid", &*member.uuid), ("token", &*member.token)].into_iter();
    let session = session.filter(|_| operation.login == Login::Required);
    let own = operation
        .params
        .iter()
        .filter_map(|param| Some((param.name, param.example?)));
    session.chain(own).collect()
}
