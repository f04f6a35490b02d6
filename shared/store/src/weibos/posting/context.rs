//! What is read before a post is stored.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::draft::{Draft, NotPosted};
use crate::id::{Uid, WeiboId};
use crate::table::{Error, PARALLEL};
use crate::threads::thread::{self, Head};
use crate::weibos::weibo::{self, Original, Weibo};
use crate::weibos::{comment, favorite};
use crate::{Store, keys};

/// What was found about the weibos to comment on or repost.
#[derive(Debug, Clone, Default)]
pub struct Context {
    weibos: BTreeMap<WeiboId, Weibo>,
    heads: BTreeMap<WeiboId, Head>,
    /// The author of the comment to reply to.
    pub(super) replied: Option<Uid>,
    /// The weibo that a repost shows.
    pub(super) original: Option<Original>,
}

impl Context {
    /// The other members whose weibos the repost repeats.
    pub(super) fn reposted(&self, draft: &Draft) -> BTreeSet<Uid> {
        let target = draft.repost.and_then(|id| self.weibos.get(&id));
        let original = self.original.as_ref();
        let original = original.and_then(|original| original.weibo.as_ref());
        let authors = target.into_iter().chain(original).map(|weibo| weibo.uid);
        authors.filter(|uid| *uid != draft.author).collect()
    }

    /// The members who may get a notice.
    pub(super) fn notified(&self) -> Vec<Uid> {
        let authors = self.weibos.values().map(|weibo| weibo.uid);
        let all: BTreeSet<Uid> = authors.chain(self.replied).collect();
        all.into_iter().collect()
    }

    /// The weibos that get a comment, with their threads; none of `blocking` authors.
    pub(super) fn commented(
        &self,
        draft: &Draft,
        blocking: &BTreeSet<Uid>,
    ) -> Vec<(&Weibo, &Head)> {
        let commented = draft.comment_on.iter().filter_map(|id| {
            let (weibo, head) = (self.weibos.get(id)?, self.heads.get(id)?);
            (!blocking.contains(&weibo.uid)).then_some((weibo, head))
        });
        commented.collect()
    }
}

/// Reads what [`super::post`] needs. One round trip; two if a repost is reposted or if something has just
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
    uid: Uid,
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
    uid: Uid,
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
