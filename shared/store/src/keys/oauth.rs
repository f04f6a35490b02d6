//! The keys of tokens, grants, nonces, feeds and shared links.

use super::{Key, Range, id, part};
use crate::id::{ConsumerKey, FeedId, Nonce, Uid};

/// An access token.
pub fn token(token: &str) -> Key {
    Key::new(format!("OAUTH#{token}"), "TOKEN")
}

/// A request token, which has not become an access token yet.
pub fn request_token(token: &str) -> Key {
    Key::new(format!("OAUTH#{token}"), "REQUEST")
}

/// What a member has allowed a consumer to do.
pub fn grant(uid: Uid, consumer_key: &ConsumerKey) -> Key {
    Key::new(format!("GRANTS#{}", id(uid)), consumer_key.to_string())
}

/// What a member has allowed, by consumer.
pub fn grants(uid: Uid) -> Range {
    Range::whole(format!("GRANTS#{}", id(uid)))
}

/// A nonce of one consumer and token.
pub fn nonce(nonce: &Nonce<'_>) -> Key {
    Key::new(
        format!("NONCE#{}#{}", part(nonce.consumer), nonce.token),
        format!("{}#{}", nonce.timestamp, nonce.nonce),
    )
}

/// A feed of a member.
pub fn feed(uid: Uid, feed: FeedId) -> Key {
    Key::new(format!("FEEDS#{}", id(uid)), id(feed))
}

/// The feeds of a member up to `last`, newest first.
pub fn feeds(uid: Uid, last: FeedId) -> Range {
    let [first, last] = [FeedId::from(0), last].map(|id| feed(uid, id));
    Range::new(first.pk, first.sk, last.sk).in_order(true)
}

/// A link that a member has shared; `url_hash` is its SHA-256.
pub fn shared_link(uid: Uid, url_hash: &str) -> Key {
    Key::new(format!("SHARED#{}", id(uid)), url_hash)
}
