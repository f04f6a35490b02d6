//! What a process remembers between requests.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

/// How long a process keeps what it has read. Eventual reads may be a second late, so a change
/// takes effect within a minute.
const KEPT: SignedDuration = SignedDuration::from_secs(55);
/// How many items of a type a process keeps.
const CAPACITY: usize = 1_000;

/// A process's memory. Each part is found by its own type, so the rooms above the table decide what they keep here.
#[derive(Default)]
pub struct Memory(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Memory {
    /// The part of type `T`, empty at first.
    pub(crate) fn part<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut parts = self.0.lock().unwrap_or_else(|e| e.into_inner());
        let part = parts
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::new(T::default()));
        Arc::clone(part).downcast().unwrap_or_default()
    }
}

/// Items of one type that were read within the last minute, by name.
pub(crate) struct Cache<T>(Mutex<HashMap<String, (Timestamp, Arc<T>)>>);

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Cache<T> {
    /// The item with this name, if it was read less than a minute before `now`.
    pub(crate) fn get(&self, name: &str, now: Timestamp) -> Option<Arc<T>> {
        let items = self.0.lock().unwrap_or_else(|e| e.into_inner());
        items
            .get(name)
            .filter(|(read, _)| now.duration_since(*read) < KEPT)
            .map(|(_, item)| Arc::clone(item))
    }

    /// Remembers an item that was read at `now`.
    pub(crate) fn put(&self, name: &str, now: Timestamp, item: Arc<T>) {
        let mut items = self.0.lock().unwrap_or_else(|e| e.into_inner());
        if items.len() >= CAPACITY {
            items.clear();
        }
        items.insert(name.to_owned(), (now, item));
    }
}
