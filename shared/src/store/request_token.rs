//! QZone's request tokens: asked for by a site, allowed by a member, exchanged once for an access token
//! (qzone section 2.4).

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use super::keys;
use super::oauth::{self, Nonce, Token, Ungranted};
use super::table::{self, Backoff, Consistency, Error, Values, number, text};
use super::transaction::{Refusal, Transaction, absent, when};
use crate::Ctx;
use crate::secret::{hex, same, sha256_hex};

/// How long a request token lives, in seconds.
pub(super) const TTL: i64 = 900;
/// How long a vericode works, in seconds.
const VERICODE_TTL: i64 = 300;
/// When those of [`put_lasting`] end: in 2100.
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
    /// Where the member is sent afterwards, where the site has said so already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<String>,
    /// When it ends, in seconds since 1970.
    pub expires_at: i64,
    /// The member who allowed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<u64>,
    /// The operations that the member was shown.
    #[serde(default)]
    pub allowed: BTreeSet<String>,
    /// The SHA-256 of the vericode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vericode: Option<String>,
    /// When the vericode ends, in seconds since 1970.
    #[serde(default)]
    vericode_until: i64,
    /// How many wrong vericodes came.
    #[serde(default)]
    wrong: u32,
    /// How often the member had taken back what the consumer was allowed, when this was allowed.
    #[serde(default)]
    withdrawals: u64,
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The nonce was used before.
    NonceUsed,
    /// The token is not there any more, or another call was faster.
    NoToken,
    /// The vericode is wrong or too old.
    Vericode,
    /// The member has allowed the consumer once more meanwhile: the access token is another.
    AnotherToken,
}

/// Makes a request token, and uses the nonce up: both or neither.
pub async fn issue(
    ctx: &Ctx,
    consumer: &str,
    callback: Option<String>,
    nonce: Nonce<'_>,
) -> Result<RequestToken, Refusal<Refused>> {
    let mut backoff = Backoff::new(ctx);
    loop {
        let token = RequestToken {
            token: oauth::new_token(ctx),
            secret: oauth::new_secret::<16>(ctx),
            consumer: consumer.to_owned(),
            callback: callback.clone(),
            expires_at: ctx.now().as_second() + TTL,
            uid: None,
            allowed: BTreeSet::new(),
            vericode: None,
            vericode_until: 0,
            wrong: 0,
            withdrawals: 0,
        };
        let stored = nonce
            .using(Transaction::new(ctx), ctx, Refused::NonceUsed)
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

/// Who has allowed a request token, what, and the vericode.
pub type Allowed<'a> = (u64, BTreeSet<String>, &'a str);

/// Stores a request token that does not end by itself: for demo data, whose tokens everybody knows.
pub async fn put_lasting(
    ctx: &Ctx,
    [token, secret, consumer]: [&str; 3],
    by: Option<Allowed<'_>>,
) -> Result<(), Error> {
    let (uid, allowed, vericode) = match by {
        Some((uid, allowed, vericode)) => (Some(uid), allowed, Some(sha256_hex(vericode))),
        None => (None, BTreeSet::new(), None),
    };
    let withdrawals = match uid {
        Some(uid) => oauth::withdrawals(ctx, uid, consumer).await?,
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
    let put = Transaction::<()>::new(ctx).put(&keys::request_token(&token.token), &token, None);
    put.commit_if().await.map(drop)
}

/// Reads a request token that lives.
pub async fn find(ctx: &Ctx, token: &str) -> Result<Option<RequestToken>, Error> {
    let key = keys::request_token(token);
    let found = table::get::<RequestToken>(ctx, &key, Consistency::Strong).await?;
    Ok(found.filter(|token| token.expires_at > ctx.now().as_second()))
}

/// Notes that the member `uid` allows the operations of `allowed`; gives the vericode, which takes the
/// place of an earlier one: buttons are pressed twice. Refused where somebody else has decided already.
pub async fn allow(
    ctx: &Ctx,
    token: &RequestToken,
    uid: u64,
    allowed: &BTreeSet<String>,
) -> Result<String, Refusal<Refused>> {
    let vericode = hex(&ctx.ids.bytes::<16>());
    let withdrawals = oauth::withdrawals(ctx, uid, &token.consumer).await?;
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
            number(ctx.now().as_second() + VERICODE_TTL),
        ),
    ]);
    Transaction::new(ctx)
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

/// Ends a request token that nobody has allowed: the member refuses. Says whether there was one.
pub async fn refuse(ctx: &Ctx, token: &RequestToken) -> Result<bool, Error> {
    let undecided = when("attribute_exists(PK) AND attribute_not_exists(uid)", ());
    // A transaction, because its token tells the caller's own repeated try from a second refusal.
    let gone = Transaction::new(ctx).delete(&keys::request_token(&token.token), Some(undecided));
    gone.commit_if().await
}

/// Exchanges a request token that was allowed for `access`, and uses the nonce up: all or nothing. Refused
/// where the member is banned by now or has taken back what was allowed. A wrong vericode is counted; the
/// fifth ends the token.
pub async fn exchange(
    ctx: &Ctx,
    request: &RequestToken,
    vericode: &str,
    access: &Token,
    nonce: Nonce<'_>,
) -> Result<(), Refusal<Refused>> {
    let is_right = request
        .vericode
        .as_ref()
        .is_some_and(|hash| same(hash, &sha256_hex(vericode)));
    if !is_right || request.vericode_until < ctx.now().as_second() {
        count_wrong(ctx, request, nonce).await?;
        return Err(Refusal::Condition(Refused::Vericode));
    }
    let transaction = nonce
        .using(Transaction::new(ctx), ctx, Refused::NonceUsed)
        .delete(
            &keys::request_token(&request.token),
            Some(when("attribute_exists(PK)", Refused::NoToken)),
        );
    let ungranted = Ungranted {
        banned: Refused::NoToken,
        changed: Refused::AnotherToken,
    };
    let granting = oauth::granting(
        transaction,
        ctx,
        access,
        request.withdrawals,
        false,
        ungranted,
    );
    match granting.commit().await {
        Err(Refusal::Condition(Refused::AnotherToken)) => {
            let uid = access.uid;
            let withdrawals = oauth::withdrawals(ctx, uid, &request.consumer).await?;
            Err(Refusal::Condition(if withdrawals == request.withdrawals {
                Refused::AnotherToken
            } else {
                Refused::NoToken
            }))
        }
        done => done,
    }
}

/// Counts a wrong vericode, and uses the nonce up; the fifth ends the token, however many come at once.
async fn count_wrong(
    ctx: &Ctx,
    request: &RequestToken,
    nonce: Nonce<'_>,
) -> Result<(), Refusal<Refused>> {
    let key = keys::request_token(&request.token);
    let using = || nonce.using(Transaction::new(ctx), ctx, Refused::NonceUsed);
    if request.wrong + 1 < MAX_WRONG {
        let further = when("attribute_exists(PK) AND wrong < :last", Refused::NoToken)
            .with(":last", number(MAX_WRONG - 1));
        let counted = using().add(&key, &[("wrong", 1)], Some(further));
        match counted.commit().await {
            // Others were faster: it is gone, or this is the fifth.
            Err(Refusal::Condition(Refused::NoToken)) => {}
            done => return done,
        }
    }
    let exists = when("attribute_exists(PK)", Refused::NoToken);
    using().delete(&key, Some(exists)).commit().await
}
