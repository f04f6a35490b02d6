//! What a member's logins have to do with each other: one at a time, none after a ban, only one's own
//! after a new password.
//!
//! Every login and every such change reads all logins with the item `LOGINS` beside them, and is
//! refused where that was raised meanwhile: of two at the same time the later sees the other.

use jiff::Timestamp;
use serde::Deserialize;

use super::keys;
use super::member::{self, Member, Taken};
use super::session::Session;
use super::table::{
    Backoff, Consistency, Error, Item, Range, Values, delete, from_item, number, query,
};
use super::transaction::{Condition, Refusal, Transaction, absent, when};
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

impl Logins {
    async fn read(ctx: &Ctx, uuid: &str) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Row {
            #[serde(rename = "SK")]
            sk: String,
            #[serde(default)]
            revision: u64,
        }
        let counter = keys::logins(uuid);
        let range = Range {
            pk: counter.pk,
            from: "0".to_owned(),
            to: "~".to_owned(),
            descending: false,
        };
        let items: Vec<Item> = query(ctx, &range, Consistency::Strong, None, |_| false)
            .await?
            .items;
        let mut logins = Self {
            revision: 0,
            token_hashes: Vec::new(),
        };
        for item in items {
            let row: Row = from_item(item)?;
            if row.sk == counter.sk {
                logins.revision = row.revision;
            } else {
                logins.token_hashes.push(row.sk);
            }
        }
        Ok(logins)
    }

    /// Leaves only as many to a transaction as it has room for; the others end now.
    async fn end_surplus(&mut self, ctx: &Ctx, uuid: &str) -> Result<(), Error> {
        let keep = self.token_hashes.len().min(ROOM);
        for surplus in self.token_hashes.split_off(keep) {
            delete(ctx, &keys::session(uuid, &surplus), None).await?;
        }
        Ok(())
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
        let unchanged: Condition<E> = if self.revision == 0 {
            absent(lost)
        } else {
            when("revision = :revision", lost).with(":revision", number(self.revision))
        };
        let next = Values::from([(":next".to_owned(), number(self.revision + 1))]);
        transaction.update(
            &keys::logins(uuid),
            "SET revision = :next",
            next,
            Some(unchanged),
        )
    }
}

/// Logs `member` in under `token` until `expires_at`; all other logins end, unless `keep_others`.
/// Refused where the member changed since it was read.
pub async fn log_in(
    ctx: &Ctx,
    member: &Member,
    token: &str,
    expires_at: Timestamp,
    keep_others: bool,
) -> Result<(), Refusal<Changed>> {
    let session = Session {
        uid: member.uid,
        uuid: member.uuid.clone(),
        expires_at: expires_at.as_second(),
    };
    let mut backoff = Backoff::new(ctx);
    loop {
        let mut logins = Logins::read(ctx, &member.uuid).await?;
        if keep_others {
            logins.token_hashes.clear();
        }
        logins.end_surplus(ctx, &member.uuid).await?;
        let transaction = Transaction::new(ctx)
            .check(
                &keys::member(member.uid),
                member::unchanged(member, Some(Changed)),
            )
            .put(
                &keys::session(&member.uuid, &sha256_hex(token)),
                &session,
                None,
            );
        match logins.end(transaction, &member.uuid, None).commit().await {
            Ok(()) => return Ok(()),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(Some(changed))) => return Err(Refusal::Condition(changed)),
            Err(Refusal::Condition(None)) => backoff.wait("another login was faster").await?,
        }
    }
}

/// Stores `new` in place of `old` as [`member::replace`] does, and ends all logins but that of
/// `keep`, a token.
pub async fn replace_and_log_out(
    ctx: &Ctx,
    old: &Member,
    new: &Member,
    keep: Option<&str>,
) -> Result<(), Refusal<Taken>> {
    let keep = keep.map(sha256_hex);
    let mut backoff = Backoff::new(ctx);
    loop {
        let mut logins = Logins::read(ctx, &old.uuid).await?;
        logins
            .token_hashes
            .retain(|hash| Some(hash) != keep.as_ref());
        logins.end_surplus(ctx, &old.uuid).await?;
        let transaction = member::replacing(Transaction::new(ctx), old, new);
        // The member's own condition stands first: where both fail, the member has changed.
        match logins
            .end(transaction, &old.uuid, Taken::Login)
            .commit()
            .await
        {
            Err(Refusal::Condition(Taken::Login)) => backoff.wait("a login was faster").await?,
            done => return done,
        }
    }
}
