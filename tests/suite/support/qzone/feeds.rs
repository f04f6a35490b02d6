//! Feeds of QZone: made, published, and as they are kept.

use serde_json::{Value, json};

use crate::support::call::Reply;
use crate::support::qzone::calls::{BAD_DATA, OK, Stored, add, answered, feeds, new_nonce, params};
use crate::support::world::World;

pub async fn publish_feed(world: &World, data: &str) -> Reply {
    add(world, params(world, &new_nonce(), data)).await
}

/// Publishes and gives what was stored.
pub async fn stored_feed(world: &World, data: &str) -> Stored {
    let before = feeds(world).await.len();
    answered(&publish_feed(world, data).await, OK);
    let mut all = feeds(world).await;
    assert_eq!(all.len(), before + 1, "{data}");
    all.pop().unwrap()
}

pub async fn assert_feed_refused(world: &World, data: &str) {
    let before = feeds(world).await;
    let reply = publish_feed(world, data).await;
    assert!(reply.body.contains(BAD_DATA.1), "{data}");
    answered(&reply, BAD_DATA);
    assert_eq!(feeds(world).await, before, "{data}");
}

/// The smallest feed of an action, with one more field or another value of one.
pub fn feed(action: u8, name: &str, value: Value) -> String {
    let mut feed = json!({"action": action, "title": "标题", "titleurl": "http://example.com/"});
    feed[name] = value;
    feed.to_string()
}

pub fn smallest(action: &str) -> Stored {
    Stored {
        action: action.to_owned(),
        title: "标题".to_owned(),
        url: "http://example.com/".to_owned(),
        ..Stored::default()
    }
}
