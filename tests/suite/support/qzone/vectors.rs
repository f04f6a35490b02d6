//! A world in which the published vectors of QZone's signatures are good.

use jiff::Timestamp;
use weiquan_store::clients::{self, Consumer};
use weiquan_store::oauth::token;

use crate::support::qzone::calls::Params;
use crate::support::who::BAI;
use crate::support::world::World;

pub const PUBLIC_URL: &str = "http://openapi.qzone.qq.com";
pub const APPKEY: &str = "0123456789abcdef0123456789abcdef";
pub const TOKEN_SECRET: &str = "AbCdEfGhIjKlMnOp";
pub const TOKEN: &str = "10000000000000000001";
pub const OPENID: &str = "0123456789ABCDEF0123456789ABCDEF";
pub const NONCE: &str = "1606161364";
pub const TIMESTAMP: i64 = 1_304_673_799;

/// A world with the consumer, the token and the time of the vectors.
pub async fn vector_world(form_signature: bool) -> World {
    let world = World::new().await;
    let name = &world.demo.qzone.consumer_key;
    let found = clients::read::<Consumer>(&world.ctx.store, name).await;
    let consumer = Consumer {
        secret: APPKEY.to_owned(),
        base_urls: vec![PUBLIC_URL.to_owned()],
        form_signature,
        ..found.unwrap().unwrap()
    };
    clients::replace(&world.ctx.store, &consumer).await.unwrap();
    let token = token::Token {
        token: TOKEN.to_owned(),
        secret: TOKEN_SECRET.to_owned(),
        consumer: name.into(),
        uid: world.member(BAI).uid,
        openid: OPENID.into(),
        allowed: ["add_feeds".to_owned()].into(),
        revoked: false,
    };
    token::grant(&world.ctx.store, &token).await.unwrap();
    world.clock.set(Timestamp::from_second(TIMESTAMP).unwrap());
    world
}

pub fn vector_params(data: &str) -> Params {
    let timestamp = TIMESTAMP.to_string();
    [
        ("oauth_version", "1.0"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", timestamp.as_str()),
        ("oauth_nonce", NONCE),
        ("oauth_consumer_key", "200003"),
        ("oauth_token", TOKEN),
        ("openid", OPENID),
        ("feeds_data", data),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}
