//! Every key of the table. Keys are written only here; `docs/DATA-MODEL.md` lists them, and each
//! room explains its own.
//!
//! Parts are joined with `#`. A part that is not the last is escaped, so two different things never
//! share a key.

use std::borrow::Cow;

use serde::Deserialize;

mod client;
mod member;
mod moment;
mod oauth;
mod place;
mod range;
#[cfg(test)]
mod tests;
mod thread;
mod weibo;

pub use client::*;
pub use member::*;
pub use moment::*;
pub use oauth::*;
pub use place::*;
pub use range::Range;
pub use thread::*;
pub use weibo::*;

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub struct Key {
    /// The partition key.
    #[serde(rename = "PK")]
    pub pk: String,
    /// The sort key.
    #[serde(rename = "SK")]
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }
}

/// Escapes `part` for use before another part: `%` becomes `%25` and `#` becomes `%23`.
fn part(part: &str) -> Cow<'_, str> {
    if part.contains(['#', '%']) {
        Cow::Owned(part.replace('%', "%25").replace('#', "%23"))
    } else {
        Cow::Borrowed(part)
    }
}

/// Ids are below 2^53, so 16 digits sort like the numbers.
fn id(id: impl Into<u64>) -> String {
    format!("{:016}", id.into())
}

/// The queue for an item that many callers change at once.
pub fn turns(item: &Key) -> Key {
    Key::new(format!("TURNS#{}", item.pk), item.sk.clone())
}

/// The sort keys of the ids from `first` to `last`.
pub fn ids(first: u64, last: u64) -> (String, String) {
    (id(first), id(last))
}

/// A key that is never written. Reading it opens the connection.
pub fn nothing() -> Key {
    Key::new("NOTHING".to_owned(), "NOTHING")
}

/// The version of the table's layout. It is written when the table is created.
pub fn schema() -> Key {
    Key::new("SCHEMA".to_owned(), "SCHEMA")
}
