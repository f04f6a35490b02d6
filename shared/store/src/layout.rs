//! The version of the table's layout that this code knows.

use serde::{Deserialize, Serialize};

use crate::table::{self, Consistency, Error, to_item};
use crate::{Store, clients, keys};

/// Raised whenever a key or an item changes so that older data can no longer be read.
pub const VERSION: u32 = 4;

#[derive(Serialize, Deserialize)]
struct Schema {
    version: u32,
}

/// The version of the table's layout; none if the table was never marked.
pub async fn found(store: &Store) -> Result<Option<u32>, Error> {
    let found = table::get::<Schema>(store, &keys::schema(), Consistency::Strong).await?;
    Ok(found.map(|schema| schema.version))
}

/// Marks a table that has no version with [`VERSION`].
pub async fn mark(store: &Store) -> Result<(), Error> {
    let item = to_item(&keys::schema(), &Schema { version: VERSION })?;
    let unmarked = Some("attribute_not_exists(PK)");
    table::put(store, item, unmarked).await.map(drop)
}

/// Compares the table's layout with [`VERSION`]. A table without any app yet is marked with it.
pub async fn check(store: &Store) -> Result<(), Error> {
    let found = table::get::<Schema>(store, &keys::schema(), Consistency::Strong).await?;
    match found {
        Some(Schema { version: VERSION }) => Ok(()),
        Some(Schema { version }) if version > VERSION => Err(Error::new(format!(
            "the data is of version {version}, which a newer program wrote, and this one reads version \
             {VERSION}: start the newer program, or use other data; nothing was changed"
        ))),
        Some(Schema { version }) => Err(Error::new(format!(
            "the data is of version {version}, which an older program wrote, and this one reads version \
             {VERSION}: use other data, or the older program; nothing was changed"
        ))),
        None if clients::app_keys(store).await?.is_empty() => {
            let item = to_item(&keys::schema(), &Schema { version: VERSION })?;
            table::put(store, item, None).await.map(drop)
        }
        None => Err(Error::new(
            "the data has no version, so it is not Weiquan's: use other data; nothing was changed",
        )),
    }
}
