//! The meaning of the stream's records.

use serde::de::DeserializeOwned;

use super::keys::{self, Entity, Key};
use super::relation;
use super::table::Error;
use super::weibo::Weibo;
use super::weibo_comment::Comment;
use crate::stream::{Event, Record};

/// A change that the stream's readers handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A weibo or repost was published.
    Published(Weibo),
    /// A weibo or repost was destroyed.
    Destroyed(Weibo),
    /// A member has a new fan.
    Followed {
        /// The member.
        uid: u64,
        /// The fan.
        fan: u64,
    },
    /// A member has lost a fan.
    Unfollowed {
        /// The member.
        uid: u64,
        /// The fan.
        fan: u64,
    },
    /// A weibo was commented on.
    Commented {
        /// The weibo.
        weibo: u64,
        /// The comment's number in its thread.
        number: u64,
        /// The comment.
        comment: Comment,
    },
    /// A comment was removed.
    Uncommented(Comment),
    /// A member blocks another.
    Blocked {
        /// The member.
        uid: u64,
        /// The other member.
        other: u64,
    },
}

/// The change that a record describes; `None` if nobody needs it.
pub fn read(record: &Record) -> Result<Option<Change>, Error> {
    let key: Key = from_stream(record.dynamodb.keys.clone())?;
    let Some(entity) = keys::entity(&key) else {
        return Ok(None);
    };
    let image = |item: &Option<serde_dynamo::Item>| {
        item.clone()
            .ok_or_else(|| Error::new("a record without the item"))
    };
    let change = &record.dynamodb;
    Ok(Some(match (entity, record.event) {
        (Entity::Relation { uid, other }, Event::Insert | Event::Modify)
            if relation::is_block(image(&change.new)?)? =>
        {
            Change::Blocked { uid, other }
        }
        (Entity::Relation { .. }, _) | (_, Event::Modify) => return Ok(None),
        (Entity::Weibo, Event::Insert) => Change::Published(from_stream(image(&change.new)?)?),
        (Entity::Weibo, Event::Remove) => Change::Destroyed(from_stream(image(&change.old)?)?),
        (Entity::Fan { uid, fan }, Event::Insert) => Change::Followed { uid, fan },
        (Entity::Fan { uid, fan }, Event::Remove) => Change::Unfollowed { uid, fan },
        (Entity::Comment { weibo, number }, Event::Insert) => Change::Commented {
            weibo,
            number,
            comment: from_stream(image(&change.new)?)?,
        },
        (Entity::Comment { .. }, Event::Remove) => {
            Change::Uncommented(from_stream(image(&change.old)?)?)
        }
    }))
}

/// The item of a record.
pub(super) fn from_stream<T: DeserializeOwned>(item: serde_dynamo::Item) -> Result<T, Error> {
    serde_dynamo::from_item(item).map_err(|e| Error::new(format!("a record does not read: {e}")))
}
