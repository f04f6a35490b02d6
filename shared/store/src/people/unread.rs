//! How many unread items a member has, by kind, and which kinds the member wants notices of.
//!
//! Each notice has a stamp: a number above those of all earlier notices to the member and of all that the member
//! has read. When a notice is taken back, two numbers show whether it was read, whatever happened at the same time.
//! So a counter is always the number of existing items that are not read.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::id::Uid;
use crate::keys::Key;
use crate::table::{
    Backoff, Change, Condition, Consistency, Error, Transaction, Turns, get, number, when,
};
use crate::{Store, keys};

/// The kinds of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Comments on the member's weibos, and replies to the member's comments.
    Comments,
    /// Weibos and comments that mention the member.
    Mentions,
    /// New fans.
    Fans,
    /// Direct messages.
    Messages,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Comments, Self::Mentions, Self::Fans, Self::Messages];

    /// The attributes that count this kind.
    pub(crate) fn counters(self) -> &'static [&'static str] {
        match self {
            Self::Comments => &["comments"],
            Self::Mentions => &MENTIONS,
            Self::Fans => &["fans"],
            Self::Messages => &["messages"],
        }
    }

    /// The attribute with the stamp up to which this kind was read.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::Comments => "read_comments",
            Self::Mentions => "read_mentions",
            Self::Fans => "read_fans",
            Self::Messages => "read_messages",
        }
    }
}

/// The counters of mentions, one for each way in which a member may want them counted.
const MENTIONS: [&str; 4] = [
    "mentions",
    "mentions_followed",
    "mentions_original",
    "mentions_original_followed",
];

/// The kinds that a member wants notices of (xweibo section 5.8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeSettings {
    /// Comments.
    pub comment: bool,
    /// Direct messages.
    pub dm: bool,
    /// New fans.
    pub follower: bool,
    /// Mentions.
    pub mention: bool,
    /// Mentions only by members whom the member followed at that time.
    pub followed_only: bool,
    /// Mentions only in weibos that are not reposts.
    pub original_only: bool,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self {
            comment: true,
            dm: true,
            follower: true,
            mention: true,
            followed_only: false,
            original_only: false,
        }
    }
}

/// The counters of a member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Unread {
    comments: u64,
    fans: u64,
    messages: u64,
    mentions: u64,
    mentions_followed: u64,
    mentions_original: u64,
    mentions_original_followed: u64,
    read_comments: u64,
    read_fans: u64,
    read_messages: u64,
    read_mentions: u64,
    /// The highest stamp so far.
    #[serde(rename = "told")]
    last_stamp: u64,
    notice: NoticeSettings,
}

impl Unread {
    /// Whether the notice with this stamp was read.
    pub(crate) fn has_read(&self, kind: Kind, stamp: u64) -> bool {
        let mark = match kind {
            Kind::Comments => self.read_comments,
            Kind::Fans => self.read_fans,
            Kind::Messages => self.read_messages,
            Kind::Mentions => self.read_mentions,
        };
        stamp <= mark
    }

    /// The number of unread items of `kind`, counting only what the member wants notices of.
    pub fn of(&self, kind: Kind) -> u64 {
        let notice = self.notice;
        let (wanted, count) = match kind {
            Kind::Comments => (notice.comment, self.comments),
            Kind::Fans => (notice.follower, self.fans),
            Kind::Messages => (notice.dm, self.messages),
            Kind::Mentions => (
                notice.mention,
                match (notice.original_only, notice.followed_only) {
                    (false, false) => self.mentions,
                    (false, true) => self.mentions_followed,
                    (true, false) => self.mentions_original,
                    (true, true) => self.mentions_original_followed,
                },
            ),
        };
        if wanted { count } else { 0 }
    }
}

/// The stamp for an item with this `id`, for members whose highest stamp is `latest`. If that is
/// not known, it is 0, and [`Notification::add_to`] may refuse the stamp.
pub(crate) fn stamp(id: u64, latest: u64) -> u64 {
    id.max(latest + 1)
}

/// The highest stamp of any of `uids` so far; strongly consistent.
pub(crate) async fn latest(store: &Store, uids: &[Uid]) -> Result<u64, Error> {
    let read =
        async |uid: &Uid| get::<Unread>(store, &keys::unread(*uid), Consistency::Strong).await;
    let found = try_join_all(uids.iter().map(read)).await?;
    let stamps = found.into_iter().flatten().map(|unread| unread.last_stamp);
    Ok(stamps.max().unwrap_or_default())
}

/// Runs `attempt` until it gives something. It gets the highest stamp of `uid` so far, or 0 at first, and gives `None`
/// if it has lost a race.
pub(crate) async fn until_stamped<T, F: Future<Output = Result<Option<T>, Error>>>(
    store: &Store,
    uid: Uid,
    cause: &str,
    mut attempt: impl FnMut(u64) -> F,
) -> Result<T, Error> {
    let mut backoff = Backoff::new(store);
    let mut last = 0;
    loop {
        if let Some(settled) = attempt(last).await? {
            return Ok(settled);
        }
        backoff.wait(cause).await?;
        last = latest(store, &[uid]).await?;
    }
}

/// The same for a notice that many callers give `uid` at once: whoever has lost a race waits for a turn.
pub(crate) async fn until_stamped_in_turn<T, F: Future<Output = Result<Option<T>, Error>>>(
    store: &Store,
    uid: Uid,
    cause: &str,
    mut attempt: impl FnMut(u64) -> F,
) -> Result<T, Error> {
    let mut turns = Turns::new(store);
    let mut last = 0;
    loop {
        if let Some(settled) = attempt(last).await? {
            return Ok(settled);
        }
        turns.lost(&keys::unread(uid), cause).await?;
        last = latest(store, &[uid]).await?;
    }
}

/// Why an item and its notices were not removed in the state in which they were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotWithdrawn {
    /// The item has changed in the meantime.
    Changed,
    /// This member has read the notice in the meantime.
    Read(Uid),
}

/// The members who are known to have read their notice of an item.
pub(crate) type Readers = BTreeSet<Uid>;

/// Runs `attempt`, which removes an item and the notices that the given members have not read, until it gives
/// something.
pub(crate) async fn until_withdrawn<T, F>(
    store: &Store,
    cause: &str,
    mut attempt: impl FnMut(Readers) -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<Result<T, NotWithdrawn>, Error>>,
{
    let mut backoff = Backoff::new(store);
    let mut readers = Readers::new();
    loop {
        match attempt(readers.clone()).await? {
            Ok(settled) => return Ok(settled),
            Err(NotWithdrawn::Read(reader)) => drop(readers.insert(reader)),
            Err(NotWithdrawn::Changed) => backoff.wait(cause).await?,
        }
    }
}

/// The item still has the stamp with which it was read, or still has none.
pub(crate) fn still_stamped<E>(stamp: Option<u64>, refusal: E) -> Condition<E> {
    match stamp {
        Some(stamp) => when("told = :told", refusal).with(":told", number(stamp)),
        None => when(
            "attribute_exists(PK) AND attribute_not_exists(told)",
            refusal,
        ),
    }
}

/// Makes an item no longer count as unread.
pub(crate) fn unstamp<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    key: &Key,
    still_stamped: Condition<E>,
) -> Transaction<'a, E> {
    transaction.change(key, Change::new().remove([STAMP]), Some(still_stamped))
}

/// The attribute with an item's stamp.
pub(crate) const STAMP: &str = "told";

/// The member has neither got nor read a notice with a stamp as high as `:told`.
const IS_NEXT: &str = "attribute_not_exists(told) OR told < :told";

/// A notice of an item to a member.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Notification {
    /// The member.
    pub(crate) uid: Uid,
    /// Its stamp.
    pub(crate) stamp: u64,
    /// How many items, by counter.
    counts: Counts,
}

#[derive(Debug, Clone, Copy)]
enum Counts {
    Of(Kind, i64),
    Mention { original: bool, followed: bool },
}

impl Notification {
    /// `count` items of `kind`.
    pub(crate) fn new(uid: Uid, stamp: u64, kind: Kind, count: i64) -> Self {
        let counts = Counts::Of(kind, count);
        Self { uid, stamp, counts }
    }

    /// A mention, in an `original` weibo or not, by an author whom the member follows or not.
    pub(crate) fn mention(uid: Uid, stamp: u64, original: bool, followed: bool) -> Self {
        let counts = Counts::Mention { original, followed };
        Self { uid, stamp, counts }
    }

    pub(crate) fn kind(&self) -> Kind {
        match self.counts {
            Counts::Of(kind, _) => kind,
            Counts::Mention { .. } => Kind::Mentions,
        }
    }

    /// The counters that it raises, and by how much.
    pub(crate) fn counters(&self) -> impl Iterator<Item = (&'static str, i64)> {
        let by: Vec<_> = match self.counts {
            Counts::Of(kind, count) => kind.counters().iter().map(|name| (*name, count)).collect(),
            Counts::Mention { original, followed } => {
                let counts = [true, followed, original, original && followed].map(i64::from);
                MENTIONS.into_iter().zip(counts).collect()
            }
        };
        by.into_iter().filter(|(_, count)| *count != 0)
    }

    fn write<'a, E: Clone>(
        &self,
        transaction: Transaction<'a, E>,
        change: Change,
        sign: i64,
        condition: Condition<E>,
    ) -> Transaction<'a, E> {
        let change = self.counters().fold(change, |change, (name, count)| {
            change.add(name, sign * count)
        });
        let condition = condition.with(":told", number(self.stamp));
        transaction.change(&keys::unread(self.uid), change, Some(condition))
    }

    /// Adds the notice to the transaction that writes its item. `late` is the error if the member
    /// got a notice, or read one, with this stamp or a higher one.
    pub(crate) fn add_to<'a, E: Clone>(
        &self,
        transaction: Transaction<'a, E>,
        late: E,
    ) -> Transaction<'a, E> {
        let change = Change::new().set(STAMP, self.stamp);
        self.write(transaction, change, 1, when(IS_NEXT, late))
    }

    /// Takes an unread notice back, in the transaction that removes its item. `read` is the error
    /// if the member has read it.
    pub(crate) fn take_back<'a, E: Clone>(
        &self,
        transaction: Transaction<'a, E>,
        read: E,
    ) -> Transaction<'a, E> {
        let mark = self.kind().mark();
        let condition = format!("attribute_not_exists({mark}) OR {mark} < :told");
        self.write(transaction, Change::new(), -1, when(condition, read))
    }
}

/// The unread counts of `uid`.
pub async fn read(store: &Store, uid: Uid) -> Result<Unread, Error> {
    let found = get::<Unread>(store, &keys::unread(uid), Consistency::Eventual).await?;
    Ok(found.unwrap_or_default())
}

/// Marks everything of these kinds as read by `uid`.
pub async fn clear(store: &Store, uid: Uid, kinds: &[Kind]) -> Result<(), Error> {
    until_stamped(store, uid, "the member gets notices", |latest| async move {
        let stamp = stamp(store.new_id(), latest);
        let counters = kinds.iter().flat_map(|kind| kind.counters());
        let zeroed = counters.fold(Change::new(), |change, name| change.set(name, 0_u64));
        let marks = kinds.iter().map(|kind| kind.mark());
        let marked = marks.fold(zeroed, |change, mark| change.set(mark, stamp));
        let is_next = when(IS_NEXT, ()).with(":told", number(stamp));
        let cleared = Transaction::new(store).change(
            &keys::unread(uid),
            marked.set(STAMP, stamp),
            Some(is_next),
        );
        Ok(cleared.commit_if().await?.then_some(()))
    })
    .await
}

/// Adds to a transaction the kinds that `uid` wants notices of.
pub(super) fn set_notice<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    uid: Uid,
    notice: NoticeSettings,
) -> Result<Transaction<'a, E>, Error> {
    let value =
        serde_dynamo::to_attribute_value::<_, aws_sdk_dynamodb::types::AttributeValue>(notice)
            .map_err(|e| Error::new(e.to_string()))?;
    let change = Change::new().set("notice", value);
    Ok(transaction.change(&keys::unread(uid), change, None))
}
