//! Messages between members.

use crate::support::who::Who;
use crate::support::world::World;
use crate::support::xweibo::acts::{act, done, page_ids, rst, uid};

/// One member sends another a message.
pub async fn message(world: &World, who: Who, target: Who, text: &str) {
    let params = [("id", &*uid(world, target)), ("text", text)];
    done(world, who, "sendDirectMessage", &params).await;
}

/// The ids of a page of a member's messages, and where the next page begins.
pub async fn message_page(
    world: &World,
    who: Who,
    params: &[(&str, &str)],
) -> (Vec<String>, String) {
    let answer = rst(&act(world, who, "directMessages", params).await);
    assert_eq!(answer.as_object().unwrap().len(), 2, "{answer}");
    let next = answer["next_cursor"].as_str().unwrap();
    (page_ids(&answer), next.to_owned())
}

/// The ids of a member's newest messages, 50 at most.
pub async fn messages(world: &World, who: Who) -> Vec<String> {
    message_page(world, who, &[("count", "50")]).await.0
}

/// All messages of a member, page by page: all but the last page are full.
pub async fn walk_messages(world: &World, who: Who, count: usize) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let params = [("count", &*count.to_string()), ("cursor", &*cursor)];
        let (ids, next) = message_page(world, who, &params).await;
        assert!(
            next.is_empty() || ids.len() == count,
            "{} {next}",
            ids.len()
        );
        all.extend(ids);
        if next.is_empty() {
            return all;
        }
        cursor = next;
    }
}
