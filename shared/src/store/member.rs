//! Members: one person in all three families.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::ext_info::ExtInfo;
use super::keys::{self, Key};
use super::table::{self, Backoff, Consistency, Error};
use super::transaction::{Condition, Refusal, Transaction, absent, at};
use crate::Ctx;
use crate::secret::hex;
use crate::text::weibo_width;

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The member's number; `id` of an author on Xweibo.
    pub uid: u64,
    /// The member on OkayAPI: 32 upper-case hex digits.
    pub uuid: String,
    /// The name to log in with.
    pub username: String,
    /// The argon2id hash of the password's MD5; without one nobody can log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The name shown.
    pub nick: String,
    /// The user of the partner site that is bound to this member (xweibo section 1.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_uid: Option<String>,
    /// What the member says to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
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
    /// Banned: nobody logs in as this member.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub banned: bool,
    /// When the member was made, in seconds since 1970.
    pub registered_at: i64,
    /// The address from which the member registered; an operator's have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register_ip: Option<IpAddr>,
    /// How often the member was changed: a change of something older is refused.
    #[serde(default)]
    pub revision: u64,
}

impl Member {
    /// A member of today with new numbers, whose nick is made from the username.
    pub fn new(ctx: &Ctx, username: &str) -> Self {
        Self {
            uid: ctx.new_id(),
            uuid: new_uuid(ctx),
            username: username.to_owned(),
            password: None,
            nick: nick_from(username),
            site_uid: None,
            gender: None,
            verified: false,
            site_verified: false,
            silenced: false,
            admin: false,
            banned: false,
            registered_at: ctx.now().as_second(),
            register_ip: None,
            revision: 0,
        }
    }
}

/// How many characters a username may have (okayapi section 7.3).
pub const MAX_USERNAME: usize = 50;

/// How wide a nick may be, in half-widths (xweibo section 7.19).
const NICK_WIDTH: usize = 40;

/// Whether a nick may hold `c` (xweibo section 7.47).
pub fn is_nick_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// Whether `nick` is one: letters, digits, `_` and `-`, at most 20 Chinese characters wide (xweibo
/// sections 7.19 and 7.47).
pub fn is_nick(nick: &str) -> bool {
    !nick.is_empty() && nick.chars().all(is_nick_character) && weibo_width(nick) <= NICK_WIDTH
}

/// The nick that is nearest to `username`, with room for eight digits.
fn nick_from(username: &str) -> String {
    let mut nick = String::new();
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

/// What a member says to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// Male.
    Male,
    /// Female.
    Female,
}

/// Which name of a member is somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The uid; new members draw another.
    Uid,
    /// The uuid.
    Uuid,
    /// The username.
    Username,
    /// The nick.
    Nick,
    /// The user of the partner site is bound to another member.
    SiteUid,
    /// The member changed meanwhile, or does not exist.
    Changed,
    /// The member logged in meanwhile.
    Login,
}

/// A name as it is compared: NFKC and lower case (xweibo section 7.47).
pub fn fold(name: &str) -> String {
    name.nfkc().collect::<String>().to_lowercase()
}

/// A new uuid: 32 upper-case hex digits.
pub fn new_uuid(ctx: &Ctx) -> String {
    let random = uuid::Builder::from_random_bytes(ctx.ids.bytes()).into_uuid();
    hex(random.as_bytes()).to_uppercase()
}

/// No member's uid.
const NOBODY: u64 = 0;

/// Who owns a name.
#[derive(Serialize, Deserialize)]
struct Owner {
    uid: u64,
}

/// The keys that keep a member's names unique.
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

/// Stores a new member with all names, or nothing; with `ext_info`, the text of a JSON object, where
/// there is one.
pub async fn create(
    ctx: &Ctx,
    member: &Member,
    ext_info: Option<String>,
) -> Result<(), Refusal<Taken>> {
    let mut transaction =
        Transaction::new(ctx).put(&keys::member(member.uid), member, Some(absent(Taken::Uid)));
    if let Some(text) = ext_info {
        transaction = transaction.put(&keys::ext_info(member.uid), &ExtInfo::first(text), None);
    }
    for (key, taken) in names(member) {
        transaction = transaction.put(&key, &Owner { uid: member.uid }, Some(absent(taken)));
    }
    transaction.commit().await
}

/// Stores a member who registers: numbers that are taken are drawn anew, a nick that is taken gets
/// eight digits. Only the username can be refused.
pub async fn register(
    ctx: &Ctx,
    mut member: Member,
    ext_info: Option<String>,
) -> Result<Member, Refusal<Taken>> {
    let nick = member.nick.clone();
    let mut backoff = Backoff::new(ctx);
    loop {
        match create(ctx, &member, ext_info.clone()).await {
            Ok(()) => return Ok(member),
            Err(Refusal::Condition(Taken::Uid | Taken::Uuid)) => {
                (member.uid, member.uuid) = (ctx.new_id(), new_uuid(ctx));
            }
            Err(Refusal::Condition(Taken::Nick)) => {
                let digits = u32::from_le_bytes(ctx.ids.bytes()) % 100_000_000;
                member.nick = format!("{nick}_{digits:08}");
            }
            Err(refused) => return Err(refused),
        }
        backoff.wait("the new member's names are taken").await?;
    }
}

/// Stores `new` in place of `old`, moving the names that differ; refused where the member was
/// changed since `old` was read.
pub async fn replace(ctx: &Ctx, old: &Member, new: &Member) -> Result<(), Refusal<Taken>> {
    replacing(Transaction::new(ctx), old, new).commit().await
}

/// The condition that the member has not changed since `old` was read.
pub(super) fn unchanged<E>(old: &Member, refusal: E) -> Condition<E> {
    at(old.revision, refusal)
}

/// Adds to a transaction what [`replace`] writes.
pub(super) fn replacing<'a>(
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
    for (key, taken) in has.iter().filter(|name| !had.contains(name)) {
        transaction = transaction.put(key, &Owner { uid: new.uid }, Some(absent(*taken)));
    }
    transaction
}

/// Reads a member.
pub async fn by_uid(
    ctx: &Ctx,
    uid: u64,
    consistency: Consistency,
) -> Result<Option<Member>, Error> {
    table::get(ctx, &keys::member(uid), consistency).await
}

/// Reads a member who may have been made a moment ago.
pub async fn by_uid_even_new(ctx: &Ctx, uid: u64) -> Result<Option<Member>, Error> {
    table::get_even_new(ctx, &keys::member(uid)).await
}

/// Reads the member with this username.
pub async fn by_username(ctx: &Ctx, username: &str) -> Result<Option<Member>, Error> {
    let owner = owner(ctx, &keys::username(&fold(username)), Consistency::Strong).await?;
    match owner {
        Some(uid) => by_uid(ctx, uid, Consistency::Strong).await,
        None => Ok(None),
    }
}

/// The members of `uids` as they are shown beside what they wrote: as read within the last minute.
/// Who does not exist is left out.
pub async fn authors(
    ctx: &Ctx,
    uids: impl IntoIterator<Item = u64>,
) -> Result<BTreeMap<u64, Arc<Member>>, Error> {
    let now = ctx.now();
    let kept = &ctx.clients.authors;
    let mut found = BTreeMap::new();
    let mut wanted = BTreeSet::new();
    for uid in uids {
        match kept.get(&uid.to_string(), now) {
            Some(member) => drop(found.insert(uid, member)),
            None => drop(wanted.insert(uid)),
        }
    }
    let wanted: Vec<Key> = wanted.into_iter().map(keys::member).collect();
    for chunk in wanted.chunks(table::MAX_BATCH) {
        for item in table::batch_get(ctx, chunk, Consistency::Eventual).await? {
            let member: Arc<Member> = Arc::new(table::from_item(item)?);
            kept.put(&member.uid.to_string(), now, Arc::clone(&member));
            found.insert(member.uid, member);
        }
    }
    Ok(found)
}

/// Reads the member with this username, at the same price for a name that nobody has.
pub async fn by_username_or_nobody(ctx: &Ctx, username: &str) -> Result<Option<Member>, Error> {
    let owner = owner(ctx, &keys::username(&fold(username)), Consistency::Strong).await?;
    by_uid(ctx, owner.unwrap_or(NOBODY), Consistency::Strong).await
}

/// Reads the member with this uuid.
pub async fn by_uuid(ctx: &Ctx, uuid: &str) -> Result<Option<Member>, Error> {
    match table::get_even_new::<Owner>(ctx, &keys::uuid(uuid)).await? {
        Some(Owner { uid }) => by_uid(ctx, uid, Consistency::Strong).await,
        None => Ok(None),
    }
}

/// The member with this nick, who may have been made a moment ago.
pub async fn by_nick(ctx: &Ctx, nick: &str) -> Result<Option<u64>, Error> {
    let owner = table::get_even_new::<Owner>(ctx, &keys::nick(&fold(nick))).await?;
    Ok(owner.map(|owner| owner.uid))
}

/// Members by nick, folded: those whom a text mentions.
pub type Mentions = BTreeMap<String, u64>;

/// The members with these nicks, folded. One read for each 100.
pub async fn by_nicks(ctx: &Ctx, nicks: BTreeSet<String>) -> Result<Mentions, Error> {
    let mut nicks: BTreeMap<Key, String> = nicks
        .into_iter()
        .map(|nick| (keys::nick(&nick), nick))
        .collect();
    let wanted: Vec<Key> = nicks.keys().cloned().collect();
    let mut found = Mentions::new();
    for chunk in wanted.chunks(table::MAX_BATCH) {
        for item in table::batch_get(ctx, chunk, Consistency::Eventual).await? {
            let nick = table::key_of(&item).and_then(|key| nicks.remove(&key));
            let owner: Owner = table::from_item(item)?;
            found.extend(nick.map(|nick| (nick, owner.uid)));
        }
    }
    Ok(found)
}

/// Whether a username is somebody's.
pub async fn is_username_taken(ctx: &Ctx, username: &str) -> Result<bool, Error> {
    let owner = owner(ctx, &keys::username(&fold(username)), Consistency::Strong).await?;
    Ok(owner.is_some())
}

/// The member to whom a user of the partner site is bound. A binding made a moment ago is found.
pub async fn bound_to(ctx: &Ctx, site_uid: &str) -> Result<Option<u64>, Error> {
    if site_uid.is_empty() {
        return Ok(None);
    }
    let owner = table::get_even_new::<Owner>(ctx, &keys::site_uid(site_uid)).await?;
    Ok(owner.map(|owner| owner.uid))
}

async fn owner(ctx: &Ctx, key: &Key, consistency: Consistency) -> Result<Option<u64>, Error> {
    let owner = table::get::<Owner>(ctx, key, consistency).await?;
    Ok(owner.map(|owner| owner.uid))
}
