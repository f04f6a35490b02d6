//! The ids of OkayAPI's messages and moments: 1, 2, 3 … for each app and kind, drawn from a counter. Clients store
//! ids in 32 bits and in floating-point numbers.
//!
//! An id is drawn by one update of the counter, in parallel with reads that the request makes anyway. An id that is
//! drawn and not used, because the request is refused or its process dies, leaves a gap. No id is drawn twice. An
//! app that needs more than one counter changes to the ids of [`crate::ids`], which are above all of these.

use serde::Deserialize;

use crate::Store;
use crate::clients::App;
use crate::keys::{self, Key};
use crate::table::{self, Consistency, Error, Values, batch_get, from_item, number};

/// The highest id of a counter: the largest signed 32-bit number.
pub const LAST: u64 = (1 << 31) - 1;

/// The kinds of items with their own ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Messages.
    Messages,
    /// Moments.
    Moments,
}

impl Kind {
    fn key(self, app_key: &str) -> Key {
        match self {
            Self::Messages => keys::message_ids(app_key),
            Self::Moments => keys::moment_ids(app_key),
        }
    }
}

/// A counter.
#[derive(Deserialize)]
struct Counter {
    last_id: u64,
}

/// A new id of `app`, above all that were drawn before.
pub async fn next(store: &Store, app: &App, kind: Kind) -> Result<u64, Error> {
    let now = store.now();
    if app.has_time_ids(now) {
        return Ok(store.new_id());
    }
    let mut id = draw(store, app, kind).await?;
    let begun = app.shards.begun(now);
    if id < begun {
        raise(store, &app.key, kind, begun - 1).await?;
        id = draw(store, app, kind).await?;
    }
    Ok(if id > LAST { store.new_id() } else { id })
}

/// `id` if it is above `than`, an id of the app; else a new one that is.
pub async fn above(store: &Store, app: &App, kind: Kind, id: u64, than: u64) -> Result<u64, Error> {
    if id > than {
        return Ok(id);
    }
    if than > LAST {
        return Ok(store.new_id().max(than + 1));
    }
    match next(store, app, kind).await? {
        id if id > than => Ok(id),
        _ => {
            raise(store, &app.key, kind, than).await?;
            next(store, app, kind).await
        }
    }
}

async fn draw(store: &Store, app: &App, kind: Kind) -> Result<u64, Error> {
    let one = Values::from([(":one".to_owned(), number(1))]);
    let key = kind.key(&app.key);
    // A try that is repeated after a lost answer draws a second id. The first one is a gap.
    let drawn = table::update(store, &key, "ADD last_id :one", None, one).await?;
    let counter: Counter = from_item(drawn.unwrap_or_default())?;
    Ok(counter.last_id)
}

/// Makes sure that no id up to `id` is drawn any more.
pub async fn raise(store: &Store, app_key: &str, kind: Kind, id: u64) -> Result<(), Error> {
    let values = Values::from([(":id".to_owned(), number(id))]);
    let is_lower = Some("attribute_not_exists(PK) OR last_id < :id");
    table::update(
        store,
        &kind.key(app_key),
        "SET last_id = :id",
        is_lower,
        values,
    )
    .await
    .map(drop)
}

/// The highest id of any kind that an app has drawn; 0 before the first.
pub async fn last(store: &Store, app_key: &str) -> Result<u64, Error> {
    let keys = [Kind::Messages, Kind::Moments].map(|kind| kind.key(app_key));
    let found = batch_get(store, &keys, Consistency::Strong).await?;
    let mut last = 0;
    for item in found {
        last = last.max(from_item::<Counter>(item)?.last_id);
    }
    Ok(last)
}
