//! How a member's logins depend on each other: only one at a time if that is configured, and none after a ban or a
//! new password.
//!
//! Every login and every such change raises the item `LOGINS`. A write that ends logins reads this item together
//! with all logins, and fails if the item was raised in the meantime. So of two simultaneous writes the later one
//! sees the earlier. A login that ends no other never fails for this reason.

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use serde::Deserialize;

use crate::digest::sha256_hex;
use crate::members::member::{self, Member, Taken};
use crate::members::session::{Realm, Session};
use crate::table::{
    Change, Consistency, Error, PARALLEL, Range, Transaction, at_or_absent, delete, from_item,
    query_as, until_settled_in_turn,
};
use crate::{Store, keys};

/// How many logins one transaction ends. A transaction has room for 100 items.
const ROOM: usize = 90;

/// The member has changed since it was read, so earlier checks may no longer hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed;

/// A member's logins.
struct Logins {
    revision: u64,
    token_hashes: Vec<String>,
}

/// An item of a member's logins.
#[derive(Deserialize)]
struct Row {
    #[serde(rename = "SK")]
    sk: String,
    #[serde(default)]
    revision: u64,
}

impl Logins {
    /// Reads all of them.
    async fn read(store: &Store, uuid: &str) -> Result<Self, Error> {
        let counter = keys::logins(uuid);
        let range = Range {
            pk: counter.pk,
            from: "0".to_owned(),
            to: "~".to_owned(),
            descending: false,
        };
        let read = from_item::<Row>;
        let found = query_as(store, &range, Consistency::Strong, None, read, |_| false).await?;
        let is_counter = |row: &Row| row.sk == counter.sk;
        Ok(Self {
            revision: found
                .items
                .iter()
                .find(|row| is_counter(row))
                .map_or(0, |row| row.revision),
            token_hashes: found
                .items
                .into_iter()
                .filter(|row| !is_counter(row))
                .map(|row| row.sk)
                .collect(),
        })
    }

    /// Ends the logins for which a transaction has no room, and keeps the rest.
    async fn end_surplus(&mut self, store: &Store, uuid: &str) -> Result<(), Error> {
        let keep = self.token_hashes.len().min(ROOM);
        let surplus = self.token_hashes.split_off(keep);
        let ends = surplus.into_iter().map(|hash| async move {
            delete(store, &keys::session(uuid, &hash), None)
                .await
                .map(drop)
        });
        stream::iter(ends)
            .buffer_unordered(PARALLEL)
            .try_collect()
            .await
    }

    /// Adds the end of all logins to a transaction. `lost` is the error if there are other logins now.
    fn end<'a, E: Clone>(
        &self,
        mut transaction: Transaction<'a, E>,
        uuid: &str,
        lost: E,
    ) -> Transaction<'a, E> {
        for hash in &self.token_hashes {
            transaction = transaction.delete(&keys::session(uuid, hash), None);
        }
        let next = Change::new().set("revision", self.revision + 1);
        let unchanged = Some(at_or_absent(self.revision, lost));
        transaction.change(&keys::logins(uuid), next, unchanged)
    }
}

/// A login to create.
#[derive(Debug, Clone, Copy)]
pub struct NewLogin<'a> {
    /// Its token.
    pub token: &'a str,
    /// Where it is valid.
    pub realm: Realm,
    /// When it expires.
    pub expires_at: Timestamp,
    /// Whether the member's other logins stay valid.
    pub keep_others: bool,
}

/// Logs `member` in. Refused if the member has changed since it was read.
pub async fn log_in(
    store: &Store,
    member: &Member,
    login: &NewLogin<'_>,
) -> Result<Result<(), Changed>, Error> {
    let session = Session {
        uid: member.uid,
        uuid: member.uuid.clone(),
        realm: login.realm,
        expires_at: login.expires_at.as_second(),
    };
    let item = keys::logins(&member.uuid);
    until_settled_in_turn(store, &item, "another login was faster", || async {
        let transaction = Transaction::new(store)
            .check(
                &keys::member(member.uid),
                member::unchanged(member, Some(Changed)),
            )
            .put(
                &keys::session(&member.uuid, &sha256_hex(login.token)),
                &session,
                None,
            );
        let transaction = if login.keep_others {
            // The others need not be read: a writer that ends logins finds this one, or fails and reads again.
            transaction.change(&item, Change::new().add("revision", 1_u64), None)
        } else {
            let mut logins = Logins::read(store, &member.uuid).await?;
            logins.end_surplus(store, &member.uuid).await?;
            logins.end(transaction, &member.uuid, None)
        };
        Ok::<_, Error>(match transaction.apply().await? {
            Ok(()) => Some(Ok(())),
            Err(Some(changed)) => Some(Err(changed)),
            Err(None) => None,
        })
    })
    .await
}

/// Stores `new` in place of `old`, as [`member::replace`] does, and ends all logins.
pub async fn replace_and_log_out(
    store: &Store,
    old: &Member,
    new: &Member,
) -> Result<Result<(), Taken>, Error> {
    let item = keys::logins(&old.uuid);
    until_settled_in_turn(store, &item, "a login was faster", || async {
        let mut logins = Logins::read(store, &old.uuid).await?;
        logins.end_surplus(store, &old.uuid).await?;
        let transaction = member::replacing(Transaction::new(store), old, new);
        // The member's own condition comes first. If both fail, the error is that the member has changed.
        let transaction = logins.end(transaction, &old.uuid, Taken::Login);
        Ok::<_, Error>(match transaction.apply().await? {
            Err(Taken::Login) => None,
            done => Some(done),
        })
    })
    .await
}
