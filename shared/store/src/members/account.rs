//! How a member's logins depend on each other: only one at a time if that is configured, and none after a ban or a
//! new password.
//!
//! Every login and every such change raises the item `LOGINS`. A write that ends logins reads this item together
//! with all logins, and fails if the item was raised in the meantime. So of two simultaneous writes the later one
//! sees the earlier. A login that ends no other never fails for this reason.

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use serde::Deserialize;

use crate::id::{TokenHash, Uuid};
use crate::members::member::{self, Member, NotReplaced, Taken};
use crate::members::session::{Realm, Session};
use crate::table::{
    Change, Consistency, Error, PARALLEL, Transaction, at_or_absent, delete, from_item, query_as,
    settled, until_settled_in_turn,
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
    token_hashes: Vec<TokenHash>,
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
    async fn read(store: &Store, uuid: &Uuid) -> Result<Self, Error> {
        let counter = keys::logins(uuid);
        let range = keys::sessions(uuid);
        let read = from_item::<Row>;
        let found = query_as(store, &range, Consistency::Strong, None, read, |_| false).await?;
        let (counters, logins): (Vec<Row>, Vec<Row>) = found
            .items
            .into_iter()
            .partition(|row| row.sk == counter.sk);
        Ok(Self {
            revision: counters.first().map_or(0, |row| row.revision),
            token_hashes: logins.into_iter().map(|row| row.sk.into()).collect(),
        })
    }

    /// Ends the logins for which a transaction has no room, and keeps the rest.
    async fn end_surplus(&mut self, store: &Store, uuid: &Uuid) -> Result<(), Error> {
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
        uuid: &Uuid,
        lost: E,
    ) -> Transaction<'a, E> {
        for hash in &self.token_hashes {
            transaction = transaction.delete(&keys::session(uuid, hash), None);
        }
        transaction.change(
            &keys::logins(uuid),
            Change::new().set("revision", self.revision + 1),
            Some(at_or_absent(self.revision, lost)),
        )
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
    let uuid = &member.uuid;
    let session = Session {
        uid: member.uid,
        uuid: uuid.clone(),
        realm: login.realm,
        expires_at: login.expires_at.as_second(),
    };
    let (session_key, logins_key) = (
        keys::session(uuid, &TokenHash::of(login.token)),
        keys::logins(uuid),
    );
    until_settled_in_turn(store, &logins_key, "another login was faster", || async {
        let transaction = Transaction::new(store)
            .check(
                &keys::member(member.uid),
                member::unchanged(member, Some(Changed)),
            )
            .put(&session_key, &session, None);
        let transaction = if login.keep_others {
            // The others need not be read: a writer that ends logins finds this one, or fails and reads again.
            transaction.change(&logins_key, Change::new().add("revision", 1_u64), None)
        } else {
            let mut logins = Logins::read(store, uuid).await?;
            logins.end_surplus(store, uuid).await?;
            logins.end(transaction, uuid, None)
        };
        transaction.commit().await.map(settled)
    })
    .await
}

/// Gives `member` the new `password`, a hash, and ends all logins. Refused if the member has changed since it was read.
pub async fn change_password(
    store: &Store,
    member: &Member,
    password: String,
) -> Result<Result<(), Changed>, Error> {
    let new = Member {
        password: Some(password),
        ..member.clone()
    };
    replacing(store, member, &new, Changed, |_none_is_new| Changed).await
}

/// Stores `new` in place of `old`, as [`member::replace`] does, and ends all logins.
pub async fn replace_and_log_out(
    store: &Store,
    old: &Member,
    new: &Member,
) -> Result<Result<(), NotReplaced>, Error> {
    replacing(store, old, new, NotReplaced::Changed, NotReplaced::Taken).await
}

async fn replacing<E: Clone>(
    store: &Store,
    old: &Member,
    new: &Member,
    changed: E,
    taken: impl Fn(Taken) -> E,
) -> Result<Result<(), E>, Error> {
    let uuid = &old.uuid;
    let item = keys::logins(uuid);
    until_settled_in_turn(store, &item, "a login was faster", || async {
        let mut logins = Logins::read(store, uuid).await?;
        logins.end_surplus(store, uuid).await?;
        // The member's own condition comes first. If both fail, the refusal is that the member has changed.
        let transaction = member::replacing(
            Transaction::new(store),
            old,
            new,
            Some(changed.clone()),
            |name| Some(taken(name)),
        );
        logins
            .end(transaction, uuid, None)
            .commit()
            .await
            .map(settled)
    })
    .await
}
