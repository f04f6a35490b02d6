//! The keys of members, of their names, and of their logins.

use super::{Key, Range, id};
use crate::id::{Openid, TokenHash, Uid, Uuid};
use crate::network::Network;

/// A member.
pub fn member(uid: Uid) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "PROFILE")
}

/// The owner of a username; `username` is folded (see [`crate::members::member::fold`]).
pub fn username(username: &str) -> Key {
    Key::new(format!("USERNAME#{username}"), "UID")
}

/// The owner of a nick; `nick` is folded.
pub fn nick(nick: &str) -> Key {
    Key::new(format!("NICK#{nick}"), "UID")
}

/// The owner of a uuid.
pub fn uuid(uuid: &Uuid) -> Key {
    Key::new(format!("UUID#{uuid}"), "UID")
}

/// The member bound to a user of the partner site.
pub fn site_uid(site_uid: &str) -> Key {
    Key::new(format!("SITEUID#{site_uid}"), "UID")
}

/// The owner of an openid.
pub fn openid(openid: &Openid) -> Key {
    Key::new(format!("OPENID#{openid}"), "UID")
}

/// The data that a member has stored for apps to show.
pub fn ext_info(uid: Uid) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "EXT_INFO")
}

/// The text of a member's last weibo.
pub fn last_weibo(uid: Uid) -> Key {
    Key::new(format!("MEMBER#{}", id(uid)), "LAST_WEIBO")
}

/// The recent failed logins for a username, folded, whether or not a member has it.
pub fn attempts(username: &str) -> Key {
    Key::new(format!("ATTEMPTS#{username}"), "LOGIN")
}

/// The same for an address from which somebody recently logged in with the name.
pub fn attempts_from(username: &str, network: Network) -> Key {
    Key::new(format!("ATTEMPTS#{username}"), format!("FROM#{network}"))
}

/// The same for a client that has a login with the name.
pub fn attempts_of_login(username: &str, token_hash: &TokenHash) -> Key {
    Key::new(format!("ATTEMPTS#{username}"), format!("WITH#{token_hash}"))
}

/// The recent failed logins from an address, for any name.
pub fn attempts_of_address(network: Network) -> Key {
    Key::new(format!("ATTEMPTS#{network}"), "ADDRESS")
}

/// A member's logins, and how often they have changed.
pub fn sessions(uuid: &Uuid) -> Range {
    Range::whole(logins(uuid).pk)
}

/// How often a member's logins have changed.
pub fn logins(uuid: &Uuid) -> Key {
    Key::new(format!("SESSION#{uuid}"), "LOGINS")
}

/// A login.
pub fn session(uuid: &Uuid, token_hash: &TokenHash) -> Key {
    Key::new(format!("SESSION#{uuid}"), token_hash.to_string())
}
