//! QZone's access tokens, and nonces that work once.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::client::Consumer;
use super::keys::{self, Key};
use super::member::Member;
use super::query::{Range, query_as};
use super::table::{self, Consistency, Error, Values, from_item, text};
use super::transaction::{Refusal, Transaction, absent, when};
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

/// What a member has allowed a consumer, as the member sees it: one for each consumer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The consumer's key.
    pub consumer: String,
    /// The access token; nobody is shown it.
    pub access_token: String,
    /// The operations.
    pub allowed: BTreeSet<String>,
    /// When it was allowed last, in seconds since 1970.
    pub since: i64,
}

/// Whose openid it is.
#[derive(Serialize, Deserialize)]
struct Owner {
    uid: u64,
}

/// Adds to a transaction an access token, the member's view of it, and whose openid it has; refused
/// with `another` where the member's view is of another token by now, unless that is `None`.
pub(super) fn granting<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    ctx: &Ctx,
    token: &Token,
    another: Option<E>,
) -> Transaction<'a, E> {
    let grant = Grant {
        consumer: token.consumer.clone(),
        access_token: token.token.clone(),
        allowed: token.allowed.clone(),
        since: ctx.now().as_second(),
    };
    let same = another.map(|another| {
        when("attribute_not_exists(PK) OR access_token = :token", another)
            .with(":token", text(&token.token))
    });
    transaction
        .put(&keys::token(&token.token), token, None)
        .put(&keys::grant(token.uid, &token.consumer), &grant, same)
        .put(
            &keys::openid(&token.openid),
            &Owner { uid: token.uid },
            None,
        )
}

/// Stores a token, in place of one that was stored under it; the member's view shows this one.
pub async fn grant(ctx: &Ctx, token: &Token) -> Result<(), Error> {
    let granted = granting::<()>(Transaction::new(ctx), ctx, token, None);
    granted.commit_if().await.map(drop)
}

/// The token that `consumer` gets for a member: the one that it has, with what is allowed now, else a
/// new one. So what a member sees and takes back is all that there is.
pub async fn token_for(
    ctx: &Ctx,
    consumer: &Consumer,
    member: &Member,
    allowed: BTreeSet<String>,
) -> Result<Token, Error> {
    let standing = match grant_of(ctx, member.uid, &consumer.key).await? {
        Some(grant) => find(ctx, &grant.access_token)
            .await?
            .filter(|token| !token.revoked),
        None => None,
    };
    Ok(match standing {
        Some(token) => Token { allowed, ..token },
        None => Token {
            token: new_token(ctx),
            secret: new_secret::<16>(ctx),
            consumer: consumer.key.clone(),
            uid: member.uid,
            openid: openid(consumer, &member.uuid),
            allowed,
            revoked: false,
        },
    })
}

/// What a member has allowed, by consumer.
pub async fn grants(ctx: &Ctx, uid: u64) -> Result<Vec<Grant>, Error> {
    let range = Range {
        pk: keys::grant(uid, "").pk,
        from: "0".to_owned(),
        to: "~".to_owned(),
        descending: false,
    };
    let read = from_item::<Grant>;
    let found = query_as(ctx, &range, Consistency::Strong, None, read, |_| false).await?;
    Ok(found.items)
}

/// What a member has allowed one consumer.
pub async fn grant_of(ctx: &Ctx, uid: u64, consumer: &str) -> Result<Option<Grant>, Error> {
    table::get(ctx, &keys::grant(uid, consumer), Consistency::Strong).await
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
    let mut transaction = Transaction::new(ctx).update(
        &keys::token(&token.token),
        "SET revoked = :true",
        revoked,
        Some(when("attribute_exists(PK)", ())),
    );
    let seen = grant_of(ctx, token.uid, &token.consumer).await?;
    if seen.is_some_and(|grant| grant.access_token == token.token) {
        transaction = transaction.delete(&keys::grant(token.uid, &token.consumer), None);
    }
    transaction.commit_if().await
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
        let expires = Used {
            expires_at: ctx.now().as_second() + NONCE_TTL,
        };
        transaction.put(&self.key(), &expires, Some(absent(used)))
    }

    fn key(&self) -> Key {
        keys::nonce(self.consumer, self.token, self.timestamp, self.nonce)
    }
}

/// Uses a nonce up by itself: for an authentic call that stores nothing else. `false` where it was
/// used before.
pub async fn use_nonce(ctx: &Ctx, nonce: Nonce<'_>) -> Result<bool, Error> {
    // A transaction, because its token tells the caller's own repeated try from a second use.
    nonce
        .using(Transaction::new(ctx), ctx, ())
        .commit_if()
        .await
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

/// Whether a nonce was used, for a call that must not count if it was.
pub async fn is_used(ctx: &Ctx, nonce: Nonce<'_>) -> Result<bool, Error> {
    let found = table::get::<IgnoredAny>(ctx, &nonce.key(), Consistency::Strong).await?;
    Ok(found.is_some())
}
