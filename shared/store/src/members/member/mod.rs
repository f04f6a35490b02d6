//! A member: what is stored of one, how it is found, and how it is changed.

mod entity;
mod find;
mod write;

pub use entity::{
    Bound, Gender, MAX_USERNAME, Member, NICK_WIDTH, fold, is_nick, is_nick_character,
};
pub use find::{
    Mentions, authors, bound_to, by_nick, by_nicks, by_uid, by_uid_even_new, by_username, by_uuid,
    is_username_taken, uid_or_nobodys,
};
pub(super) use write::replacing;
pub use write::{NotChanged, NotReplaced, Taken, UsernameTaken, change, create, register, replace};
pub(crate) use write::{not_banned, unchanged};
