//! Calls of QZone's `add_feeds`, the page that answers them, and what they stored: what the other
//! tests of QZone are made of.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use weiquan_store::clients::{self, Consumer};
use weiquan_store::digest::hmac_sha1;
use weiquan_store::keys;
use weiquan_store::oauth::token::{self, Token};

use crate::support::call::{Call, Reply, refs};
use crate::support::who::BAI;
use crate::support::world::{BASE_URL, World};

pub const PATH: &str = "/feeds/add_feeds";
pub const FORM: &str = "application/x-www-form-urlencoded";

/// A feed whose text looks different in each form of signature.
pub const DATA: &str =
    r#"{"action":1,"title":"A+B ~100% *ok*","titleurl":"http://example.com/?a=1&b=2"}"#;

/// An outcome: `ret` and `msg` (qzone section 4).
pub type Outcome = (&'static str, &'static str);
pub const OK: Outcome = ("0", "ok");
pub const BAD_DATA: Outcome = ("1000", "params error.");
pub const BUSY: Outcome = ("1001", "system busy.");
pub const BAD_PACKET: Outcome = ("41002", "request packet error.");
pub const BAD_CONSUMER: Outcome = ("40001", "oauth_consumer_key is invalid.");
pub const BAD_NONCE: Outcome = ("40002", "oauth_nonce is invalid.");
pub const BAD_VERSION: Outcome = ("40003", "oauth_version is invalid.");
pub const BAD_METHOD: Outcome = ("40004", "oauth_signature_method is invalid.");
pub const BAD_TIMESTAMP: Outcome = ("40005", "oauth_timestamp is invalid.");
pub const BAD_TOKEN: Outcome = ("40006", "oauth_token is invalid.");
pub const BAD_OPENID: Outcome = ("40007", "openid is invalid.");
pub const BAD_SIGNATURE: Outcome = ("41000", "oauth_signature is invalid.");
pub const NOT_AUTHORIZED: Outcome = ("41001", "not authorized.");
pub const EXPIRED: Outcome = ("41003", "oauth_token is expired.");
const OUTCOMES: [Outcome; 14] = [
    OK,
    BAD_DATA,
    BUSY,
    BAD_PACKET,
    BAD_CONSUMER,
    BAD_NONCE,
    BAD_VERSION,
    BAD_METHOD,
    BAD_TIMESTAMP,
    BAD_TOKEN,
    BAD_OPENID,
    BAD_SIGNATURE,
    NOT_AUTHORIZED,
    EXPIRED,
];

/// The number in a page that is right in all else.
#[track_caller]
pub fn number_in_page(reply: &Reply) -> &'static str {
    let told = |(ret, _): &Outcome| reply.body.contains(&format!(r#""ret":"{ret}""#));
    let outcome = OUTCOMES.into_iter().find(told).expect(&reply.body);
    answered_with(reply, reply.status, "qq.com", outcome);
    outcome.0
}

/// The page, byte for byte; an empty `domain` leaves its line out.
pub fn frame_page(domain: &str, (ret, msg): Outcome) -> String {
    let mut lines = vec![
        "<html>".to_owned(),
        "   <head>".to_owned(),
        r#"      <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />"#.to_owned(),
        "   </head>".to_owned(),
        "   <body>".to_owned(),
        r#"      <script type="text/javascript">"#.to_owned(),
        format!(r#"          document.domain="{domain}";"#),
        format!(r#"          frameElement.callback( {{"ret":"{ret}","type":"","msg":"{msg}"}} );"#),
        "      </script>".to_owned(),
        "   </body>".to_owned(),
        "</html>".to_owned(),
    ];
    if domain.is_empty() {
        lines.remove(6);
    }
    lines.join("\n") + "\n"
}

#[track_caller]
pub fn answered_with(reply: &Reply, status: u16, domain: &str, outcome: Outcome) {
    assert_eq!(reply.body, frame_page(domain, outcome));
    assert_eq!(reply.status, status);
    assert_eq!(reply.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(reply.headers["origin-agent-cluster"], "?0");
}

#[track_caller]
pub fn answered(reply: &Reply, outcome: Outcome) {
    answered_with(reply, 200, "qq.com", outcome);
}

pub type Params = Vec<(String, String)>;

/// Sets a parameter, or adds it.
pub fn set(params: &mut Params, name: &str, value: &str) {
    match params.iter_mut().find(|(own, _)| own == name) {
        Some((_, own)) => value.clone_into(own),
        None => params.push((name.to_owned(), value.to_owned())),
    }
}

pub fn remove(params: &mut Params, name: &str) {
    params.retain(|(own, _)| own != name);
}

/// The parameters of a call by the demo consumer for the first member, not yet signed.
pub fn params(world: &World, nonce: &str, feeds_data: &str) -> Params {
    let timestamp = world.now().as_second().to_string();
    [
        ("oauth_version", "1.0"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", timestamp.as_str()),
        ("oauth_nonce", nonce),
        ("oauth_consumer_key", world.demo.qzone.consumer_key.as_str()),
        ("oauth_token", world.demo.qzone.token.as_str()),
        ("openid", world.demo.qzone.openid.as_str()),
        ("feeds_data", feeds_data),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// A nonce that no call has had.
pub fn new_nonce() -> String {
    static LAST: AtomicU32 = AtomicU32::new(1_000_000_000);
    LAST.fetch_add(1, Ordering::Relaxed).to_string()
}

/// Everything but `A-Z a-z 0-9 - _ . ~` as `%XX`.
pub fn enc(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// `name=value&…`, sorted by name, nothing encoded.
pub fn norm(params: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = params
        .iter()
        .filter(|(name, _)| name != "oauth_signature")
        .collect();
    sorted.sort();
    let pairs: Vec<_> = sorted
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// The T form: the whole of the joined parameters is encoded once (qzone section 2.1).
pub fn t_base(method: &str, url: &str, params: &[(String, String)]) -> String {
    format!("{method}&{}&{}", enc(url), enc(&norm(params)))
}

pub fn hmac(key: &str, base: &str) -> String {
    BASE64_STANDARD.encode(hmac_sha1(key, base))
}

/// The key of the demo consumer and token.
pub fn key(world: &World) -> String {
    let qzone = &world.demo.qzone;
    format!("{}&{}", qzone.consumer_secret, qzone.token_secret)
}

/// Signs a call at `url` with the demo's secrets.
pub fn signed_at(world: &World, url: &str, mut params: Params) -> Params {
    let signature = hmac(&key(world), &t_base("POST", url, &params));
    set(&mut params, "oauth_signature", &signature);
    params
}

/// Signs a call at the gateway's address with the demo's secrets.
pub fn signed(world: &World, params: Params) -> Params {
    signed_at(world, &format!("{BASE_URL}{PATH}"), params)
}

pub fn post(params: &[(String, String)]) -> Call {
    Call::post(PATH).form(&refs(params))
}

/// Signs and sends.
pub async fn add(world: &World, params: Params) -> Reply {
    world.send(post(&signed(world, params))).await
}

/// Changes the demo consumer, so that it counts for the next call.
pub async fn change_consumer(world: &World, change: impl FnOnce(&mut Consumer)) {
    let key = &world.demo.qzone.consumer_key;
    let mut consumer: Consumer = clients::read(&world.ctx.store, key).await.unwrap().unwrap();
    change(&mut consumer);
    clients::replace(&world.ctx.store, &consumer).await.unwrap();
    world.pass(61);
}

/// Another token of the demo consumer for the first member, with the demo token's secret.
pub async fn grant(world: &World, name: &str, change: impl FnOnce(&mut Token)) {
    let found = token::find(&world.ctx.store, &world.demo.qzone.token).await;
    let mut token = found.unwrap().unwrap();
    token.token = name.to_owned();
    change(&mut token);
    token::grant(&world.ctx.store, &token).await.unwrap();
}

/// A feed as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    pub action: String,
    pub title: String,
    pub url: String,
    pub comment: Option<String>,
    pub summary: Option<String>,
    pub picture: Option<String>,
    pub media: Option<String>,
}

/// The first member's feeds, oldest first.
pub async fn feeds(world: &World) -> Vec<Stored> {
    let pk = keys::feed(world.member(BAI).uid, 0.into()).pk;
    let found = world
        .client()
        .query()
        .table_name(local::TABLE)
        .key_condition_expression("PK = :pk")
        .expression_attribute_values(":pk", AttributeValue::S(pk))
        .send()
        .await
        .unwrap();
    let stored = found.items().iter().map(|item| {
        let text = |name: &str| item.get(name).map(|value| value.as_s().unwrap().clone());
        Stored {
            action: text("action").unwrap(),
            title: text("title").unwrap(),
            url: text("url").unwrap(),
            comment: text("comment"),
            summary: text("summary"),
            picture: text("picture"),
            media: text("media"),
        }
    });
    stored.collect()
}
