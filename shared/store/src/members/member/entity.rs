//! A member, and the rules for names.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::Store;
use crate::digest::hex;
use crate::id::{ConsumerKey, Openid, Uid, Uuid};
pub use crate::unicode::fold;
use crate::unicode::{composed, is_ignorable, weibo_width};

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The member's number. It is the `id` of an author on Xweibo.
    pub uid: Uid,
    /// The member's id on OkayAPI: 32 upper-case hex digits.
    pub uuid: Uuid,
    /// The login name.
    pub username: String,
    /// The argon2id hash of the password's MD5. Without one, nobody can log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The name shown.
    pub nick: String,
    /// The user of the partner site that is bound to this member (xweibo section 1.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_uid: Option<String>,
    /// The gender that the member gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Sina's code of the province where the member lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<u16>,
    /// Sina's code of the city where the member lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<u16>,
    /// The member's own description.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The version of the member's avatar; none if there is no avatar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// Verified by Sina: `v`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verified: bool,
    /// Verified by this site: `sina_v`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub site_verified: bool,
    /// Banned from speaking (1040005).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silenced: bool,
    /// An administrator: `role` on OkayAPI (okayapi section 7.3).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub admin: bool,
    /// Banned: nobody can log in as this member.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub banned: bool,
    /// When the member was created, in seconds since 1970.
    pub registered_at: i64,
    /// The address from which the member registered; none if an operator created the member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register_ip: Option<IpAddr>,
    /// The openids that the operator has set for the member, by consumer. All others are derived from the uuid.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub openids: BTreeMap<ConsumerKey, Openid>,
    /// How often the member was changed. A change based on an older revision is refused.
    #[serde(default)]
    pub revision: u64,
}

impl Member {
    /// A new member with new ids, registered now. The nick is made from the username.
    pub fn new(store: &Store, username: &str) -> Self {
        Self {
            uid: Uid::new(store.new_id()),
            uuid: new_uuid(store),
            username: username.to_owned(),
            password: None,
            nick: nick_from(username),
            site_uid: None,
            gender: None,
            province: None,
            city: None,
            description: String::new(),
            avatar: None,
            verified: false,
            site_verified: false,
            silenced: false,
            admin: false,
            banned: false,
            registered_at: store.now().as_second(),
            register_ip: None,
            openids: BTreeMap::new(),
            revision: 0,
        }
    }
}

/// The largest number of characters in a username (okayapi section 7.3).
pub const MAX_USERNAME: usize = 50;

/// The largest width of a nick, in half-widths (xweibo section 7.19).
pub const NICK_WIDTH: usize = 40;

/// Whether a nick may hold `c` (xweibo section 7.47). Invisible letters are not allowed.
pub fn is_nick_character(c: char) -> bool {
    (c.is_alphanumeric() && !is_ignorable(c)) || matches!(c, '_' | '-')
}

/// Whether `nick` is valid. It must be composed, and hold only letters, digits, `_` and `-`, at
/// most 20 Chinese characters wide (xweibo sections 7.19 and 7.47).
pub fn is_nick(nick: &str) -> bool {
    !nick.is_empty() && nick.chars().all(is_nick_character) && weibo_width(nick) <= NICK_WIDTH
}

/// The valid nick closest to `username`, with room for eight digits.
fn nick_from(username: &str) -> String {
    let mut nick = String::new();
    let username = composed(username);
    for c in username.chars().filter(|c| is_nick_character(*c)) {
        nick.push(c);
        if weibo_width(&nick) > NICK_WIDTH - 9 {
            nick.pop();
            break;
        }
    }
    if nick.is_empty() {
        "用户".to_owned()
    } else {
        nick
    }
}

/// The gender that a member gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// Male.
    Male,
    /// Female.
    Female,
}

/// A new uuid: 32 upper-case hex digits.
pub(super) fn new_uuid(store: &Store) -> Uuid {
    let random = uuid::Builder::from_random_bytes(store.ids().bytes()).into_uuid();
    hex(random.as_bytes()).to_uppercase().into()
}

/// The owner of a name.
#[derive(Serialize, Deserialize)]
pub(super) struct Owner {
    pub(super) uid: Uid,
}

/// The member bound to a user of the partner site, with what every call of that user needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The member.
    pub uid: Uid,
    /// [`Member::banned`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub banned: bool,
    /// [`Member::silenced`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silenced: bool,
}

impl From<&Member> for Bound {
    fn from(member: &Member) -> Self {
        Self {
            uid: member.uid,
            banned: member.banned,
            silenced: member.silenced,
        }
    }
}
