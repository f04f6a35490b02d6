//! The mentions of a member: rows that the stream writes, and the count of unread ones.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::people::relation::{self, Bond};
use crate::people::unread::{self, Kind, News};
use crate::table::slice::{self, Page, Slice};
use crate::table::{Backoff, Consistency, Error, Refusal, Transaction, Values, absent, get, when};
use crate::{Store, keys};

/// A weibo or comment that mentions a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Its id.
    pub id: u64,
    /// The weibo, or the weibo of the comment.
    pub weibo: u64,
    /// The weibo that the weibo reposts. None for a comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<u64>,
    /// The comment's number in its thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
}

/// The members whose words are shown with a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voices {
    /// The author of the mention.
    pub author: u64,
    /// The author of the weibo.
    pub weibo: u64,
    /// The author of the weibo that it reposts.
    pub root: Option<u64>,
}

impl Voices {
    /// The other members whose words `uid` reads next to those of the author. A weibo that `uid`
    /// reposts is shown whoever wrote it.
    fn beside(&self, uid: u64) -> BTreeSet<u64> {
        let root = self.root.filter(|_| self.weibo != uid);
        let all = root.into_iter().chain([self.weibo]);
        all.filter(|one| *one != uid && *one != self.author)
            .collect()
    }
}

/// An entry of a member's list.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct MentionRow {
    #[serde(flatten)]
    mention: Mention,
    /// The author.
    #[serde(default)]
    by: u64,
    /// The other members whose words are shown with it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    beside: BTreeSet<u64>,
    /// Whether the member followed the author at that time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    followed: bool,
    /// The stamp with which the member was notified; none if it no longer counts as unread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<u64>,
}

impl MentionRow {
    fn news(&self, uid: u64) -> Option<News> {
        let is_original = self.mention.number.is_none() && self.mention.root.is_none();
        let told = self.told?;
        Some(News::mention(uid, told, is_original, self.followed))
    }
}

/// Notifies `uid` of a mention, unless the member blocks its author or the weibo was destroyed. A
/// mention that shows the words of another blocked member causes no notice. Running it again
/// changes nothing, whatever the member has read in the meantime.
pub async fn note(
    store: &Store,
    uid: u64,
    voices: &Voices,
    mention: &Mention,
) -> Result<(), Error> {
    #[derive(Clone)]
    enum Conflict {
        /// No notice is needed.
        Needless,
        Late,
    }
    let (author, beside) = (voices.author, voices.beside(uid));
    let mut backoff = Backoff::new(store);
    let mut latest = 0;
    loop {
        let bond = relation::bond(store, uid, author).await?;
        if bond == Bond::Blocks {
            return Ok(());
        }
        let row = MentionRow {
            mention: *mention,
            by: author,
            beside: beside.clone(),
            followed: bond == Bond::Follows,
            told: Some(unread::stamp(store.new_id(), latest)),
        };
        let is_left = when("attribute_exists(PK)", Conflict::Needless);
        let is_new = absent(Conflict::Needless);
        let mut transaction = Transaction::new(store)
            .check(
                &keys::relation(uid, author),
                relation::blocks_not(Conflict::Needless),
            )
            .check(&keys::weibo(mention.weibo), is_left)
            .put(&keys::mention(uid, mention.id), &row, Some(is_new));
        if let Some(news) = row.news(uid) {
            transaction = news.tell(transaction, Conflict::Late);
        }
        match transaction.commit().await {
            Ok(()) | Err(Refusal::Condition(Conflict::Needless)) => break,
            Err(Refusal::Condition(Conflict::Late)) => {
                backoff.wait("the member is told of something").await?;
                latest = unread::latest(store, &[uid]).await?;
            }
            Err(Refusal::Store(error)) => return Err(error),
        }
    }
    // A later block of one of these members finds the row there.
    for other in beside {
        if relation::bond(store, uid, other).await? == Bond::Blocks {
            return end(store, uid, mention.id, End::News).await;
        }
    }
    Ok(())
}

/// What happens to a row that no longer counts as unread.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// The row is removed.
    Row,
    /// The row stays; only the notice is removed.
    News,
}

/// Removes a mention of `uid`, because the weibo or comment `said` was destroyed. Running it again changes nothing.
pub async fn withdraw(store: &Store, uid: u64, said: u64) -> Result<(), Error> {
    end(store, uid, said, End::Row).await
}

/// Makes mentions of `uid` by `author`, and mentions with words of `author`, no longer count as unread, because
/// `uid` blocks the author. Running it again changes nothing. Reads on until no unread ones are left.
pub async fn silence(store: &Store, uid: u64, author: u64) -> Result<(), Error> {
    let mut slice = Slice::new(None, None, 100);
    loop {
        let partition = keys::mentions(uid);
        let (rows, own) = futures_util::join!(
            slice::rows::<MentionRow>(store, partition, slice, Consistency::Strong),
            unread::read(store, uid),
        );
        let (page, own) = (rows?, own?);
        let unread = |row: &&MentionRow| {
            let told = row.told.filter(|told| !own.has_read(Kind::Mentions, *told));
            (row.by == author || row.beside.contains(&author)) && told.is_some()
        };
        for row in page.shown.iter().filter(unread) {
            end(store, uid, row.mention.id, End::News).await?;
        }
        // Ids and stamps have nearly the same order. If a whole page was read by the member, so was all after it.
        let is_read = |row: &MentionRow| {
            let told = row.told.unwrap_or_default();
            own.has_read(Kind::Mentions, told)
        };
        match page.next(slice.since) {
            Some(next) if !page.shown.iter().all(is_read) => slice.max = next,
            _ => return Ok(()),
        }
    }
}

async fn end(store: &Store, uid: u64, said: u64, end: End) -> Result<(), Error> {
    #[derive(Clone)]
    enum Conflict {
        Changed,
        Read,
    }
    let key = keys::mention(uid, said);
    let mut backoff = Backoff::new(store);
    let mut has_read = false;
    loop {
        let (row, own) = futures_util::join!(
            get::<MentionRow>(store, &key, Consistency::Strong),
            unread::read(store, uid),
        );
        let Some(row) = row? else {
            return Ok(());
        };
        let news = row.news(uid);
        let as_read = unread::as_told(row.told, Conflict::Changed);
        let transaction = Transaction::new(store);
        let mut transaction = match end {
            End::Row => transaction.delete(&key, Some(as_read)),
            End::News if news.is_none() => return Ok(()),
            End::News => transaction.update(&key, "REMOVE told", Values::new(), Some(as_read)),
        };
        let own = own?;
        if let Some(news) = news
            && !has_read
            && !own.has_read(Kind::Mentions, news.told)
        {
            transaction = news.take_back(transaction, Conflict::Read);
        }
        match transaction.commit().await {
            Ok(()) => return Ok(()),
            Err(Refusal::Condition(Conflict::Read)) => has_read = true,
            Err(Refusal::Condition(Conflict::Changed)) => {
                backoff.wait("the mention changes").await?;
            }
            Err(Refusal::Store(error)) => return Err(error),
        }
    }
}

/// A slice of the mentions of `uid`, newest first.
pub async fn of_member(store: &Store, uid: u64, slice: Slice) -> Result<Page<Mention>, Error> {
    slice::rows(store, keys::mentions(uid), slice, Consistency::Eventual).await
}
