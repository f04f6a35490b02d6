//! Removes messages for an app's operator. A message with replies stays as a tombstone, so that its
//! replies can be read, and so does one with a number. Anything else is removed from pages and
//! totals (okayapi section 9b).
//!
//! A removal fails if a reply was added after the root, or removed, since it was read, and is then
//! tried again. So a tombstone never outlives its last reply.

use crate::Store;
use crate::clients::App;
use crate::id::{MessageId, Thread};
use crate::keys::{self, LaterReply};
use crate::table::{Change, Consistency, Error, Transaction, from_item, until_settled, when};
use crate::threads::message::{self, Message, Parent};
use crate::threads::page::{self, Oldest};
use crate::threads::thread::{self, Root};

/// How many tombstones may be removed with their last reply. A transaction has room for 100 items.
const CHAIN: usize = 40;

/// Removes the message `id`. Returns whether there was one.
pub async fn remove(store: &Store, app: &App, id: MessageId) -> Result<bool, Error> {
    until_settled(store, "the message changes", || async {
        let place = message::parent(store, app, id, Consistency::Strong).await?;
        let Some(stands) = place.filter(|stands| !stands.deleted) else {
            return Ok(Some(false));
        };
        let thread = keys::message_thread(&app.key, &stands.key);
        let Some(root) = thread::root(store, &thread, stands.number).await? else {
            return Ok(None);
        };
        let removal = Removal {
            store,
            app,
            thread,
            stands,
            root,
        };
        Ok(removal.remove(id).await?.then_some(true))
    })
    .await
}

/// One try. Its functions return `false` if something was written in the meantime.
struct Removal<'a> {
    store: &'a Store,
    app: &'a App,
    thread: Thread,
    stands: Parent,
    root: Root,
}

impl Removal<'_> {
    async fn remove(&self, id: MessageId) -> Result<bool, Error> {
        if self.stands.root == id {
            return match self.root.here + self.root.later {
                0 => self.give_up(&[], true).await,
                _ => self.entomb(id).await,
            };
        }
        if self.stands.later.is_some() || self.root.later > 0 {
            return self.entomb(id).await;
        }
        let oldest = Oldest {
            root: self.stands.number,
            limit: self.root.here.max(1),
        };
        let strong = Consistency::Strong;
        let behind = page::replies(self.store, &self.thread, oldest, strong).await?;
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
    async fn give_up(&self, replies: &[MessageId], with_root: bool) -> Result<bool, Error> {
        let (app, thread, number) = (self.app, &self.thread, self.stands.number);
        let mut transaction = match with_root {
            true => self.without_root().await?,
            false => self.with_fewer(replies.len()),
        };
        for id in replies {
            let exists = when("attribute_exists(PK)", ());
            transaction = transaction
                .delete(&keys::thread_reply(thread, number, *id), Some(exists))
                .delete(&keys::reply_place(&app.key, *id), None);
        }
        transaction.commit_if().await
    }

    /// The removal of the root.
    async fn without_root(&self) -> Result<Transaction<'_, ()>, Error> {
        let Self {
            store,
            app,
            thread,
            stands,
            root,
        } = self;
        let head = thread::head(store, thread).await?;
        let (unchanged, shard) = (root.unchanged(()), app.shards.of(stands.root.get()));
        let transaction = Transaction::new(store);
        Ok(
            thread::remove_root(transaction, thread, stands.number, &head, unchanged, ())
                .delete(&keys::board_root(&app.key, shard, stands.root), None)
                .change(
                    &keys::board_meta(&app.key, shard),
                    Change::new().add("roots", -1_i64),
                    None,
                ),
        )
    }

    /// The root counts so many replies less.
    fn with_fewer(&self, replies: usize) -> Transaction<'_, ()> {
        let less = i64::try_from(replies).unwrap_or(i64::MAX);
        let counted = self.raised().add("here", -less);
        Transaction::new(self.store).change(
            &keys::thread_root(&self.thread, self.stands.number),
            counted,
            Some(self.root.unchanged(())),
        )
    }

    /// The root counts one more removal.
    fn raised(&self) -> Change {
        Change::new().set("removals", self.root.removals + 1)
    }

    /// Replaces a message with a tombstone that holds what its replies need.
    async fn entomb(&self, id: MessageId) -> Result<bool, Error> {
        let (app_key, thread, stands) = (&self.app.key, &self.thread, &self.stands);
        let root_key = keys::thread_root(thread, stands.number);
        let unchanged = Some(self.root.unchanged(()));
        let transaction = Transaction::new(self.store);
        let (transaction, place) = if stands.root == id {
            let shard = self.app.shards.of(id.get());
            (
                transaction.change(&root_key, entombed(self.raised()), unchanged),
                keys::board_root(app_key, shard, id),
            )
        } else {
            let message = match stands.later {
                Some(number) => {
                    let root = stands.number;
                    keys::later_reply(thread, LaterReply { root, number })
                }
                None => keys::thread_reply(thread, stands.number, id),
            };
            let exists = Some(when("attribute_exists(PK)", ()));
            (
                transaction
                    .change(&root_key, self.raised(), unchanged)
                    .change(&message, entombed(Change::new()), exists),
                keys::reply_place(app_key, id),
            )
        };
        let deleted = Change::new().set("deleted", true);
        transaction.change(&place, deleted, None).commit_if().await
    }
}

/// What a message loses that becomes a tombstone.
fn entombed(change: Change) -> Change {
    change
        .set("deleted", true)
        .remove(["nickname", "content", "more"])
}

/// The reply `id`, and the tombstones above it that are kept only for it.
fn with_its_tombstones(replies: &[Message], id: MessageId) -> Vec<MessageId> {
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
