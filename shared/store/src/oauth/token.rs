//! QZone's access tokens, and what members have allowed with them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::clients::Consumer;
use crate::digest::{hex, hmac_sha256};
use crate::id::{ConsumerKey, Openid, Uid, Uuid};
use crate::members::member::{self, Member};
use crate::table::{
    self, Change, Consistency, Error, Transaction, from_item, number, query_as, settled, text,
    until_settled, when,
};
use crate::{Store, keys};

/// How long a request token lives, in seconds.
pub(super) const REQUEST_TTL: i64 = 900;
/// How long the revocation of a grant is stored, in seconds. This is longer than the lifetime of
/// any request token that was allowed before it.
const WITHDRAWAL_TTL: i64 = 2 * REQUEST_TTL;

/// The right to act for a member.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// `oauth_token`: decimal digits.
    pub token: String,
    /// `oauth_token_secret`: letters and digits.
    pub secret: String,
    /// The consumer to which it was granted.
    pub consumer: ConsumerKey,
    /// The member who granted it.
    pub uid: Uid,
    /// The member's openid for this consumer: 32 upper-case hex digits.
    pub openid: Openid,
    /// The operations that it allows, such as `add_feeds`.
    #[serde(default)]
    pub allowed: BTreeSet<String>,
    /// It was revoked (41003).
    #[serde(default)]
    pub revoked: bool,
}

/// A member's openid for a consumer. It is always the same, and different for each consumer.
pub fn openid(consumer: &Consumer, uuid: &Uuid) -> Openid {
    let digest = hmac_sha256(&consumer.openid_salt, uuid);
    hex(digest.get(..16).unwrap_or_default())
        .to_uppercase()
        .into()
}

/// A member's openid for a consumer: the one that the operator has set, else [`openid`].
pub fn openid_of(consumer: &Consumer, member: &Member) -> Openid {
    let given = member.openids.get(&consumer.key);
    given
        .cloned()
        .unwrap_or_else(|| openid(consumer, &member.uuid))
}

/// A new token: 20 decimal digits.
pub(super) fn new_token(store: &Store) -> String {
    let random = u64::from_le_bytes(store.ids().bytes());
    format!("{:020}", u128::from(random) + 10_000_000_000_000_000_000)
}

/// A new secret of `N` letters and digits. With these, every signature form makes the same key
/// (qzone section 2.2).
pub fn new_secret<const N: usize>(store: &Store) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNPQRSTUVWXYZ2345678";
    store
        .ids()
        .bytes::<N>()
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|&letter| char::from(letter))
        .collect()
}

/// What a member has allowed a consumer to do, as the member sees it. There is one for each consumer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The consumer's key.
    pub consumer: ConsumerKey,
    /// The access token. It is never shown.
    pub access_token: String,
    /// The operations.
    pub allowed: BTreeSet<String>,
    /// When it was last allowed, in seconds since 1970.
    pub since: i64,
}

/// A grant in the table. After a revocation it has no token, and stays for the lifetime of a
/// request token that was allowed before.
#[derive(Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) consumer: ConsumerKey,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) access_token: Option<String>,
    #[serde(default)]
    pub(super) allowed: BTreeSet<String>,
    #[serde(default)]
    pub(super) since: i64,
    /// How often the member has revoked it.
    #[serde(default)]
    pub(super) withdrawals: u64,
}

impl Row {
    /// The member's view of a token.
    pub(super) fn of(store: &Store, token: &Token, withdrawals: u64) -> Self {
        Self {
            consumer: token.consumer.clone(),
            access_token: Some(token.token.clone()),
            allowed: token.allowed.clone(),
            since: store.now().as_second(),
            withdrawals,
        }
    }

    pub(super) async fn read(
        store: &Store,
        uid: Uid,
        consumer: &ConsumerKey,
    ) -> Result<Self, Error> {
        let key = keys::grant(uid, consumer);
        let found = table::get::<Self>(store, &key, Consistency::Strong).await?;
        Ok(found.unwrap_or_else(|| Self {
            consumer: consumer.clone(),
            access_token: None,
            allowed: BTreeSet::new(),
            since: 0,
            withdrawals: 0,
        }))
    }

    fn grant(self) -> Option<Grant> {
        Some(Grant {
            access_token: self.access_token?,
            consumer: self.consumer,
            allowed: self.allowed,
            since: self.since,
        })
    }
}

/// The owner of an openid.
#[derive(Serialize, Deserialize)]
pub(super) struct Owner {
    pub(super) uid: Uid,
}

/// Why a token is not granted.
pub(super) struct Ungranted<E> {
    /// The member is banned or does not exist.
    pub banned: E,
    /// The member has revoked the grant in the meantime, or its token has changed.
    pub changed: E,
}

/// Adds to a transaction an access token, the member's view of it, and the owner of its openid.
/// `withdrawals` is how often the member had revoked the grant when this was allowed. `another`
/// says whether the token may replace another one.
pub(super) fn granting<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    store: &Store,
    token: &Token,
    withdrawals: u64,
    another: bool,
    ungranted: Ungranted<E>,
) -> Transaction<'a, E> {
    let not_taken_back = "(attribute_not_exists(withdrawals) OR withdrawals = :withdrawals)";
    let same_token = "(attribute_not_exists(access_token) OR access_token = :token)";
    let unchanged = match another {
        true => when(not_taken_back, ungranted.changed),
        false => when(
            format!("{not_taken_back} AND {same_token}"),
            ungranted.changed,
        )
        .with(":token", text(&token.token)),
    };
    transaction
        .check(
            &keys::member(token.uid),
            member::not_banned(ungranted.banned),
        )
        .put(&keys::token(&token.token), token, None)
        .put(
            &keys::grant(token.uid, &token.consumer),
            &Row::of(store, token, withdrawals),
            Some(unchanged.with(":withdrawals", number(withdrawals))),
        )
        .put(
            &keys::openid(&token.openid),
            &Owner { uid: token.uid },
            None,
        )
}

/// Stores a token, also over one stored under it. The member's view then shows this one. Fails if
/// the member is banned or does not exist.
pub async fn grant(store: &Store, token: &Token) -> Result<(), Error> {
    let granted = until_settled(store, "the grant changes", || async {
        let withdrawals = withdrawals(store, token.uid, &token.consumer).await?;
        let ungranted = Ungranted {
            banned: Some(Banned),
            changed: None,
        };
        let transaction = Transaction::new(store);
        let granted = granting(transaction, store, token, withdrawals, true, ungranted);
        granted.commit().await.map(settled)
    });
    let banned = |Banned| Error::new("the member is banned");
    granted.await?.map_err(banned)
}

#[derive(Clone)]
struct Banned;

/// How often a member has revoked a consumer's grant.
pub(super) async fn withdrawals(
    store: &Store,
    uid: Uid,
    consumer: &ConsumerKey,
) -> Result<u64, Error> {
    Ok(Row::read(store, uid, consumer).await?.withdrawals)
}

/// The token of `consumer` for a member: its current one with the new permissions, else a new one.
/// So there is never a token that the member cannot see and revoke.
pub async fn token_for(
    store: &Store,
    consumer: &Consumer,
    member: &Member,
    allowed: BTreeSet<String>,
) -> Result<Token, Error> {
    let standing = match grant_of(store, member.uid, &consumer.key).await? {
        Some(grant) => find(store, &grant.access_token)
            .await?
            .filter(|token| !token.revoked),
        None => None,
    };
    Ok(match standing {
        Some(token) => Token { allowed, ..token },
        None => Token {
            token: new_token(store),
            secret: new_secret::<16>(store),
            consumer: consumer.key.clone(),
            uid: member.uid,
            openid: openid_of(consumer, member),
            allowed,
            revoked: false,
        },
    })
}

/// What a member has allowed, by consumer.
pub async fn grants(store: &Store, uid: Uid) -> Result<Vec<Grant>, Error> {
    let read = from_item::<Row>;
    let found = query_as(
        store,
        &keys::grants(uid),
        Consistency::Strong,
        None,
        read,
        |_| false,
    )
    .await?;
    Ok(found.items.into_iter().filter_map(Row::grant).collect())
}

/// What a member has allowed one consumer.
pub async fn grant_of(
    store: &Store,
    uid: Uid,
    consumer: &ConsumerKey,
) -> Result<Option<Grant>, Error> {
    Ok(Row::read(store, uid, consumer).await?.grant())
}

/// The member with an openid for any consumer.
pub async fn member_of(store: &Store, openid: &Openid) -> Result<Option<Uid>, Error> {
    let owner = table::get_even_new::<Owner>(store, &keys::openid(openid)).await?;
    Ok(owner.map(|owner| owner.uid))
}

/// Reads a token as it is now. A revocation takes effect at once.
pub async fn find(store: &Store, token: &str) -> Result<Option<Token>, Error> {
    table::get(store, &keys::token(token), Consistency::Strong).await
}

/// Revokes a token, and request tokens that were allowed but not exchanged. Returns whether there was a token.
pub async fn revoke(store: &Store, token: &str) -> Result<bool, Error> {
    #[derive(Clone)]
    struct NoToken;
    let revoked = until_settled(store, "the grant changes", || async {
        let Some(token) = find(store, token).await? else {
            return Ok(Some(Err(NoToken)));
        };
        let mut transaction = Transaction::new(store).change(
            &keys::token(&token.token),
            revocation(),
            Some(when("attribute_exists(PK)", Some(NoToken))),
        );
        let seen = Row::read(store, token.uid, &token.consumer).await?;
        let key = keys::grant(token.uid, &token.consumer);
        let of_token = |condition| when(condition, None).with(":token", text(&token.token));
        transaction = if seen.access_token.as_ref() == Some(&token.token) {
            let withdrawn = Change::new()
                .set("withdrawals", seen.withdrawals + 1)
                .set("expires_at", store.now().as_second() + WITHDRAWAL_TTL)
                .remove(["access_token", "allowed", "since"]);
            transaction.change(&key, withdrawn, Some(of_token("access_token = :token")))
        } else {
            // A grant never shows a revoked token.
            let another = "attribute_not_exists(access_token) OR access_token <> :token";
            transaction.check(&key, of_token(another))
        };
        transaction.commit().await.map(settled)
    });
    Ok(revoked.await?.is_ok())
}

/// Marks an access token as revoked.
pub(super) fn revocation() -> Change {
    Change::new().set("revoked", true)
}
