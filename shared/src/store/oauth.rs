//! QZone's access tokens, and nonces that work once.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::client::Consumer;
use super::keys::{self, Key};
use super::table::{self, Consistency, Error, to_item};
use super::transaction::{Refusal, Transaction, absent};
use crate::Ctx;
use crate::secret::{hex, hmac_sha256};

/// How long a nonce is remembered, in seconds: the clock window of 300 seconds on both sides
/// (qzone section 7), with room.
pub const NONCE_TTL: i64 = 900;

/// The right to act for a member.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// `oauth_token`: decimal digits.
    pub token: String,
    /// `oauth_token_secret`: letters and digits.
    pub secret: String,
    /// The consumer that it was granted to.
    pub consumer: String,
    /// The member who granted it.
    pub uid: u64,
    /// The member for this consumer: 32 upper-case hex digits.
    pub openid: String,
    /// The operations that it allows, such as `add_feeds`.
    #[serde(default)]
    pub allowed: BTreeSet<String>,
    /// It was taken back (41003).
    #[serde(default)]
    pub revoked: bool,
}

/// A member's openid for a consumer: the same every time, and another for each consumer.
pub fn openid(consumer: &Consumer, uuid: &str) -> String {
    let digest = hmac_sha256(&consumer.openid_salt, uuid);
    hex(digest.get(..16).unwrap_or_default()).to_uppercase()
}

/// A new token: 20 decimal digits.
pub fn new_token(ctx: &Ctx) -> String {
    let random = u64::from_le_bytes(ctx.ids.bytes());
    format!("{:020}", u128::from(random) + 10_000_000_000_000_000_000)
}

/// A new secret of `N` letters and digits, so that every signature form makes the same key of it
/// (qzone section 2.2).
pub fn new_secret<const N: usize>(ctx: &Ctx) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNPQRSTUVWXYZ2345678";
    ctx.ids
        .bytes::<N>()
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|&letter| char::from(letter))
        .collect()
}

/// Stores a token.
pub async fn grant(ctx: &Ctx, token: &Token) -> Result<(), Error> {
    let item = to_item(&keys::token(&token.token), token)?;
    table::put(ctx, item, None).await.map(drop)
}

/// Reads a token as it is now: one that was taken back is known at once.
pub async fn find(ctx: &Ctx, token: &str) -> Result<Option<Token>, Error> {
    table::get(ctx, &keys::token(token), Consistency::Strong).await
}

/// Takes a token back; says whether there was one.
pub async fn revoke(ctx: &Ctx, token: &str) -> Result<bool, Error> {
    let revoked = table::update(
        ctx,
        &keys::token(token),
        "SET revoked = :true",
        Some("attribute_exists(PK)"),
        table::Values::from([(
            ":true".to_owned(),
            aws_sdk_dynamodb::types::AttributeValue::Bool(true),
        )]),
    )
    .await?;
    Ok(revoked.is_some())
}

/// What makes a call one of its kind.
#[derive(Debug, Clone, Copy)]
pub struct Nonce<'a> {
    /// `oauth_consumer_key`.
    pub consumer: &'a str,
    /// `oauth_token`.
    pub token: &'a str,
    /// `oauth_timestamp`.
    pub timestamp: i64,
    /// `oauth_nonce`.
    pub nonce: &'a str,
}

#[derive(Serialize)]
pub(super) struct Used {
    expires_at: i64,
}

impl Nonce<'_> {
    pub(super) fn key(&self) -> Key {
        keys::nonce(self.consumer, self.token, self.timestamp, self.nonce)
    }

    pub(super) fn used(&self, ctx: &Ctx) -> Used {
        Used {
            expires_at: ctx.now().as_second() + NONCE_TTL,
        }
    }
}

/// Uses a nonce up by itself: for an authentic call that stores nothing else. `false` where it was
/// used before.
pub async fn use_nonce(ctx: &Ctx, nonce: Nonce<'_>) -> Result<bool, Error> {
    // A transaction, because its token tells the caller's own repeated try from a second use.
    let used = Transaction::new(ctx).put(&nonce.key(), &nonce.used(ctx), Some(absent(())));
    match used.commit().await {
        Ok(()) => Ok(true),
        Err(Refusal::Condition(())) => Ok(false),
        Err(Refusal::Store(error)) => Err(error),
    }
}
