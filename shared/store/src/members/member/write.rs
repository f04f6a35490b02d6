//! Stores members: creating, registering and changing them.

use aws_sdk_dynamodb::types::AttributeValue;

use super::entity::{Bound, Member, Owner, fold, new_uuid};
use super::find::by_uid;
use crate::Store;
use crate::id::Uid;
use crate::keys::{self, Key};
use crate::members::ext_info::ExtInfo;
use crate::table::{
    Backoff, Condition, Consistency, Error, Transaction, absent, at, until_settled, when,
};

/// The name of a new member that another member has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The uid.
    Uid,
    /// The uuid.
    Uuid,
    /// The username.
    Username,
    /// The nick.
    Nick,
    /// The user of the partner site is bound to another member.
    SiteUid,
}

/// Another member has the username.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsernameTaken;

/// Why a member was not replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReplaced {
    /// The member was changed in the meantime, or does not exist.
    Changed,
    /// Another member has one of the new names.
    Taken(Taken),
}

/// Why a member was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotChanged {
    /// There is no such member.
    NoMember,
    /// Another member has one of the new names.
    Taken(Taken),
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
) -> Result<Result<(), Taken>, Error> {
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

/// Stores a member who registers, and who is not bound to any user of the partner site. Numbers that are taken are
/// drawn again; a nick that is taken gets eight digits.
pub async fn register(
    store: &Store,
    mut member: Member,
    ext_info: Option<String>,
) -> Result<Result<Member, UsernameTaken>, Error> {
    let nick = member.nick.clone();
    let mut backoff = Backoff::new(store);
    loop {
        match create(store, &member, ext_info.clone()).await? {
            Ok(()) => return Ok(Ok(member)),
            Err(Taken::Uid | Taken::Uuid) => {
                (member.uid, member.uuid) = (Uid::new(store.new_id()), new_uuid(store));
            }
            Err(Taken::Nick) => {
                let digits = u32::from_le_bytes(store.ids().bytes()) % 100_000_000;
                member.nick = format!("{nick}_{digits:08}");
            }
            Err(Taken::Username | Taken::SiteUid) => return Ok(Err(UsernameTaken)),
        }
        backoff.wait("the new member's names are taken").await?;
    }
}

/// Stores `new` in place of `old` and moves the names that differ. Refused if the member was
/// changed since `old` was read.
pub async fn replace(
    store: &Store,
    old: &Member,
    new: &Member,
) -> Result<Result<(), NotReplaced>, Error> {
    let transaction = Transaction::new(store);
    replacing(
        transaction,
        old,
        new,
        NotReplaced::Changed,
        NotReplaced::Taken,
    )
    .commit()
    .await
}

/// Changes a member. Reads it again if another caller was faster. Returns the member before and after the change.
pub async fn change(
    store: &Store,
    uid: Uid,
    change: impl Fn(&mut Member),
) -> Result<Result<(Member, Member), NotChanged>, Error> {
    until_settled(store, "the member changes", || async {
        let Some(old) = by_uid(store, uid, Consistency::Strong).await? else {
            return Ok(Some(Err(NotChanged::NoMember)));
        };
        let mut new = old.clone();
        change(&mut new);
        Ok(match replace(store, &old, &new).await? {
            Ok(()) => Some(Ok((old, new))),
            Err(NotReplaced::Changed) => None,
            Err(NotReplaced::Taken(taken)) => Some(Err(NotChanged::Taken(taken))),
        })
    })
    .await
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

/// Adds the writes of [`replace`] to a transaction. `changed` is the refusal if the member was changed since `old` was
/// read, `refusal` gives that of a new name which another member has.
pub(in crate::members) fn replacing<'a, E: Clone>(
    mut transaction: Transaction<'a, E>,
    old: &Member,
    new: &Member,
    changed: E,
    refusal: impl Fn(Taken) -> E,
) -> Transaction<'a, E> {
    let (had, has) = (names(old), names(new));
    let new = Member {
        revision: old.revision + 1,
        ..new.clone()
    };
    let unchanged = unchanged(old, changed);
    transaction = transaction.put(&keys::member(old.uid), &new, Some(unchanged));
    for (key, _) in had.iter().filter(|name| !has.contains(name)) {
        transaction = transaction.delete(key, None);
    }
    let bound = Bound::from(&new);
    // A name that stays is written again if its state may be different.
    let is_stale = bound != Bound::from(old) || bound.banned || bound.silenced;
    for name in &has {
        let (key, taken) = name;
        let is_new = !had.contains(name);
        let free = is_new.then(|| absent(refusal(*taken)));
        transaction = match taken {
            Taken::SiteUid if is_new || is_stale => transaction.put(key, &bound, free),
            _ if is_new => transaction.put(key, &Owner { uid: new.uid }, free),
            _ => transaction,
        };
    }
    transaction
}
