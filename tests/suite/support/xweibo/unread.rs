//! What is unread.

use crate::support::who::Who;
use crate::support::world::World;
use crate::support::xweibo::acts::{act, assert_rst, done};

/// The caller has so many new weibos above `id`, mentions, comments, fans and messages.
pub async fn assert_unread(world: &World, who: Who, id: &str, counts: [u64; 5]) {
    let [home, mentions, comments, fans, messages] = counts;
    let expected =
        format!(r#"{{"unread":[{home},{mentions},{comments},{fans},{messages}],"data":null}}"#);
    assert_rst(&act(world, who, "unread", &[("id", id)]).await, &expected);
}

pub async fn clear(world: &World, who: Who, kind: &str) {
    done(world, who, "clearTip", &[("type", kind)]).await;
}
