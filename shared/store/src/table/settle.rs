//! Tries again after a lost race.

use super::{Backoff, Error, Turns};
use crate::Store;
use crate::keys::Key;

/// Runs `attempt` until it gives something, or fails. An attempt that gives `None` has lost a race: the next one must
/// read afresh. After the request's deadline, fails with `cause` ([`Error::is_busy`]).
pub(crate) async fn until_settled<T, E: From<Error>, F: Future<Output = Result<Option<T>, E>>>(
    store: &Store,
    cause: &str,
    mut attempt: impl FnMut() -> F,
) -> Result<T, E> {
    let mut backoff = Backoff::new(store);
    loop {
        if let Some(settled) = attempt().await? {
            return Ok(settled);
        }
        backoff.wait(cause).await?;
    }
}

/// The same for an item that many callers change at once: whoever has lost a race for `item` waits for a turn.
pub(crate) async fn until_settled_in_turn<
    T,
    E: From<Error>,
    F: Future<Output = Result<Option<T>, E>>,
>(
    store: &Store,
    item: &Key,
    cause: &str,
    mut attempt: impl FnMut() -> F,
) -> Result<T, E> {
    let mut turns = Turns::new(store);
    loop {
        if let Some(settled) = attempt().await? {
            return Ok(settled);
        }
        turns.lost(item, cause).await?;
    }
}

/// What an attempt has come to. A refusal that is `None` means that a race was lost.
pub(crate) fn settled<T, E>(outcome: Result<T, Option<E>>) -> Option<Result<T, E>> {
    match outcome {
        Ok(done) => Some(Ok(done)),
        Err(refusal) => refusal.map(Err),
    }
}
