//! Direct messages. Each side has its own copy.

use serde::{Deserialize, Serialize};

use crate::table::{Backoff, Consistency, Error, Refusal, Transaction, absent, get, when};
use crate::{Store, keys};

use crate::people::unread::{self, Kind, News};
use crate::table::slice::{self, Slice};

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id, which contains its time.
    pub id: u64,
    /// The sender.
    pub sender: u64,
    /// The recipient.
    pub recipient: u64,
    /// The text, at most 280 half-widths.
    pub text: String,
}

/// The two sides of a message.
#[derive(Serialize, Deserialize)]
struct Sides {
    sender: u64,
    recipient: u64,
    /// The stamp with which the recipient was notified.
    #[serde(default)]
    told: u64,
}

/// The recipient does not follow the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoFan;

/// Sends a message to a fan of `sender`, and notifies the fan.
pub async fn send(
    store: &Store,
    sender: u64,
    recipient: u64,
    text: &str,
) -> Result<(), Refusal<NoFan>> {
    #[derive(Clone)]
    enum Conflict {
        NoFan,
        Id,
        Late,
    }
    let mut backoff = Backoff::new(store);
    let mut latest = 0;
    let mut message = Message {
        id: store.new_id(),
        sender,
        recipient,
        text: text.to_owned(),
    };
    loop {
        let told = unread::stamp(message.id, latest);
        let sides = Sides {
            sender,
            recipient,
            told,
        };
        let is_fan = when("attribute_exists(PK)", Conflict::NoFan);
        let transaction = Transaction::new(store)
            .check(&keys::fan(sender, recipient), is_fan)
            .put(
                &keys::message(message.id),
                &sides,
                Some(absent(Conflict::Id)),
            )
            .put(&keys::own_message(sender, message.id), &message, None)
            .put(&keys::own_message(recipient, message.id), &message, None);
        let news = News::new(recipient, told, Kind::Messages, 1);
        match news.tell(transaction, Conflict::Late).commit().await {
            Ok(()) => return Ok(()),
            Err(Refusal::Condition(Conflict::NoFan)) => return Err(Refusal::Condition(NoFan)),
            Err(Refusal::Condition(Conflict::Id)) => {
                backoff.wait("the id is taken").await?;
                message.id = store.new_id();
            }
            Err(Refusal::Condition(Conflict::Late)) => {
                backoff.wait("the recipient is told of something").await?;
                latest = unread::latest(store, &[recipient]).await?;
            }
            Err(Refusal::Store(error)) => return Err(error.into()),
        }
    }
}

/// The result of removing a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// The caller no longer has it.
    Yes,
    /// There is none, or the caller removed it before.
    None,
    /// It is between two other members.
    NotOwn,
}

/// Removes the copy of `uid`. The other side keeps its own. An unread message of the recipient is
/// no longer counted.
pub async fn remove(store: &Store, uid: u64, id: u64) -> Result<Removed, Error> {
    #[derive(Clone)]
    enum Conflict {
        Gone,
        Read,
    }
    let key = keys::message(id);
    let (sides, own) = futures_util::join!(
        get::<Sides>(store, &key, Consistency::Strong),
        unread::read(store, uid),
    );
    let Some(sides) = sides? else {
        return Ok(Removed::None);
    };
    if ![sides.sender, sides.recipient].contains(&uid) {
        return Ok(Removed::NotOwn);
    }
    let news = News::new(uid, sides.told, Kind::Messages, 1);
    let mut is_read = uid != sides.recipient || own?.has_read(Kind::Messages, sides.told);
    loop {
        let there = when("attribute_exists(PK)", Conflict::Gone);
        let mut removed = Transaction::new(store).delete(&keys::own_message(uid, id), Some(there));
        if !is_read {
            removed = news.take_back(removed, Conflict::Read);
        }
        match removed.commit().await {
            Ok(()) => return Ok(Removed::Yes),
            Err(Refusal::Condition(Conflict::Gone)) => return Ok(Removed::None),
            Err(Refusal::Condition(Conflict::Read)) => is_read = true,
            Err(Refusal::Store(error)) => return Err(error),
        }
    }
}

/// The messages of `uid` in `slice`, newest first.
pub async fn of_member(store: &Store, uid: u64, slice: Slice) -> Result<Vec<Message>, Error> {
    let partition = keys::messages(uid);
    let page = slice::rows(store, partition, slice, Consistency::Strong).await?;
    Ok(page.shown)
}
