//! `fanout`: reads the table's stream and tells members of what concerns them.
//!
//! A record may come twice, and those of different items in any order: everything here may be done
//! again.

use futures_util::future::{BoxFuture, FutureExt};
use shared::Ctx;
use shared::store::Error;
use shared::store::change::{self, Change};
use shared::store::member::Mentions;
use shared::store::mention::{self, Mention};
use shared::stream::{Batch, Outcome, Record};

/// Works a batch off, in order, until a record fails.
pub fn handle(ctx: &Ctx, batch: Batch) -> BoxFuture<'_, Outcome> {
    async move {
        for record in &batch.records {
            // Each has the time of a request.
            let ctx = ctx.with_more_time();
            if let Err(cause) = work_off(&ctx, record).await {
                shared::runtime::report(&ctx, &cause);
                return Outcome::failed_at(record);
            }
        }
        Outcome::default()
    }
    .boxed()
}

async fn work_off(ctx: &Ctx, record: &Record) -> Result<(), Error> {
    match change::read(record)? {
        None => Ok(()),
        Some(Change::Published(weibo)) => {
            let mention = Mention {
                id: weibo.id,
                weibo: weibo.id,
                root: weibo.root,
                number: None,
            };
            note(ctx, &weibo.mentions, weibo.uid, &mention).await
        }
        Some(Change::Commented {
            weibo,
            number,
            comment,
        }) => {
            let mention = Mention {
                id: comment.id,
                weibo,
                root: None,
                number: Some(number),
            };
            note(ctx, &comment.mentions, comment.uid, &mention).await
        }
    }
}

/// Tells those of `mentions` who did not write it themselves.
async fn note(ctx: &Ctx, mentions: &Mentions, author: u64, mention: &Mention) -> Result<(), Error> {
    for uid in mentions.values().filter(|uid| **uid != author) {
        mention::note(ctx, *uid, mention).await?;
    }
    Ok(())
}
