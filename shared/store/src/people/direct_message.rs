//! Direct messages. Each side has its own copy.

use serde::{Deserialize, Serialize};

use crate::id::{DirectMessageId, Follow, Uid};
use crate::people::unread::{self, Kind, Notification};
use crate::table::slice::{self, Slice};
use crate::table::{Consistency, Error, Transaction, absent, get, until_settled, when};
use crate::{Store, keys};

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id, which contains its time.
    pub id: DirectMessageId,
    /// The sender.
    pub sender: Uid,
    /// The recipient.
    pub recipient: Uid,
    /// The text, at most 280 half-widths.
    pub text: String,
}

/// The two sides of a message.
#[derive(Serialize, Deserialize)]
struct Sides {
    sender: Uid,
    recipient: Uid,
    /// The stamp with which the recipient was notified.
    #[serde(default, rename = "told")]
    stamp: u64,
}

/// The recipient does not follow the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoFan;

/// Who writes to whom.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The sender.
    pub sender: Uid,
    /// The recipient.
    pub recipient: Uid,
}

/// Sends a message to a fan of its sender, and notifies the fan.
pub async fn send(store: &Store, route: Route, text: &str) -> Result<Result<(), NoFan>, Error> {
    until_settled(store, "the id is taken", || {
        let message = Message {
            id: DirectMessageId::new(store.new_id()),
            sender: route.sender,
            recipient: route.recipient,
            text: text.to_owned(),
        };
        send_as(store, message)
    })
    .await
}

/// Why a message was not sent.
#[derive(Clone)]
enum NotSent {
    NoFan,
    IdTaken,
    /// The recipient got another notice in the meantime.
    Late,
}

/// Sends a message with its id; none if the id is taken.
async fn send_as(store: &Store, message: Message) -> Result<Option<Result<(), NoFan>>, Error> {
    let (message, recipient) = (&message, message.recipient);
    let cause = "the recipient gets other notices";
    unread::until_stamped(store, recipient, cause, |latest| async move {
        let sides = Sides {
            sender: message.sender,
            recipient,
            stamp: unread::stamp(message.id.get(), latest),
        };
        let is_fan = when("attribute_exists(PK)", NotSent::NoFan);
        let is_free = absent(NotSent::IdTaken);
        let own_copy = keys::own_message(message.sender, message.id);
        let follow = Follow {
            fan: recipient,
            member: message.sender,
        };
        let transaction = Transaction::new(store)
            .check(&keys::fan(follow), is_fan)
            .put(&keys::message(message.id), &sides, Some(is_free))
            .put(&own_copy, message, None)
            .put(&keys::own_message(recipient, message.id), message, None);
        let notification = Notification::new(recipient, sides.stamp, Kind::Messages, 1);
        let sent = notification
            .add_to(transaction, NotSent::Late)
            .commit()
            .await?;
        Ok(match sent {
            Ok(()) => Some(Some(Ok(()))),
            Err(NotSent::NoFan) => Some(Some(Err(NoFan))),
            Err(NotSent::IdTaken) => Some(None),
            Err(NotSent::Late) => None,
        })
    })
    .await
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
pub async fn remove(store: &Store, uid: Uid, id: DirectMessageId) -> Result<Removed, Error> {
    #[derive(Clone)]
    enum NotRemoved {
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
    let notification = Notification::new(uid, sides.stamp, Kind::Messages, 1);
    let mut is_read = uid != sides.recipient || own?.has_read(Kind::Messages, sides.stamp);
    loop {
        let there = when("attribute_exists(PK)", NotRemoved::Gone);
        let mut removed = Transaction::new(store).delete(&keys::own_message(uid, id), Some(there));
        if !is_read {
            removed = notification.take_back(removed, NotRemoved::Read);
        }
        match removed.commit().await? {
            Ok(()) => return Ok(Removed::Yes),
            Err(NotRemoved::Gone) => return Ok(Removed::None),
            Err(NotRemoved::Read) => is_read = true,
        }
    }
}

/// The messages of `uid` in `slice`, newest first.
pub async fn of_member(store: &Store, uid: Uid, slice: Slice) -> Result<Vec<Message>, Error> {
    let partition = keys::messages(uid);
    let page = slice::rows(store, partition, slice, Consistency::Strong).await?;
    Ok(page.shown)
}
