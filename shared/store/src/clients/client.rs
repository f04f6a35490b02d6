//! The clients that may call: OkayAPI's apps, the Xweibo site, QZone's consumers. All their
//! settings are here. A warm process reads each client at most once a minute.

use std::collections::BTreeSet;
use std::sync::Arc;

use ipnet::IpNet;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::clients::shards::Shards;
pub use crate::clients::site::{MERGE_ABOVE, Site, TimeWindow};
use crate::keys::{self, Key};
use crate::members::session;
use crate::table::memory::Cache;
use crate::table::{
    self, Consistency, Error, Range, Refusal, Transaction, Written, absent, at, from_item, query,
};

/// How an app's calls are signed (okayapi section 1.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignMode {
    /// Any or no `sign`.
    Off,
    /// A digest of the parameters and the secret.
    Dynamic,
    /// This text, the same for every call.
    Static(String),
}

/// The state of an app (okayapi section 8).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It works.
    #[default]
    Active,
    /// 407.
    Expired,
    /// 408.
    Banned,
    /// 417.
    SubAppFailure,
}

/// The operations that an app's plan covers (okayapi section 8: 416).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// Everything.
    #[default]
    Full,
    /// All except the professional operations, which are those of the interface market, `App.Market_*`.
    Free,
}

/// The answers that pages of other origins may read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrossOrigin {
    /// All.
    #[default]
    Always,
    /// Those to calls with `yesapi_allow_origin=1`.
    Flag,
}

/// A client app of OkayAPI.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// `app_key`, 32 characters or more.
    pub key: String,
    /// `app_secrect`.
    pub secret: String,
    /// How its calls are signed.
    pub sign_mode: SignMode,
    /// Its state.
    #[serde(default)]
    pub status: Status,
    /// Its plan.
    #[serde(default)]
    pub plan: Plan,
    /// Only these addresses may call; empty allows all.
    #[serde(default)]
    pub ip_allow: Vec<IpNet>,
    /// These addresses may not call.
    #[serde(default)]
    pub ip_deny: Vec<IpNet>,
    /// Calls per month, UTC+8.
    #[serde(default)]
    pub monthly_quota: Option<u64>,
    /// Calls in one second of the server's clock, 1 to 500.
    #[serde(default)]
    pub per_second: Option<u32>,
    /// Messages without login from one address in one minute.
    #[serde(default)]
    pub anonymous_per_minute: Option<u32>,
    /// How long a login lives, in days.
    #[serde(default = "session_days")]
    pub session_days: u32,
    /// A member has only one login at a time: a new login ends the earlier ones.
    #[serde(default)]
    pub single_login: bool,
    /// Which of its answers pages of other origins may read.
    #[serde(default)]
    pub cross_origin: CrossOrigin,
    /// Operations that are switched off, by their full names.
    #[serde(default)]
    pub closed: BTreeSet<String>,
    /// From when ids are derived from the time, in seconds since 1970. Otherwise they are counted.
    #[serde(default)]
    pub time_ids_from: Option<i64>,
    /// The number of partitions over which its lists are spread.
    #[serde(default)]
    pub shards: Shards,
    /// How often it was changed. A change based on an older revision is refused.
    #[serde(default)]
    pub revision: u64,
}

fn session_days() -> u32 {
    session::DAYS
}

impl App {
    /// An active app without limits.
    pub fn new(key: &str, secret: &str, sign_mode: SignMode) -> Self {
        Self {
            key: key.to_owned(),
            secret: secret.to_owned(),
            sign_mode,
            status: Status::default(),
            plan: Plan::default(),
            ip_allow: Vec::new(),
            ip_deny: Vec::new(),
            monthly_quota: None,
            per_second: None,
            anonymous_per_minute: None,
            session_days: session_days(),
            single_login: false,
            cross_origin: CrossOrigin::default(),
            closed: BTreeSet::new(),
            time_ids_from: None,
            shards: Shards::default(),
            revision: 0,
        }
    }

    /// Whether ids that are made at `now` are derived from the time.
    pub fn has_time_ids(&self, now: Timestamp) -> bool {
        self.time_ids_from
            .is_some_and(|from| from <= now.as_second())
    }
}

/// A consumer of QZone's OAuth.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consumer {
    /// `oauth_consumer_key`: decimal digits.
    pub key: String,
    /// The appkey.
    pub secret: String,
    /// The name that feeds show as their source.
    #[serde(default)]
    pub name: String,
    /// The public base URLs that clients sign, such as `http://openapi.qzone.qq.com`. If empty, the
    /// address that the gateway saw is used.
    #[serde(default)]
    pub base_urls: Vec<String>,
    /// `document.domain` of the callback page. If unset, the process's domain is used.
    #[serde(default)]
    pub domain: Option<String>,
    /// Also accept signatures over form-encoded values (qzone section 2.1, "F").
    #[serde(default = "yes", rename = "form_signatures")]
    pub form_signature: bool,
    /// Also accept `https` links in `titleurl`.
    #[serde(default)]
    pub https_links: bool,
    /// The operations that it may call, such as `add_feeds`.
    pub allowed: BTreeSet<String>,
    /// The domains to whose hosts members are sent back after they have allowed or refused.
    /// Subdomains are included.
    #[serde(default)]
    pub callback_domains: BTreeSet<String>,
    /// Authentic calls in one second of the server's clock.
    #[serde(default)]
    pub per_second: Option<u32>,
    /// The salt from which openids are derived.
    pub openid_salt: String,
    /// How often it was changed. A change based on an older revision is refused.
    #[serde(default)]
    pub revision: u64,
}

fn yes() -> bool {
    true
}

impl Consumer {
    /// The name that members see; the key if it has no name.
    pub fn display_name(&self) -> &str {
        match self.name.as_str() {
            "" => &self.key,
            name => name,
        }
    }

    /// A consumer that may call the operations in `allowed`, with the default page and the
    /// gateway's address.
    pub fn new(key: &str, secret: &str, openid_salt: &str, allowed: &[&str]) -> Self {
        Self {
            key: key.to_owned(),
            secret: secret.to_owned(),
            name: String::new(),
            base_urls: Vec::new(),
            domain: None,
            form_signature: yes(),
            https_links: false,
            allowed: allowed.iter().map(|name| (*name).to_owned()).collect(),
            callback_domains: BTreeSet::new(),
            per_second: None,
            openid_salt: openid_salt.to_owned(),
            revision: 0,
        }
    }
}

/// A client that is stored under its own key.
pub trait Client: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its key in the table.
    fn key(name: &str) -> Key;
    /// How often it was changed.
    fn revision(&mut self) -> &mut u64;
    /// The key under which it is listed, if it is.
    fn listing(_name: &str) -> Option<Key> {
        None
    }
}

impl Client for App {
    fn key(name: &str) -> Key {
        keys::app(name)
    }
    fn revision(&mut self) -> &mut u64 {
        &mut self.revision
    }
    fn listing(name: &str) -> Option<Key> {
        Some(keys::app_listing(name))
    }
}

impl Client for Site {
    fn key(_name: &str) -> Key {
        keys::site()
    }
    fn revision(&mut self) -> &mut u64 {
        &mut self.revision
    }
}

impl Client for Consumer {
    fn key(name: &str) -> Key {
        keys::consumer(name)
    }
    fn revision(&mut self) -> &mut u64 {
        &mut self.revision
    }
    fn listing(name: &str) -> Option<Key> {
        Some(keys::consumer_listing(name))
    }
}

/// Reads a client. Uses the process's memory if it was read within the last minute.
pub async fn find<C: Client>(store: &Store, name: &str) -> Result<Option<Arc<C>>, Error> {
    let now = store.now();
    let cache = store.memory().part::<Cache<C>>();
    if let Some(client) = cache.get(name, now) {
        return Ok(Some(client));
    }
    let found = table::get_even_new::<C>(store, &C::key(name)).await?;
    Ok(found.map(|client| {
        let client = Arc::new(client);
        cache.put(name, now, Arc::clone(&client));
        client
    }))
}

/// Reads a client as it is now.
pub async fn read<C: Client>(store: &Store, name: &str) -> Result<Option<C>, Error> {
    table::get(store, &C::key(name), Consistency::Strong).await
}

/// Stores a new client. Refused if there is one with its name.
pub async fn create<C: Client>(store: &Store, name: &str, client: &C) -> Result<Written, Error> {
    written(
        creating(Transaction::new(store), name, client)
            .commit()
            .await,
    )
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
        transaction = creating(transaction, &app.key, app);
    }
    if let Some(site) = site {
        transaction = creating(transaction, "", site);
    }
    if let Some(consumer) = consumer {
        transaction = creating(transaction, &consumer.key, consumer);
    }
    written(transaction.commit().await)
}

/// Adds the writes of [`create`] to a transaction.
fn creating<'a, C: Client>(
    transaction: Transaction<'a, ()>,
    name: &str,
    client: &C,
) -> Transaction<'a, ()> {
    let transaction = transaction.put(&C::key(name), client, Some(absent(())));
    listing::<C>(transaction, name)
}

fn listing<'a, C: Client>(transaction: Transaction<'a, ()>, name: &str) -> Transaction<'a, ()> {
    match C::listing(name) {
        Some(key) => transaction.put_item(table::key_item(&key), None),
        None => transaction,
    }
}

/// Stores a changed client in place of the one that was read. Fails if it was changed in the
/// meantime.
pub async fn replace<C: Client + Clone>(
    store: &Store,
    name: &str,
    client: &C,
) -> Result<(), Error> {
    let mut next = client.clone();
    let revision = *next.revision();
    *next.revision() = revision + 1;
    let transaction = Transaction::new(store).put(&C::key(name), &next, Some(at(revision, ())));
    // Older clients may not be listed.
    let transaction = listing::<C>(transaction, name);
    match written(transaction.commit().await)? {
        Written::Yes => Ok(()),
        Written::Refused => Err(Error::new("the settings changed meanwhile: try again")),
    }
}

fn written(outcome: Result<(), Refusal<()>>) -> Result<Written, Error> {
    match outcome {
        Ok(()) => Ok(Written::Yes),
        Err(Refusal::Condition(())) => Ok(Written::Refused),
        Err(Refusal::Store(error)) => Err(error),
    }
}

/// The keys of all apps, sorted.
pub async fn app_keys(store: &Store) -> Result<Vec<String>, Error> {
    listed(store, keys::app_listings()).await
}

/// The keys of all consumers, sorted.
pub async fn consumer_keys(store: &Store) -> Result<Vec<String>, Error> {
    listed(store, keys::consumer_listings()).await
}

async fn listed(store: &Store, pk: String) -> Result<Vec<String>, Error> {
    #[derive(Deserialize)]
    struct Listing {
        #[serde(rename = "SK")]
        key: String,
    }
    let range = Range {
        pk,
        from: " ".to_owned(),
        to: "~".to_owned(),
        descending: false,
    };
    let found = query(store, &range, Consistency::Strong, None, |_| false).await?;
    found
        .items
        .into_iter()
        .map(|item| Ok(from_item::<Listing>(item)?.key))
        .collect()
}
