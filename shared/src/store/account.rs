//! What a member's logins have to do with each other: one at a time where that is wanted, none after a ban
//! or a new password.
//!
//! Every login and every such change raises the item `LOGINS`. What ends logins reads it with all of
//! them beside it, and is refused where it was raised meanwhile: of two at the same time the later sees
//! the other. A login that ends no other is refused by nobody.

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use serde::Deserialize;

use super::keys;
use super::member::{self, Member, Taken};
use super::query::{Range, query_as};
use super::session::{Realm, Session};
use super::table::{Consistency, Error, PARALLEL, Values, delete, from_item, number};
use super::transaction::{Refusal, Transaction, at_or_absent};
use super::turns::Turns;
use crate::Ctx;
use crate::secret::sha256_hex;

/// How many logins one transaction ends: it has room for 100 items.
const ROOM: usize = 90;

/// The member changed since it was read: what was checked of it may not hold.
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
    /// All of them.
    async fn read(ctx: &Ctx, uuid: &str) -> Result<Self, Error> {
        let counter = keys::logins(uuid);
        let range = Range {
            pk: counter.pk,
            from: "0".to_owned(),
            to: "~".to_owned(),
            descending: false,
        };
        let read = from_item::<Row>;
        let found = query_as(ctx, &range, Consistency::Strong, None, read, |_| false).await?;
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

    /// Leaves only as many to a transaction as it has room for; the others end now.
    async fn end_surplus(&mut self, ctx: &Ctx, uuid: &str) -> Result<(), Error> {
        let keep = self.token_hashes.len().min(ROOM);
        let surplus = self.token_hashes.split_off(keep);
        let ends = surplus.into_iter().map(|hash| async move {
            delete(ctx, &keys::session(uuid, &hash), None)
                .await
                .map(drop)
        });
        stream::iter(ends)
            .buffer_unordered(PARALLEL)
            .try_collect()
            .await
    }

    /// Adds to a transaction that all logins end, refused with `lost` where there are others now.
    fn end<'a, E: Clone>(
        &self,
        mut transaction: Transaction<'a, E>,
        uuid: &str,
        lost: E,
    ) -> Transaction<'a, E> {
        for hash in &self.token_hashes {
            transaction = transaction.delete(&keys::session(uuid, hash), None);
        }
        let next = Values::from([(":next".to_owned(), number(self.revision + 1))]);
        transaction.update(
            &keys::logins(uuid),
            "SET revision = :next",
            next,
            Some(at_or_absent(self.revision, lost)),
        )
    }
}

/// A login to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewLogin<'a> {
    /// Its token.
    pub token: &'a str,
    /// Where it is good.
    pub realm: Realm,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether the member's other logins live on.
    pub keep_others: bool,
}

/// Logs `member` in. Refused where the member changed since it was read.
pub async fn log_in(
    ctx: &Ctx,
    member: &Member,
    login: &NewLogin<'_>,
) -> Result<(), Refusal<Changed>> {
    let session = Session {
        uid: member.uid,
        uuid: member.uuid.clone(),
        realm: login.realm,
        expires_at: login.expires_at.as_second(),
    };
    let mut turns = Turns::new(ctx);
    loop {
        let transaction = Transaction::new(ctx)
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
            // Others need not be read: whoever ends logins finds this one, or is refused and reads again.
            transaction.add(&keys::logins(&member.uuid), &[("revision", 1)], None)
        } else {
            let mut logins = Logins::read(ctx, &member.uuid).await?;
            logins.end_surplus(ctx, &member.uuid).await?;
            logins.end(transaction, &member.uuid, None)
        };
        match transaction.commit().await {
            Ok(()) => return Ok(()),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(Some(changed))) => return Err(Refusal::Condition(changed)),
            Err(Refusal::Condition(None)) => {
                let logins = keys::logins(&member.uuid);
                turns.lost(&logins, "another login was faster").await?;
            }
        }
    }
}

/// Stores `new` in place of `old` as [`member::replace`] does, and ends all logins.
pub async fn replace_and_log_out(
    ctx: &Ctx,
    old: &Member,
    new: &Member,
) -> Result<(), Refusal<Taken>> {
    let mut turns = Turns::new(ctx);
    loop {
        let mut logins = Logins::read(ctx, &old.uuid).await?;
        logins.end_surplus(ctx, &old.uuid).await?;
        let transaction = member::replacing(Transaction::new(ctx), old, new);
        // The member's own condition stands first: where both fail, the member has changed.
        match logins
            .end(transaction, &old.uuid, Taken::Login)
            .commit()
            .await
        {
            Err(Refusal::Condition(Taken::Login)) => {
                let logins = keys::logins(&old.uuid);
                turns.lost(&logins, "a login was faster").await?;
            }
            done => return done,
        }
    }
}
