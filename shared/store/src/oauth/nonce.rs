//! Nonces, each of which a site can use once (qzone section 7).

use serde::Serialize;
use serde::de::IgnoredAny;

use crate::Store;
use crate::keys::{self, Key};
use crate::table::{self, Consistency, Error, Refusal, Transaction, absent};

/// How long a nonce is stored, in seconds: the clock window of 300 seconds in both directions
/// (qzone section 7), plus a margin.
pub const NONCE_TTL: i64 = 900;

/// The values that identify a call.
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
    /// Adds the use of the nonce to a transaction. `used` is the error if it was used before.
    pub(crate) fn using<'a, E: Clone>(
        &self,
        transaction: Transaction<'a, E>,
        store: &Store,
        used: E,
    ) -> Transaction<'a, E> {
        let expires = Used {
            expires_at: store.now().as_second() + NONCE_TTL,
        };
        transaction.put(&self.key(), &expires, Some(absent(used)))
    }

    fn key(&self) -> Key {
        keys::nonce(self.consumer, self.token, self.timestamp, self.nonce)
    }
}

/// Uses up only the nonce, for an authentic call that stores nothing else. `false` if it was used
/// before.
pub async fn use_nonce(store: &Store, nonce: Nonce<'_>) -> Result<bool, Error> {
    // A transaction, because its token distinguishes a repeated try of the same call from a second use.
    nonce
        .using(Transaction::new(store), store, ())
        .commit_if()
        .await
}

/// Returns the result of an authentic call. If that is an error, the nonce is used up all the same
/// (qzone section 7), and an error of the nonce takes precedence.
pub async fn or_use_nonce<T, E: From<Refusal<NonceUsed>>>(
    store: &Store,
    nonce: Nonce<'_>,
    outcome: Result<T, E>,
) -> Result<T, E> {
    match outcome {
        Ok(asked) => Ok(asked),
        Err(error) => match use_nonce(store, nonce).await {
            Ok(true) => Err(error),
            Ok(false) => Err(Refusal::Condition(NonceUsed).into()),
            Err(failure) => Err(Refusal::Store(failure).into()),
        },
    }
}

/// The nonce was used before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NonceUsed;

/// Whether a nonce was used, for a call that must not count in that case.
pub async fn is_used(store: &Store, nonce: Nonce<'_>) -> Result<bool, Error> {
    let found = table::get::<IgnoredAny>(store, &nonce.key(), Consistency::Strong).await?;
    Ok(found.is_some())
}
