//! Posting a moment (okayapi section 6).

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use demo::OPEN_APP;
use serde_json::{Value, json};
use weiquan_store::keys;

use crate::support::okay::{MOMENT, object, post, posted_id, valid, with};
use crate::support::{BAI, Call, STAR, World};

const PATH: &str = "/api/App/Market_Minimoments/PostMoment";

/// The stored item of a moment of the first member.
async fn item(world: &World, id: u64) -> HashMap<String, AttributeValue> {
    let shared = keys::moments(&OPEN_APP.into(), 0);
    let uuid = world.member(BAI).uuid.as_str().into();
    let private = keys::private_moments(&OPEN_APP.into(), &uuid);
    for partition in [shared, private] {
        let key = keys::moment(&partition, id.into());
        let found = world
            .client()
            .get_item()
            .table_name(local::TABLE)
            .key("PK", AttributeValue::S(key.pk))
            .key("SK", AttributeValue::S(key.sk))
            .send()
            .await
            .unwrap();
        if let Some(item) = found.item {
            return item;
        }
    }
    panic!("no moment {id}");
}

/// A text of a stored item.
fn text<'a>(item: &'a HashMap<String, AttributeValue>, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// The custom fields of a stored item.
fn more(item: &HashMap<String, AttributeValue>) -> Option<Value> {
    text(item, "more").map(|json| serde_json::from_str(json).unwrap())
}

#[tokio::test]
async fn everything_sent_is_stored_as_it_came() {
    let world = World::new().await;
    let pictures: Vec<String> = (1..=9).map(|n| format!("moment_picture{n}")).collect();
    let links: Vec<String> = (1..=9).map(|n| format!("http://x/{n}.png?a=1&b")).collect();
    let mut params = valid(&world, MOMENT);
    params.extend([
        ("moment_content", " 你好 <b>a&b</b>\r\n"),
        ("moment_url", "javascript:alert(1)"),
        ("moment_lat", "23.10"),
        ("moment_lng", "not a number"),
        ("moment_place", "广州 \"塔\""),
        ("more_data", "{\"mood\":\"好\",\"n\":1.50}"),
    ]);
    params.extend(
        pictures
            .iter()
            .map(String::as_str)
            .zip(links.iter().map(String::as_str)),
    );
    let id = posted_id(&world.send(post(MOMENT, &params)).await);
    let item = item(&world, id).await;
    for (name, value) in [
        ("uuid", world.member(BAI).uuid.as_str()),
        ("nickname", "小白"),
        ("access", "public"),
        ("content", " 你好 <b>a&b</b>\r\n"),
        ("url", "javascript:alert(1)"),
        ("lat", "23.10"),
        ("lng", "not a number"),
        ("place", "广州 \"塔\""),
    ] {
        assert_eq!(text(&item, name), Some(value), "{name}");
    }
    assert_eq!(item["id"].as_n().unwrap(), &id.to_string());
    let stored = item["pictures"].as_l().unwrap();
    let stored: Vec<&str> = stored.iter().map(|p| p.as_s().unwrap().as_str()).collect();
    assert_eq!(stored, links);
    assert_eq!(more(&item), Some(json!({"mood": "好", "n": 1.5})));
    assert!(text(&item, "more").unwrap().contains("1.50"));
}

#[tokio::test]
async fn a_moment_may_be_empty_and_keeps_nothing_that_was_not_sent() {
    let world = World::new().await;
    let params = with(&valid(&world, MOMENT), "moment_nickname", "");
    let params = with(&params, "ext_data", "unknown parameters are ignored");
    let params = with(&params, "moment_picture10", "there is no tenth");
    let id = posted_id(&world.send(post(MOMENT, &params)).await);
    let item = item(&world, id).await;
    assert_eq!(text(&item, "nickname"), Some(""));
    for name in ["content", "url", "lat", "lng", "place", "more"] {
        assert_eq!(text(&item, name), None, "{name}");
    }
    let unknown = ["unknown parameters", "no tenth"];
    for item in world.dump().await {
        assert!(unknown.iter().all(|text| !item.contains(text)), "{item}");
    }
}

#[tokio::test]
async fn one_picture_keeps_its_place() {
    let world = World::new().await;
    let params = with(&valid(&world, MOMENT), "moment_picture3", "http://x/3.png");
    let id = posted_id(&world.send(post(MOMENT, &params)).await);
    let item = item(&world, id).await;
    let pictures = item["pictures"].as_l().unwrap();
    let texts: Vec<_> = pictures.iter().map(|p| p.as_s().ok()).collect();
    assert_eq!(texts[2], Some(&"http://x/3.png".to_owned()));
    assert_eq!(texts.iter().flatten().count(), 1);
}

#[tokio::test]
async fn every_access_is_stored() {
    let world = World::new().await;
    for (access, stored) in [
        ("0", "public"),
        ("1", "signed_in"),
        ("2", "own"),
        ("", "public"),
        ("abc", "public"),
        ("2.9", "own"),
    ] {
        let params = with(&valid(&world, MOMENT), "moment_access", access);
        let id = posted_id(&world.send(post(MOMENT, &params)).await);
        assert_eq!(text(&item(&world, id).await, "access"), Some(stored));
    }
}

#[tokio::test]
async fn numbers_of_a_json_body_are_kept_as_texts() {
    let world = World::new().await;
    let params = with(&valid(&world, MOMENT), "app_key", OPEN_APP);
    let mut fields = object(&params);
    fields["moment_access"] = json!(2);
    fields["moment_lat"] = json!(23.1);
    let id = posted_id(&world.send(Call::post(PATH).json(&fields)).await);
    let item = item(&world, id).await;
    let texts = ["access", "lat"].map(|name| text(&item, name).unwrap());
    assert_eq!(texts, ["own", "23.1"]);
}

#[tokio::test]
async fn built_in_names_in_more_data_are_ignored() {
    let world = World::new().await;
    let mut custom = json!({"mood": "good", "moods": [1, null]});
    let kept = custom.clone();
    let names = [
        "id",
        "uuid",
        "add_time",
        "update_time",
        "ext_data",
        "moment_content",
        "moment_nickname",
        "moment_access",
        "moment_url",
        "moment_picture1",
        "moment_picture9",
        "moment_lat",
        "moment_lng",
        "moment_place",
    ];
    for name in names {
        custom[name] = json!("EVIL");
    }
    let text = custom.to_string();
    let params = with(&valid(&world, MOMENT), "more_data", &text);
    let id = posted_id(&world.send(post(MOMENT, &params)).await);
    assert_eq!(more(&item(&world, id).await), Some(kept));
    assert!(world.dump().await.iter().all(|item| !item.contains("EVIL")));
}

#[tokio::test]
async fn the_same_moment_twice_is_two_moments_with_rising_ids() {
    let world = World::new().await;
    let params = valid(&world, MOMENT);
    let mut last = 0;
    for round in 0..20 {
        let reply = world.send(post(MOMENT, &params)).await;
        let id = posted_id(&reply);
        assert!(id > last && id < 1 << 53, "{id} after {last}");
        assert_eq!(reply.json()["data"]["err_msg"], "");
        let stored = item(&world, id).await;
        assert_eq!(text(&stored, "nickname"), Some("小白"));
        last = id;
        world.pass(round % 2);
    }
}

#[tokio::test]
async fn a_moment_belongs_to_the_session_and_not_to_more_words() {
    let world = World::new().await;
    let second = world.member(STAR).clone();
    let params = with(&valid(&world, MOMENT), "uuid", &second.uuid);
    let params = with(&params, "token", &second.token);
    let id = posted_id(&world.send(post(MOMENT, &params)).await);
    assert_eq!(
        text(&item(&world, id).await, "uuid"),
        Some(second.uuid.as_str())
    );
}
