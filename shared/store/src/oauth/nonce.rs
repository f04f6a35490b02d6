//! Nonces, each of which a site can use once (qzone section 7).

use serde::Serialize;
use serde::de::IgnoredAny;

use crate::Store;
pub use crate::id::Nonce;
use crate::keys;
use crate::table::{self, Consistency, Error, Transaction, absent};

/// How long a nonce is stored, in seconds: the clock window of 300 seconds in both directions
/// (qzone section 7), plus a margin.
const NONCE_TTL: i64 = 900;

#[derive(Serialize)]
struct Used {
    expires_at: i64,
}

impl Nonce<'_> {
    /// Adds the use of the nonce to a transaction. `used` is the error if it was used before.
    pub(super) fn using<'a, E: Clone>(
        &self,
        transaction: Transaction<'a, E>,
        store: &Store,
        used: E,
    ) -> Transaction<'a, E> {
        let expires = Used {
            expires_at: store.now().as_second() + NONCE_TTL,
        };
        transaction.put(&keys::nonce(self), &expires, Some(absent(used)))
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
pub async fn or_use_nonce<T, E: From<NonceUsed> + From<Error>>(
    store: &Store,
    nonce: Nonce<'_>,
    outcome: Result<T, E>,
) -> Result<T, E> {
    match outcome {
        Ok(asked) => Ok(asked),
        Err(error) => match use_nonce(store, nonce).await? {
            true => Err(error),
            false => Err(NonceUsed.into()),
        },
    }
}

/// The nonce was used before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NonceUsed;

/// Whether a nonce was used, for a call that must not count in that case.
pub async fn is_used(store: &Store, nonce: Nonce<'_>) -> Result<bool, Error> {
    let found = table::get::<IgnoredAny>(store, &keys::nonce(&nonce), Consistency::Strong).await?;
    Ok(found.is_some())
}
