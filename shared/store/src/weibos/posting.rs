//! Posts about weibos: comments, a repost, or both in one transaction.
//!
//! A [`Draft`] says what a member wants to post. [`find`] reads the [`Context`] in which it would stand. [`post`]
//! stores it, as a [`Post`].

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::id::{CommentId, WeiboId};
use crate::members::member::Mentions;
use crate::people::relation;
use crate::people::unread::{self, Kind, Notification};
use crate::table::{Error, PARALLEL, Transaction, Turns, absent, when};
use crate::threads::thread::{self, Head};
use crate::weibos::comment::{self, Comment, Place};
use crate::weibos::short_link::{self, Link};
use crate::weibos::weibo::{self, Original, Weibo};
use crate::weibos::{favorite, timeline};
use crate::{Store, keys};

/// What a member wants to post.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The author.
    pub author: u64,
    /// The text of the comments and the repost, with short links.
    pub text: String,
    /// The members that it mentions.
    pub mentions: Mentions,
    /// Its short links.
    pub links: Vec<Link>,
    /// The client with which it is posted.
    pub source: String,
    /// The weibo that it is about, which must exist.
    pub target: WeiboId,
    /// Whether a comment on the target is required. Else weibos in `comment_on` are left out if their authors block
    /// the author of this.
    pub needs_comment: bool,
    /// The weibos that get a comment. Those that do not exist are left out.
    pub comment_on: BTreeSet<WeiboId>,
    /// The weibo that is reposted.
    pub repost: Option<WeiboId>,
    /// The comment to reply to. It must be on the target.
    pub reply_to: Option<CommentId>,
}

impl Draft {
    /// A draft about `target` that posts nothing yet.
    pub fn about(target: WeiboId, text: &str) -> Self {
        Self {
            author: 0,
            text: text.to_owned(),
            mentions: Mentions::new(),
            links: Vec::new(),
            source: String::new(),
            target,
            needs_comment: false,
            comment_on: BTreeSet::new(),
            repost: None,
            reply_to: None,
        }
    }
}

/// What was found about the weibos to comment on or repost.
#[derive(Debug, Clone, Default)]
pub struct Context {
    weibos: BTreeMap<WeiboId, Weibo>,
    heads: BTreeMap<WeiboId, Head>,
    /// The author of the comment to reply to.
    replied: Option<u64>,
    /// The weibo that a repost shows.
    original: Option<Original>,
}

impl Context {
    /// The other members whose weibos the repost repeats.
    fn reposted(&self, draft: &Draft) -> BTreeSet<u64> {
        let target = draft.repost.and_then(|id| self.weibos.get(&id));
        let original = self.original.as_ref();
        let original = original.and_then(|original| original.weibo.as_ref());
        let authors = target.into_iter().chain(original).map(|weibo| weibo.uid);
        authors.filter(|uid| *uid != draft.author).collect()
    }

    /// The members who may get a notice.
    fn notified(&self) -> Vec<u64> {
        let authors = self.weibos.values().map(|weibo| weibo.uid);
        let all: BTreeSet<u64> = authors.chain(self.replied).collect();
        all.into_iter().collect()
    }

    /// The weibos that get a comment, with their threads; none of `blocking` authors.
    fn commented(&self, draft: &Draft, blocking: &BTreeSet<u64>) -> Vec<(&Weibo, &Head)> {
        let commented = draft.comment_on.iter().filter_map(|id| {
            let (weibo, head) = (self.weibos.get(id)?, self.heads.get(id)?);
            (!blocking.contains(&weibo.uid)).then_some((weibo, head))
        });
        commented.collect()
    }
}

/// What was stored.
#[derive(Debug, Clone, Default)]
pub struct Post {
    /// The comment on [`Draft::target`], if one was wanted.
    pub comment: Option<Comment>,
    /// The repost.
    pub repost: Option<Repost>,
}

/// A repost with what it shows.
#[derive(Debug, Clone)]
pub struct Repost {
    /// The repost itself.
    pub weibo: Weibo,
    /// The weibo that it shows.
    pub original: Original,
}

/// Why nothing was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPosted {
    /// There is no such weibo, or no such comment on it.
    NoWeibo,
    /// The author of the weibo or of the comment blocks the author of this.
    Blocked,
}

/// Reads what [`post`] needs. One round trip; two if a repost is reposted or if something has just
/// been written.
pub async fn find(store: &Store, draft: &Draft) -> Result<Result<Context, NotPosted>, Error> {
    let commented = draft.comment_on.iter().copied();
    let ids: BTreeSet<WeiboId> = commented.chain(draft.repost).collect();
    let (weibos, heads, replied) = futures_util::join!(
        weibos(store, draft.author, &ids, draft.repost),
        heads(store, &draft.comment_on),
        async {
            match draft.reply_to {
                Some(comment) => comment::place_of(store, comment).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let ((weibos, favorite), heads) = (weibos?, heads?);
    let replied = match replied? {
        None => None,
        Some(Some(place)) if place.weibo == draft.target => Some(place.uid),
        Some(_) => return Ok(Err(NotPosted::NoWeibo)),
    };
    if !weibos.contains_key(&draft.target) {
        return Ok(Err(NotPosted::NoWeibo));
    }
    let original = match draft.repost.and_then(|id| weibos.get(&id)) {
        None => None,
        Some(weibo) => Some(original(store, draft.author, weibo, favorite).await?),
    };
    Ok(Ok(Context {
        weibos,
        heads,
        replied,
        original,
    }))
}

async fn heads(
    store: &Store,
    weibos: &BTreeSet<WeiboId>,
) -> Result<BTreeMap<WeiboId, Head>, Error> {
    let head = async |id: WeiboId| {
        let head = thread::head(store, &keys::weibo_thread(id)).await?;
        Ok::<_, Error>((id, head))
    };
    let heads: Vec<_> = weibos.iter().map(|id| head(*id)).collect();
    stream::iter(heads)
        .buffer_unordered(PARALLEL)
        .try_collect()
        .await
}

/// What a repost of `weibo` shows; `favorite` says whether `weibo` is a favourite of `uid`.
async fn original(
    store: &Store,
    uid: u64,
    weibo: &Weibo,
    favorite: bool,
) -> Result<Original, Error> {
    let Some(root) = weibo.root else {
        return Ok(Original {
            id: weibo.id,
            weibo: Some(weibo.clone()),
            favorite,
        });
    };
    let (mut found, favorite) = weibos(store, uid, &BTreeSet::from([root]), Some(root)).await?;
    Ok(Original {
        id: root,
        weibo: found.remove(&root),
        favorite,
    })
}

/// The weibos of `ids`, and whether `favorite` is one of the favourites of `uid`.
async fn weibos(
    store: &Store,
    uid: u64,
    ids: &BTreeSet<WeiboId>,
    favorite: Option<WeiboId>,
) -> Result<(BTreeMap<WeiboId, Weibo>, bool), Error> {
    let favorite = favorite.into_iter().collect();
    let (weibos, favorites) = futures_util::join!(
        weibo::find_all(store, ids),
        favorite::among(store, uid, &favorite)
    );
    Ok((weibos?, !favorites?.is_empty()))
}

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
    Blocked(u64),
}

use NotStored::Changed;

/// `blocking` are members whose weibos cannot be commented on. `latest` is the highest stamp of the
/// members to notify, if it is known.
async fn try_post(
    store: &Store,
    draft: &Draft,
    context: &Context,
    blocking: &BTreeSet<u64>,
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
    Ok(transaction.apply().await?.map(|()| post))
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
    let mut notified: BTreeMap<u64, i64> = BTreeMap::new();
    for (weibo, _) in commented {
        *notified.entry(weibo.uid).or_default() += 1;
    }
    notified.extend(context.replied.map(|uid| (uid, 1)));
    notified.remove(&draft.author);
    let reposted = context.reposted(draft);
    let checked: BTreeSet<u64> = notified.keys().copied().chain(reposted).collect();
    for uid in checked {
        let blocks_not = relation::blocks_not(NotStored::Blocked(uid));
        transaction = transaction.check(&keys::relation(uid, draft.author), blocks_not);
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
