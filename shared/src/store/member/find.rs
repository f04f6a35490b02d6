//! Finds members: by their ids, by their names, and as authors to show.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Bound, Member, NOBODY, Owner, fold};
use crate::Ctx;
use crate::store::batch::batch_get;
use crate::store::keys::{self, Key};
use crate::store::table::{self, Consistency, Error};

/// Reads a member.
pub async fn by_uid(
    ctx: &Ctx,
    uid: u64,
    consistency: Consistency,
) -> Result<Option<Member>, Error> {
    table::get(ctx, &keys::member(uid), consistency).await
}

/// Reads a member who may have just been created.
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

/// The members of `uids` as they are shown next to what they wrote. They may be up to a minute old.
/// Members that do not exist are left out.
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
    // Asks again for what a replica does not have yet.
    for consistency in [Consistency::Eventual, Consistency::Strong] {
        let missing = wanted.iter().filter(|uid| !found.contains_key(*uid));
        let missing: Vec<Key> = missing.map(|uid| keys::member(*uid)).collect();
        for item in batch_get(ctx, &missing, consistency).await? {
            let member: Arc<Member> = Arc::new(table::from_item(item)?);
            kept.put(&member.uid.to_string(), now, Arc::clone(&member));
            found.insert(member.uid, member);
        }
    }
    Ok(found)
}

/// The uid of the member with this username. For an unknown name, a uid that no member has, so that
/// reading the member costs the same.
pub async fn uid_or_nobodys(ctx: &Ctx, username: &str) -> Result<u64, Error> {
    let owner = owner(ctx, &keys::username(&fold(username)), Consistency::Strong).await?;
    Ok(owner.unwrap_or(NOBODY))
}

/// Reads the member with this uuid.
pub async fn by_uuid(ctx: &Ctx, uuid: &str) -> Result<Option<Member>, Error> {
    match table::get_even_new::<Owner>(ctx, &keys::uuid(uuid)).await? {
        Some(Owner { uid }) => by_uid(ctx, uid, Consistency::Strong).await,
        None => Ok(None),
    }
}

/// The member with this nick, who may have just been created.
pub async fn by_nick(ctx: &Ctx, nick: &str) -> Result<Option<u64>, Error> {
    let owner = table::get_even_new::<Owner>(ctx, &keys::nick(&fold(nick))).await?;
    Ok(owner.map(|owner| owner.uid))
}

/// Members by folded nick: those that a text mentions.
pub type Mentions = BTreeMap<String, u64>;

/// The members with these folded nicks. One read for each 100.
pub async fn by_nicks(ctx: &Ctx, nicks: BTreeSet<String>) -> Result<Mentions, Error> {
    let mut nicks: BTreeMap<Key, String> = nicks
        .into_iter()
        .map(|nick| (keys::nick(&nick), nick))
        .collect();
    let wanted: Vec<Key> = nicks.keys().cloned().collect();
    let mut found = Mentions::new();
    for item in batch_get(ctx, &wanted, Consistency::Eventual).await? {
        let nick = table::key_of(&item).and_then(|key| nicks.remove(&key));
        let owner: Owner = table::from_item(item)?;
        found.extend(nick.map(|nick| (nick, owner.uid)));
    }
    Ok(found)
}

/// Whether a member has this username.
pub async fn is_username_taken(ctx: &Ctx, username: &str) -> Result<bool, Error> {
    let owner = owner(ctx, &keys::username(&fold(username)), Consistency::Strong).await?;
    Ok(owner.is_some())
}

/// The member bound to a user of the partner site. Finds a binding that was just made.
pub async fn bound_to(ctx: &Ctx, site_uid: &str) -> Result<Option<Bound>, Error> {
    if site_uid.is_empty() {
        return Ok(None);
    }
    table::get_even_new(ctx, &keys::site_uid(site_uid)).await
}

async fn owner(ctx: &Ctx, key: &Key, consistency: Consistency) -> Result<Option<u64>, Error> {
    let owner = table::get::<Owner>(ctx, key, consistency).await?;
    Ok(owner.map(|owner| owner.uid))
}
