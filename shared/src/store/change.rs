//! What the stream's records mean.

use serde::de::DeserializeOwned;

use super::keys::{self, Entity, Key};
use super::table::Error;
use super::weibo::Weibo;
use super::weibo_comment::Comment;
use crate::stream::{Event, Record};

/// A change that somebody is to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A weibo or repost was published.
    Published(Weibo),
    /// A weibo was commented on.
    Commented {
        /// The weibo.
        weibo: u64,
        /// The comment's number in its thread.
        number: u64,
        /// The comment.
        comment: Comment,
    },
}

/// What a record means; `None` where nobody needs to hear of it.
pub fn read(record: &Record) -> Result<Option<Change>, Error> {
    let key: Key = from_stream(record.dynamodb.keys.clone())?;
    let (Event::Insert, Some(entity)) = (record.event, keys::entity(&key)) else {
        return Ok(None);
    };
    let item = record.dynamodb.new.clone();
    let item = item.ok_or_else(|| Error::new("a record without the new item"))?;
    Ok(Some(match entity {
        Entity::Weibo => Change::Published(from_stream(item)?),
        Entity::Comment { weibo, number } => Change::Commented {
            weibo,
            number,
            comment: from_stream(item)?,
        },
    }))
}

fn from_stream<T: DeserializeOwned>(item: serde_dynamo::Item) -> Result<T, Error> {
    serde_dynamo::from_item(item).map_err(|e| Error::new(format!("a record does not read: {e}")))
}
