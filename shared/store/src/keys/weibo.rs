//! The keys of weibos, and of members' relations, settings and messages.

use super::{Key, Place, id, place, weibo_of_thread};
use crate::id::{
    CommentId, DirectMessageId, Edge, Follow, MentionId, RootNumber, Thread, Uid, WeiboId,
};

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
        number: RootNumber,
    },
    /// [`fan`].
    Fan(Follow),
    /// [`relation`].
    Relation(Edge),
}

/// What is stored under `key`.
pub fn entity(key: &Key) -> Option<Entity> {
    Some(match place(key)? {
        Place::Weibo => Entity::Weibo,
        Place::Root { thread, number } => Entity::Comment {
            weibo: weibo_of_thread(&thread)?,
            number,
        },
        Place::Fan(follow) => Entity::Fan(follow),
        Place::Relation(edge) => Entity::Relation(edge),
        _ => return None,
    })
}

/// A weibo.
pub fn weibo(weibo: WeiboId) -> Key {
    Key::new(format!("WEIBO#{}", id(weibo)), "WEIBO")
}

/// The partition of a weibo's comments. It is a thread, and they are its roots.
pub fn weibo_thread(weibo: WeiboId) -> Thread {
    format!("THREAD#W#{}", id(weibo)).into()
}

/// The place of a comment.
pub fn comment_place(comment: CommentId) -> Key {
    Key::new(format!("COMMENT#{}", id(comment)), "PLACE")
}

/// A weibo among a member's favourites.
pub fn favorite(uid: Uid, weibo: WeiboId) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), format!("FAV#{}", id(weibo)))
}

/// The partition of a member's weibos.
pub fn timeline(uid: Uid) -> String {
    format!("BY#{}", id(uid))
}

/// A weibo in the list of its author.
pub fn own_weibo(uid: Uid, weibo: WeiboId) -> Key {
    Key::new(timeline(uid), id(weibo))
}

/// The id of an entry of a list: of a weibo, a mention, a message.
pub fn listed(key: &Key) -> Option<u64> {
    key.sk.parse().ok()
}

/// The partition of the mentions of a member.
pub fn mentions(uid: Uid) -> String {
    format!("MENTIONS#{}", id(uid))
}

/// A mention of a member.
pub fn mention(uid: Uid, mention: MentionId) -> Key {
    Key::new(mentions(uid), id(mention))
}

/// The relation of a member to another: follows or blocks.
pub fn relation(edge: impl Into<Edge>) -> Key {
    let Edge { from, to } = edge.into();
    Key::new(format!("MEMBER#{}", id(from)), format!("FOLLOW#{}", id(to)))
}

/// A fan of a member.
pub fn fan(Follow { fan, member }: Follow) -> Key {
    Key::new(format!("MEMBER#{}", id(member)), format!("FAN#{}", id(fan)))
}

/// The part of a list of members from which a page is read.
#[derive(Debug, Clone, Copy)]
pub struct ListFrom {
    /// Whose list it is.
    pub of: Uid,
    /// Only members with a uid above this one.
    pub after: Uid,
}

/// The partition of a member, and the sort keys of the member's relations to others.
pub fn relations(list: ListFrom) -> (String, String, String) {
    people(list, "FOLLOW")
}

/// The same for the member's fans.
pub fn fans(list: ListFrom) -> (String, String, String) {
    people(list, "FAN")
}

fn people(ListFrom { of, after }: ListFrom, kind: &str) -> (String, String, String) {
    let from = format!("{kind}#{}", id(after.get() + 1));
    (format!("MEMBER#{}", id(of)), from, format!("{kind}#~"))
}

/// How many members a member follows, and how many fans it has.
pub fn counts(uid: Uid) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "COUNTS")
}

/// A member's tags.
pub fn tags(uid: Uid) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "TAGS")
}

/// A member's settings.
pub fn settings(uid: Uid) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "SETTINGS")
}

/// The partition of a member's home: weibos of the members whom the member follows.
pub fn home(uid: Uid) -> String {
    format!("HOME#{}", id(uid))
}

/// A weibo in a member's home.
pub fn home_weibo(uid: Uid, weibo: WeiboId) -> Key {
    Key::new(home(uid), id(weibo))
}

/// An author whose weibos are merged in when the fan's home is read; sorts after all weibos.
pub fn home_author(Follow { fan, member }: Follow) -> Key {
    Key::new(home(fan), format!("{HOME_AUTHOR}{}", id(member)))
}

/// The author in a key of [`home_author`].
pub fn author_of_home(key: &Key) -> Option<Uid> {
    key.sk.strip_prefix(HOME_AUTHOR)?.parse().ok()
}

const HOME_AUTHOR: &str = "AUTHOR#";

/// The sort keys of a home's authors.
pub fn home_authors() -> (String, String) {
    (HOME_AUTHOR.to_owned(), format!("{HOME_AUTHOR}~"))
}

/// The sender and the receiver of a direct message.
pub fn message(message: DirectMessageId) -> Key {
    Key::new(format!("DM#{}", id(message)), "DM")
}

/// The partition of a member's direct messages.
pub fn messages(uid: Uid) -> String {
    format!("MESSAGES#{}", id(uid))
}

/// A member's copy of a direct message.
pub fn own_message(uid: Uid, message: DirectMessageId) -> Key {
    Key::new(messages(uid), id(message))
}

/// A member's unread counts.
pub fn unread(uid: Uid) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "UNREAD")
}

/// The target of a short link.
pub fn short_link(short: &str) -> Key {
    Key::new(format!("LINK#{short}"), "LINK")
}
