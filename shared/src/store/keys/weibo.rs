//! The keys of weibos, and of what members are and say to each other.

use super::{Key, Place, id, place, weibo_of_thread};

/// What stands under a key, as far as the stream's readers want to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    /// [`weibo`].
    Weibo,
    /// A root of a [`weibo_thread`].
    Comment {
        /// The weibo.
        weibo: u64,
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
        /// What the member is to whom.
        other: u64,
    },
}

/// What stands under `key`.
pub fn entity(key: &Key) -> Option<Entity> {
    Some(match place(key)? {
        Place::Weibo => Entity::Weibo,
        Place::Root { thread, number } => Entity::Comment {
            weibo: weibo_of_thread(thread)?,
            number,
        },
        Place::Fan { uid, fan } => Entity::Fan { uid, fan },
        Place::Relation { uid, other } => Entity::Relation { uid, other },
        _ => return None,
    })
}

/// A weibo.
pub fn weibo(weibo: u64) -> Key {
    Key::new(format!("WEIBO#{}", id(weibo)), "WEIBO")
}

/// The partition of a weibo's comments: a thread whose roots they are.
pub fn weibo_thread(weibo: u64) -> String {
    format!("THREAD#W#{}", id(weibo))
}

/// Where a comment stands.
pub fn comment_place(comment: u64) -> Key {
    Key::new(format!("COMMENT#{}", id(comment)), "PLACE")
}

/// That a member has a weibo among the favourites.
pub fn favorite(uid: u64, weibo: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), format!("FAV#{}", id(weibo)))
}

/// The partition of a member's weibos.
pub fn timeline(uid: u64) -> String {
    format!("BY#{}", id(uid))
}

/// That a weibo is one of a member's.
pub fn own_weibo(uid: u64, weibo: u64) -> Key {
    Key::new(timeline(uid), id(weibo))
}

/// The id of what stands in a list: of a weibo, a mention, a message.
pub fn listed(key: &Key) -> Option<u64> {
    key.sk.parse().ok()
}

/// The partition of what mentions a member.
pub fn mentions(uid: u64) -> String {
    format!("MENTIONS#{}", id(uid))
}

/// That a weibo or comment mentions a member; `said` is its id.
pub fn mention(uid: u64, said: u64) -> Key {
    Key::new(mentions(uid), id(said))
}

/// What a member is to another: follows or blocks.
pub fn relation(uid: u64, other: u64) -> Key {
    Key::new(
        format!("MEMBER#{}", id(uid)),
        format!("FOLLOW#{}", id(other)),
    )
}

/// That a member is followed by `fan`.
pub fn fan(uid: u64, fan: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), format!("FAN#{}", id(fan)))
}

/// The partition of a member, and the sort keys of whom the member is related to, above `after`.
pub fn relations(uid: u64, after: u64) -> (String, String, String) {
    people(uid, "FOLLOW", after)
}

/// The same of the member's fans.
pub fn fans(uid: u64, after: u64) -> (String, String, String) {
    people(uid, "FAN", after)
}

fn people(uid: u64, kind: &str, after: u64) -> (String, String, String) {
    let from = format!("{kind}#{}", id(after + 1));
    (format!("MEMBER#{}", id(uid)), from, format!("{kind}#~"))
}

/// How many a member follows and is followed by.
pub fn counts(uid: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "COUNTS")
}

/// A member's tags.
pub fn tags(uid: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "TAGS")
}

/// How a member wants to see things.
pub fn settings(uid: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "SETTINGS")
}

/// The partition of a member's home: weibos of whom the member follows.
pub fn home(uid: u64) -> String {
    format!("HOME#{}", id(uid))
}

/// A weibo in a member's home.
pub fn home_weibo(uid: u64, weibo: u64) -> Key {
    Key::new(home(uid), id(weibo))
}

/// An author whose weibos are merged in when the home is read; sorts behind all weibos.
pub fn home_author(uid: u64, author: u64) -> Key {
    Key::new(home(uid), format!("{HOME_AUTHOR}{}", id(author)))
}

/// The author of a key of [`home_author`].
pub fn author_of_home(key: &Key) -> Option<u64> {
    key.sk.strip_prefix(HOME_AUTHOR)?.parse().ok()
}

const HOME_AUTHOR: &str = "AUTHOR#";

/// The sort keys of a home's authors.
pub fn home_authors() -> (String, String) {
    (HOME_AUTHOR.to_owned(), format!("{HOME_AUTHOR}~"))
}

/// Who sent a direct message to whom.
pub fn message(message: u64) -> Key {
    Key::new(format!("DM#{}", id(message)), "DM")
}

/// The partition of a member's direct messages.
pub fn messages(uid: u64) -> String {
    format!("MESSAGES#{}", id(uid))
}

/// A member's copy of a direct message.
pub fn own_message(uid: u64, message: u64) -> Key {
    Key::new(messages(uid), id(message))
}

/// What a member has not read yet.
pub fn unread(uid: u64) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "UNREAD")
}

/// Where a short link leads.
pub fn short_link(short: &str) -> Key {
    Key::new(format!("LINK#{short}"), "LINK")
}
