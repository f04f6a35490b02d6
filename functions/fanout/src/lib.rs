//! `fanout`: reads the table's stream and notifies members of what concerns them.
//!
//! A record may come twice, and records of different items may come in any order, so everything here can safely be
//! repeated.

use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use weiquan::Ctx;
use weiquan_store::clients::{self, MERGE_ABOVE, Site};
use weiquan_store::id::{MentionId, RootNumber, WeiboId};
use weiquan_store::members::member::Mentions;
use weiquan_store::stream::{Batch, Outcome, Record};
use weiquan_store::table::Error;
use weiquan_store::weibos::change::{self, Change};
use weiquan_store::weibos::comment::{self, Comment};
use weiquan_store::weibos::home;
use weiquan_store::weibos::mention::{self, Authors, Mention};
use weiquan_store::weibos::weibo;

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
                weiquan::runtime::report(&ctx, &cause);
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
            let site = clients::find::<Site>(&ctx.store, ()).await?;
            let limit = site.map_or(MERGE_ABOVE, |site| site.merge_above);
            let copied = home::publish(&ctx.store, &weibo, limit).await;
            let mention = Mention {
                id: weibo.id.into(),
                weibo: weibo.id,
                root: weibo.root,
                number: None,
            };
            let authors = Authors {
                mention: weibo.uid,
                weibo: weibo.uid,
                root: weibo.root_by,
            };
            // A long list of fans must not delay the members who are mentioned.
            notify(ctx, &weibo.mentions, &authors, &mention)
                .await
                .and(copied)
        }
        Some(Change::Destroyed(weibo)) => {
            let gone = home::destroyed(&ctx.store, &weibo).await;
            withdraw(ctx, &weibo.mentions, weibo.id.into()).await?;
            comment::abandon(&ctx.store, weibo.id).await.and(gone)
        }
        Some(Change::Followed(follow)) => home::followed(&ctx.store, follow).await,
        Some(Change::Unfollowed(follow)) => home::unfollowed(&ctx.store, follow).await,
        Some(Change::Commented {
            weibo,
            number,
            comment,
        }) => commented(ctx, weibo, number, &comment).await,
        Some(Change::Uncommented(comment)) => {
            withdraw(ctx, &comment.mentions, comment.id.into()).await
        }
        Some(Change::Blocked(block)) => mention::silence(&ctx.store, block).await,
    }
}

/// Notifies the members mentioned by a comment on the weibo `id`.
async fn commented(
    ctx: &Ctx,
    id: WeiboId,
    number: RootNumber,
    comment: &Comment,
) -> Result<(), Error> {
    if comment.mentions.is_empty() {
        return Ok(());
    }
    let Some(weibo) = weibo::find(&ctx.store, id).await? else {
        return Ok(());
    };
    let authors = Authors {
        mention: comment.uid,
        weibo: weibo.uid,
        root: weibo::author_of_root(&ctx.store, &weibo).await?,
    };
    let mention = Mention {
        id: comment.id.into(),
        weibo: id,
        root: None,
        number: Some(number),
    };
    notify(ctx, &comment.mentions, &authors, &mention).await
}

/// Removes the mentions of `mentions` by the weibo or comment `id`.
async fn withdraw(ctx: &Ctx, mentions: &Mentions, id: MentionId) -> Result<(), Error> {
    let mentioned = mentions.values();
    each(
        mentioned
            .map(|uid| mention::withdraw(&ctx.store, *uid, id))
            .collect(),
    )
    .await
}

/// Notifies those of `mentions` who did not write it themselves.
async fn notify(
    ctx: &Ctx,
    mentions: &Mentions,
    authors: &Authors,
    mention: &Mention,
) -> Result<(), Error> {
    let mentioned = mentions.values().filter(|uid| **uid != authors.mention);
    each(
        mentioned
            .map(|uid| mention::notify(&ctx.store, *uid, authors, mention))
            .collect(),
    )
    .await
}

async fn each(work: Vec<impl Future<Output = Result<(), Error>>>) -> Result<(), Error> {
    stream::iter(work)
        .buffer_unordered(PARALLEL)
        .try_collect()
        .await
}
