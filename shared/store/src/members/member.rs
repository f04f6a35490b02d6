//! Members: one person in all three families.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::digest::hex;
use crate::keys::{self, Key};
use crate::members::ext_info::ExtInfo;
use crate::table::{Backoff, Condition, Consistency, Refusal, Transaction, absent, at, when};
pub use crate::unicode::fold;
use crate::unicode::{composed, is_ignorable, weibo_width};

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The member's number. It is the `id` of an author on Xweibo.
    pub uid: u64,
    /// The member's id on OkayAPI: 32 upper-case hex digits.
    pub uuid: String,
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
    pub openids: BTreeMap<String, String>,
    /// How often the member was changed. A change based on an older revision is refused.
    #[serde(default)]
    pub revision: u64,
}

impl Member {
    /// A new member with new ids, registered now. The nick is made from the username.
    pub fn new(store: &Store, username: &str) -> Self {
        Self {
            uid: store.new_id(),
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

/// The name of a member that another member has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The uid. For new members another one is drawn.
    Uid,
    /// The uuid.
    Uuid,
    /// The username.
    Username,
    /// The nick.
    Nick,
    /// The user of the partner site is bound to another member.
    SiteUid,
    /// The member was changed in the meantime, or does not exist.
    Changed,
    /// The member logged in in the meantime.
    Login,
}

/// A new uuid: 32 upper-case hex digits.
pub fn new_uuid(store: &Store) -> String {
    let random = uuid::Builder::from_random_bytes(store.ids().bytes()).into_uuid();
    hex(random.as_bytes()).to_uppercase()
}

/// A uid that no member has.
const NOBODY: u64 = 0;

/// The owner of a name.
#[derive(Serialize, Deserialize)]
struct Owner {
    uid: u64,
}

/// The member bound to a user of the partner site, with what every call of that user needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The member.
    pub uid: u64,
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

/// The keys that make a member's names unique.
fn names(member: &Member) -> Vec<(Key, Taken)> {
    let mut names = vec![
        (keys::uuid(&member.uuid), Taken::Uuid),
        (keys::username(&fold(&member.username)), Taken::Username),
        (keys::nick(&fold(&member.nick)), Taken::Nick),
    ];
    if let Some(site_uid) = &member.site_uid {
        names.push((keys::site_uid(site_uid), Taken::SiteUid));
    }
    names
}

/// Stores a new member with all names, or nothing. Also stores `ext_info`, the text of a JSON
/// object, if there is one.
pub async fn create(
    store: &Store,
    member: &Member,
    ext_info: Option<String>,
) -> Result<(), Refusal<Taken>> {
    let mut transaction =
        Transaction::new(store).put(&keys::member(member.uid), member, Some(absent(Taken::Uid)));
    if let Some(text) = ext_info {
        transaction = transaction.put(&keys::ext_info(member.uid), &ExtInfo::first(text), None);
    }
    for (key, taken) in names(member) {
        let free = Some(absent(taken));
        transaction = match taken {
            Taken::SiteUid => transaction.put(&key, &Bound::from(member), free),
            _ => transaction.put(&key, &Owner { uid: member.uid }, free),
        };
    }
    transaction.commit().await
}

/// Stores a member who registers. Numbers that are taken are drawn again; a nick that is taken gets
/// eight digits. Only the username can be refused.
pub async fn register(
    store: &Store,
    mut member: Member,
    ext_info: Option<String>,
) -> Result<Member, Refusal<Taken>> {
    let nick = member.nick.clone();
    let mut backoff = Backoff::new(store);
    loop {
        match create(store, &member, ext_info.clone()).await {
            Ok(()) => return Ok(member),
            Err(Refusal::Condition(Taken::Uid | Taken::Uuid)) => {
                (member.uid, member.uuid) = (store.new_id(), new_uuid(store));
            }
            Err(Refusal::Condition(Taken::Nick)) => {
                let digits = u32::from_le_bytes(store.ids().bytes()) % 100_000_000;
                member.nick = format!("{nick}_{digits:08}");
            }
            Err(refused) => return Err(refused),
        }
        backoff.wait("the new member's names are taken").await?;
    }
}

/// Stores `new` in place of `old` and moves the names that differ. Refused if the member was
/// changed since `old` was read.
pub async fn replace(store: &Store, old: &Member, new: &Member) -> Result<(), Refusal<Taken>> {
    replacing(Transaction::new(store), old, new).commit().await
}

/// Changes a member. Reads it again if another caller was faster. Returns the member before and
/// after the change; [`Taken::Changed`] if there is none.
pub async fn change(
    store: &Store,
    uid: u64,
    change: impl Fn(&mut Member),
) -> Result<(Member, Member), Refusal<Taken>> {
    let mut backoff = Backoff::new(store);
    loop {
        let old = by_uid(store, uid, Consistency::Strong).await?;
        let old = old.ok_or(Refusal::Condition(Taken::Changed))?;
        let mut new = old.clone();
        change(&mut new);
        match replace(store, &old, &new).await {
            Ok(()) => return Ok((old, new)),
            Err(Refusal::Condition(Taken::Changed)) => backoff.wait("the member changes").await?,
            Err(refused) => return Err(refused),
        }
    }
}

/// The condition that the member was not changed since `old` was read.
pub(crate) fn unchanged<E>(old: &Member, refusal: E) -> Condition<E> {
    at(old.revision, refusal)
}

/// The condition that the member exists and is not banned.
pub(crate) fn not_banned<E>(refusal: E) -> Condition<E> {
    let expression = "attribute_exists(PK) AND (attribute_not_exists(banned) OR banned = :no)";
    when(expression, refusal).with(":no", AttributeValue::Bool(false))
}

/// Adds the writes of [`replace`] to a transaction.
pub(crate) fn replacing<'a>(
    mut transaction: Transaction<'a, Taken>,
    old: &Member,
    new: &Member,
) -> Transaction<'a, Taken> {
    let (had, has) = (names(old), names(new));
    let new = Member {
        revision: old.revision + 1,
        ..new.clone()
    };
    let unchanged = unchanged(old, Taken::Changed);
    transaction = transaction.put(&keys::member(old.uid), &new, Some(unchanged));
    for (key, _) in had.iter().filter(|name| !has.contains(name)) {
        transaction = transaction.delete(key, None);
    }
    let bound = Bound::from(&new);
    // A name that stays is written again if its state may be different.
    let is_stale = bound != Bound::from(old) || bound.banned || bound.silenced;
    for (key, taken) in &has {
        let is_new = !had.contains(&(key.clone(), *taken));
        let free = is_new.then(|| absent(*taken));
        transaction = match taken {
            Taken::SiteUid if is_new || is_stale => transaction.put(key, &bound, free),
            _ if is_new => transaction.put(key, &Owner { uid: new.uid }, free),
            _ => transaction,
        };
    }
    transaction
}

mod find;
pub use find::{
    Mentions, authors, bound_to, by_nick, by_nicks, by_uid, by_uid_even_new, by_username, by_uuid,
    is_username_taken, uid_or_nobodys,
};
