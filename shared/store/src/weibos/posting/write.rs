//! Stores posts.

use std::collections::{BTreeMap, BTreeSet};

use super::context::{Context, find};
use super::draft::{Draft, NotPosted, Post, Repost};
use crate::id::{CommentId, Uid, WeiboId};
use crate::people::relation::{self, Block};
use crate::people::unread::{self, Kind, Notification};
use crate::table::{Error, Transaction, Turns, absent, when};
use crate::threads::thread::{self, Head};
use crate::weibos::comment::{Comment, Place};
use crate::weibos::weibo::{Original, Weibo};
use crate::weibos::{short_link, timeline};
use crate::{Store, keys};

/// Stores everything that is wanted, or nothing. Tries again if another caller was faster, until
/// the request's deadline.
pub async fn post(
    store: &Store,
    draft: &Draft,
    mut context: Context,
) -> Result<Result<Post, NotPosted>, Error> {
    let mut blocking = BTreeSet::new();
    let hot = keys::thread_meta(&keys::weibo_thread(draft.target));
    let mut turns = Turns::new(store);
    let mut latest = 0;
    loop {
        match try_post(store, draft, &context, &blocking, latest).await? {
            Ok(post) => return Ok(Ok(post)),
            Err(NotStored::Blocked(uid))
                if draft.needs_comment || context.reposted(draft).contains(&uid) =>
            {
                return Ok(Err(NotPosted::Blocked));
            }
            Err(NotStored::Blocked(uid)) => drop(blocking.insert(uid)),
            Err(NotStored::Changed) => {
                turns.lost(&hot, "the weibo changes").await?;
                let notified = context.notified();
                let (again, stamps) = futures_util::join!(
                    Box::pin(find(store, draft)),
                    unread::latest(store, &notified),
                );
                (context, latest) = match again? {
                    Ok(again) => (again, stamps?),
                    Err(refused) => return Ok(Err(refused)),
                };
            }
        }
    }
}

/// Why a try to store a post failed.
#[derive(Debug, Clone, Copy)]
enum NotStored {
    /// Another caller was faster, or gave one of the members another notice.
    Changed,
    /// This member blocks the author.
    Blocked(Uid),
}

use NotStored::Changed;

/// `blocking` are members whose weibos cannot be commented on. `latest` is the highest stamp of the
/// members to notify, if it is known.
async fn try_post(
    store: &Store,
    draft: &Draft,
    context: &Context,
    blocking: &BTreeSet<Uid>,
    latest: u64,
) -> Result<Result<Post, NotStored>, Error> {
    let commented = context.commented(draft, blocking);
    let ids = commented.iter().map(|_| CommentId::new(store.new_id()));
    let ids: Vec<CommentId> = ids.collect();
    let stamp = unread::stamp(ids.first().map_or(0, |id| id.get()), latest);
    let transaction = notify(Transaction::new(store), draft, context, &commented, stamp);
    let mut writing = Writing {
        draft,
        context,
        stamp,
        transaction: short_link::put(transaction, &draft.links, Changed),
        growth: BTreeMap::new(),
        post: Post::default(),
    };
    for ((weibo, head), id) in commented.into_iter().zip(ids) {
        writing = writing.comment(weibo, head, id);
    }
    if let (Some(target), Some(original)) = (draft.repost, &context.original) {
        writing = writing.repost(WeiboId::new(store.new_id()), target, original);
    }
    let (transaction, post) = writing.finish();
    Ok(transaction.commit().await?.map(|()| post))
}

/// Notifies the authors of what is commented on or replied to. Checks that neither they nor those of what is reposted
/// block the author of the draft.
fn notify<'a>(
    mut transaction: Transaction<'a, NotStored>,
    draft: &Draft,
    context: &Context,
    commented: &[(&Weibo, &Head)],
    stamp: u64,
) -> Transaction<'a, NotStored> {
    // The number of comments by member. For one comment, a member gets one notice.
    let mut notified: BTreeMap<Uid, i64> = BTreeMap::new();
    for (weibo, _) in commented {
        *notified.entry(weibo.uid).or_default() += 1;
    }
    notified.extend(context.replied.map(|uid| (uid, 1)));
    notified.remove(&draft.author);
    let reposted = context.reposted(draft);
    let checked: BTreeSet<Uid> = notified.keys().copied().chain(reposted).collect();
    for uid in checked {
        let block = Block {
            by: uid,
            of: draft.author,
        };
        let blocks_not = relation::blocks_not(NotStored::Blocked(uid));
        transaction = transaction.check(&keys::relation(block), blocks_not);
    }
    for (uid, comments) in notified {
        let notification = Notification::new(uid, stamp, Kind::Comments, comments);
        transaction = notification.add_to(transaction, Changed);
    }
    transaction
}

/// By how much the counts of a weibo rise.
#[derive(Default)]
struct Growth {
    comments: i64,
    reposts: i64,
}

/// A post while its transaction is put together.
struct Writing<'a, 'b> {
    draft: &'b Draft,
    context: &'b Context,
    stamp: u64,
    transaction: Transaction<'a, NotStored>,
    growth: BTreeMap<WeiboId, Growth>,
    post: Post,
}

impl<'a> Writing<'a, '_> {
    /// Adds the comment `id` on `weibo`.
    fn comment(mut self, weibo: &Weibo, head: &Head, id: CommentId) -> Self {
        let (draft, is_on_target) = (self.draft, weibo.id == self.draft.target);
        let comment = Comment {
            id,
            uid: draft.author,
            text: draft.text.clone(),
            reply_to: draft.reply_to.filter(|_| is_on_target),
            mentions: draft.mentions.clone(),
        };
        let thread = keys::weibo_thread(weibo.id);
        let (transaction, number) =
            thread::append_root(self.transaction, &thread, head, None, &comment, Changed);
        let mut place = Place {
            weibo: weibo.id,
            owner: weibo.uid,
            uid: draft.author,
            number,
            replied: comment.reply_to.and(self.context.replied),
            stamp: None,
        };
        if !place.notified().is_empty() {
            place.stamp = Some(self.stamp);
        }
        let free = Some(absent(Changed));
        self.transaction = transaction.put(&keys::comment_place(id), &place, free);
        self.growth.entry(weibo.id).or_default().comments += 1;
        if is_on_target {
            self.post.comment = Some(comment);
        }
        self
    }

    /// Adds the repost `id` of the weibo `target`, which shows `original`.
    fn repost(mut self, id: WeiboId, target: WeiboId, original: &Original) -> Self {
        let draft = self.draft;
        let weibo = Weibo {
            id,
            root: Some(original.id),
            root_by: original.weibo.as_ref().map(|root| root.uid),
            via: (target != original.id).then_some(target),
            mentions: draft.mentions.clone(),
            ..Weibo::new(draft.author, &draft.text, &draft.source)
        };
        let free = Some(absent(Changed));
        let transaction = self.transaction.put(&keys::weibo(id), &weibo, free);
        self.transaction = timeline::add(transaction, &weibo);
        self.growth.entry(target).or_default().reposts += 1;
        if target != original.id && original.weibo.is_some() {
            self.growth.entry(original.id).or_default().reposts += 1;
        }
        self.post.repost = Some(Repost {
            weibo,
            original: original.clone(),
        });
        self
    }

    fn finish(self) -> (Transaction<'a, NotStored>, Post) {
        let mut transaction = self.transaction;
        for (id, growth) in self.growth {
            let there = Some(when("attribute_exists(PK)", Changed));
            let by = [("comments", growth.comments), ("reposts", growth.reposts)];
            transaction = transaction.add(&keys::weibo(id), &by, there);
        }
        (transaction, self.post)
    }
}
