//! The messages of an app: where they are stored and how they are posted. `board` reads them,
//! `removal` removes them.

use serde::{Deserialize, Serialize};

use crate::table::{
    Consistency, Error, MAX_ITEM, Refusal, Transaction, Turns, absent, batch_get, from_item,
    stored_size,
};

use crate::clients::App;
use crate::clients::sequence::{self, Kind};
use crate::threads::thread::{self, Head, NewReply};
use crate::{Store, keys};

/// The largest depth of replies; a root has depth 1 (okayapi section 5.3.4).
pub const MAX_DEPTH: u32 = 100;

/// A message: a root or a reply.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Message {
    /// Its id: see [`sequence`].
    pub id: u64,
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
    pub uuid: Option<String>,
    /// The message that it answers; 0 for a root.
    #[serde(skip_serializing_if = "is_zero")]
    pub pid: u64,
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

fn is_zero(pid: &u64) -> bool {
    *pid == 0
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
    pub(crate) key: String,
    /// The number of its root.
    pub(crate) number: u64,
    /// The id of its root.
    pub(crate) root: u64,
    /// Its depth.
    depth: u32,
    /// It was deleted, so nobody can answer it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) deleted: bool,
    /// Its number among the later replies, if it is one. Its own replies are later replies too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) later: Option<u64>,
}

/// Why a message was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The message that it answers does not exist.
    NoParent,
    /// It would be deeper than [`MAX_DEPTH`].
    TooDeep,
    /// It is larger than [`MAX_ITEM`].
    TooLarge,
}

#[derive(Debug, Clone, Copy)]
enum Conflict {
    /// The id is taken, or another caller took the place.
    Lost,
    NoRoom,
}

/// Finds the place of a new message: the end of the thread `key`, or after the message `pid`. One
/// round trip; two if the parent has just been written.
pub async fn place(
    store: &Store,
    app: &App,
    key: &str,
    pid: u64,
) -> Result<Place, Refusal<Refused>> {
    if pid == 0 {
        let thread = keys::message_thread(&app.key, key);
        return Ok(Place::Root(thread::head(store, &thread).await?));
    }
    match place_of(store, app, pid).await? {
        None | Some(Parent { deleted: true, .. }) => Err(Refusal::Condition(Refused::NoParent)),
        Some(parent) if parent.depth >= MAX_DEPTH => Err(Refusal::Condition(Refused::TooDeep)),
        Some(parent) => Ok(Place::Reply(parent)),
    }
}

/// The place of a message that may have just been written.
pub(crate) async fn place_of(store: &Store, app: &App, id: u64) -> Result<Option<Parent>, Error> {
    match parent(store, app, id, Consistency::Eventual).await? {
        None => parent(store, app, id, Consistency::Strong).await,
        found => Ok(found),
    }
}

pub(crate) async fn parent(
    store: &Store,
    app: &App,
    id: u64,
    consistency: Consistency,
) -> Result<Option<Parent>, Error> {
    let keys = [
        keys::board_root(&app.key, app.shards.of(id), id),
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
    mut place: Place,
    mut message: Message,
) -> Result<u64, Refusal<Refused>> {
    message.posted_at = store.now().as_second();
    if stored_size(&message)? > MAX_ITEM {
        return Err(Refusal::Condition(Refused::TooLarge));
    }
    let mut is_later = matches!(&place, Place::Reply(Parent { later: Some(_), .. }));
    let mut turns = Turns::new(store);
    loop {
        // A later root has a higher id than an earlier one, and a reply has a higher id than the
        // message that it answers.
        let than = match &place {
            Place::Root(head) => head.last_id,
            Place::Reply(_) => message.pid,
        };
        message.id = sequence::above(store, app, Kind::Messages, message.id, than).await?;
        let written = match &place {
            Place::Root(head) => post_root(store, app, head, &message).await,
            Place::Reply(parent) if is_later => {
                let thread = keys::message_thread(&app.key, &parent.key);
                match thread::root(store, &thread, parent.number).await? {
                    Some(root) if !root.deleted || message.pid != parent.root => {
                        post_reply(store, app, parent, Some(root.later), &message).await
                    }
                    _ => return Err(Refusal::Condition(Refused::NoParent)),
                }
            }
            Place::Reply(parent) => post_reply(store, app, parent, None, &message).await,
        };
        match written {
            Ok(()) => return Ok(message.id),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(Conflict::NoRoom)) => is_later = true,
            Err(Refusal::Condition(Conflict::Lost)) => {
                let cause = "the place was taken";
                match &mut place {
                    Place::Root(head) => {
                        let thread = keys::message_thread(&app.key, &message.key);
                        turns.lost(&keys::thread_meta(&thread), cause).await?;
                        let (id, read) = futures_util::join!(
                            sequence::next(store, app, Kind::Messages),
                            thread::head(store, &thread)
                        );
                        (message.id, *head) = (id?, read?);
                    }
                    Place::Reply(parent) => {
                        let thread = keys::message_thread(&app.key, &parent.key);
                        let root = keys::thread_root(&thread, parent.number);
                        turns.lost(&root, cause).await?;
                        message.id = sequence::next(store, app, Kind::Messages).await?;
                    }
                }
            }
        }
    }
}

/// Stores a message in its place with the id and time that it has. Refused if that id or place is taken.
pub async fn post_as(
    store: &Store,
    app: &App,
    place: Place,
    message: &Message,
) -> Result<(), Refusal<Refused>> {
    let stored = match &place {
        Place::Root(head) => post_root(store, app, head, message).await,
        Place::Reply(parent) => post_reply(store, app, parent, None, message).await,
    };
    stored.map_err(|refusal| match refusal {
        Refusal::Condition(Conflict::Lost | Conflict::NoRoom) => {
            Refusal::Condition(Refused::NoParent)
        }
        Refusal::Store(error) => error.into(),
    })
}

async fn post_root(
    store: &Store,
    app: &App,
    head: &Head,
    message: &Message,
) -> Result<(), Refusal<Conflict>> {
    let thread = keys::message_thread(&app.key, &message.key);
    let shard = app.shards.of(message.id);
    let transaction = Transaction::new(store);
    let (transaction, number) = thread::append_root(
        transaction,
        &thread,
        head,
        Some(message.id),
        message,
        Conflict::Lost,
    );
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
            Some(absent(Conflict::Lost)),
        )
        .add(&keys::board_meta(&app.key, shard), &[("roots", 1)], None)
        .commit()
        .await
}

/// Stores a reply after its root, or as the next one of the later replies.
async fn post_reply(
    store: &Store,
    app: &App,
    parent: &Parent,
    before: Option<u64>,
    message: &Message,
) -> Result<(), Refusal<Conflict>> {
    let thread = keys::message_thread(&app.key, &parent.key);
    let reply = NewReply {
        root: parent.number,
        id: message.id,
        is_direct: message.pid == parent.root,
        entity: message,
    };
    let transaction = Transaction::new(store);
    let (no_room, lost) = (Conflict::NoRoom, Conflict::Lost);
    let transaction = match before {
        Some(before) => thread::append_later_reply(transaction, &thread, &reply, before, lost),
        None => thread::append_reply(transaction, &thread, &reply, no_room, lost),
    };
    let stands = Parent {
        depth: parent.depth + 1,
        deleted: false,
        later: before.map(|before| before + 1),
        ..parent.clone()
    };
    transaction
        .put(
            &keys::reply_place(&app.key, message.id),
            &stands,
            Some(absent(Conflict::Lost)),
        )
        .commit()
        .await
}
