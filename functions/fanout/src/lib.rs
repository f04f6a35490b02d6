//! `fanout`: reads the table's stream and tells members of what concerns them.
//!
//! A record may come twice, and those of different items in any order: everything here may be done
//! again.

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
/// When a batch is left, so that Lambda, which stops the function after 90 seconds, hears how far it came.
const PATIENCE: Duration = Duration::from_secs(45);
/// How many members are told at the same time.
const PARALLEL: usize = 4;

/// Works a batch off in order. Records behind one that failed are worked off too, though they will come
/// again with it: what concerns others is not held up.
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
            // A long list of fans does not hold up who is mentioned.
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

/// Tells those whom a comment on the weibo `id` mentions.
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

/// Nobody of `mentions` is mentioned by the weibo or comment `said` any more.
async fn withdraw(ctx: &Ctx, mentions: &Mentions, said: u64) -> Result<(), Error> {
    let told = mentions.values();
    each(told.map(|uid| mention::withdraw(ctx, *uid, said)).collect()).await
}

/// Tells those of `mentions` who did not write it themselves.
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
