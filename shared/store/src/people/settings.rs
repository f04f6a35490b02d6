//! A member's settings (xweibo sections 5.8.1 and 5.8.3).

use serde::{Deserialize, Serialize};

use crate::id::Uid;
use crate::people::unread::{self, NoticeSettings};
use crate::table::{Change, Consistency, Error, Transaction, change, get};
use crate::{Store, keys};

/// A member's settings. Absent ones were never set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `user_newfeed`: how new weibos are shown.
    pub newfeed: Option<u64>,
    /// `user_newmsg`: how unread counts are shown.
    pub newmsg: Option<u64>,
    /// Weibos per page.
    pub weibos: Option<u64>,
    /// Comments per page.
    pub comments: Option<u64>,
}

/// The settings of `uid`.
pub async fn read(store: &Store, uid: Uid) -> Result<Settings, Error> {
    let found = get::<Settings>(store, &keys::settings(uid), Consistency::Eventual).await?;
    Ok(found.unwrap_or_default())
}

/// Stores the settings that are present in `settings`, and the `notice` settings if there are any.
/// The others stay. Both or neither.
pub async fn set(
    store: &Store,
    uid: Uid,
    settings: Settings,
    notice: Option<NoticeSettings>,
) -> Result<(), Error> {
    let all = [
        ("newfeed", settings.newfeed),
        ("newmsg", settings.newmsg),
        ("weibos", settings.weibos),
        ("comments", settings.comments),
    ];
    let key = keys::settings(uid);
    let given = all
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    let sets = given.fold(Change::new(), |change, (name, value)| {
        change.set(name, value)
    });
    match notice {
        None => change(store, &key, sets, None).await.map(drop),
        Some(notice) => {
            let transaction = unread::set_notice(Transaction::<()>::new(store), uid, notice)?;
            transaction
                .change(&key, sets, None)
                .commit_if()
                .await
                .map(drop)
        }
    }
}
