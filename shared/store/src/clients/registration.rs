//! Clients in the table: reading, creating, replacing and listing them.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::clients::{App, Consumer, Site};
use crate::id::{AppKey, ConsumerKey};
use crate::keys::{self, Key, Range};
use crate::table::memory::Cache;
use crate::table::{
    self, Consistency, Error, Transaction, Written, absent, at, from_item, query_as,
};

/// A client that is stored under its own key.
pub trait Client: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What tells it from others of its kind: `()` if there is only one.
    type Name;
    /// The key of the client with this name.
    fn key(name: &Self::Name) -> Key;
    /// Its name.
    fn name(&self) -> &Self::Name;
    /// How often it was changed.
    fn revision(&mut self) -> &mut u64;
    /// The key under which it is listed, if it is.
    fn listing(&self) -> Option<Key> {
        None
    }
}

impl Client for App {
    type Name = AppKey;
    fn key(name: &AppKey) -> Key {
        keys::app(name)
    }
    fn name(&self) -> &AppKey {
        &self.key
    }
    fn revision(&mut self) -> &mut u64 {
        &mut self.revision
    }
    fn listing(&self) -> Option<Key> {
        Some(keys::app_listing(&self.key))
    }
}

impl Client for Site {
    type Name = ();
    fn key((): &()) -> Key {
        keys::site()
    }
    fn name(&self) -> &() {
        &()
    }
    fn revision(&mut self) -> &mut u64 {
        &mut self.revision
    }
}

impl Client for Consumer {
    type Name = ConsumerKey;
    fn key(name: &ConsumerKey) -> Key {
        keys::consumer(name)
    }
    fn name(&self) -> &ConsumerKey {
        &self.key
    }
    fn revision(&mut self) -> &mut u64 {
        &mut self.revision
    }
    fn listing(&self) -> Option<Key> {
        Some(keys::consumer_listing(&self.key))
    }
}

/// Reads a client. Uses the process's memory if it was read within the last minute.
pub async fn find<C: Client>(
    store: &Store,
    name: impl Into<C::Name>,
) -> Result<Option<Arc<C>>, Error> {
    let now = store.now();
    let key = C::key(&name.into());
    let cache = store.memory().part::<Cache<C>>();
    if let Some(client) = cache.get(&key.pk, now) {
        return Ok(Some(client));
    }
    let found = table::get_even_new::<C>(store, &key).await?;
    Ok(found.map(|client| {
        let client = Arc::new(client);
        cache.put(&key.pk, now, Arc::clone(&client));
        client
    }))
}

/// Reads a client as it is now.
pub async fn read<C: Client>(store: &Store, name: impl Into<C::Name>) -> Result<Option<C>, Error> {
    table::get(store, &C::key(&name.into()), Consistency::Strong).await
}

/// Stores a new client. Refused if there is one with its name.
pub async fn create<C: Client>(store: &Store, client: &C) -> Result<Written, Error> {
    written(creating(Transaction::new(store), client)).await
}

/// Stores the first clients of a table, all or none. Refused if there is one with any of their names.
pub async fn found_all(
    store: &Store,
    app: Option<&App>,
    site: Option<&Site>,
    consumer: Option<&Consumer>,
) -> Result<Written, Error> {
    let mut transaction = Transaction::new(store);
    if let Some(app) = app {
        transaction = creating(transaction, app);
    }
    if let Some(site) = site {
        transaction = creating(transaction, site);
    }
    if let Some(consumer) = consumer {
        transaction = creating(transaction, consumer);
    }
    written(transaction).await
}

/// Stores a changed client in place of the one that was read. Fails if it was changed in the meantime.
pub async fn replace<C: Client + Clone>(store: &Store, client: &C) -> Result<(), Error> {
    let mut next = client.clone();
    let revision = *next.revision();
    *next.revision() = revision + 1;
    let unchanged = Some(at(revision, ()));
    let transaction = Transaction::new(store).put(&C::key(client.name()), &next, unchanged);
    // Older clients may not be listed.
    match written(listing(transaction, client)).await? {
        Written::Yes => Ok(()),
        Written::Refused => Err(Error::new("the settings changed meanwhile: try again")),
    }
}

/// The keys of all apps, sorted.
pub async fn app_keys(store: &Store) -> Result<Vec<AppKey>, Error> {
    listed(store, &keys::app_listings()).await
}

/// The keys of all consumers, sorted.
pub async fn consumer_keys(store: &Store) -> Result<Vec<ConsumerKey>, Error> {
    listed(store, &keys::consumer_listings()).await
}

/// Adds the writes of [`create`] to a transaction.
fn creating<'a, C: Client>(transaction: Transaction<'a, ()>, client: &C) -> Transaction<'a, ()> {
    let transaction = transaction.put(&C::key(client.name()), client, Some(absent(())));
    listing(transaction, client)
}

fn listing<'a, C: Client>(transaction: Transaction<'a, ()>, client: &C) -> Transaction<'a, ()> {
    match client.listing() {
        Some(key) => transaction.put_item(table::key_item(&key), None),
        None => transaction,
    }
}

async fn written(transaction: Transaction<'_, ()>) -> Result<Written, Error> {
    Ok(match transaction.commit_if().await? {
        true => Written::Yes,
        false => Written::Refused,
    })
}

async fn listed<K: DeserializeOwned>(store: &Store, range: &Range) -> Result<Vec<K>, Error> {
    #[derive(Deserialize)]
    struct Listing<K> {
        #[serde(rename = "SK")]
        key: K,
    }
    let key = |item| Ok(from_item::<Listing<K>>(item)?.key);
    let found = query_as(store, range, Consistency::Strong, None, key, |_| false).await?;
    Ok(found.items)
}
