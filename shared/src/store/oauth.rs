//! QZone's access tokens, and nonces that work once.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use super::client::Consumer;
use super::keys;
use super::query::{Range, query_as};
use super::table::{self, Consistency, Error, Values, from_item};
use super::transaction::{Condition, Refusal, Transaction, absent, when};
use crate::Ctx;
use crate::ids::LAST_ID;
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
    /// The id under which the member finds it, from which its time follows.
    pub grant: u64,
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

/// What a member has allowed a consumer, as the member sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id, from which its time follows.
    pub id: u64,
    /// The access token; nobody is shown it.
    pub token: String,
    /// The consumer's key.
    pub consumer: String,
    /// The operations.
    pub allowed: BTreeSet<String>,
}

/// Whose openid it is.
#[derive(Serialize, Deserialize)]
struct Owner {
    uid: u64,
}

/// Adds to a transaction an access token, the member's view of it, and whose openid it has.
pub(super) fn granting<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    token: &Token,
    free: Option<Condition<E>>,
) -> Transaction<'a, E> {
    let grant = Grant {
        id: token.grant,
        token: token.token.clone(),
        consumer: token.consumer.clone(),
        allowed: token.allowed.clone(),
    };
    transaction
        .put(&keys::token(&token.token), token, free)
        .put(&keys::grant(token.uid, token.grant), &grant, None)
        .put(
            &keys::openid(&token.openid),
            &Owner { uid: token.uid },
            None,
        )
}

/// Stores a token, in place of one that was stored under it.
pub async fn grant(ctx: &Ctx, token: &Token) -> Result<(), Error> {
    match granting::<()>(Transaction::new(ctx), token, None)
        .commit()
        .await
    {
        Ok(()) | Err(Refusal::Condition(())) => Ok(()),
        Err(Refusal::Store(error)) => Err(error),
    }
}

/// What a member has allowed, newest first.
pub async fn grants(ctx: &Ctx, uid: u64) -> Result<Vec<Grant>, Error> {
    let (from, to) = keys::ids(0, LAST_ID);
    let range = Range {
        pk: keys::grant(uid, 0).pk,
        from,
        to,
        descending: true,
    };
    let read = from_item::<Grant>;
    let found = query_as(ctx, &range, Consistency::Strong, None, read, |_| false).await?;
    Ok(found.items)
}

/// The member with an openid of any consumer.
pub async fn member_of(ctx: &Ctx, openid: &str) -> Result<Option<u64>, Error> {
    let owner = table::get_even_new::<Owner>(ctx, &keys::openid(openid)).await?;
    Ok(owner.map(|owner| owner.uid))
}

/// Reads a token as it is now: one that was taken back is known at once.
pub async fn find(ctx: &Ctx, token: &str) -> Result<Option<Token>, Error> {
    table::get(ctx, &keys::token(token), Consistency::Strong).await
}

/// Takes a token back; says whether there was one.
pub async fn revoke(ctx: &Ctx, token: &str) -> Result<bool, Error> {
    let Some(token) = find(ctx, token).await? else {
        return Ok(false);
    };
    let revoked = Values::from([(":true".to_owned(), AttributeValue::Bool(true))]);
    let outcome = Transaction::new(ctx)
        .update(
            &keys::token(&token.token),
            "SET revoked = :true",
            revoked,
            Some(when("attribute_exists(PK)", ())),
        )
        .delete(&keys::grant(token.uid, token.grant), None)
        .commit()
        .await;
    match outcome {
        Ok(()) => Ok(true),
        Err(Refusal::Condition(())) => Ok(false),
        Err(Refusal::Store(error)) => Err(error),
    }
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
struct Used {
    expires_at: i64,
}

impl Nonce<'_> {
    /// Adds to a transaction that the nonce is used up, refused with `used` where it was before.
    pub(super) fn using<'a, E: Clone>(
        &self,
        transaction: Transaction<'a, E>,
        ctx: &Ctx,
        used: E,
    ) -> Transaction<'a, E> {
        let key = keys::nonce(self.consumer, self.token, self.timestamp, self.nonce);
        let expires = Used {
            expires_at: ctx.now().as_second() + NONCE_TTL,
        };
        transaction.put(&key, &expires, Some(absent(used)))
    }
}

/// Uses a nonce up by itself: for an authentic call that stores nothing else. `false` where it was
/// used before.
pub async fn use_nonce(ctx: &Ctx, nonce: Nonce<'_>) -> Result<bool, Error> {
    // A transaction, because its token tells the caller's own repeated try from a second use.
    match nonce.using(Transaction::new(ctx), ctx, ()).commit().await {
        Ok(()) => Ok(true),
        Err(Refusal::Condition(())) => Ok(false),
        Err(Refusal::Store(error)) => Err(error),
    }
}

/// What an authentic call asks for; where that is an error, its nonce is used up all the same (qzone
/// section 7), and an error of the nonce comes first.
pub async fn or_use_nonce<T, E: From<Refusal<NonceUsed>>>(
    ctx: &Ctx,
    nonce: Nonce<'_>,
    outcome: Result<T, E>,
) -> Result<T, E> {
    match outcome {
        Ok(asked) => Ok(asked),
        Err(error) => match use_nonce(ctx, nonce).await {
            Ok(true) => Err(error),
            Ok(false) => Err(Refusal::Condition(NonceUsed).into()),
            Err(failure) => Err(Refusal::Store(failure).into()),
        },
    }
}

/// The nonce was used before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NonceUsed;
