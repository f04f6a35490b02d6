//! QZone's request tokens. A site asks for one, a member allows it, and the site exchanges it once
//! for an access token (qzone section 2.4).

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use crate::digest::{hex, same, sha256_hex};
use crate::id::{ConsumerKey, Uid};
use crate::oauth::nonce::{Nonce, NonceUsed};
use crate::oauth::token::{self, REQUEST_TTL, Token, Ungranted};
use crate::table::{
    self, Change, Consistency, Error, Transaction, absent, number, settled, text, until_settled,
    when,
};
use crate::{Store, keys};

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
    pub consumer: ConsumerKey,
    /// The address to which the member is sent afterwards, if the site has sent it already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<String>,
    /// When it expires, in seconds since 1970.
    pub expires_at: i64,
    /// The member who allowed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<Uid>,
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

/// The request token no longer exists, or another call was faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoToken;

/// Why a request token was not exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotExchanged {
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
    consumer: &ConsumerKey,
    callback: Option<String>,
    nonce: Nonce<'_>,
) -> Result<Result<RequestToken, NonceUsed>, Error> {
    until_settled(store, "the token is taken", || async {
        let token = RequestToken {
            token: token::new_token(store),
            secret: token::new_secret::<16>(store),
            consumer: consumer.clone(),
            callback: callback.clone(),
            expires_at: store.now().as_second() + REQUEST_TTL,
            uid: None,
            allowed: BTreeSet::new(),
            vericode: None,
            vericode_until: 0,
            wrong: 0,
            withdrawals: 0,
        };
        let key = keys::request_token(&token.token);
        let issued = nonce
            .using(Transaction::new(store), store, Some(NonceUsed))
            .put(&key, &token, Some(absent(None)))
            .commit()
            .await?;
        Ok(settled(issued.map(|()| token)))
    })
    .await
}

/// A request token for demo data, whose values are publicly known.
#[derive(Debug, Clone)]
pub struct Lasting<'a> {
    /// `oauth_token`.
    pub token: &'a str,
    /// `oauth_token_secret`.
    pub secret: &'a str,
    /// The consumer that asked for it.
    pub consumer: ConsumerKey,
    /// By whom it was allowed, if it was.
    pub allowed: Option<Allowed<'a>>,
}

/// What a member has allowed with a request token.
#[derive(Debug, Clone)]
pub struct Allowed<'a> {
    /// The member.
    pub uid: Uid,
    /// The operations.
    pub operations: BTreeSet<String>,
    /// The vericode with which the site exchanges the token.
    pub vericode: &'a str,
}

/// Stores a request token that does not expire.
pub async fn put_lasting(store: &Store, lasting: Lasting<'_>) -> Result<(), Error> {
    let mut token = RequestToken {
        token: lasting.token.to_owned(),
        secret: lasting.secret.to_owned(),
        consumer: lasting.consumer,
        callback: None,
        expires_at: LASTING,
        uid: None,
        allowed: BTreeSet::new(),
        vericode: None,
        vericode_until: LASTING,
        wrong: 0,
        withdrawals: 0,
    };
    if let Some(by) = lasting.allowed {
        token.withdrawals = token::withdrawals(store, by.uid, &token.consumer).await?;
        token.uid = Some(by.uid);
        token.allowed = by.operations;
        token.vericode = Some(sha256_hex(by.vericode));
    }
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
    uid: Uid,
    allowed: &BTreeSet<String>,
) -> Result<Result<String, NoToken>, Error> {
    let vericode = hex(&store.ids().bytes::<16>());
    let withdrawals = token::withdrawals(store, uid, &token.consumer).await?;
    let operations = AttributeValue::L(allowed.iter().map(text).collect());
    let decision = Change::new()
        .set("uid", uid)
        .set("allowed", operations)
        .set("withdrawals", withdrawals)
        .set("vericode", sha256_hex(&vericode))
        .set("vericode_until", store.now().as_second() + VERICODE_TTL);
    let is_open = when(
        "attribute_exists(PK) AND (attribute_not_exists(uid) OR uid = :uid)",
        NoToken,
    );
    let is_open = is_open.with(":uid", number(uid));
    let allowed = Transaction::new(store)
        .change(&keys::request_token(&token.token), decision, Some(is_open))
        .commit()
        .await?;
    Ok(allowed.map(|()| vericode))
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
) -> Result<Result<(), NotExchanged>, Error> {
    let is_right = request
        .vericode
        .as_ref()
        .is_some_and(|hash| same(hash, &sha256_hex(vericode)));
    if !is_right || request.vericode_until < store.now().as_second() {
        let counted = count_wrong(store, request, nonce).await?;
        return Ok(counted.and(Err(NotExchanged::Vericode)));
    }
    let transaction = nonce
        .using(Transaction::new(store), store, NotExchanged::NonceUsed)
        .delete(
            &keys::request_token(&request.token),
            Some(when("attribute_exists(PK)", NotExchanged::NoToken)),
        );
    let ungranted = Ungranted {
        banned: NotExchanged::NoToken,
        changed: NotExchanged::AnotherToken,
    };
    let (then, another) = (request.withdrawals, false);
    let exchanged = token::granting(transaction, store, access, then, another, ungranted)
        .commit()
        .await?;
    if exchanged == Err(NotExchanged::AnotherToken)
        && token::withdrawals(store, access.uid, &request.consumer).await? != then
    {
        return Ok(Err(NotExchanged::NoToken));
    }
    Ok(exchanged)
}

/// Counts a wrong vericode and uses the nonce up. The fifth ends the token, however many arrive at once.
async fn count_wrong(
    store: &Store,
    request: &RequestToken,
    nonce: Nonce<'_>,
) -> Result<Result<(), NotExchanged>, Error> {
    let key = keys::request_token(&request.token);
    let using = || nonce.using(Transaction::new(store), store, NotExchanged::NonceUsed);
    if request.wrong + 1 < MAX_WRONG {
        let further = when(
            "attribute_exists(PK) AND wrong < :last",
            NotExchanged::NoToken,
        );
        let further = further.with(":last", number(MAX_WRONG - 1));
        let one = Change::new().add("wrong", 1_u64);
        let counted = using().change(&key, one, Some(further)).commit().await?;
        // Otherwise others were faster: the token is gone, or this is the fifth.
        if counted != Err(NotExchanged::NoToken) {
            return Ok(counted);
        }
    }
    let exists = when("attribute_exists(PK)", NotExchanged::NoToken);
    using().delete(&key, Some(exists)).commit().await
}
