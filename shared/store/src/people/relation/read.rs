//! Reads relations, lists of them, and counts.

use std::collections::{BTreeMap, BTreeSet};

use super::entity::{Counts, Relation};
use crate::id::{Block, Edge, Uid};
use crate::keys::ListFrom;
use crate::table::{Consistency, Error, Range, batch_get, from_item, get, key_of, query_as};
use crate::{Store, keys};

/// The current relation of one member to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bond {
    /// Nothing.
    None,
    /// Follows.
    Follows,
    /// Blocks.
    Blocks,
}

/// What an edge is; one strongly consistent read.
pub async fn bond(store: &Store, edge: Edge) -> Result<Bond, Error> {
    let relation = get::<Relation>(store, &keys::relation(edge), Consistency::Strong).await?;
    Ok(match relation {
        None => Bond::None,
        Some(relation) if relation.blocked => Bond::Blocks,
        Some(_) => Bond::Follows,
    })
}

/// A list of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// The members that a member follows.
    Follows,
    /// The members that follow a member.
    Fans,
}

/// How many items [`page`] reads at most. Blocked members are in the same range as followed ones.
const MAX_READ: usize = 1_000;

/// At most `count` members of a list, in the order of their uids. Also returns the uid above which
/// the list goes on, if it does. Strongly consistent.
pub async fn page(
    store: &Store,
    list: List,
    from: ListFrom,
    count: usize,
) -> Result<(Vec<Uid>, Option<Uid>), Error> {
    let (pk, from, to) = match list {
        List::Follows => keys::relations(from),
        List::Fans => keys::fans(from),
    };
    let range = Range {
        pk,
        from,
        to,
        descending: false,
    };
    let limit = i32::try_from(count + 1).unwrap_or(i32::MAX);
    let follows = |found: &[Relation]| found.iter().filter(|relation| !relation.blocked).count();
    let enough = |found: &[Relation]| found.len() >= MAX_READ || follows(found) > count;
    let found = query_as(
        store,
        &range,
        Consistency::Strong,
        Some(limit),
        from_item,
        enough,
    )
    .await?;
    let items = found.items;
    let has_more = follows(&items) > count;
    let last_read = items.last().map(|relation| relation.other);
    let members = items.into_iter().filter(|relation| !relation.blocked);
    let uids: Vec<Uid> = members.map(|relation| relation.other).take(count).collect();
    let next = if has_more {
        uids.last().copied()
    } else {
        last_read.filter(|_| !found.complete)
    };
    Ok((uids, next))
}

/// Those of `others` that the member `by` blocks. One read for each 100.
pub async fn blocked_among(
    store: &Store,
    by: Uid,
    others: &BTreeSet<Uid>,
) -> Result<BTreeSet<Uid>, Error> {
    let wanted: Vec<_> = others
        .iter()
        .map(|other| keys::relation(Block { by, of: *other }))
        .collect();
    let mut blocked = BTreeSet::new();
    for item in batch_get(store, &wanted, Consistency::Eventual).await? {
        let relation: Relation = from_item(item)?;
        blocked.extend(relation.blocked.then_some(relation.other));
    }
    Ok(blocked)
}

/// The counts of members, by uid. One read for each 100.
pub async fn counts(store: &Store, uids: &[Uid]) -> Result<BTreeMap<Uid, Counts>, Error> {
    let by_key: BTreeMap<_, _> = uids.iter().map(|uid| (keys::counts(*uid), *uid)).collect();
    let wanted: Vec<_> = by_key.keys().cloned().collect();
    let mut counts = BTreeMap::new();
    for item in batch_get(store, &wanted, Consistency::Strong).await? {
        let uid = key_of(&item).and_then(|key| by_key.get(&key).copied());
        let read: Counts = from_item(item)?;
        counts.extend(uid.map(|uid| (uid, read)));
    }
    Ok(counts)
}

/// The counts of one member.
pub async fn counts_of(store: &Store, uid: Uid) -> Result<Counts, Error> {
    let counts = get(store, &keys::counts(uid), Consistency::Strong).await?;
    Ok(counts.unwrap_or_default())
}
