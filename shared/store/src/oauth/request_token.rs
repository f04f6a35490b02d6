//! QZone's request tokens. A site asks for one, a member allows it, and the site exchanges it once
//! for an access token (qzone section 2.4).

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use crate::digest::{hex, same, sha256_hex};
use crate::oauth::nonce::Nonce;
use crate::oauth::token::{self, Token, Ungranted};
use crate::table::{
    self, Backoff, Consistency, Error, Refusal, Transaction, Values, absent, number, text, when,
};
use crate::{Store, keys};

/// How long a request token lives, in seconds.
pub(crate) const TTL: i64 = 900;
/// How long a vericode is valid, in seconds.
const VERICODE_TTL: i64 = 300;
/// When the tokens of [`put_lasting`] expire: in 2100.
const LASTING: i64 = 4_102_444_800;
/// How many wrong vericodes end a request token.
const MAX_WRONG: u32 = 5;

/// A request token.
#[derive(Clone, Serialize, Deserialize)]
pub struct RequestToken {
    /// `oauth_token`: 20 decimal digits.
    pub token: String,
    /// `oauth_token_secret`: 16 letters and digits.
    pub secret: String,
    /// The consumer that asked for it.
    pub consumer: String,
    /// The address to which the member is sent afterwards, if the site has sent it already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<String>,
    /// When it expires, in seconds since 1970.
    pub expires_at: i64,
    /// The member who allowed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<u64>,
    /// The operations that were shown to the member.
    #[serde(default)]
    pub allowed: BTreeSet<String>,
    /// The SHA-256 of the vericode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vericode: Option<String>,
    /// When the vericode expires, in seconds since 1970.
    #[serde(default)]
    vericode_until: i64,
    /// How many wrong vericodes were sent.
    #[serde(default)]
    wrong: u32,
    /// How often the member had revoked the consumer's grant when this was allowed.
    #[serde(default)]
    withdrawals: u64,
}

/// Why the request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The nonce was used before.
    NonceUsed,
    /// The token no longer exists, or another call was faster.
    NoToken,
    /// The vericode is wrong or has expired.
    Vericode,
    /// The member has allowed the consumer again in the meantime, so the access token has changed.
    AnotherToken,
}

/// Creates a request token and uses the nonce up, both or neither.
pub async fn issue(
    store: &Store,
    consumer: &str,
    callback: Option<String>,
    nonce: Nonce<'_>,
) -> Result<RequestToken, Refusal<Refused>> {
    let mut backoff = Backoff::new(store);
    loop {
        let token = RequestToken {
            token: token::new_token(store),
            secret: token::new_secret::<16>(store),
            consumer: consumer.to_owned(),
            callback: callback.clone(),
            expires_at: store.now().as_second() + TTL,
            uid: None,
            allowed: BTreeSet::new(),
            vericode: None,
            vericode_until: 0,
            wrong: 0,
            withdrawals: 0,
        };
        let stored = nonce
            .using(Transaction::new(store), store, Refused::NonceUsed)
            .put(
                &keys::request_token(&token.token),
                &token,
                Some(absent(Refused::NoToken)),
            )
            .commit()
            .await;
        match stored {
            Ok(()) => return Ok(token),
            Err(Refusal::Condition(Refused::NoToken)) => backoff.wait("the token is taken").await?,
            Err(refusal) => return Err(refusal),
        }
    }
}

/// The member who has allowed a request token, the operations, and the vericode.
pub type Allowed<'a> = (u64, BTreeSet<String>, &'a str);

/// Stores a request token that does not expire, for demo data with publicly known tokens.
pub async fn put_lasting(
    store: &Store,
    [token, secret, consumer]: [&str; 3],
    by: Option<Allowed<'_>>,
) -> Result<(), Error> {
    let (uid, allowed, vericode) = match by {
        Some((uid, allowed, vericode)) => (Some(uid), allowed, Some(sha256_hex(vericode))),
        None => (None, BTreeSet::new(), None),
    };
    let withdrawals = match uid {
        Some(uid) => token::withdrawals(store, uid, consumer).await?,
        None => 0,
    };
    let token = RequestToken {
        token: token.to_owned(),
        secret: secret.to_owned(),
        consumer: consumer.to_owned(),
        callback: None,
        expires_at: LASTING,
        uid,
        allowed,
        vericode,
        vericode_until: LASTING,
        wrong: 0,
        withdrawals,
    };
    let put = Transaction::<()>::new(store).put(&keys::request_token(&token.token), &token, None);
    put.commit_if().await.map(drop)
}

/// Reads a live request token.
pub async fn find(store: &Store, token: &str) -> Result<Option<RequestToken>, Error> {
    let key = keys::request_token(token);
    let found = table::get::<RequestToken>(store, &key, Consistency::Strong).await?;
    Ok(found.filter(|token| token.expires_at > store.now().as_second()))
}

/// Stores that the member `uid` allows the operations of `allowed`. Returns the vericode, which replaces an earlier
/// one, because members press buttons twice. Refused if another member has decided already.
pub async fn allow(
    store: &Store,
    token: &RequestToken,
    uid: u64,
    allowed: &BTreeSet<String>,
) -> Result<String, Refusal<Refused>> {
    let vericode = hex(&store.ids().bytes::<16>());
    let withdrawals = token::withdrawals(store, uid, &token.consumer).await?;
    let values = Values::from([
        (":withdrawals".to_owned(), number(withdrawals)),
        (":uid".to_owned(), number(uid)),
        (
            ":allowed".to_owned(),
            AttributeValue::L(allowed.iter().map(text).collect()),
        ),
        (":vericode".to_owned(), text(sha256_hex(&vericode))),
        (
            ":until".to_owned(),
            number(store.now().as_second() + VERICODE_TTL),
        ),
    ]);
    Transaction::new(store)
        .update(
            &keys::request_token(&token.token),
            "SET uid = :uid, allowed = :allowed, withdrawals = :withdrawals, vericode = :vericode, \
             vericode_until = :until",
            values,
            Some(when(
                "attribute_exists(PK) AND (attribute_not_exists(uid) OR uid = :uid)",
                Refused::NoToken,
            )),
        )
        .commit()
        .await?;
    Ok(vericode)
}

/// Removes a request token that nobody has allowed, because the member refuses. Returns whether there was one.
pub async fn refuse(store: &Store, token: &RequestToken) -> Result<bool, Error> {
    let undecided = when("attribute_exists(PK) AND attribute_not_exists(uid)", ());
    // A transaction, because its token distinguishes a repeated try of the same call from a second refusal.
    let gone = Transaction::new(store).delete(&keys::request_token(&token.token), Some(undecided));
    gone.commit_if().await
}

/// Exchanges an allowed request token for `access` and uses the nonce up, all or nothing. Refused
/// if the member is banned by now or has revoked the grant. Wrong vericodes are counted; the fifth
/// ends the token.
pub async fn exchange(
    store: &Store,
    request: &RequestToken,
    vericode: &str,
    access: &Token,
    nonce: Nonce<'_>,
) -> Result<(), Refusal<Refused>> {
    let is_right = request
        .vericode
        .as_ref()
        .is_some_and(|hash| same(hash, &sha256_hex(vericode)));
    if !is_right || request.vericode_until < store.now().as_second() {
        count_wrong(store, request, nonce).await?;
        return Err(Refusal::Condition(Refused::Vericode));
    }
    let transaction = nonce
        .using(Transaction::new(store), store, Refused::NonceUsed)
        .delete(
            &keys::request_token(&request.token),
            Some(when("attribute_exists(PK)", Refused::NoToken)),
        );
    let ungranted = Ungranted {
        banned: Refused::NoToken,
        changed: Refused::AnotherToken,
    };
    let granting = token::granting(
        transaction,
        store,
        access,
        request.withdrawals,
        false,
        ungranted,
    );
    match granting.commit().await {
        Err(Refusal::Condition(Refused::AnotherToken)) => {
            let uid = access.uid;
            let withdrawals = token::withdrawals(store, uid, &request.consumer).await?;
            Err(Refusal::Condition(if withdrawals == request.withdrawals {
                Refused::AnotherToken
            } else {
                Refused::NoToken
            }))
        }
        done => done,
    }
}

/// Counts a wrong vericode and uses the nonce up. The fifth ends the token, however many arrive at once.
async fn count_wrong(
    store: &Store,
    request: &RequestToken,
    nonce: Nonce<'_>,
) -> Result<(), Refusal<Refused>> {
    let key = keys::request_token(&request.token);
    let using = || nonce.using(Transaction::new(store), store, Refused::NonceUsed);
    if request.wrong + 1 < MAX_WRONG {
        let further = when("attribute_exists(PK) AND wrong < :last", Refused::NoToken)
            .with(":last", number(MAX_WRONG - 1));
        let counted = using().add(&key, &[("wrong", 1)], Some(further));
        match counted.commit().await {
            // Others were faster: the token is gone, or this is the fifth.
            Err(Refusal::Condition(Refused::NoToken)) => {}
            done => return done,
        }
    }
    let exists = when("attribute_exists(PK)", Refused::NoToken);
    using().delete(&key, Some(exists)).commit().await
}
