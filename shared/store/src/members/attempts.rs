//! Slows down callers who guess a password, without locking out members whose names strangers try.
//!
//! Attempts are counted per name and per source address. A caller who has a login of the member, or
//! recently logged in from the address, is counted separately from strangers.

use serde::Deserialize;

use crate::Store;
use crate::id::TokenHash;
use crate::keys::{self, Key};
use crate::members::member::fold;
use crate::network::Network;
use crate::table::{self, Backoff, Change, Condition, Consistency, Error, number, when};

/// How many attempts for one name may fail, or run at the same time, within [`WINDOW`].
const LIMIT: i64 = 10;
/// The same for one address and all names. Many people may share an address.
const LIMIT_OF_ADDRESS: i64 = 30;
/// How long attempts count, in seconds from the first one.
const WINDOW: i64 = 60;
/// How long they are stored, in seconds.
const TTL: i64 = 3_600;
/// How long the address of a member's login is remembered, in seconds: 30 days.
const KNOWN: i64 = 30 * 86_400;

/// The source of an attempt.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The caller's network; none if the gateway did not send it.
    pub network: Option<Network>,
    /// The SHA-256 of the token of the member's live login, if the caller has one.
    pub login: Option<&'a TokenHash>,
}

/// An attempt to log in with a password. The caller must report its result.
pub struct Attempt {
    /// The key of the item that remembers the address.
    known: Option<Key>,
    taken: Vec<Taken>,
}

/// The group in which an attempt is counted.
pub enum Standing {
    /// Callers who have this login, or recently logged in from this address.
    Known(Key),
    /// All other callers.
    Stranger,
}

/// A counter from which an attempt was taken.
struct Taken {
    key: Key,
    /// It is the address's counter. Others' failures stay in it when one attempt succeeds.
    shared: bool,
}

/// A stored counter. For an address of a name, also the time until which the address is known.
#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    failures: i64,
    #[serde(default)]
    known_until: i64,
}

/// The group in which an attempt as `username` is counted. Always one read.
pub async fn standing(
    store: &Store,
    username: &str,
    source: Source<'_>,
) -> Result<Standing, Error> {
    if let Some(login) = source.login {
        return Ok(Standing::Known(keys::attempts_of_login(
            &fold(username),
            login,
        )));
    }
    let Some(key) = known_key(username, source) else {
        return Ok(Standing::Stranger);
    };
    let found = table::get::<Row>(store, &key, Consistency::Strong).await?;
    let is_known = found.is_some_and(|row| row.known_until > store.now().as_second());
    Ok(if is_known {
        Standing::Known(key)
    } else {
        Standing::Stranger
    })
}

fn known_key(username: &str, source: Source<'_>) -> Option<Key> {
    Some(keys::attempts_from(&fold(username), source.network?))
}

/// Begins an attempt as `username`, whether or not there is such a member; `None` if too many have
/// failed within a minute.
///
/// Attempts are counted before the password is checked, so that the limit holds for any number of
/// simultaneous callers. If the limit is reached by attempts that still run, further ones wait.
pub async fn begin(
    store: &Store,
    username: &str,
    source: Source<'_>,
    standing: Standing,
) -> Result<Option<Attempt>, Error> {
    let known = known_key(username, source);
    match standing {
        Standing::Known(key) => {
            let taken = Taken { key, shared: false };
            let is_free = Box::pin(taken.wait(store, LIMIT)).await?;
            let taken = vec![taken];
            Ok(is_free.then_some(Attempt { known, taken }))
        }
        Standing::Stranger => {
            let of_name = Taken {
                key: keys::attempts(&fold(username)),
                shared: false,
            };
            let Some(network) = source.network else {
                let is_free = Box::pin(of_name.wait(store, LIMIT)).await?;
                let taken = vec![of_name];
                return Ok(is_free.then_some(Attempt { known, taken }));
            };
            let of_address = Taken {
                key: keys::attempts_of_address(network),
                shared: true,
            };
            let (name, address) = futures_util::join!(
                Box::pin(of_name.wait(store, LIMIT)),
                Box::pin(of_address.wait(store, LIMIT_OF_ADDRESS))
            );
            match (name?, address?) {
                (true, true) => {
                    let taken = vec![of_name, of_address];
                    return Ok(Some(Attempt { known, taken }));
                }
                (true, false) => of_name.give_back(store).await?,
                (false, true) => of_address.give_back(store).await?,
                (false, false) => {}
            }
            Ok(None)
        }
    }
}

impl Taken {
    /// Takes one of `limit` attempts; `false` if that many have failed.
    async fn wait(&self, store: &Store, limit: i64) -> Result<bool, Error> {
        let mut backoff = Backoff::new(store);
        loop {
            if self.take(store, limit).await? {
                return Ok(true);
            }
            if self.failures(store).await? >= limit || backoff.wait("attempts run").await.is_err() {
                return Ok(false);
            }
        }
    }

    async fn take(&self, store: &Store, limit: i64) -> Result<bool, Error> {
        let now = store.now().as_second();
        // Items that remember an address are kept for longer.
        let first = Change::new()
            .set("since", now)
            .set("attempts", 1_i64)
            .set("failures", 0_i64)
            .set_like("expires_at", "known_until", now + TTL);
        let is_over = when("attribute_not_exists(since) OR since <= :over", ());
        let is_over = is_over.with(":over", number(now - WINDOW));
        if self.change(store, first, is_over).await? {
            return Ok(true);
        }
        let is_below = when("attempts < :limit", ()).with(":limit", number(limit));
        self.change(store, Change::new().add("attempts", 1_i64), is_below)
            .await
    }

    async fn failures(&self, store: &Store) -> Result<i64, Error> {
        let found = table::get::<Row>(store, &self.key, Consistency::Strong).await?;
        Ok(found.map_or(0, |found| found.failures))
    }

    async fn failed(&self, store: &Store) -> Result<(), Error> {
        let is_counted = when("attribute_exists(since)", ());
        self.change(store, Change::new().add("failures", 1_i64), is_counted)
            .await
            .map(drop)
    }

    async fn give_back(&self, store: &Store) -> Result<(), Error> {
        let is_taken = when("attempts > :none", ()).with(":none", number(0));
        self.change(store, Change::new().add("attempts", -1_i64), is_taken)
            .await
            .map(drop)
    }

    async fn forget(&self, store: &Store) -> Result<(), Error> {
        if self.shared {
            return self.give_back(store).await;
        }
        table::delete(store, &self.key, None).await.map(drop)
    }

    async fn change(
        &self,
        store: &Store,
        change: Change,
        condition: Condition<()>,
    ) -> Result<bool, Error> {
        let changed = table::change(store, &self.key, change, Some(condition)).await?;
        Ok(changed.is_some())
    }
}

impl Attempt {
    /// The password was wrong.
    pub async fn failed(self, store: &Store) -> Result<(), Error> {
        let failed = self.taken.iter().map(|taken| taken.failed(store));
        futures_util::future::try_join_all(failed.collect::<Vec<_>>())
            .await
            .map(drop)
    }

    /// The password was correct. All attempts for the name are removed, and the address is remembered.
    pub async fn succeeded(self, store: &Store) -> Result<(), Error> {
        let forgotten = self
            .taken
            .iter()
            .filter(|taken| Some(&taken.key) != self.known.as_ref())
            .map(|taken| taken.forget(store));
        let forgotten = futures_util::future::try_join_all(forgotten.collect::<Vec<_>>());
        let (forgotten, remembered) = futures_util::join!(forgotten, self.remember(store));
        forgotten?;
        remembered
    }

    async fn remember(&self, store: &Store) -> Result<(), Error> {
        let Some(key) = &self.known else {
            return Ok(());
        };
        let until = store.now().as_second() + KNOWN;
        let known = Change::new()
            .set("known_until", until)
            .set("expires_at", until)
            .remove(["since", "attempts", "failures"]);
        table::change(store, key, known, None).await.map(drop)
    }
}
