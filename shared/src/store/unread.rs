//! How much a member has not read yet, by kind, and of what the member wants to be told.

use serde::{Deserialize, Serialize};

use super::keys;
use super::table::{Consistency, Error, Values, get, number};
use super::transaction::Transaction;
use crate::Ctx;

/// Kinds of news.
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

    /// The attributes that count it.
    fn counters(self) -> &'static [&'static str] {
        match self {
            Self::Comments => &["comments"],
            Self::Mentions => &MENTIONS,
            Self::Fans => &["fans"],
            Self::Messages => &["messages"],
        }
    }
}

/// Mentions, each in all the ways in which a member may want them counted.
const MENTIONS: [&str; 4] = [
    "mentions",
    "mentions_followed",
    "mentions_original",
    "mentions_original_followed",
];

/// Of what a member wants to be told (xweibo section 5.8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Comments.
    pub comment: bool,
    /// Direct messages.
    pub dm: bool,
    /// New fans.
    pub follower: bool,
    /// Mentions.
    pub mention: bool,
    /// Mentions only by members whom the member followed then.
    pub followed_only: bool,
    /// Mentions only in weibos that are no reposts.
    pub original_only: bool,
}

impl Default for Notice {
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

/// What is counted.
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
    notice: Notice,
}

impl Unread {
    /// How much of `kind` the member wants to hear of.
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

/// Adds so many of `kind`, with what is written for them.
pub(super) fn raise<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    uid: u64,
    kind: Kind,
    by: i64,
) -> Transaction<'a, E> {
    let by: Vec<_> = kind.counters().iter().map(|name| (*name, by)).collect();
    transaction.add(&keys::unread(uid), &by, None)
}

/// Adds a mention, in an `original` weibo or not, by somebody whom the member follows or not.
pub(super) fn raise_mentions<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    uid: u64,
    original: bool,
    followed: bool,
) -> Transaction<'a, E> {
    let counts = [true, followed, original, original && followed].map(i64::from);
    let by: Vec<_> = MENTIONS.into_iter().zip(counts).collect();
    transaction.add(&keys::unread(uid), &by, None)
}

/// What `uid` has not read.
pub async fn read(ctx: &Ctx, uid: u64) -> Result<Unread, Error> {
    let found = get::<Unread>(ctx, &keys::unread(uid), Consistency::Eventual).await?;
    Ok(found.unwrap_or_default())
}

/// `uid` has read everything of these kinds.
pub async fn clear(ctx: &Ctx, uid: u64, kinds: &[Kind]) -> Result<(), Error> {
    let zero = Values::from([(":zero".to_owned(), number(0))]);
    let counters = kinds.iter().flat_map(|kind| kind.counters());
    let sets: Vec<String> = counters.map(|name| format!("{name} = :zero")).collect();
    let set = format!("SET {}", sets.join(", "));
    let cleared = Transaction::<()>::new(ctx).update(&keys::unread(uid), &set, zero, None);
    cleared.commit_if().await.map(drop)
}

/// Adds to a transaction that `uid` wants to be told of this.
pub(super) fn set_notice<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    uid: u64,
    notice: Notice,
) -> Result<Transaction<'a, E>, Error> {
    let value = serde_dynamo::to_attribute_value(notice).map_err(|e| Error::new(e.to_string()))?;
    let values = Values::from([(":notice".to_owned(), value)]);
    let set = "SET notice = :notice";
    Ok(transaction.update(&keys::unread(uid), set, values, None))
}
