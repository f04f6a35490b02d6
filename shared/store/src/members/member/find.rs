//! Finds members: by their ids, by their names, and as authors to show.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::entity::{Bound, Member, Owner, fold};
use crate::Store;
use crate::id::{Uid, Uuid};
use crate::keys::{self, Key};
use crate::table::memory::Cache;
use crate::table::{self, Consistency, Error, batch_get, batch_get_even_new};

/// Reads a member.
pub async fn by_uid(
    store: &Store,
    uid: Uid,
    consistency: Consistency,
) -> Result<Option<Member>, Error> {
    table::get(store, &keys::member(uid), consistency).await
}

/// Reads a member who may have just been created.
pub async fn by_uid_even_new(store: &Store, uid: Uid) -> Result<Option<Member>, Error> {
    table::get_even_new(store, &keys::member(uid)).await
}

/// Reads the member with this username.
pub async fn by_username(store: &Store, username: &str) -> Result<Option<Member>, Error> {
    let owner = owner(store, &keys::username(&fold(username)), Consistency::Strong).await?;
    match owner {
        Some(uid) => by_uid(store, uid, Consistency::Strong).await,
        None => Ok(None),
    }
}

/// The members of `uids` as they are shown next to what they wrote. They may be up to a minute old.
/// Members that do not exist are left out.
pub async fn authors(
    store: &Store,
    uids: impl IntoIterator<Item = Uid>,
) -> Result<BTreeMap<Uid, Arc<Member>>, Error> {
    let now = store.now();
    let cache = store.memory().part::<Cache<Member>>();
    let mut found = BTreeMap::new();
    let mut wanted = BTreeSet::new();
    for uid in uids {
        match cache.get(&uid.to_string(), now) {
            Some(member) => drop(found.insert(uid, member)),
            None => drop(wanted.insert(uid)),
        }
    }
    let wanted: Vec<Key> = wanted.into_iter().map(keys::member).collect();
    for item in batch_get_even_new(store, &wanted).await?.into_values() {
        let member: Arc<Member> = Arc::new(table::from_item(item)?);
        cache.put(&member.uid.to_string(), now, Arc::clone(&member));
        found.insert(member.uid, member);
    }
    Ok(found)
}

/// The uid of the member with this username. For an unknown name, a uid that no member has, so that
/// reading the member costs the same.
pub async fn uid_or_nobodys(store: &Store, username: &str) -> Result<Uid, Error> {
    let owner = owner(store, &keys::username(&fold(username)), Consistency::Strong).await?;
    Ok(owner.unwrap_or(Uid::NOBODY))
}

/// Reads the member with this uuid.
pub async fn by_uuid(store: &Store, uuid: &Uuid) -> Result<Option<Member>, Error> {
    match table::get_even_new::<Owner>(store, &keys::uuid(uuid)).await? {
        Some(Owner { uid }) => by_uid(store, uid, Consistency::Strong).await,
        None => Ok(None),
    }
}

/// The member with this nick, who may have just been created.
pub async fn by_nick(store: &Store, nick: &str) -> Result<Option<Uid>, Error> {
    let owner = table::get_even_new::<Owner>(store, &keys::nick(&fold(nick))).await?;
    Ok(owner.map(|owner| owner.uid))
}

/// Members by folded nick: those that a text mentions.
pub type Mentions = BTreeMap<String, Uid>;

/// The members with these folded nicks. One read for each 100.
pub async fn by_nicks(store: &Store, nicks: BTreeSet<String>) -> Result<Mentions, Error> {
    let mut nicks: BTreeMap<Key, String> = nicks
        .into_iter()
        .map(|nick| (keys::nick(&nick), nick))
        .collect();
    let wanted: Vec<Key> = nicks.keys().cloned().collect();
    let mut found = Mentions::new();
    for item in batch_get(store, &wanted, Consistency::Eventual).await? {
        let nick = table::key_of(&item).and_then(|key| nicks.remove(&key));
        let owner: Owner = table::from_item(item)?;
        found.extend(nick.map(|nick| (nick, owner.uid)));
    }
    Ok(found)
}

/// Whether a member has this username.
pub async fn is_username_taken(store: &Store, username: &str) -> Result<bool, Error> {
    let owner = owner(store, &keys::username(&fold(username)), Consistency::Strong).await?;
    Ok(owner.is_some())
}

/// The member bound to a user of the partner site. Finds a binding that was just made.
pub async fn bound_to(store: &Store, site_uid: &str) -> Result<Option<Bound>, Error> {
    if site_uid.is_empty() {
        return Ok(None);
    }
    table::get_even_new(store, &keys::site_uid(site_uid)).await
}

async fn owner(store: &Store, key: &Key, consistency: Consistency) -> Result<Option<Uid>, Error> {
    let owner = table::get::<Owner>(store, key, consistency).await?;
    Ok(owner.map(|owner| owner.uid))
}
