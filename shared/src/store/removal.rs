//! Removing messages, by an app's operator: what was answered stays as a tombstone, so that its
//! replies can be read; anything else is gone from pages and totals (okayapi section 9b).

use aws_sdk_dynamodb::types::AttributeValue;

use super::branch;
use super::client::App;
use super::keys::{self, Key};
use super::message::{self, Message, Parent};
use super::table::{Backoff, Consistency, Error, Values, from_item, number};
use super::thread;
use super::transaction::{Condition, Refusal, Transaction, when};
use crate::Ctx;

/// Something was written meanwhile.
#[derive(Debug, Clone, Copy)]
struct Lost;

/// Removes the message `id`; says whether there was one.
pub async fn remove(ctx: &Ctx, app: &App, id: u64) -> Result<bool, Error> {
    let mut backoff = Backoff::new(ctx);
    loop {
        let place = message::parent(ctx, app, id, Consistency::Strong).await?;
        let Some(stands) = place.filter(|stands| !stands.deleted) else {
            return Ok(false);
        };
        let removed = if stands.root == id {
            remove_root(ctx, app, &stands).await
        } else {
            remove_reply(ctx, app, &stands, id).await
        };
        match removed {
            Ok(()) => return Ok(true),
            Err(Refusal::Store(error)) => return Err(error),
            Err(Refusal::Condition(Lost)) => backoff.wait("the message changes").await?,
        }
    }
}

async fn remove_root(ctx: &Ctx, app: &App, stands: &Parent) -> Result<(), Refusal<Lost>> {
    let thread = keys::message_thread(&app.key, &stands.key);
    let Some(root) = thread::root(ctx, &thread, stands.number).await? else {
        return Err(Refusal::Condition(Lost));
    };
    let place = keys::board_root(&app.key, app.shards.of(stands.root), stands.root);
    if root.here + root.later == 0 {
        return give_up_root(ctx, app, stands).await;
    }
    // A reply may come meanwhile; the last may not go.
    let still = when("here > :none OR attribute_exists(later)", Lost).with(":none", number(0));
    entomb(
        ctx,
        &keys::thread_root(&thread, stands.number),
        &place,
        still,
    )
    .await
}

/// Removes a root without replies, and its place.
async fn give_up_root(ctx: &Ctx, app: &App, stands: &Parent) -> Result<(), Refusal<Lost>> {
    let thread = keys::message_thread(&app.key, &stands.key);
    let shard = app.shards.of(stands.root);
    let head = thread::head(ctx, &thread).await?;
    thread::remove_root(Transaction::new(ctx), &thread, stands.number, &head, Lost)
        .delete(
            &keys::board_root(&app.key, shard, stands.root),
            Some(when("attribute_exists(PK)", Lost)),
        )
        .update(
            &keys::board_meta(&app.key, shard),
            "ADD roots :less",
            Values::from([(":less".to_owned(), number(-1))]),
            None,
        )
        .commit()
        .await
}

async fn remove_reply(ctx: &Ctx, app: &App, stands: &Parent, id: u64) -> Result<(), Refusal<Lost>> {
    let thread = keys::message_thread(&app.key, &stands.key);
    let place = keys::reply_place(&app.key, id);
    let exists = when("attribute_exists(PK)", Lost);
    if let Some(number) = stands.later {
        // Its number counts: the place stays.
        return entomb(ctx, &keys::later_reply(stands.root, number), &place, exists).await;
    }
    let Some(root) = thread::root(ctx, &thread, stands.number).await? else {
        return Err(Refusal::Condition(Lost));
    };
    let reply = keys::thread_reply(&thread, stands.number, id);
    let is_answered = root.later > 0 || {
        let behind =
            branch::replies(ctx, &thread, stands.number, root.here, Consistency::Strong).await?;
        let replies = behind.into_iter().map(from_item::<Message>);
        let replies = replies.collect::<Result<Vec<_>, _>>()?;
        replies.iter().any(|reply| reply.pid == id)
    };
    if is_answered {
        return entomb(ctx, &reply, &place, exists).await;
    }
    thread::remove_reply(
        Transaction::new(ctx),
        &thread,
        (stands.number, &root),
        id,
        Lost,
    )
    .delete(&place, Some(exists))
    .commit()
    .await?;
    if root.deleted && root.here == 1 {
        // The last thing that its tombstone was kept for, unless there is another by now.
        return match give_up_root(ctx, app, stands).await {
            Err(Refusal::Condition(Lost)) => Ok(()),
            done => done,
        };
    }
    Ok(())
}

/// Leaves of a message what its replies need.
async fn entomb(
    ctx: &Ctx,
    message: &Key,
    place: &Key,
    condition: Condition<Lost>,
) -> Result<(), Refusal<Lost>> {
    let deleted = || Values::from([(":true".to_owned(), AttributeValue::Bool(true))]);
    Transaction::new(ctx)
        .update(
            message,
            "SET deleted = :true REMOVE nickname, content, more",
            deleted(),
            Some(condition),
        )
        .update(place, "SET deleted = :true", deleted(), None)
        .commit()
        .await
}
