//! What a member says about weibos: comments on them, a repost of one, or both in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use super::favorite;
use super::keys;
use super::member::Mentions;
use super::short_link::{self, Link};
use super::table::{Backoff, Error, Values, number};
use super::thread::{self, Head};
use super::timeline;
use super::transaction::{Refusal, Transaction, absent, when};
use super::weibo::{self, Weibo};
use super::weibo_comment::{self, Comment, Place};
use crate::Ctx;

/// What is to be said.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Who says it.
    pub uid: u64,
    /// The text of all of it, with short links.
    pub text: String,
    /// The members whom it mentions.
    pub mentions: Mentions,
    /// Its short links.
    pub links: Vec<Link>,
    /// The client that it is said with.
    pub source: String,
    /// The weibos that get a comment.
    pub comment_on: BTreeSet<u64>,
    /// The weibo that is reposted.
    pub repost: Option<u64>,
    /// The weibo that must exist; others of `comment_on` are left out where they do not.
    pub must: u64,
    /// The comment that is replied to, which must be one of `must`.
    pub reply_to: Option<u64>,
}

/// What was found of the weibos that something is said about.
#[derive(Debug, Clone, Default)]
pub struct Found {
    weibos: BTreeMap<u64, Weibo>,
    heads: BTreeMap<u64, Head>,
    /// What a repost shows.
    shown: Option<Shown>,
}

/// The weibo inside a repost.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its id.
    pub id: u64,
    /// The weibo, unless it was destroyed.
    pub weibo: Option<Weibo>,
    /// Whether it is a favourite of who reposts it.
    pub favorite: bool,
}

/// What was stored.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The comment on [`Wanted::must`], where one was wanted.
    pub comment: Option<Comment>,
    /// The repost with what it shows.
    pub repost: Option<(Weibo, Shown)>,
}

/// There is no such weibo, or no such comment of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoWeibo;

#[derive(Debug, Clone, Copy)]
struct Conflict;

/// Reads what [`post`] needs: one round trip, two where a repost is reposted or where something was
/// written a moment ago.
pub async fn find(ctx: &Ctx, wanted: &Wanted) -> Result<Found, Refusal<NoWeibo>> {
    let ids: BTreeSet<u64> = wanted
        .comment_on
        .iter()
        .copied()
        .chain(wanted.repost)
        .collect();
    let heads = wanted.comment_on.iter().map(|id| async {
        let head = thread::head(ctx, &keys::weibo_thread(*id)).await?;
        Ok::<_, Error>((*id, head))
    });
    let (weibos, heads, replied) = futures_util::join!(
        weibos(ctx, wanted.uid, &ids, wanted.repost),
        futures_util::future::try_join_all(heads),
        async {
            match wanted.reply_to {
                Some(comment) => weibo_comment::weibo_of(ctx, comment).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let ((weibos, favorite), heads) = (weibos?, heads?);
    let replied = replied?.is_none_or(|weibo| weibo == Some(wanted.must));
    if !weibos.contains_key(&wanted.must) || !replied {
        return Err(Refusal::Condition(NoWeibo));
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
                let (mut found, favorite) = self::weibos(ctx, wanted.uid, &ids, Some(root)).await?;
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
        heads: heads.into_iter().collect(),
        shown,
    })
}

/// The weibos of `ids`, and whether `favorite` is one of the favourites of `uid`.
async fn weibos(
    ctx: &Ctx,
    uid: u64,
    ids: &BTreeSet<u64>,
    favorite: Option<u64>,
) -> Result<(BTreeMap<u64, Weibo>, bool), Error> {
    let favorite = favorite.into_iter().collect();
    let (weibos, favorites) = futures_util::join!(
        weibo::find_all(ctx, ids),
        favorite::among(ctx, uid, &favorite)
    );
    Ok((weibos?, !favorites?.is_empty()))
}

/// Stores all that is wanted or nothing. Tries again where another caller was faster, until the
/// request's deadline.
pub async fn post(
    ctx: &Ctx,
    wanted: &Wanted,
    mut found: Found,
) -> Result<Posted, Refusal<NoWeibo>> {
    let mut backoff = Backoff::new(ctx);
    loop {
        match try_post(ctx, wanted, &found).await {
            Ok(posted) => return Ok(posted),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(Conflict)) => {
                backoff.wait("the weibo changes").await?;
                found = Box::pin(find(ctx, wanted)).await?;
            }
        }
    }
}

async fn try_post(ctx: &Ctx, wanted: &Wanted, found: &Found) -> Result<Posted, Refusal<Conflict>> {
    let mut transaction = short_link::put(Transaction::new(ctx), &wanted.links, Conflict);
    // Of each weibo that changes: comments and reposts more.
    let mut more: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    let mut posted = Posted {
        comment: None,
        repost: None,
    };
    for id in &wanted.comment_on {
        let (Some(weibo), Some(head)) = (found.weibos.get(id), found.heads.get(id)) else {
            continue;
        };
        let comment = Comment {
            id: ctx.new_id(),
            uid: wanted.uid,
            text: wanted.text.clone(),
            reply_to: wanted.reply_to.filter(|_| *id == wanted.must),
            mentions: wanted.mentions.clone(),
        };
        let thread = keys::weibo_thread(*id);
        let (with_root, number) =
            thread::append_root(transaction, &thread, head, &comment, Conflict);
        let place = Place {
            weibo: *id,
            owner: weibo.uid,
            uid: wanted.uid,
            number,
        };
        let free = Some(absent(Conflict));
        transaction = with_root.put(&keys::comment_place(comment.id), &place, free);
        more.entry(*id).or_default().0 += 1;
        if *id == wanted.must {
            posted.comment = Some(comment);
        }
    }
    if let (Some(target), Some(shown)) = (wanted.repost, &found.shown) {
        let weibo = Weibo {
            id: ctx.new_id(),
            root: Some(shown.id),
            via: (target != shown.id).then_some(target),
            mentions: wanted.mentions.clone(),
            ..Weibo::new(wanted.uid, &wanted.text, &wanted.source)
        };
        transaction = transaction.put(&keys::weibo(weibo.id), &weibo, Some(absent(Conflict)));
        transaction = timeline::add(transaction, &weibo);
        more.entry(target).or_default().1 += 1;
        if target != shown.id && shown.weibo.is_some() {
            more.entry(shown.id).or_default().1 += 1;
        }
        posted.repost = Some((weibo, shown.clone()));
    }
    for (id, (comments, reposts)) in more {
        let mut values = Values::new();
        let mut adds = Vec::new();
        for (name, value, count) in [("comments", ":c", comments), ("reposts", ":r", reposts)] {
            if count > 0 {
                adds.push(format!("{name} {value}"));
                values.insert(value.to_owned(), number(count));
            }
        }
        let there = Some(when("attribute_exists(PK)", Conflict));
        let add = format!("ADD {}", adds.join(", "));
        transaction = transaction.update(&keys::weibo(id), &add, values, there);
    }
    transaction.commit().await?;
    Ok(posted)
}
