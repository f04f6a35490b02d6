//! The mentions of a member: rows that the stream writes, and the count of unread ones.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::{Edge, MentionId, RootNumber, Uid, WeiboId};
use crate::people::relation::{self, Block, Bond};
use crate::people::unread::{self, Kind, NotWithdrawn, Notification, Readers};
use crate::table::slice::{self, Page, Slice};
use crate::table::{Consistency, Error, Transaction, absent, get, when};
use crate::{Store, keys};

/// A weibo or comment that mentions a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Its id.
    pub id: MentionId,
    /// The weibo, or the weibo of the comment.
    pub weibo: WeiboId,
    /// The weibo that the weibo reposts. None for a comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<WeiboId>,
    /// The comment's number in its thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<RootNumber>,
}

/// The members whose words are shown with a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authors {
    /// The author of the mention.
    pub mention: Uid,
    /// The author of the weibo.
    pub weibo: Uid,
    /// The author of the weibo that it reposts.
    pub root: Option<Uid>,
}

impl Authors {
    /// The other members whose words `uid` reads next to those of the author. A weibo that `uid`
    /// reposts is shown whoever wrote it.
    fn quoted_for(&self, uid: Uid) -> BTreeSet<Uid> {
        let root = self.root.filter(|_| self.weibo != uid);
        let all = root.into_iter().chain([self.weibo]);
        all.filter(|one| *one != uid && *one != self.mention)
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
    by: Uid,
    /// The other members whose words are shown with it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty", rename = "beside")]
    quoted: BTreeSet<Uid>,
    /// Whether the member followed the author at that time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    followed: bool,
    /// The stamp with which the member was notified; none if it no longer counts as unread.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "told")]
    stamp: Option<u64>,
}

impl MentionRow {
    fn notification(&self, uid: Uid) -> Option<Notification> {
        let is_original = self.mention.number.is_none() && self.mention.root.is_none();
        let stamp = self.stamp?;
        Some(Notification::mention(
            uid,
            stamp,
            is_original,
            self.followed,
        ))
    }
}

/// Notifies `uid` of a mention, unless the member blocks its author or the weibo was destroyed. A
/// mention that shows the words of another blocked member causes no notice. Running it again
/// changes nothing, whatever the member has read in the meantime.
pub async fn notify(
    store: &Store,
    uid: Uid,
    authors: &Authors,
    mention: &Mention,
) -> Result<(), Error> {
    let quoted = &authors.quoted_for(uid);
    let edge = move |to| Edge { from: uid, to };
    let cause = "the member gets other notices";
    let is_blocked = unread::until_stamped(store, uid, cause, |latest| async move {
        let bond = relation::bond(store, edge(authors.mention)).await?;
        if bond == Bond::Blocks {
            return Ok(Some(true));
        }
        let row = MentionRow {
            mention: *mention,
            by: authors.mention,
            quoted: quoted.clone(),
            followed: bond == Bond::Follows,
            stamp: Some(unread::stamp(store.new_id(), latest)),
        };
        Ok(add(store, uid, &row).await?.then_some(false))
    });
    if is_blocked.await? {
        return Ok(());
    }
    // A later block of one of these members finds the row there.
    for other in quoted {
        if relation::bond(store, edge(*other)).await? == Bond::Blocks {
            return end(store, uid, mention.id, End::Notice).await;
        }
    }
    Ok(())
}

/// Stores a row with its notice, unless neither is needed. Returns whether it need not be tried again with a higher
/// stamp.
async fn add(store: &Store, uid: Uid, row: &MentionRow) -> Result<bool, Error> {
    #[derive(Clone)]
    enum NotAdded {
        Needless,
        Late,
    }
    let there = when("attribute_exists(PK)", NotAdded::Needless);
    let mut transaction = Transaction::new(store)
        .check(
            &keys::relation(Block {
                by: uid,
                of: row.by,
            }),
            relation::blocks_not(NotAdded::Needless),
        )
        .check(&keys::weibo(row.mention.weibo), there)
        .put(
            &keys::mention(uid, row.mention.id),
            row,
            Some(absent(NotAdded::Needless)),
        );
    if let Some(notification) = row.notification(uid) {
        transaction = notification.add_to(transaction, NotAdded::Late);
    }
    let added = transaction.commit().await?;
    Ok(!matches!(added, Err(NotAdded::Late)))
}

/// What happens to a row that no longer counts as unread.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// The row is removed.
    Row,
    /// The row stays; only the notice is removed.
    Notice,
}

/// Removes a mention of `uid`, because the weibo or comment `id` was destroyed. Running it again changes nothing.
pub async fn withdraw(store: &Store, uid: Uid, id: MentionId) -> Result<(), Error> {
    end(store, uid, id, End::Row).await
}

/// Makes mentions by a blocked member, and mentions with words of that member, no longer count as unread. Running it again changes nothing. Reads on until no unread ones are left.
pub async fn silence(store: &Store, block: Block) -> Result<(), Error> {
    let Block {
        by: uid,
        of: author,
    } = block;
    let mut slice = Slice::new(None, None, 100);
    loop {
        let partition = keys::mentions(uid);
        let (rows, own) = futures_util::join!(
            slice::rows::<MentionRow>(store, partition, slice, Consistency::Strong),
            unread::read(store, uid),
        );
        let (page, own) = (rows?, own?);
        let unread = |row: &&MentionRow| {
            let stamp = row
                .stamp
                .filter(|stamp| !own.has_read(Kind::Mentions, *stamp));
            (row.by == author || row.quoted.contains(&author)) && stamp.is_some()
        };
        for row in page.shown.iter().filter(unread) {
            end(store, uid, row.mention.id, End::Notice).await?;
        }
        // Ids and stamps have nearly the same order. If a whole page was read by the member, so was all after it.
        let is_read = |row: &MentionRow| {
            let stamp = row.stamp.unwrap_or_default();
            own.has_read(Kind::Mentions, stamp)
        };
        match page.next(slice.since) {
            Some(next) if !page.shown.iter().all(is_read) => slice.max = next,
            _ => return Ok(()),
        }
    }
}

async fn end(store: &Store, uid: Uid, id: MentionId, end: End) -> Result<(), Error> {
    unread::until_withdrawn(store, "the mention changes", |readers| {
        try_end(store, uid, id, end, readers)
    })
    .await
}

async fn try_end(
    store: &Store,
    uid: Uid,
    id: MentionId,
    end: End,
    readers: Readers,
) -> Result<Result<(), NotWithdrawn>, Error> {
    let key = keys::mention(uid, id);
    let (row, own) = futures_util::join!(
        get::<MentionRow>(store, &key, Consistency::Strong),
        unread::read(store, uid),
    );
    let Some(row) = row? else {
        return Ok(Ok(()));
    };
    let own = own?;
    let notification = row.notification(uid);
    let unchanged = unread::still_stamped(row.stamp, NotWithdrawn::Changed);
    let transaction = Transaction::new(store);
    let mut transaction = match end {
        End::Row => transaction.delete(&key, Some(unchanged)),
        End::Notice if notification.is_none() => return Ok(Ok(())),
        End::Notice => unread::unstamp(transaction, &key, unchanged),
    };
    let is_unread = |notification: &Notification| {
        !readers.contains(&uid) && !own.has_read(Kind::Mentions, notification.stamp)
    };
    if let Some(notification) = notification.filter(is_unread) {
        transaction = notification.take_back(transaction, NotWithdrawn::Read(uid));
    }
    transaction.commit().await
}

/// A slice of the mentions of `uid`, newest first.
pub async fn of_member(store: &Store, uid: Uid, slice: Slice) -> Result<Page<Mention>, Error> {
    slice::rows(store, keys::mentions(uid), slice, Consistency::Eventual).await
}
