//! The ids of OkayAPI's messages and moments: 1, 2, 3 … for each app and kind, drawn from a counter. Clients store
//! ids in 32 bits and in floating-point numbers.
//!
//! An id is drawn by one update of the counter, in parallel with reads that the request makes anyway. An id that is
//! drawn and not used, because the request is refused or its process dies, leaves a gap. No id is drawn twice. An
//! app that needs more than one counter changes to the ids of [`crate::ids`], which are above all of these.

use serde::Deserialize;

use crate::Store;
use crate::clients::App;
use crate::id::{AppKey, MessageId, MomentId};
use crate::keys::{self, Key};
use crate::table::{self, Change, Consistency, Error, batch_get, from_item, number, when};

/// The highest id of a counter: the largest signed 32-bit number.
pub const LAST: u64 = (1 << 31) - 1;

/// Ids with a counter of their own in each app.
pub trait Counted: From<u64> + Into<u64> + Copy {
    /// The key of an app's counter.
    fn counter(app_key: &AppKey) -> Key;
}

impl Counted for MessageId {
    fn counter(app_key: &AppKey) -> Key {
        keys::message_ids(app_key)
    }
}

impl Counted for MomentId {
    fn counter(app_key: &AppKey) -> Key {
        keys::moment_ids(app_key)
    }
}

/// A counter.
#[derive(Deserialize)]
struct Counter {
    last_id: u64,
}

/// A new id of `app`, above all that were drawn before.
pub async fn next<I: Counted>(store: &Store, app: &App) -> Result<I, Error> {
    let counter = I::counter(&app.key);
    Ok(next_of(store, app, &counter).await?.into())
}

/// `id` if it is above `than`, an id of the app; else a new one that is.
pub(crate) async fn above<I: Counted>(
    store: &Store,
    app: &App,
    id: I,
    than: I,
) -> Result<I, Error> {
    let than: u64 = than.into();
    if id.into() > than {
        return Ok(id);
    }
    if than > LAST {
        return Ok(store.new_id().max(than + 1).into());
    }
    let counter = I::counter(&app.key);
    let mut new = next_of(store, app, &counter).await?;
    if new <= than {
        raise_to(store, &counter, than).await?;
        new = next_of(store, app, &counter).await?;
    }
    Ok(new.into())
}

/// Makes sure that no id up to `id` is drawn any more.
pub async fn raise<I: Counted>(store: &Store, app_key: &AppKey, id: I) -> Result<(), Error> {
    raise_to(store, &I::counter(app_key), id.into()).await
}

/// The highest id of any kind that an app has drawn; 0 before the first.
pub async fn last(store: &Store, app_key: &AppKey) -> Result<u64, Error> {
    let keys = [keys::message_ids(app_key), keys::moment_ids(app_key)];
    let found = batch_get(store, &keys, Consistency::Strong).await?;
    let mut last = 0;
    for item in found {
        last = last.max(from_item::<Counter>(item)?.last_id);
    }
    Ok(last)
}

async fn next_of(store: &Store, app: &App, counter: &Key) -> Result<u64, Error> {
    let now = store.now();
    if app.has_time_ids(now) {
        return Ok(store.new_id());
    }
    let mut id = draw(store, counter).await?;
    let begun = app.shards.begun(now);
    if id < begun {
        raise_to(store, counter, begun - 1).await?;
        id = draw(store, counter).await?;
    }
    Ok(if id > LAST { store.new_id() } else { id })
}

async fn draw(store: &Store, counter: &Key) -> Result<u64, Error> {
    // A try that is repeated after a lost answer draws a second id. The first one is a gap.
    let one = Change::new().add("last_id", 1_u64);
    let drawn = table::change(store, counter, one, None).await?;
    let counter: Counter = from_item(drawn.unwrap_or_default())?;
    Ok(counter.last_id)
}

async fn raise_to(store: &Store, counter: &Key, id: u64) -> Result<(), Error> {
    let is_lower = when("attribute_not_exists(PK) OR last_id < :id", ()).with(":id", number(id));
    let raised = Change::new().set("last_id", id);
    table::change(store, counter, raised, Some(is_lower))
        .await
        .map(drop)
}
