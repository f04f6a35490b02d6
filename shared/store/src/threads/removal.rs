//! Removes messages for an app's operator. A message with replies stays as a tombstone, so that its
//! replies can be read, and so does one with a number. Anything else is removed from pages and
//! totals (okayapi section 9b).
//!
//! A removal fails if a reply was added after the root, or removed, since it was read, and is then
//! tried again. So a tombstone never outlives its last reply.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::clients::App;
use crate::table::{
    Backoff, Consistency, Error, Refusal, Transaction, Values, from_item, number, when,
};
use crate::threads::message::{self, Message, Parent};
use crate::threads::page;
use crate::threads::thread::{self, Root};
use crate::{Store, keys};

/// How many tombstones may be removed with their last reply. A transaction has room for 100 items.
const CHAIN: usize = 40;

/// Something was written in the meantime.
#[derive(Debug, Clone, Copy)]
struct Lost;

/// Removes the message `id`. Returns whether there was one.
pub async fn remove(store: &Store, app: &App, id: u64) -> Result<bool, Error> {
    let mut backoff = Backoff::new(store);
    loop {
        let place = message::parent(store, app, id, Consistency::Strong).await?;
        let Some(stands) = place.filter(|stands| !stands.deleted) else {
            return Ok(false);
        };
        let thread = keys::message_thread(&app.key, &stands.key);
        let removed = match thread::root(store, &thread, stands.number).await? {
            Some(root) => {
                let removal = Removal {
                    store,
                    app,
                    thread,
                    stands,
                    root,
                };
                removal.remove(id).await
            }
            None => Err(Refusal::Condition(Lost)),
        };
        match removed {
            Ok(()) => return Ok(true),
            Err(Refusal::Store(error)) => return Err(error),
            Err(Refusal::Condition(Lost)) => backoff.wait("the message changes").await?,
        }
    }
}

/// One try.
struct Removal<'a> {
    store: &'a Store,
    app: &'a App,
    thread: String,
    stands: Parent,
    root: Root,
}

impl Removal<'_> {
    async fn remove(&self, id: u64) -> Result<(), Refusal<Lost>> {
        if self.stands.root == id {
            return match self.root.here + self.root.later {
                0 => self.give_up(&[], true).await,
                _ => self.entomb(id).await,
            };
        }
        if self.stands.later.is_some() || self.root.later > 0 {
            return self.entomb(id).await;
        }
        let (thread, number, here) = (&self.thread, self.stands.number, self.root.here.max(1));
        let behind = page::replies(self.store, thread, number, here, Consistency::Strong).await?;
        let replies = behind.into_iter().map(from_item::<Message>);
        let replies: Vec<Message> = replies.collect::<Result<_, _>>()?;
        if replies.iter().any(|reply| reply.pid == id) {
            return self.entomb(id).await;
        }
        let gone = with_its_tombstones(&replies, id);
        let is_last = self.root.here == gone.len() as u64;
        self.give_up(&gone, self.root.deleted && is_last).await
    }

    /// Removes replies after the root and, if `with_root` is set, the root itself.
    async fn give_up(&self, replies: &[u64], with_root: bool) -> Result<(), Refusal<Lost>> {
        let Self {
            store,
            app,
            thread,
            stands,
            root,
        } = self;
        let unchanged = root.unchanged(Lost);
        let mut transaction = Transaction::new(store);
        if with_root {
            let head = thread::head(store, thread).await?;
            let shard = app.shards.of(stands.root);
            transaction =
                thread::remove_root(transaction, thread, stands.number, &head, unchanged, Lost)
                    .delete(&keys::board_root(&app.key, shard, stands.root), None)
                    .add(&keys::board_meta(&app.key, shard), &[("roots", -1)], None);
        } else {
            let less = format!("-{}", replies.len());
            transaction = transaction.update(
                &keys::thread_root(thread, stands.number),
                "SET removals = :next ADD here :less",
                Values::from([
                    (":next".to_owned(), number(root.removals + 1)),
                    (":less".to_owned(), number(less)),
                ]),
                Some(unchanged),
            );
        }
        for id in replies {
            let exists = when("attribute_exists(PK)", Lost);
            transaction = transaction
                .delete(
                    &keys::thread_reply(thread, stands.number, *id),
                    Some(exists),
                )
                .delete(&keys::reply_place(&app.key, *id), None);
        }
        transaction.commit().await
    }

    /// Replaces a message with a tombstone that holds what its replies need.
    async fn entomb(&self, id: u64) -> Result<(), Refusal<Lost>> {
        const ENTOMB: &str = "SET deleted = :true REMOVE nickname, content, more";
        let (stands, root) = (&self.stands, &self.root);
        let next = (":next".to_owned(), number(root.removals + 1));
        let deleted = || Values::from([(":true".to_owned(), AttributeValue::Bool(true))]);
        let root_key = keys::thread_root(&self.thread, stands.number);
        let transaction = Transaction::new(self.store);
        let (transaction, place) = if stands.root == id {
            let both = "SET deleted = :true, removals = :next REMOVE nickname, content, more";
            let values = deleted().into_iter().chain([next]).collect();
            let shard = self.app.shards.of(id);
            (
                transaction.update(&root_key, both, values, Some(root.unchanged(Lost))),
                keys::board_root(&self.app.key, shard, id),
            )
        } else {
            let message = match stands.later {
                Some(number) => keys::later_reply(&self.thread, stands.number, number),
                None => keys::thread_reply(&self.thread, stands.number, id),
            };
            let exists = when("attribute_exists(PK)", Lost);
            (
                transaction
                    .update(
                        &root_key,
                        "SET removals = :next",
                        Values::from([next]),
                        Some(root.unchanged(Lost)),
                    )
                    .update(&message, ENTOMB, deleted(), Some(exists)),
                keys::reply_place(&self.app.key, id),
            )
        };
        transaction
            .update(&place, "SET deleted = :true", deleted(), None)
            .commit()
            .await
    }
}

/// The reply `id`, and the tombstones above it that are kept only for it.
fn with_its_tombstones(replies: &[Message], id: u64) -> Vec<u64> {
    let mut gone = vec![id];
    let mut last = id;
    while gone.len() < CHAIN
        && let Some(reply) = replies.iter().find(|reply| reply.id == last)
        && let Some(above) = replies.iter().find(|above| above.id == reply.pid)
        && above.deleted
        && !replies
            .iter()
            .any(|other| other.pid == above.id && other.id != last)
    {
        last = above.id;
        gone.push(last);
    }
    gone
}
