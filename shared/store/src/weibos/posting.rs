//! Posts about weibos: comments, a repost, or both in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::members::member::Mentions;
use crate::people::relation;
use crate::people::unread::{self, Kind, News};
use crate::table::{Error, PARALLEL, Refusal, Transaction, Turns, absent, when};
use crate::threads::thread::{self, Head};
use crate::weibos::comment::{self, Comment, Place};
use crate::weibos::short_link::{self, Link};
use crate::weibos::weibo::{self, Weibo};
use crate::weibos::{favorite, timeline};
use crate::{Store, keys};

/// What a member wants to post.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The author.
    pub uid: u64,
    /// The text of the comments and the repost, with short links.
    pub text: String,
    /// The members that it mentions.
    pub mentions: Mentions,
    /// Its short links.
    pub links: Vec<Link>,
    /// The client with which it is posted.
    pub source: String,
    /// The weibos that get a comment.
    pub comment_on: BTreeSet<u64>,
    /// The weibo that is reposted.
    pub repost: Option<u64>,
    /// The weibo that must exist. Others in `comment_on` are left out if they do not exist.
    pub must: u64,
    /// Whether the comment on `must` is required. Others in `comment_on` are left out if their
    /// authors block the author of this.
    pub must_comment: bool,
    /// The comment to reply to. It must be on `must`.
    pub reply_to: Option<u64>,
}

/// What was found about the weibos to comment on or repost.
#[derive(Debug, Clone, Default)]
pub struct Found {
    weibos: BTreeMap<u64, Weibo>,
    heads: BTreeMap<u64, Head>,
    /// The author of the comment to reply to.
    replied: Option<u64>,
    /// The weibo that a repost shows.
    shown: Option<Shown>,
}

impl Found {
    /// The other members whose weibos the repost repeats.
    fn reposted(&self, wanted: &Wanted) -> BTreeSet<u64> {
        let target = wanted.repost.and_then(|id| self.weibos.get(&id));
        let shown = self.shown.as_ref().and_then(|shown| shown.weibo.as_ref());
        let authors = target.into_iter().chain(shown).map(|weibo| weibo.uid);
        authors.filter(|uid| *uid != wanted.uid).collect()
    }
}

/// The weibo inside a repost.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its id.
    pub id: u64,
    /// The weibo, unless it was destroyed.
    pub weibo: Option<Weibo>,
    /// Whether it is a favourite of the member who reposts it.
    pub favorite: bool,
}

/// What was stored.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The comment on [`Wanted::must`], if one was wanted.
    pub comment: Option<Comment>,
    /// The repost, with the weibo that it shows.
    pub repost: Option<(Weibo, Shown)>,
}

/// Why nothing was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSaid {
    /// There is no such weibo, or no such comment on it.
    NoWeibo,
    /// The author of the weibo or of the comment blocks the author of this.
    Blocked,
}

#[derive(Debug, Clone, Copy)]
enum Conflict {
    /// Another caller was faster.
    Changed,
    /// This member blocks the author of this.
    Blocked(u64),
    /// One of the members to notify got another notice in the meantime.
    Late,
}

use Conflict::Changed;

/// Reads what [`post`] needs. One round trip; two if a repost is reposted or if something has just
/// been written.
pub async fn find(store: &Store, wanted: &Wanted) -> Result<Found, Refusal<NotSaid>> {
    let ids: BTreeSet<u64> = wanted
        .comment_on
        .iter()
        .copied()
        .chain(wanted.repost)
        .collect();
    let head = async |id: u64| {
        let head = thread::head(store, &keys::weibo_thread(id)).await?;
        Ok::<_, Error>((id, head))
    };
    let heads: Vec<_> = wanted.comment_on.iter().map(|id| head(*id)).collect();
    let (weibos, heads, replied) = futures_util::join!(
        weibos(store, wanted.uid, &ids, wanted.repost),
        stream::iter(heads)
            .buffer_unordered(PARALLEL)
            .try_collect::<BTreeMap<u64, Head>>(),
        async {
            match wanted.reply_to {
                Some(comment) => comment::place_of(store, comment).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let ((weibos, favorite), heads) = (weibos?, heads?);
    let replied = match replied? {
        None => None,
        Some(Some(place)) if place.weibo == wanted.must => Some(place.uid),
        Some(_) => return Err(Refusal::Condition(NotSaid::NoWeibo)),
    };
    if !weibos.contains_key(&wanted.must) {
        return Err(Refusal::Condition(NotSaid::NoWeibo));
    }
    let shown = match wanted.repost.and_then(|id| weibos.get(&id)) {
        None => None,
        Some(weibo) => Some(match weibo.root {
            None => Shown {
                id: weibo.id,
                weibo: Some(weibo.clone()),
                favorite,
            },
            Some(root) => {
                let ids = BTreeSet::from([root]);
                let (mut found, favorite) =
                    self::weibos(store, wanted.uid, &ids, Some(root)).await?;
                Shown {
                    id: root,
                    weibo: found.remove(&root),
                    favorite,
                }
            }
        }),
    };
    Ok(Found {
        weibos,
        heads,
        replied,
        shown,
    })
}

/// The weibos of `ids`, and whether `favorite` is one of the favourites of `uid`.
async fn weibos(
    store: &Store,
    uid: u64,
    ids: &BTreeSet<u64>,
    favorite: Option<u64>,
) -> Result<(BTreeMap<u64, Weibo>, bool), Error> {
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
    wanted: &Wanted,
    mut found: Found,
) -> Result<Posted, Refusal<NotSaid>> {
    let mut blocking = BTreeSet::new();
    let hot = keys::thread_meta(&keys::weibo_thread(wanted.must));
    let mut turns = Turns::new(store);
    let mut latest = 0;
    loop {
        match try_post(store, wanted, &found, &blocking, latest).await {
            Ok(posted) => return Ok(posted),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(Conflict::Blocked(uid)))
                if wanted.must_comment || found.reposted(wanted).contains(&uid) =>
            {
                return Err(Refusal::Condition(NotSaid::Blocked));
            }
            Err(Refusal::Condition(Conflict::Blocked(uid))) => drop(blocking.insert(uid)),
            Err(Refusal::Condition(Changed | Conflict::Late)) => {
                turns.lost(&hot, "the weibo changes").await?;
                let told = found.told();
                let (again, stamps) = futures_util::join!(
                    Box::pin(find(store, wanted)),
                    unread::latest(store, &told),
                );
                (found, latest) = (again?, stamps?);
            }
        }
    }
}

impl Found {
    /// The members who may get a notice.
    fn told(&self) -> Vec<u64> {
        let authors = self.weibos.values().map(|weibo| weibo.uid);
        let all: BTreeSet<u64> = authors.chain(self.replied).collect();
        all.into_iter().collect()
    }
}

/// `blocking` are members whose weibos cannot be commented on. `latest` is the highest stamp of the
/// members to notify, if it is known.
async fn try_post(
    store: &Store,
    wanted: &Wanted,
    found: &Found,
    blocking: &BTreeSet<u64>,
    latest: u64,
) -> Result<Posted, Refusal<Conflict>> {
    let comment_on = wanted.comment_on.iter().filter_map(|id| {
        let (weibo, head) = (found.weibos.get(id)?, found.heads.get(id)?);
        (!blocking.contains(&weibo.uid)).then_some((id, weibo, head))
    });
    let comment_on: Vec<(&u64, &Weibo, &Head)> = comment_on.collect();
    let ids: Vec<u64> = comment_on.iter().map(|_| store.new_id()).collect();
    let stamp = unread::stamp(ids.first().copied().unwrap_or_default(), latest);
    // The number of comments by member to notify. For one comment, a member gets one notice.
    let mut told: BTreeMap<u64, i64> = BTreeMap::new();
    for (_, weibo, _) in &comment_on {
        *told.entry(weibo.uid).or_default() += 1;
    }
    told.extend(found.replied.map(|uid| (uid, 1)));
    told.remove(&wanted.uid);
    let mut transaction = Transaction::new(store);
    let asked: BTreeSet<u64> = told.keys().copied().chain(found.reposted(wanted)).collect();
    for uid in asked {
        let blocks_not = relation::blocks_not(Conflict::Blocked(uid));
        transaction = transaction.check(&keys::relation(uid, wanted.uid), blocks_not);
    }
    for (uid, comments) in told {
        let news = News::new(uid, stamp, Kind::Comments, comments);
        transaction = news.tell(transaction, Conflict::Late);
    }
    transaction = short_link::put(transaction, &wanted.links, Changed);
    // The increases of comments and reposts, by weibo.
    let mut more: BTreeMap<u64, (i64, i64)> = BTreeMap::new();
    let mut posted = Posted {
        comment: None,
        repost: None,
    };
    for ((id, weibo, head), comment) in comment_on.into_iter().zip(ids) {
        let comment = Comment {
            id: comment,
            uid: wanted.uid,
            text: wanted.text.clone(),
            reply_to: wanted.reply_to.filter(|_| *id == wanted.must),
            mentions: wanted.mentions.clone(),
        };
        let thread = keys::weibo_thread(*id);
        let (with_root, number) =
            thread::append_root(transaction, &thread, head, None, &comment, Changed);
        let place = Place {
            weibo: *id,
            owner: weibo.uid,
            uid: wanted.uid,
            number,
            replied: comment.reply_to.and(found.replied),
            told: None,
        };
        let others = [Some(weibo.uid), place.replied].into_iter().flatten();
        let is_told = others.into_iter().any(|uid| uid != wanted.uid);
        let place = Place {
            told: is_told.then_some(stamp),
            ..place
        };
        let free = Some(absent(Changed));
        transaction = with_root.put(&keys::comment_place(comment.id), &place, free);
        more.entry(*id).or_default().0 += 1;
        if *id == wanted.must {
            posted.comment = Some(comment);
        }
    }
    if let (Some(target), Some(shown)) = (wanted.repost, &found.shown) {
        let weibo = Weibo {
            id: store.new_id(),
            root: Some(shown.id),
            root_by: shown.weibo.as_ref().map(|root| root.uid),
            via: (target != shown.id).then_some(target),
            mentions: wanted.mentions.clone(),
            ..Weibo::new(wanted.uid, &wanted.text, &wanted.source)
        };
        transaction = transaction.put(&keys::weibo(weibo.id), &weibo, Some(absent(Changed)));
        transaction = timeline::add(transaction, &weibo);
        more.entry(target).or_default().1 += 1;
        if target != shown.id && shown.weibo.is_some() {
            more.entry(shown.id).or_default().1 += 1;
        }
        posted.repost = Some((weibo, shown.clone()));
    }
    for (id, (comments, reposts)) in more {
        let there = Some(when("attribute_exists(PK)", Changed));
        let by = [("comments", comments), ("reposts", reposts)];
        transaction = transaction.add(&keys::weibo(id), &by, there);
    }
    transaction.commit().await?;
    Ok(posted)
}
