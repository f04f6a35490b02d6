//! Slowing down whoever guesses a password.

use serde::Deserialize;

use super::keys::{self, Key};
use super::member::fold;
use super::table::{self, Backoff, Consistency, Error, Values, number};
use crate::Ctx;

/// How many attempts for one name may fail, or run at the same time, within [`WINDOW`].
const LIMIT: i64 = 10;
/// How long attempts count, in seconds, from the first on.
const WINDOW: i64 = 60;
/// How long they are stored, in seconds.
const TTL: i64 = 3_600;

/// An attempt to prove who one is by a password. Say what became of it.
pub struct Attempt {
    key: Key,
}

/// Begins an attempt as `username`, whether or not there is such a member; `None` where ten have
/// failed within a minute.
///
/// Attempts are counted before the password is looked at, so that ten is the limit for any number of
/// callers at the same time. While ten run and have not failed, further ones wait.
pub async fn begin(ctx: &Ctx, username: &str) -> Result<Option<Attempt>, Error> {
    let attempt = Attempt {
        key: keys::attempts(&fold(username)),
    };
    let mut backoff = Backoff::new(ctx);
    loop {
        if attempt.take(ctx).await? {
            return Ok(Some(attempt));
        }
        if attempt.failures(ctx).await? >= LIMIT || backoff.wait("attempts run").await.is_err() {
            return Ok(None);
        }
    }
}

impl Attempt {
    async fn take(&self, ctx: &Ctx) -> Result<bool, Error> {
        let now = ctx.now().as_second();
        let first = [
            (":now", now),
            (":one", 1),
            (":none", 0),
            (":ttl", now + TTL),
            (":over", now - WINDOW),
        ];
        let is_first = self.update(
            ctx,
            "SET since = :now, attempts = :one, failures = :none, expires_at = :ttl",
            "attribute_not_exists(since) OR since <= :over",
            &first,
        );
        let is_further = self.update(
            ctx,
            "SET attempts = attempts + :one",
            "attempts < :limit",
            &[(":one", 1), (":limit", LIMIT)],
        );
        Ok(is_first.await? || is_further.await?)
    }

    async fn failures(&self, ctx: &Ctx) -> Result<i64, Error> {
        #[derive(Deserialize)]
        struct Attempts {
            #[serde(default)]
            failures: i64,
        }
        let found = table::get::<Attempts>(ctx, &self.key, Consistency::Strong).await?;
        Ok(found.map_or(0, |found| found.failures))
    }

    async fn update(
        &self,
        ctx: &Ctx,
        expression: &str,
        condition: &str,
        values: &[(&str, i64)],
    ) -> Result<bool, Error> {
        let named = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), number(value)));
        let values: Values = named.collect();
        let updated = table::update(ctx, &self.key, expression, Some(condition), values).await?;
        Ok(updated.is_some())
    }

    /// The password was wrong.
    pub async fn failed(self, ctx: &Ctx) -> Result<(), Error> {
        self.update(
            ctx,
            "ADD failures :one",
            "attribute_exists(since)",
            &[(":one", 1)],
        )
        .await
        .map(drop)
    }

    /// The password was right: all attempts are forgotten.
    pub async fn succeeded(self, ctx: &Ctx) -> Result<(), Error> {
        table::delete(ctx, &self.key, None).await.map(drop)
    }
}
