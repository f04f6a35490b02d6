//! The data that apps have stored about a member (`ext_info`, okayapi section 7.3).

use serde::{Deserialize, Serialize};

use crate::id::Uid;
use crate::table::{self, Consistency, Error, Transaction, at_or_absent, until_settled};
use crate::{Store, keys};

/// The data that apps have stored about a member, as the text of a JSON object.
#[derive(Serialize, Deserialize)]
pub(super) struct ExtInfo {
    text: String,
    revision: u64,
}

impl ExtInfo {
    /// The first version of the data.
    pub(super) fn first(text: String) -> Self {
        Self { text, revision: 1 }
    }
}

/// The data that apps have stored about a member, as the text of a JSON object, if any.
pub async fn read(store: &Store, uid: Uid) -> Result<Option<String>, Error> {
    let found = table::get::<ExtInfo>(store, &keys::ext_info(uid), Consistency::Strong).await?;
    Ok(found.map(|found| found.text))
}

/// Stores the result of `change` on the current text of [`read`], and returns it. If `change`
/// refuses, returns its refusal and stores nothing. `change` runs again if another caller was faster.
pub async fn change<E>(
    store: &Store,
    uid: Uid,
    change: impl Fn(Option<&str>) -> Result<String, E>,
) -> Result<Result<String, E>, Error> {
    let key = keys::ext_info(uid);
    until_settled(store, "the fields changed meanwhile", || async {
        let old = table::get::<ExtInfo>(store, &key, Consistency::Strong).await?;
        let text = match change(old.as_ref().map(|old| old.text.as_str())) {
            Ok(text) => text,
            Err(refusal) => return Ok(Some(Err(refusal))),
        };
        let revision = old.map_or(0, |old| old.revision);
        let new = ExtInfo {
            text,
            revision: revision + 1,
        };
        let unchanged = Some(at_or_absent(revision, ()));
        let stored = Transaction::new(store).put(&key, &new, unchanged);
        Ok(stored.commit_if().await?.then_some(Ok(new.text)))
    })
    .await
}
