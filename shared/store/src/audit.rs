//! Reads the whole table and compares every counter with what it counts.
//!
//! It changes nothing. Items that are written during the run may look wrong. To be sure, run it
//! twice and trust only the errors that both runs find.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};

use crate::Store;
use crate::id::{DirectMessageId, Edge, Follow, RootNumber, Thread, Uid};
use crate::keys::{self, Key, LaterReply, Place};
use crate::moments::moment::Access;
use crate::people::unread::{Kind, Notification};
use crate::table::{Error, Item, in_time, key_of, number_of};
use crate::threads::holes::Holes;

/// The result of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// How many items the table has.
    pub items: u64,
    /// How many counters were compared.
    pub counters: usize,
    /// The counters that are wrong, by the keys of their item and their name.
    pub wrong: BTreeMap<String, Wrong>,
}

/// A counter that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    /// The number that is stored.
    pub stored: i64,
    /// How many things there are that it counts.
    pub actual: i64,
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
    news: Vec<Notification>,
    /// The stamps of direct messages.
    messages: HashMap<DirectMessageId, u64>,
    /// The copies of direct messages that recipients have.
    received: Vec<Received>,
    /// The stamp up to which each member has read.
    marks: HashMap<Mark, u64>,
}

/// A recipient's copy of a direct message.
struct Received {
    message: DirectMessageId,
    uid: Uid,
}

/// A member's mark of a kind of notices.
#[derive(PartialEq, Eq, Hash)]
struct Mark {
    uid: Uid,
    name: &'static str,
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

    /// The counters of an item.
    fn all_stored(
        &mut self,
        key: &Key,
        item: &Item,
        names: impl IntoIterator<Item = &'static str>,
    ) {
        for name in names {
            self.stored(key, name, integer(item, name));
        }
    }

    /// A counter that another item holds, `holder`: so the key of what is counted finds it.
    fn held(&mut self, key: Key, holder: &Key, name: &'static str, value: i64) {
        self.stored(&key, name, value);
        self.holders.insert(key, holder.clone());
    }

    fn see(&mut self, key: &Key, item: &Item) {
        self.items += 1;
        match keys::place(key) {
            None => {}
            Some(Place::Weibo) => self.see_weibo(key, item),
            Some(Place::CommentPlace) => self.see_comment(item),
            Some(Place::ThreadMeta | Place::BoardMeta) => self.all_stored(key, item, ["roots"]),
            Some(Place::ThreadHoles { thread }) => self.see_holes(&thread, item),
            Some(Place::Root { thread, number }) => self.see_root(key, item, &thread, number),
            Some(Place::Reply { thread, number }) => {
                self.found(keys::thread_root(&thread, number), "here");
            }
            Some(Place::LaterReply(zero)) => self.found(zero, "later"),
            Some(Place::BoardRoot(meta)) => self.found(meta, "roots"),
            Some(Place::MomentTotals) => {
                self.all_stored(key, item, Access::ALL.map(Access::total));
            }
            Some(Place::Moment { totals, likes }) => self.see_moment(key, item, totals, likes),
            Some(Place::Like(zero)) => self.found(zero, LIKES),
            Some(Place::Relation(edge)) => self.see_relation(item, edge),
            Some(Place::Fan(follow)) => {
                self.found(keys::counts(follow.member), "fans");
                self.stored(key, "follow", 1);
            }
            Some(Place::Counts) => self.all_stored(key, item, ["fans", "follows"]),
            Some(Place::Unread { uid }) => self.see_unread(key, item, uid),
            Some(Place::Mention { uid }) => self.see_mention(item, uid),
            Some(Place::DirectMessage(message)) => {
                let told = number_of(item, "told").unwrap_or_default();
                self.messages.insert(message, told);
            }
            Some(Place::OwnMessage { uid, message })
                if number_of(item, "recipient") == Some(uid) =>
            {
                self.received.push(Received { message, uid });
            }
            Some(Place::OwnMessage { .. }) => {}
        }
    }

    fn see_weibo(&mut self, key: &Key, item: &Item) {
        self.all_stored(key, item, [COMMENTS, REPOSTS]);
        for name in ["root", "via"] {
            if let Some(original) = number_of(item, name) {
                self.found(keys::weibo(original), REPOSTS);
            }
        }
    }

    fn see_holes(&mut self, thread: &Thread, item: &Item) {
        if let Some(AttributeValue::B(holes)) = item.get("holes") {
            let holes = i64::try_from(Holes::decode(holes).len()).unwrap_or(i64::MAX);
            self.count(keys::thread_meta(thread), "roots").found += holes;
        }
    }

    fn see_root(&mut self, key: &Key, item: &Item, thread: &Thread, number: RootNumber) {
        self.found(keys::thread_meta(thread), "roots");
        self.all_stored(key, item, ["here"]);
        let zero = LaterReply {
            root: number,
            number: 0,
        };
        let later = keys::later_reply(thread, zero);
        self.held(later, key, "later", integer(item, "later"));
        if let Some(weibo) = keys::weibo_of_thread(thread) {
            self.found(keys::weibo(weibo), COMMENTS);
        }
    }

    fn see_moment(&mut self, key: &Key, item: &Item, totals: Key, likes: Key) {
        let access = item.get("access").cloned();
        let access = access.map(serde_dynamo::from_attribute_value::<_, Access>);
        if let Some(Ok(access)) = access {
            self.found(totals, access.total());
        }
        self.held(likes, key, LIKES, integer(item, LIKES));
    }

    fn see_relation(&mut self, item: &Item, edge: Edge) {
        if flag(item, "blocked") {
            return;
        }
        let follow = Follow {
            fan: edge.from,
            member: edge.to,
        };
        self.found(keys::counts(follow.fan), "follows");
        // Each follow has a fan item with the other member.
        self.found(keys::fan(follow), "follow");
        if let Some(told) = number_of(item, "told") {
            self.news
                .push(Notification::new(follow.member, told, Kind::Fans, 1));
        }
    }

    fn see_unread(&mut self, key: &Key, item: &Item, uid: Uid) {
        for kind in Kind::ALL {
            let name = kind.mark();
            let mark = number_of(item, name).unwrap_or_default();
            self.marks.insert(Mark { uid, name }, mark);
            self.all_stored(key, item, kind.counters().iter().copied());
        }
    }

    fn see_mention(&mut self, item: &Item, uid: Uid) {
        if let Some(told) = number_of(item, "told") {
            let is_original = !item.contains_key("number") && !item.contains_key("root");
            let is_followed = flag(item, "followed");
            self.news
                .push(Notification::mention(uid, told, is_original, is_followed));
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
                self.news
                    .push(Notification::new(uid, told, Kind::Comments, 1));
            }
        }
    }

    fn finish(mut self) -> Audit {
        for Received { message, uid } in std::mem::take(&mut self.received) {
            let told = self.messages.get(&message).copied().unwrap_or_default();
            self.news
                .push(Notification::new(uid, told, Kind::Messages, 1));
        }
        for news in std::mem::take(&mut self.news) {
            let (uid, name) = (news.uid, news.kind().mark());
            let mark = self.marks.get(&Mark { uid, name }).copied();
            if news.stamp > mark.unwrap_or_default() {
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
            let actual = count.found;
            if stored != actual {
                let key = self.holders.get(&key).unwrap_or(&key);
                let name = format!("{} {} {name}", key.pk, key.sk);
                audit.wrong.insert(name, Wrong { stored, actual });
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
