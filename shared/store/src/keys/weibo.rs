//! The keys of weibos, and of members' relations, settings and messages.

use super::{Key, Place, id, place, weibo_of_thread};
use crate::id::{CommentId, DirectMessageId, MentionId, Thread, WeiboId};

/// What is stored under a key. Only kinds that the stream's readers need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    /// [`weibo`].
    Weibo,
    /// A root of a [`weibo_thread`].
    Comment {
        /// The weibo.
        weibo: WeiboId,
        /// The root's number.
        number: u64,
    },
    /// [`fan`].
    Fan {
        /// The member.
        uid: u64,
        /// The fan.
        fan: u64,
    },
    /// [`relation`].
    Relation {
        /// The member.
        uid: u64,
        /// The other member of the relation.
        other: u64,
    },
}

/// What is stored under `key`.
pub fn entity(key: &Key) -> Option<Entity> {
    Some(match place(key)? {
        Place::Weibo => Entity::Weibo,
        Place::Root { thread, number } => Entity::Comment {
            weibo: weibo_of_thread(&thread)?,
            number,
        },
        Place::Fan { uid, fan } => Entity::Fan { uid, fan },
        Place::Relation { uid, other } => Entity::Relation { uid, other },
        _ => return None,
    })
}

/// A weibo.
pub fn weibo(weibo: WeiboId) -> Key {
    Key::new(format!("WEIBO#{}", id(weibo.get())), "WEIBO")
}

/// The partition of a weibo's comments. It is a thread, and they are its roots.
pub fn weibo_thread(weibo: WeiboId) -> Thread {
    format!("THREAD#W#{}", id(weibo.get())).into()
}

/// The place of a comment.
pub fn comment_place(comment: CommentId) -> Key {
    Key::new(format!("COMMENT#{}", id(comment.get())), "PLACE")
}

/// A weibo among a member's favourites.
pub fn favorite(uid: u64, weibo: WeiboId) -> Key {
    Key::new(
        format!("MEMBER#{}", id(uid)),
        format!("FAV#{}", id(weibo.get())),
    )
}

/// The partition of a member's weibos.
pub fn timeline(uid: u64) -> String {
    format!("BY#{}", id(uid))
}

/// A weibo in the list of its author.
pub fn own_weibo(uid: u64, weibo: WeiboId) -> Key {
    Key::new(timeline(uid), id(weibo.get()))
}

/// The id of an entry of a list: of a weibo, a mention, a message.
pub fn listed(key: &Key) -> Option<u64> {
    key.sk.parse().ok()
}

/// The partition of the mentions of a member.
pub fn mentions(uid: u64) -> String {
    format!("MENTIONS#{}", id(uid))
}

/// A mention of a member.
pub fn mention(uid: u64, mention: MentionId) -> Key {
    Key::new(mentions(uid), id(mention.get()))
}

/// The relation of a member to another: follows or blocks.
pub fn relation(uid: u64, other: u64) -> Key {
    Key::new(
        format!("MEMBER#{}", id(uid)),
        format!("FOLLOW#{}", id(other)),
    )
}

/// A fan of a member.
pub fn fan(uid: u64, fan: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), format!("FAN#{}", id(fan)))
}

/// The partition of a member, and the sort keys of the member's relations to others above `after`.
pub fn relations(uid: u64, after: u64) -> (String, String, String) {
    people(uid, "FOLLOW", after)
}

/// The same for the member's fans.
pub fn fans(uid: u64, after: u64) -> (String, String, String) {
    people(uid, "FAN", after)
}

fn people(uid: u64, kind: &str, after: u64) -> (String, String, String) {
    let from = format!("{kind}#{}", id(after + 1));
    (format!("MEMBER#{}", id(uid)), from, format!("{kind}#~"))
}

/// How many members a member follows, and how many fans it has.
pub fn counts(uid: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "COUNTS")
}

/// A member's tags.
pub fn tags(uid: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "TAGS")
}

/// A member's settings.
pub fn settings(uid: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "SETTINGS")
}

/// The partition of a member's home: weibos of the members whom the member follows.
pub fn home(uid: u64) -> String {
    format!("HOME#{}", id(uid))
}

/// A weibo in a member's home.
pub fn home_weibo(uid: u64, weibo: WeiboId) -> Key {
    Key::new(home(uid), id(weibo.get()))
}

/// An author whose weibos are merged in when the home is read; sorts after all weibos.
pub fn home_author(uid: u64, author: u64) -> Key {
    Key::new(home(uid), format!("{HOME_AUTHOR}{}", id(author)))
}

/// The author in a key of [`home_author`].
pub fn author_of_home(key: &Key) -> Option<u64> {
    key.sk.strip_prefix(HOME_AUTHOR)?.parse().ok()
}

const HOME_AUTHOR: &str = "AUTHOR#";

/// The sort keys of a home's authors.
pub fn home_authors() -> (String, String) {
    (HOME_AUTHOR.to_owned(), format!("{HOME_AUTHOR}~"))
}

/// The sender and the receiver of a direct message.
pub fn message(message: DirectMessageId) -> Key {
    Key::new(format!("DM#{}", id(message.get())), "DM")
}

/// The partition of a member's direct messages.
pub fn messages(uid: u64) -> String {
    format!("MESSAGES#{}", id(uid))
}

/// A member's copy of a direct message.
pub fn own_message(uid: u64, message: DirectMessageId) -> Key {
    Key::new(messages(uid), id(message.get()))
}

/// A member's unread counts.
pub fn unread(uid: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "UNREAD")
}

/// The target of a short link.
pub fn short_link(short: &str) -> Key {
    Key::new(format!("LINK#{short}"), "LINK")
}
