//! A process's cache of the clients that it has read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

use super::client::{App, Consumer, Site};
use super::emotions::Emotions;
use super::member::Member;

/// How long a process keeps what it has read. Eventual reads may be a second late, so a change
/// takes effect within a minute.
const KEPT: SignedDuration = SignedDuration::from_secs(55);
/// How many clients of a kind a process keeps.
const CAPACITY: usize = 1_000;

/// What one process has read within the last minute: clients, and authors to show.
#[derive(Default)]
pub struct Clients {
    pub(super) apps: Kept<App>,
    pub(super) sites: Kept<Site>,
    pub(super) consumers: Kept<Consumer>,
    pub(super) emotions: Kept<Emotions>,
    pub(super) authors: Kept<Member>,
}

/// Clients of one kind by name, with the time of the read.
pub struct Kept<T>(Mutex<HashMap<String, (Timestamp, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Kept<T> {
    pub(super) fn get(&self, name: &str, now: Timestamp) -> Option<Arc<T>> {
        let kept = self.0.lock().unwrap_or_else(|e| e.into_inner());
        kept.get(name)
            .filter(|(read, _)| now.duration_since(*read) < KEPT)
            .map(|(_, client)| Arc::clone(client))
    }

    pub(super) fn put(&self, name: &str, now: Timestamp, client: Arc<T>) {
        let mut kept = self.0.lock().unwrap_or_else(|e| e.into_inner());
        if kept.len() >= CAPACITY {
            kept.clear();
        }
        kept.insert(name.to_owned(), (now, client));
    }
}
