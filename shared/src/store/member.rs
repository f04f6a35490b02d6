//! Members: one person in all three families.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::keys::{self, Key};
use super::table::{self, Consistency, Error};
use super::transaction::{Refusal, Transaction, absent, when};
use crate::Ctx;
use crate::secret::hex;

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
    /// Verified by Sina: `v`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verified: bool,
    /// Verified by this site: `sina_v`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub site_verified: bool,
    /// Banned from speaking (1040005).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silenced: bool,
    /// How often the member was changed: a change of something older is refused.
    #[serde(default)]
    pub revision: u64,
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

/// Stores a new member with all names, or nothing.
pub async fn create(ctx: &Ctx, member: &Member) -> Result<(), Refusal<Taken>> {
    let mut transaction =
        Transaction::new(ctx).put(&keys::member(member.uid), member, Some(absent(Taken::Uid)));
    for (key, taken) in names(member) {
        transaction = transaction.put(&key, &Owner { uid: member.uid }, Some(absent(taken)));
    }
    transaction.commit().await
}

/// Stores `new` in place of `old`, moving the names that differ; refused where the member was
/// changed since `old` was read.
pub async fn replace(ctx: &Ctx, old: &Member, new: &Member) -> Result<(), Refusal<Taken>> {
    let (had, has) = (names(old), names(new));
    let unchanged =
        when("revision = :revision", Taken::Changed).with(":revision", table::number(old.revision));
    let new = Member {
        revision: old.revision + 1,
        ..new.clone()
    };
    let mut transaction = Transaction::new(ctx).put(&keys::member(old.uid), &new, Some(unchanged));
    for (key, _) in had.iter().filter(|name| !has.contains(name)) {
        transaction = transaction.delete(key, None);
    }
    for (key, taken) in has.iter().filter(|name| !had.contains(name)) {
        transaction = transaction.put(key, &Owner { uid: new.uid }, Some(absent(*taken)));
    }
    transaction.commit().await
}

/// Reads a member.
pub async fn by_uid(
    ctx: &Ctx,
    uid: u64,
    consistency: Consistency,
) -> Result<Option<Member>, Error> {
    table::get(ctx, &keys::member(uid), consistency).await
}

/// Reads the member with this username.
pub async fn by_username(ctx: &Ctx, username: &str) -> Result<Option<Member>, Error> {
    let owner = owner(ctx, &keys::username(&fold(username)), Consistency::Strong).await?;
    match owner {
        Some(uid) => by_uid(ctx, uid, Consistency::Strong).await,
        None => Ok(None),
    }
}

/// The member to whom a user of the partner site is bound. A binding made a moment ago is found.
pub async fn bound_to(ctx: &Ctx, site_uid: &str) -> Result<Option<u64>, Error> {
    if site_uid.is_empty() {
        return Ok(None);
    }
    let key = keys::site_uid(site_uid);
    match owner(ctx, &key, Consistency::Eventual).await? {
        None => owner(ctx, &key, Consistency::Strong).await,
        found => Ok(found),
    }
}

async fn owner(ctx: &Ctx, key: &Key, consistency: Consistency) -> Result<Option<u64>, Error> {
    let owner = table::get::<Owner>(ctx, key, consistency).await?;
    Ok(owner.map(|owner| owner.uid))
}
