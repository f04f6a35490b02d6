//! QZone: every row of the table of section 4, which row answers where several fail, and whose
//! tokens work (qzone sections 4 and 7).

use weiquan_store::clients::{self, Consumer};
use weiquan_store::oauth::nonce::{self, Nonce};
use weiquan_store::oauth::token;

use crate::support::qzone::*;
use crate::support::{BASE_URL, Call, STAR, World};

/// A second consumer, and a token of it for the first member.
const OTHER_CONSUMER: &str = "200004";
const OTHER_SECRET: &str = "AnotherConsumerSecret0123456789a";
const OTHER_TOKEN: &str = "20000000000000000004";

async fn add_other_consumer(world: &World) {
    let name = &world.demo.qzone.consumer_key;
    let found = clients::read::<Consumer>(&world.ctx.store, name).await;
    let other = Consumer {
        key: OTHER_CONSUMER.into(),
        secret: OTHER_SECRET.to_owned(),
        openid_salt: "another-salt".to_owned(),
        ..found.unwrap().unwrap()
    };
    let created = clients::create(&world.ctx.store, &other).await;
    created.unwrap();
    grant(world, OTHER_TOKEN, |token| {
        token.consumer = OTHER_CONSUMER.into();
    })
    .await;
}

/// A call with one parameter set to something else before signing.
fn with(world: &World, name: &str, value: &str) -> Params {
    let mut params = params(world, &new_nonce(), DATA);
    set(&mut params, name, value);
    params
}

#[tokio::test]
async fn a_good_call_is_answered_with_ok() {
    let world = World::new().await;
    answered(&add(&world, params(&world, "1", DATA)).await, OK);
    assert_eq!(feeds(&world).await.len(), 1);
}

#[tokio::test]
async fn each_required_parameter_has_its_number() {
    let world = World::new().await;
    let before = world.dump().await;
    for (name, outcome) in [
        ("oauth_consumer_key", BAD_CONSUMER),
        ("oauth_nonce", BAD_NONCE),
        ("oauth_version", BAD_VERSION),
        ("oauth_signature_method", BAD_METHOD),
        ("oauth_timestamp", BAD_TIMESTAMP),
        ("oauth_token", BAD_TOKEN),
        ("openid", BAD_OPENID),
    ] {
        let mut without = params(&world, &new_nonce(), DATA);
        remove(&mut without, name);
        answered(&add(&world, without).await, outcome);
        answered(&add(&world, with(&world, name, "")).await, outcome);
    }
    let unsigned = params(&world, &new_nonce(), DATA);
    answered(&world.send(post(&unsigned)).await, BAD_SIGNATURE);
    let empty = with(&world, "oauth_signature", "");
    answered(&world.send(post(&empty)).await, BAD_SIGNATURE);
    assert_eq!(world.dump().await, before);

    let mut without = params(&world, &new_nonce(), DATA);
    remove(&mut without, "feeds_data");
    answered(&add(&world, without).await, BAD_DATA);
    answered(&add(&world, with(&world, "feeds_data", "")).await, BAD_DATA);
    assert_eq!(feeds(&world).await.len(), 0);
}

#[tokio::test]
async fn wrong_parameters_have_the_same_numbers() {
    let world = World::new().await;
    let before = world.dump().await;
    let second = world.member(STAR).openid.clone();
    for (name, value, outcome) in [
        ("oauth_consumer_key", "200009", BAD_CONSUMER),
        ("oauth_consumer_key", "appid", BAD_CONSUMER),
        ("oauth_consumer_key", "200003 ", BAD_CONSUMER),
        ("oauth_version", "2.0", BAD_VERSION),
        ("oauth_version", "1", BAD_VERSION),
        ("oauth_version", "1.0a", BAD_VERSION),
        ("oauth_signature_method", "PLAINTEXT", BAD_METHOD),
        ("oauth_signature_method", "HMAC-SHA256", BAD_METHOD),
        ("oauth_signature_method", "hmac-sha1", BAD_METHOD),
        ("oauth_token", "10000000000000000002", BAD_TOKEN),
        ("oauth_token", "10000000000000000001#", BAD_TOKEN),
        ("openid", "0123456789ABCDEF0123456789ABCDEF", BAD_OPENID),
        ("openid", &*second, BAD_OPENID),
    ] {
        answered(&add(&world, with(&world, name, value)).await, outcome);
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn a_timestamp_is_within_300_seconds_on_both_sides() {
    let world = World::new().await;
    let now = world.now().as_second();
    for (offset, outcome) in [
        (300, OK),
        (-300, OK),
        (301, BAD_TIMESTAMP),
        (-301, BAD_TIMESTAMP),
        (1_000_000_000, BAD_TIMESTAMP),
        (-now, BAD_TIMESTAMP),
    ] {
        let timestamp = (now + offset).to_string();
        let reply = add(&world, with(&world, "oauth_timestamp", &timestamp)).await;
        answered(&reply, outcome);
    }
    for timestamp in [
        "now".to_owned(),
        format!("{now}.0"),
        format!("-{now}"),
        format!("{now}s"),
        format!("0x{now:x}"),
        "9".repeat(30),
    ] {
        let reply = add(&world, with(&world, "oauth_timestamp", &timestamp)).await;
        answered(&reply, BAD_TIMESTAMP);
    }
    assert_eq!(feeds(&world).await.len(), 2);
}

#[tokio::test]
async fn a_token_works_for_its_consumer_only() {
    let world = World::new().await;
    add_other_consumer(&world).await;
    let before = world.dump().await;
    let foreign = with(&world, "oauth_token", OTHER_TOKEN);
    answered(&add(&world, foreign).await, BAD_TOKEN);

    let sign = |mut params: Params| {
        let secret = &world.demo.qzone.token_secret;
        let url = format!("{BASE_URL}/feeds/add_feeds");
        let base = t_base("POST", &url, &params);
        let signature = hmac(&format!("{OTHER_SECRET}&{secret}"), &base);
        set(&mut params, "oauth_signature", &signature);
        params
    };
    let mut other = with(&world, "oauth_consumer_key", OTHER_CONSUMER);
    answered(&world.send(post(&sign(other.clone()))).await, BAD_TOKEN);
    assert_eq!(world.dump().await, before);
    set(&mut other, "oauth_token", OTHER_TOKEN);
    answered(&world.send(post(&sign(other))).await, OK);
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once() {
    let world = World::new().await;
    answered(&add(&world, with(&world, "x", "1")).await, OK);
    let token = &world.demo.qzone.token;
    assert!(token::revoke(&world.ctx.store, token).await.unwrap());
    let before = world.dump().await;
    answered(&add(&world, with(&world, "x", "1")).await, EXPIRED);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn user_and_app_must_both_be_allowed() {
    let world = World::new().await;
    for allowed in ["add_share", "ADD_FEEDS", "add_feeds2", ""] {
        grant(&world, "20000000000000000002", |token| {
            token.allowed = [allowed.to_owned()].into();
        })
        .await;
        let params = with(&world, "oauth_token", "20000000000000000002");
        let before = world.dump().await;
        answered(&add(&world, params).await, NOT_AUTHORIZED);
        assert_eq!(world.dump().await, before);
    }
    change_consumer(&world, |consumer| consumer.allowed.clear()).await;
    let before = world.dump().await;
    answered(&add(&world, with(&world, "x", "1")).await, NOT_AUTHORIZED);
    assert_eq!(world.dump().await, before);
}

/// What can be wrong with a call, in the order in which it is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wrong {
    Packet,
    Consumer,
    Nonce,
    Version,
    Method,
    Timestamp,
    Token,
    Openid,
    Signature,
    Revoked,
    Forbidden,
    Reused,
    Data,
}

const ORDER: [(Wrong, Outcome); 13] = [
    (Wrong::Packet, BAD_PACKET),
    (Wrong::Consumer, BAD_CONSUMER),
    (Wrong::Nonce, BAD_NONCE),
    (Wrong::Version, BAD_VERSION),
    (Wrong::Method, BAD_METHOD),
    (Wrong::Timestamp, BAD_TIMESTAMP),
    (Wrong::Token, BAD_TOKEN),
    (Wrong::Openid, BAD_OPENID),
    (Wrong::Signature, BAD_SIGNATURE),
    (Wrong::Revoked, EXPIRED),
    (Wrong::Forbidden, NOT_AUTHORIZED),
    (Wrong::Reused, BAD_NONCE),
    (Wrong::Data, BAD_DATA),
];
const REVOKED: &str = "20000000000000000001";
const FORBIDDEN: &str = "20000000000000000002";
const REVOKED_AND_FORBIDDEN: &str = "20000000000000000003";

/// A call with `wrong` in it, and nothing else: `used` is a nonce that every token has had.
fn failing(world: &World, wrong: [Wrong; 2]) -> Call {
    let is = |what: Wrong| wrong.contains(&what);
    let mut params = params(world, &new_nonce(), DATA);
    let earlier = (world.now().as_second() - 301).to_string();
    let token = match (is(Wrong::Revoked), is(Wrong::Forbidden)) {
        _ if is(Wrong::Token) => "99999999999999999999",
        (true, true) => REVOKED_AND_FORBIDDEN,
        (true, false) => REVOKED,
        (false, true) => FORBIDDEN,
        (false, false) => world.demo.qzone.token.as_str(),
    };
    set(&mut params, "oauth_token", token);
    for (what, name, value) in [
        (Wrong::Packet, "oauth_foo", "oob"),
        (Wrong::Consumer, "oauth_consumer_key", "200009"),
        (Wrong::Reused, "oauth_nonce", "used"),
        (Wrong::Nonce, "oauth_nonce", "a\tb"),
        (Wrong::Version, "oauth_version", "2.0"),
        (Wrong::Method, "oauth_signature_method", "PLAINTEXT"),
        (Wrong::Timestamp, "oauth_timestamp", earlier.as_str()),
        (Wrong::Openid, "openid", "0123456789ABCDEF0123456789ABCDEF"),
        (Wrong::Data, "feeds_data", "no json"),
    ] {
        if is(what) {
            set(&mut params, name, value);
        }
    }
    let mut params = signed(world, params);
    if is(Wrong::Signature) {
        let zeros = "A".repeat(27) + "=";
        set(&mut params, "oauth_signature", &zeros);
    }
    post(&params)
}

#[tokio::test]
async fn the_first_wrong_thing_answers() {
    let world = World::new().await;
    grant(&world, REVOKED, |token| token.revoked = true).await;
    grant(&world, FORBIDDEN, |token| token.allowed.clear()).await;
    grant(&world, REVOKED_AND_FORBIDDEN, |token| {
        token.revoked = true;
        token.allowed.clear();
    })
    .await;
    let demo = world.demo.qzone.token.as_str();
    for token in [demo, REVOKED, FORBIDDEN, REVOKED_AND_FORBIDDEN] {
        let used = Nonce {
            consumer: &world.demo.qzone.consumer_key.as_str().into(),
            token,
            timestamp: world.now().as_second(),
            nonce: "used",
        };
        assert!(nonce::use_nonce(&world.ctx.store, used).await.unwrap());
    }
    let before = world.dump().await;
    for (at, (first, outcome)) in ORDER.into_iter().enumerate() {
        for &(second, _) in &ORDER[at + 1..] {
            let reply = world.send(failing(&world, [first, second])).await;
            assert!(reply.body.contains(outcome.1), "{first:?}, {second:?}");
            answered(&reply, outcome);
        }
    }
    assert_eq!(world.dump().await, before);
}
