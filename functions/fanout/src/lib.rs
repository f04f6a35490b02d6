//! `fanout`: reads the table's stream and notifies members of what concerns them.
//!
//! A record may come twice, and records of different items may come in any order, so everything here can safely be
//! repeated.

use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use shared::Ctx;
use shared::store::Error;
use shared::store::change::{self, Change};
use shared::store::client::{self, MERGE_ABOVE, Site};
use shared::store::home;
use shared::store::member::Mentions;
use shared::store::mention::{self, Mention, Voices};
use shared::store::weibo;
use shared::store::weibo_comment::{self, Comment};
use shared::stream::{Batch, Outcome, Record};

/// How long one record may take.
const RECORD: Duration = Duration::from_secs(40);
/// When to stop a batch early: Lambda stops the function after 90 seconds, and must know before that how far it got.
const PATIENCE: Duration = Duration::from_secs(45);
/// How many members are notified at the same time.
const PARALLEL: usize = 4;

/// Handles a batch in order. Records after a failed one are handled too, although they come again with it, so that a
/// failure does not delay what concerns other members.
pub fn handle(ctx: &Ctx, batch: Batch) -> BoxFuture<'_, Outcome> {
    async move {
        let start = Instant::now();
        let mut outcome = Outcome::default();
        for record in &batch.records {
            if start.elapsed() > PATIENCE {
                outcome.failed_at(record);
                break;
            }
            let ctx = ctx.with_time(RECORD);
            if let Err(cause) = work_off(&ctx, record).await {
                shared::runtime::report(&ctx, &cause);
                outcome.failed_at(record);
            }
        }
        outcome
    }
    .boxed()
}

async fn work_off(ctx: &Ctx, record: &Record) -> Result<(), Error> {
    match change::read(record)? {
        None => Ok(()),
        Some(Change::Published(weibo)) => {
            let site = client::find::<Site>(ctx, "").await?;
            let limit = site.map_or(MERGE_ABOVE, |site| site.merge_above);
            let copied = home::publish(ctx, &weibo, limit).await;
            let mention = Mention {
                id: weibo.id,
                weibo: weibo.id,
                root: weibo.root,
                number: None,
            };
            let voices = Voices {
                author: weibo.uid,
                weibo: weibo.uid,
                root: weibo.root_by,
            };
            // A long list of fans must not delay the members who are mentioned.
            note(ctx, &weibo.mentions, &voices, &mention)
                .await
                .and(copied)
        }
        Some(Change::Destroyed(weibo)) => {
            let gone = home::destroyed(ctx, &weibo).await;
            withdraw(ctx, &weibo.mentions, weibo.id).await?;
            weibo_comment::abandon(ctx, weibo.id).await.and(gone)
        }
        Some(Change::Followed { uid, fan }) => home::followed(ctx, uid, fan).await,
        Some(Change::Unfollowed { uid, fan }) => home::unfollowed(ctx, uid, fan).await,
        Some(Change::Commented {
            weibo,
            number,
            comment,
        }) => commented(ctx, weibo, number, &comment).await,
        Some(Change::Uncommented(comment)) => withdraw(ctx, &comment.mentions, comment.id).await,
        Some(Change::Blocked { uid, other }) => mention::silence(ctx, uid, other).await,
    }
}

/// Notifies the members mentioned by a comment on the weibo `id`.
async fn commented(ctx: &Ctx, id: u64, number: u64, comment: &Comment) -> Result<(), Error> {
    if comment.mentions.is_empty() {
        return Ok(());
    }
    let Some(weibo) = weibo::find(ctx, id).await? else {
        return Ok(());
    };
    let voices = Voices {
        author: comment.uid,
        weibo: weibo.uid,
        root: weibo::author_of_root(ctx, &weibo).await?,
    };
    let mention = Mention {
        id: comment.id,
        weibo: id,
        root: None,
        number: Some(number),
    };
    note(ctx, &comment.mentions, &voices, &mention).await
}

/// Removes the mentions of `mentions` by the weibo or comment `said`.
async fn withdraw(ctx: &Ctx, mentions: &Mentions, said: u64) -> Result<(), Error> {
    let told = mentions.values();
    each(told.map(|uid| mention::withdraw(ctx, *uid, said)).collect()).await
}

/// Notifies those of `mentions` who did not write it themselves.
async fn note(
    ctx: &Ctx,
    mentions: &Mentions,
    voices: &Voices,
    mention: &Mention,
) -> Result<(), Error> {
    let told = mentions.values().filter(|uid| **uid != voices.author);
    each(
        told.map(|uid| mention::note(ctx, *uid, voices, mention))
            .collect(),
    )
    .await
}

async fn each(told: Vec<impl Future<Output = Result<(), Error>>>) -> Result<(), Error> {
    stream::iter(told)
        .buffer_unordered(PARALLEL)
        .try_collect()
        .await
}
