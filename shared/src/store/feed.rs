//! QZone's feeds.

use serde::{Deserialize, Serialize};

use super::keys;
use super::oauth::Nonce;
use super::table::Backoff;
use super::transaction::{Refusal, Transaction, absent};
use crate::Ctx;

/// What a member did on a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Its id, from which its time follows.
    pub id: u64,
    /// The member.
    pub uid: u64,
    /// The consumer that published it.
    pub consumer: String,
    /// What was done.
    pub action: Action,
    /// The link's text, at most 72 half-widths.
    pub title: String,
    /// The link, at most 2048 bytes.
    pub url: String,
    /// The member's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What the link leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// A picture: of the feed, the video or the audio.
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
    /// 1: a common feed, perhaps with a picture.
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
}

#[derive(Clone)]
enum Conflict {
    Nonce,
    Id,
}

/// Uses the nonce up and stores the feed, both or neither; gives the id, which `feed.id` need not
/// hold yet.
pub async fn publish(ctx: &Ctx, mut feed: Feed, nonce: Nonce<'_>) -> Result<u64, Refusal<Refused>> {
    let mut backoff = Backoff::new(ctx);
    loop {
        feed.id = ctx.new_id();
        let stored = Transaction::new(ctx)
            .put(
                &nonce.key(),
                &nonce.used(ctx),
                Some(absent(Conflict::Nonce)),
            )
            .put(
                &keys::feed(feed.uid, feed.id),
                &feed,
                Some(absent(Conflict::Id)),
            )
            .commit()
            .await;
        match stored {
            Ok(()) => return Ok(feed.id),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(Conflict::Nonce)) => {
                return Err(Refusal::Condition(Refused::NonceUsed));
            }
            Err(Refusal::Condition(Conflict::Id)) => backoff.wait("the id is taken").await?,
        }
    }
}
