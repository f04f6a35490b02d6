//! Members' tags.

use std::collections::BTreeSet;
use std::convert::Infallible;

use serde::{Deserialize, Serialize};

use crate::id::{TagId, Uid};
use crate::members::member::fold;
use crate::table::{Consistency, Error, Transaction, at_or_absent, get, until_settled};
use crate::{Store, keys};

/// The largest number of tags of a member (xweibo section 5.7.3).
pub const MAX_TAGS: usize = 10;

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// Its text.
    pub text: String,
}

#[derive(Default, Serialize, Deserialize)]
struct Tags {
    tags: Vec<Tag>,
    revision: u64,
}

/// There would be more than [`MAX_TAGS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany;

/// The tags of `uid`, in the order of their creation.
pub async fn of_member(store: &Store, uid: Uid) -> Result<Vec<Tag>, Error> {
    let found = get::<Tags>(store, &keys::tags(uid), Consistency::Strong).await?;
    Ok(found.unwrap_or_default().tags)
}

/// Adds those of `texts` that `uid` does not have. Returns them with their ids.
pub async fn add(
    store: &Store,
    uid: Uid,
    texts: &[&str],
) -> Result<Result<Vec<Tag>, TooMany>, Error> {
    change(store, uid, |tags| {
        let had = tags.len();
        let mut folded: BTreeSet<String> = tags.iter().map(|tag| fold(&tag.text)).collect();
        for text in texts {
            if !folded.insert(fold(text)) {
                continue;
            }
            if tags.len() == MAX_TAGS {
                return Err(TooMany);
            }
            tags.push(Tag {
                id: TagId::new(store.new_id()),
                text: (*text).to_owned(),
            });
        }
        Ok(tags.get(had..).unwrap_or_default().to_vec())
    })
    .await
}

/// Removes a tag of `uid`. Returns whether the member had it.
pub async fn remove(store: &Store, uid: Uid, id: TagId) -> Result<bool, Error> {
    let removed = change::<_, Infallible>(store, uid, |tags| {
        let had = tags.len();
        tags.retain(|tag| tag.id != id);
        Ok(tags.len() < had)
    });
    let Ok(removed) = removed.await?;
    Ok(removed)
}

/// Stores what `change` makes of the tags of `uid`, unless it refuses, or changes nothing.
async fn change<T, E>(
    store: &Store,
    uid: Uid,
    change: impl Fn(&mut Vec<Tag>) -> Result<T, E>,
) -> Result<Result<T, E>, Error> {
    let key = keys::tags(uid);
    until_settled(store, "the tags change", || async {
        let found = get::<Tags>(store, &key, Consistency::Strong).await?;
        let Tags { mut tags, revision } = found.unwrap_or_default();
        let had = tags.len();
        let changed = change(&mut tags);
        if changed.is_err() || tags.len() == had {
            return Ok(Some(changed));
        }
        let next = Tags {
            tags,
            revision: revision + 1,
        };
        let unchanged = Some(at_or_absent(revision, ()));
        let stored = Transaction::new(store).put(&key, &next, unchanged);
        Ok(stored.commit_if().await?.then_some(changed))
    })
    .await
}
