//! The emotion pictures that the Xweibo site offers. Only the operation that lists them reads them,
//! so they are not in the site's settings, which every call needs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Store;
use crate::clients::Client;
use crate::keys::{self, Key};
use crate::table::memory::Cache;
use crate::table::{self, Consistency, Error};

/// An emotion picture; the fields have Sina's names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emotion {
    /// What stands for it in a text, such as `[哈哈]`.
    pub phrase: String,
    /// `face`, or a kind that front ends leave out.
    #[serde(rename = "type", default = "face")]
    pub kind: String,
    /// Where its picture is.
    pub url: String,
    /// Whether it is among the first that are offered.
    #[serde(default)]
    pub is_hot: bool,
    /// The group in which it is offered; empty for the usual one.
    #[serde(default)]
    pub category: String,
}

fn face() -> String {
    "face".to_owned()
}

/// The list of a site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emotions {
    /// In the order in which they are offered.
    pub list: Vec<Emotion>,
    /// How often it was changed.
    #[serde(default)]
    pub revision: u64,
}

impl Client for Emotions {
    type Name = ();
    fn key((): &()) -> Key {
        keys::emotions()
    }
    fn name(&self) -> &() {
        &()
    }
    fn revision(&mut self) -> &mut u64 {
        &mut self.revision
    }
}

/// The list, or an empty one. Uses the process's memory if it was read within the last minute.
pub async fn list(store: &Store) -> Result<Arc<Emotions>, Error> {
    let (now, cache) = (store.now(), store.memory().part::<Cache<Emotions>>());
    if let Some(emotions) = cache.get("", now) {
        return Ok(emotions);
    }
    let found = table::get(store, &keys::emotions(), Consistency::Eventual).await?;
    let emotions: Arc<Emotions> = Arc::new(found.unwrap_or_default());
    cache.put("", now, Arc::clone(&emotions));
    Ok(emotions)
}
