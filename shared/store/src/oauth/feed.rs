//! QZone's feeds.

use serde::{Deserialize, Serialize};

use crate::digest::sha256_hex;
use crate::id::{ConsumerKey, FeedId, Uid};
use crate::ids::LAST_ID;
use crate::oauth::nonce::Nonce;
use crate::table::{
    Consistency, Error, Transaction, absent, from_item, number, query_as, settled, until_settled,
    when,
};
use crate::{Store, keys};

/// What a member did on a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Its id, which contains its time.
    pub id: FeedId,
    /// The member.
    pub uid: Uid,
    /// The consumer that published it.
    pub consumer: ConsumerKey,
    /// What the member did.
    pub action: Action,
    /// The link's text, at most 72 half-widths.
    pub title: String,
    /// The link, at most 2048 bytes.
    pub url: String,
    /// The member's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A summary of the link's target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The picture of the feed, the video or the audio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// The video or audio itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
}

/// The kinds of feeds (qzone section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 1: an ordinary feed, with or without a picture.
    Common,
    /// 2: a video was uploaded.
    Video,
    /// 3: audio was uploaded.
    Audio,
}

/// Why a feed was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The nonce was used before.
    NonceUsed,
    /// The member has shared this link within the last day.
    Shared,
}

/// How long a shared link cannot be shared again, in seconds.
const SHARED_TTL: i64 = 86_400;

#[derive(Serialize)]
struct SharedLink {
    expires_at: i64,
}

/// Uses the nonce up and stores the feed, both or neither. Returns the id; `feed.id` need not be
/// set before. With `once`, the same link is refused for a day.
pub async fn publish(
    store: &Store,
    feed: Feed,
    nonce: Nonce<'_>,
    once: bool,
) -> Result<Result<FeedId, Refused>, Error> {
    let now = store.now().as_second();
    until_settled(store, "the id is taken", || async {
        let feed = Feed {
            id: store.new_id().into(),
            ..feed.clone()
        };
        let used = Some(Refused::NonceUsed);
        let mut transaction = nonce.using(Transaction::new(store), store, used).put(
            &keys::feed(feed.uid, feed.id),
            &feed,
            Some(absent(None)),
        );
        if once {
            let key = keys::shared_link(feed.uid, &sha256_hex(&feed.url));
            let link = SharedLink {
                expires_at: now + SHARED_TTL,
            };
            let free = when(
                "attribute_not_exists(PK) OR expires_at <= :now",
                Some(Refused::Shared),
            );
            transaction = transaction.put(&key, &link, Some(free.with(":now", number(now))));
        }
        let published = transaction.commit().await?;
        Ok(settled(published.map(|()| feed.id)))
    })
    .await
}

/// The newest `limit` feeds of the member `uid` with ids below `below`, newest first. Also returns
/// whether there are more.
pub async fn latest(
    store: &Store,
    uid: Uid,
    below: Option<FeedId>,
    limit: usize,
) -> Result<(Vec<Feed>, bool), Error> {
    let last = below.map_or(LAST_ID, |below| below.get().saturating_sub(1).min(LAST_ID));
    let range = keys::feeds(uid, last.into());
    let first = i32::try_from(limit + 1).unwrap_or(i32::MAX);
    let read = from_item::<Feed>;
    let enough = |feeds: &[Feed]| feeds.len() > limit;
    let strong = Consistency::Strong;
    let mut feeds = query_as(store, &range, strong, Some(first), read, enough)
        .await?
        .items;
    let more = feeds.len() > limit;
    feeds.truncate(limit);
    Ok((feeds, more))
}
