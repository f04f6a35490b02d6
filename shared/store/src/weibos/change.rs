//! The meaning of the stream's records.

use crate::id::{Edge, RootNumber, WeiboId};
use crate::keys::{self, Entity, Key};
use crate::people::relation::{self, Block, Follow};
use crate::stream::{self, Event, Record};
use crate::table::Error;
use crate::weibos::comment::Comment;
use crate::weibos::weibo::Weibo;

/// A change that the stream's readers handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A weibo or repost was published.
    Published(Weibo),
    /// A weibo or repost was destroyed.
    Destroyed(Weibo),
    /// A member has a new fan.
    Followed(Follow),
    /// A member has lost a fan.
    Unfollowed(Follow),
    /// A weibo was commented on.
    Commented {
        /// The weibo.
        weibo: WeiboId,
        /// The comment's number in its thread.
        number: RootNumber,
        /// The comment.
        comment: Comment,
    },
    /// A comment was removed.
    Uncommented(Comment),
    /// A member blocks another.
    Blocked(Block),
}

/// The change that a record describes; `None` if nobody needs it.
pub fn read(record: &Record) -> Result<Option<Change>, Error> {
    let key: Key = stream::entity(record.dynamodb.keys.clone())?;
    let Some(entity) = keys::entity(&key) else {
        return Ok(None);
    };
    let image = |item: &Option<serde_dynamo::Item>| {
        item.clone()
            .ok_or_else(|| Error::new("a record without the item"))
    };
    let change = &record.dynamodb;
    Ok(Some(match (entity, record.event) {
        (Entity::Relation(Edge { from, to }), Event::Insert | Event::Modify)
            if relation::is_block(image(&change.new)?)? =>
        {
            Change::Blocked(Block { by: from, of: to })
        }
        (Entity::Relation(_), _) | (_, Event::Modify) => return Ok(None),
        (Entity::Weibo, Event::Insert) => Change::Published(stream::entity(image(&change.new)?)?),
        (Entity::Weibo, Event::Remove) => Change::Destroyed(stream::entity(image(&change.old)?)?),
        (Entity::Fan(follow), Event::Insert) => Change::Followed(follow),
        (Entity::Fan(follow), Event::Remove) => Change::Unfollowed(follow),
        (Entity::Comment { weibo, number }, Event::Insert) => Change::Commented {
            weibo,
            number,
            comment: stream::entity(image(&change.new)?)?,
        },
        (Entity::Comment { .. }, Event::Remove) => {
            Change::Uncommented(stream::entity(image(&change.old)?)?)
        }
    }))
}
