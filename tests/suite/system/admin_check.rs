//! `admin check`: every counter is that of what it counts, and one that is not is found.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;

use crate::support::World;
use crate::support::admin::{assert_counted, call_here, done_here};
use crate::support::costs::sample;

#[tokio::test]
async fn the_demo_data_is_counted_right_and_a_wrong_number_is_named() {
    let world = World::with_content().await;
    for package in ["okay-give-like", "xweibo-repost"] {
        sample(&world, package).await;
    }
    assert_counted(&world).await;
    let counted = done_here(&world, "check").await["counters"].take();
    assert!(counted.as_u64().unwrap() > 50, "{counted}");

    // Each counter of each item, one too high.
    let table = world.client();
    let names = [
        "roots",
        "here",
        "comments",
        "reposts",
        "likes",
        "fans",
        "follows",
        "mentions",
        "messages",
        "public_moments",
    ];
    let mut found = BTreeSet::new();
    for item in world.dump().await {
        let item: Value = serde_json::from_str(&item).unwrap();
        let [pk, sk] = ["PK", "SK"].map(|name| item[name].as_str().unwrap());
        for name in names {
            // `roots` of a thread and of a board are counters, `comments` of a weibo and of what is unread.
            if !item[name].is_number() {
                continue;
            }
            for by in ["1", "-1"] {
                let change = table.update_item().table_name(local::TABLE);
                let change = change.key("PK", AttributeValue::S(pk.to_owned()));
                let change = change.key("SK", AttributeValue::S(sk.to_owned()));
                let change = change.update_expression(format!("ADD {name} :by"));
                let by_value = AttributeValue::N(by.to_owned());
                let change = change.expression_attribute_values(":by", by_value);
                change.send().await.unwrap();
                if by == "1" {
                    let wrong = call_here(&world, "check").await.unwrap_err();
                    let row = format!("\n{pk} {sk} {name}: stored ");
                    let is_all = wrong.starts_with("1 of ");
                    assert!(is_all && wrong.contains(&row), "{wrong}");
                    found.insert(name);
                }
            }
        }
    }
    assert_eq!(found.len(), names.len(), "{found:?}");
    assert_counted(&world).await;
}
