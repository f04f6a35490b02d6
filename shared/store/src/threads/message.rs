//! The messages of an app: where they are stored and how they are posted. `board` reads them,
//! `removal` removes them.

use serde::{Deserialize, Serialize};

use crate::Store;
use crate::clients::App;
use crate::clients::sequence;
use crate::id::{MessageId, RootNumber, Uuid};
use crate::keys::{self, Key};
use crate::table::{
    Change, Consistency, Error, MAX_ITEM, Transaction, Turns, absent, batch_get, from_item,
    stored_size,
};
use crate::threads::thread::{self, Head, NewReply};

/// The largest depth of replies; a root has depth 1 (okayapi section 5.3.4).
pub const MAX_DEPTH: u32 = 100;

/// A message: a root or a reply.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Message {
    /// Its id: see [`sequence`].
    pub id: MessageId,
    /// When it was posted, in seconds since 1970.
    pub posted_at: i64,
    /// The name shown, at most 32 characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub nickname: String,
    /// The text as it was sent; HTML is allowed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub content: String,
    /// The member who wrote it, if one was logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<Uuid>,
    /// The message that it answers; 0 for a root.
    #[serde(skip_serializing_if = "is_zero")]
    pub pid: MessageId,
    /// The message key that it was posted with, at most 64 characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// Custom fields, as the text of a JSON object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<String>,
    /// It was deleted, but has replies, or its place cannot be freed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

fn is_zero(pid: &MessageId) -> bool {
    pid.get() == 0
}

/// Where a message will be stored.
#[derive(Debug, Clone)]
pub enum Place {
    /// At the end of a thread.
    Root(Head),
    /// After a root.
    Reply(Parent),
}

/// The message that a reply answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Parent {
    /// The message key of its thread.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) key: String,
    /// The number of its root.
    pub(super) number: RootNumber,
    /// The id of its root.
    pub(super) root: MessageId,
    /// Its depth.
    depth: u32,
    /// It was deleted, so nobody can answer it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) deleted: bool,
    /// Its number among the later replies, if it is one. Its own replies are later replies too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) later: Option<u64>,
}

/// Why a message has no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPlace {
    /// The message that it answers does not exist.
    NoParent,
    /// It would be deeper than [`MAX_DEPTH`].
    TooDeep,
}

/// Why a message was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPosted {
    /// The message that it answers does not exist any more.
    NoParent,
    /// It is larger than [`MAX_ITEM`].
    TooLarge,
}

/// Finds the place of a new message: the end of the thread `key`, or after the message `pid`. One
/// round trip; two if the parent has just been written.
pub async fn place(
    store: &Store,
    app: &App,
    key: &str,
    pid: MessageId,
) -> Result<Result<Place, NoPlace>, Error> {
    if is_zero(&pid) {
        let thread = keys::message_thread(&app.key, key);
        return Ok(Ok(Place::Root(thread::head(store, &thread).await?)));
    }
    Ok(match place_of(store, app, pid).await? {
        None | Some(Parent { deleted: true, .. }) => Err(NoPlace::NoParent),
        Some(parent) if parent.depth >= MAX_DEPTH => Err(NoPlace::TooDeep),
        Some(parent) => Ok(Place::Reply(parent)),
    })
}

/// The place of a message that may have just been written.
pub(super) async fn place_of(
    store: &Store,
    app: &App,
    id: MessageId,
) -> Result<Option<Parent>, Error> {
    match parent(store, app, id, Consistency::Eventual).await? {
        None => parent(store, app, id, Consistency::Strong).await,
        found => Ok(found),
    }
}

pub(super) async fn parent(
    store: &Store,
    app: &App,
    id: MessageId,
    consistency: Consistency,
) -> Result<Option<Parent>, Error> {
    let keys = [
        keys::board_root(&app.key, app.shards.of(id.get()), id),
        keys::reply_place(&app.key, id),
    ];
    let found = batch_get(store, &keys, consistency).await?;
    found.into_iter().next().map(from_item).transpose()
}

/// Stores a message in its place and returns its id. That is the id of `message`, drawn from the
/// app's sequence in parallel with [`place`], or a new one if that would be out of order. Tries
/// again if another caller was faster, until the request's deadline.
pub async fn post(
    store: &Store,
    app: &App,
    place: Place,
    mut message: Message,
) -> Result<Result<MessageId, NotPosted>, Error> {
    message.posted_at = store.now().as_second();
    if stored_size(&message)? > MAX_ITEM {
        return Ok(Err(NotPosted::TooLarge));
    }
    let mut posting = Posting {
        store,
        app,
        is_later: matches!(&place, Place::Reply(Parent { later: Some(_), .. })),
        place,
        message,
    };
    let contended = posting.contended();
    let mut turns = Turns::new(store);
    loop {
        if let Some(settled) = posting.attempt().await? {
            return Ok(settled);
        }
        turns.lost(&contended, "the place was taken").await?;
        posting.read_again().await?;
    }
}

/// Stores a message in its place with the id and time that it has; `false` if that id or place is taken.
pub async fn post_as(
    store: &Store,
    app: &App,
    place: Place,
    message: &Message,
) -> Result<bool, Error> {
    match &place {
        Place::Root(head) => post_root(store, app, head, message).await,
        Place::Reply(parent) => Ok(post_reply(store, app, parent, message).await?.is_ok()),
    }
}

/// A message on its way to its place.
struct Posting<'a> {
    store: &'a Store,
    app: &'a App,
    place: Place,
    message: Message,
    /// There is no room after its root.
    is_later: bool,
}

impl Posting<'_> {
    /// The item for which callers race.
    fn contended(&self) -> Key {
        match &self.place {
            Place::Root(_) => {
                keys::thread_meta(&keys::message_thread(&self.app.key, &self.message.key))
            }
            Place::Reply(parent) => {
                let thread = keys::message_thread(&self.app.key, &parent.key);
                keys::thread_root(&thread, parent.number)
            }
        }
    }

    /// Tries once; `None` if another caller was faster.
    async fn attempt(&mut self) -> Result<Option<Result<MessageId, NotPosted>>, Error> {
        let (store, app) = (self.store, self.app);
        // A later root has a higher id than an earlier one, and a reply has a higher id than the
        // message that it answers.
        let than = match &self.place {
            Place::Root(head) => head.last_id,
            Place::Reply(_) => self.message.pid,
        };
        self.message.id = sequence::above(store, app, self.message.id, than).await?;
        let id = self.message.id;
        let parent = match &self.place {
            Place::Root(head) => {
                let is_posted = post_root(store, app, head, &self.message).await?;
                return Ok(is_posted.then_some(Ok(id)));
            }
            Place::Reply(parent) => parent,
        };
        if !self.is_later {
            match post_reply(store, app, parent, &self.message).await? {
                Ok(()) => return Ok(Some(Ok(id))),
                Err(NotAfterRoot::Lost) => return Ok(None),
                Err(NotAfterRoot::NoRoom) => self.is_later = true,
            }
        }
        let thread = keys::message_thread(&app.key, &parent.key);
        match thread::root(store, &thread, parent.number).await? {
            Some(root) if !root.deleted || self.message.pid != parent.root => {
                let posted = post_later_reply(store, app, parent, root.later, &self.message);
                Ok(posted.await?.then_some(Ok(id)))
            }
            _ => Ok(Some(Err(NotPosted::NoParent))),
        }
    }

    /// Draws a new id and, for a root, reads the end of the thread.
    async fn read_again(&mut self) -> Result<(), Error> {
        let next = sequence::next(self.store, self.app);
        match &mut self.place {
            Place::Root(head) => {
                let thread = keys::message_thread(&self.app.key, &self.message.key);
                let (id, read) = futures_util::join!(next, thread::head(self.store, &thread));
                (self.message.id, *head) = (id?, read?);
            }
            Place::Reply(_) => self.message.id = next.await?,
        }
        Ok(())
    }
}

/// Stores a root at the end of its thread; `false` if another caller took the place or the id.
async fn post_root(
    store: &Store,
    app: &App,
    head: &Head,
    message: &Message,
) -> Result<bool, Error> {
    let thread = keys::message_thread(&app.key, &message.key);
    let shard = app.shards.of(message.id.get());
    let transaction = Transaction::new(store);
    let (transaction, number) =
        thread::append_root(transaction, &thread, head, Some(message.id), message, ());
    let stands = Parent {
        key: message.key.clone(),
        number,
        root: message.id,
        depth: 1,
        deleted: false,
        later: None,
    };
    transaction
        .put(
            &keys::board_root(&app.key, shard, message.id),
            &stands,
            Some(absent(())),
        )
        .change(
            &keys::board_meta(&app.key, shard),
            Change::new().add("roots", 1_u64),
            None,
        )
        .commit_if()
        .await
}

/// Why a reply was not stored after its root.
#[derive(Debug, Clone, Copy)]
enum NotAfterRoot {
    /// The id is taken.
    Lost,
    /// The root is gone, or there is no room.
    NoRoom,
}

/// Stores a reply after its root.
async fn post_reply(
    store: &Store,
    app: &App,
    parent: &Parent,
    message: &Message,
) -> Result<Result<(), NotAfterRoot>, Error> {
    let thread = keys::message_thread(&app.key, &parent.key);
    let (no_room, lost) = (NotAfterRoot::NoRoom, NotAfterRoot::Lost);
    let reply = new_reply(parent, message);
    thread::append_reply(Transaction::new(store), &thread, &reply, no_room, lost)
        .put(
            &keys::reply_place(&app.key, message.id),
            &parent.below(None),
            Some(absent(lost)),
        )
        .commit()
        .await
}

/// Stores a reply as the next one of the later replies, of which there are `before`; `false` if another caller was
/// faster.
async fn post_later_reply(
    store: &Store,
    app: &App,
    parent: &Parent,
    before: u64,
    message: &Message,
) -> Result<bool, Error> {
    let thread = keys::message_thread(&app.key, &parent.key);
    let reply = new_reply(parent, message);
    thread::append_later_reply(Transaction::new(store), &thread, &reply, before, ())
        .put(
            &keys::reply_place(&app.key, message.id),
            &parent.below(Some(before + 1)),
            Some(absent(())),
        )
        .commit_if()
        .await
}

fn new_reply<'a>(parent: &Parent, message: &'a Message) -> NewReply<'a, Message> {
    NewReply {
        root: parent.number,
        id: message.id,
        is_direct: message.pid == parent.root,
        entity: message,
    }
}

impl Parent {
    /// The place of a reply to it, with the number that the reply has among the later ones.
    fn below(&self, later: Option<u64>) -> Self {
        Self {
            depth: self.depth + 1,
            deleted: false,
            later,
            ..self.clone()
        }
    }
}
