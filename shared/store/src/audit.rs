//! Reads the whole table and compares every counter with what it counts.
//!
//! It changes nothing. Items that are written during the run may look wrong. To be sure, run it
//! twice and trust only the errors that both runs find.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};

use crate::keys::{self, Key, Place};
use crate::moments::moment::Access;
use crate::table::{Error, Item, in_time, key_of, number_of};
use crate::threads::holes::Holes;

use crate::Store;
use crate::people::unread::{Kind, News};

/// The result of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// How many items the table has.
    pub items: u64,
    /// How many counters were compared.
    pub counters: usize,
    /// The counters that are wrong, by the keys of their item and their name: the stored and the actual value.
    pub wrong: BTreeMap<String, (i64, i64)>,
}

/// A counter: the key of its item, and its name.
type Counter = (Key, &'static str);

#[derive(Default)]
struct Tally {
    items: u64,
    counters: HashMap<Counter, Count>,
    /// The items that hold the counters of other items.
    holders: HashMap<Key, Key>,
    /// The notices to members.
    news: Vec<News>,
    /// The stamps of direct messages.
    messages: HashMap<u64, u64>,
    /// Direct messages of which a recipient has a copy.
    received: Vec<(u64, u64)>,
    /// The stamp up to which each member has read, by the mark of a kind.
    marks: HashMap<(u64, &'static str), u64>,
}

#[derive(Default)]
struct Count {
    /// `None` if the item that should hold it was not seen.
    stored: Option<i64>,
    found: i64,
}

const COMMENTS: &str = "comments";
const REPOSTS: &str = "reposts";
const LIKES: &str = "likes";

fn integer(item: &Item, name: &str) -> i64 {
    let value = item.get(name).and_then(|value| value.as_n().ok());
    value
        .and_then(|value| value.parse().ok())
        .unwrap_or_default()
}

fn flag(item: &Item, name: &str) -> bool {
    item.get(name)
        .is_some_and(|value| value.as_bool() == Ok(&true))
}

impl Tally {
    fn count(&mut self, key: Key, name: &'static str) -> &mut Count {
        self.counters.entry((key, name)).or_default()
    }

    fn stored(&mut self, key: &Key, name: &'static str, value: i64) {
        self.count(key.clone(), name).stored = Some(value);
    }

    fn found(&mut self, key: Key, name: &'static str) {
        self.count(key, name).found += 1;
    }

    fn see(&mut self, key: &Key, item: &Item) {
        self.items += 1;
        match keys::place(key) {
            None => {}
            Some(Place::Weibo) => {
                for name in [COMMENTS, REPOSTS] {
                    self.stored(key, name, integer(item, name));
                }
                for name in ["root", "via"] {
                    if let Some(original) = number_of(item, name) {
                        self.found(keys::weibo(original), REPOSTS);
                    }
                }
            }
            Some(Place::CommentPlace) => self.see_comment(item),
            Some(Place::ThreadMeta) => {
                self.count(key.clone(), "roots").stored = Some(integer(item, "roots"))
            }
            Some(Place::ThreadHoles { thread }) => {
                if let Some(AttributeValue::B(holes)) = item.get("holes") {
                    let holes = i64::try_from(Holes::decode(holes).len()).unwrap_or(i64::MAX);
                    self.count(keys::thread_meta(thread), "roots").found += holes;
                }
            }
            Some(Place::Root { thread, number }) => {
                self.found(keys::thread_meta(thread), "roots");
                let later = keys::later_reply(thread, number, 0);
                self.stored(key, "here", integer(item, "here"));
                self.stored(&later, "later", integer(item, "later"));
                self.holders.insert(later, key.clone());
                if let Some(weibo) = keys::weibo_of_thread(thread) {
                    self.found(keys::weibo(weibo), COMMENTS);
                }
            }
            Some(Place::Reply { thread, number }) => {
                self.found(keys::thread_root(thread, number), "here");
            }
            Some(Place::LaterReply(zero)) => self.found(zero, "later"),
            Some(Place::BoardMeta) => self.stored(key, "roots", integer(item, "roots")),
            Some(Place::BoardRoot(meta)) => self.found(meta, "roots"),
            Some(Place::MomentTotals) => {
                for name in Access::ALL.map(Access::total) {
                    self.stored(key, name, integer(item, name));
                }
            }
            Some(Place::Moment { totals, likes }) => {
                let access = item.get("access").cloned();
                let access = access.map(serde_dynamo::from_attribute_value::<_, Access>);
                if let Some(Ok(access)) = access {
                    self.found(totals, access.total());
                }
                self.count(likes.clone(), LIKES).stored = Some(integer(item, LIKES));
                self.holders.insert(likes, key.clone());
            }
            Some(Place::Like(zero)) => self.found(zero, LIKES),
            Some(Place::Relation { uid, other }) if !flag(item, "blocked") => {
                self.found(keys::counts(uid), "follows");
                // Each follow has a fan item with the other member.
                let fan = keys::fan(other, uid);
                self.count(fan, "follow").found += 1;
                if let Some(told) = number_of(item, "told") {
                    self.news.push(News::new(other, told, Kind::Fans, 1));
                }
            }
            Some(Place::Relation { .. }) => {}
            Some(Place::Fan { uid, .. }) => {
                self.found(keys::counts(uid), "fans");
                self.stored(key, "follow", 1);
            }
            Some(Place::Counts) => {
                for name in ["fans", "follows"] {
                    self.stored(key, name, integer(item, name));
                }
            }
            Some(Place::Unread { uid }) => {
                for kind in Kind::ALL {
                    let mark = kind.mark();
                    self.marks
                        .insert((uid, mark), number_of(item, mark).unwrap_or_default());
                    for name in kind.counters() {
                        self.stored(key, name, integer(item, name));
                    }
                }
            }
            Some(Place::Mention { uid }) => {
                if let Some(told) = number_of(item, "told") {
                    let is_original =
                        number_of(item, "number").is_none() && number_of(item, "root").is_none();
                    let is_followed = flag(item, "followed");
                    self.news
                        .push(News::mention(uid, told, is_original, is_followed));
                }
            }
            Some(Place::DirectMessage(message)) => {
                let told = number_of(item, "told").unwrap_or_default();
                self.messages.insert(message, told);
            }
            Some(Place::OwnMessage { uid, message })
                if number_of(item, "recipient") == Some(uid) =>
            {
                self.received.push((uid, message));
            }
            Some(Place::OwnMessage { .. }) => {}
        }
    }

    fn see_comment(&mut self, item: &Item) {
        let (Some(author), Some(told)) = (number_of(item, "uid"), number_of(item, "told")) else {
            return;
        };
        let [owner, replied] = [number_of(item, "owner"), number_of(item, "replied")];
        let replied = replied.filter(|uid| Some(*uid) != owner);
        for uid in [owner, replied].into_iter().flatten() {
            if uid != author {
                self.news.push(News::new(uid, told, Kind::Comments, 1));
            }
        }
    }

    fn finish(mut self) -> Audit {
        for (uid, message) in std::mem::take(&mut self.received) {
            let told = self.messages.get(&message).copied().unwrap_or_default();
            self.news.push(News::new(uid, told, Kind::Messages, 1));
        }
        for news in std::mem::take(&mut self.news) {
            let mark = self.marks.get(&(news.uid, news.kind().mark())).copied();
            if news.told > mark.unwrap_or_default() {
                for (name, count) in news.counters() {
                    self.count(keys::unread(news.uid), name).found += count;
                }
            }
        }
        let mut audit = Audit {
            items: self.items,
            ..Audit::default()
        };
        for ((key, name), count) in self.counters {
            let stored = match count.stored {
                Some(stored) => stored,
                // A destroyed item has no counters, even if parts of it are left.
                None if [COMMENTS, REPOSTS, LIKES].contains(&name) => continue,
                None => 0,
            };
            audit.counters += 1;
            if stored != count.found {
                let key = self.holders.get(&key).unwrap_or(&key);
                let name = format!("{} {} {name}", key.pk, key.sk);
                audit.wrong.insert(name, (stored, count.found));
            }
        }
        audit
    }
}

/// How long DynamoDB may take for one page of the table.
const PAGE: Duration = Duration::from_secs(30);

/// Reads the table once. Costs one read unit for each 4 KB of it, and about 200 bytes of memory for
/// each counter and each notice.
#[expect(
    clippy::disallowed_methods,
    reason = "the operator asks for the whole table"
)]
pub async fn walk(store: &Store) -> Result<Audit, Error> {
    let mut tally = Tally::default();
    let mut start = None;
    loop {
        let store = &store.with_time(PAGE);
        let call = store.meter.start("dynamodb:Scan");
        let request = store
            .client()
            .scan()
            .table_name(store.table())
            .consistent_read(true)
            .set_exclusive_start_key(start)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let output = in_time(store, "Scan", request.send())
            .await?
            .map_err(|e| Error::sdk("Scan", &e))?;
        call.read(output.consumed_capacity());
        for item in output.items.unwrap_or_default() {
            if let Some(key) = key_of(&item) {
                tally.see(&key, &item);
            }
        }
        start = output.last_evaluated_key;
        if start.is_none() {
            return Ok(tally.finish());
        }
    }
}
