//! Members' tags.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::members::member::fold;
use crate::table::{Backoff, Consistency, Error, Refusal, Transaction, at_or_absent, get};
use crate::{Store, keys};

/// The largest number of tags of a member (xweibo section 5.7.3).
pub const MAX_TAGS: usize = 10;

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its id.
    pub id: u64,
    /// Its text.
    pub text: String,
}

#[derive(Default, Serialize, Deserialize)]
struct Tags {
    tags: Vec<Tag>,
    revision: u64,
}

/// Why tags were not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotChanged {
    /// There would be more than [`MAX_TAGS`].
    TooMany,
    /// The member has no such tag.
    NoTag,
}

/// The tags of `uid`, in the order of their creation.
pub async fn of_member(store: &Store, uid: u64) -> Result<Vec<Tag>, Error> {
    let found = get::<Tags>(store, &keys::tags(uid), Consistency::Strong).await?;
    Ok(found.unwrap_or_default().tags)
}

/// Adds those of `texts` that `uid` does not have. Returns them with their ids.
pub async fn add(store: &Store, uid: u64, texts: &[&str]) -> Result<Vec<Tag>, Refusal<NotChanged>> {
    change(store, uid, |tags| {
        let had = tags.len();
        let mut folded: BTreeSet<String> = tags.iter().map(|tag| fold(&tag.text)).collect();
        for text in texts {
            if !folded.insert(fold(text)) {
                continue;
            }
            if tags.len() == MAX_TAGS {
                return Err(NotChanged::TooMany);
            }
            tags.push(Tag {
                id: store.new_id(),
                text: (*text).to_owned(),
            });
        }
        Ok(tags.get(had..).unwrap_or_default().to_vec())
    })
    .await
}

/// Removes a tag of `uid`.
pub async fn remove(store: &Store, uid: u64, id: u64) -> Result<(), Refusal<NotChanged>> {
    change(store, uid, |tags| {
        let had = tags.len();
        tags.retain(|tag| tag.id != id);
        if tags.len() == had {
            return Err(NotChanged::NoTag);
        }
        Ok(())
    })
    .await
}

async fn change<T>(
    store: &Store,
    uid: u64,
    change: impl Fn(&mut Vec<Tag>) -> Result<T, NotChanged>,
) -> Result<T, Refusal<NotChanged>> {
    let key = keys::tags(uid);
    let mut backoff = Backoff::new(store);
    loop {
        let found = get::<Tags>(store, &key, Consistency::Strong).await?;
        let Tags { mut tags, revision } = found.unwrap_or_default();
        let had = tags.len();
        let changed = change(&mut tags).map_err(Refusal::Condition)?;
        if tags.len() == had {
            return Ok(changed);
        }
        let next = Tags {
            tags,
            revision: revision + 1,
        };
        let unchanged = Some(at_or_absent(revision, ()));
        match Transaction::new(store)
            .put(&key, &next, unchanged)
            .commit()
            .await
        {
            Ok(()) => return Ok(changed),
            Err(Refusal::Condition(())) => backoff.wait("the tags change").await?,
            Err(Refusal::Store(error)) => return Err(error.into()),
        }
    }
}
