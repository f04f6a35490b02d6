//! What the stream's records do: once, whatever comes twice, late or fails.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use weiquan_store::stream::{Batch, Outcome};

use crate::support::{STAR, World};

/// The weibo of the committed event.
const WEIBO: u64 = 824_918_000_000_001;

/// The committed event: a weibo that mentions the second member.
fn event() -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../events/fanout.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// The event with its record changed, several times over.
fn batch(changes: &[&dyn Fn(&mut Value)]) -> Batch {
    let record = event()["Records"][0].take();
    let records = changes.iter().enumerate().map(|(place, change)| {
        let mut record = record.clone();
        record["dynamodb"]["SequenceNumber"] = json!(format!("{place:021}"));
        change(&mut record);
        record
    });
    let records: Vec<Value> = records.collect();
    serde_json::from_value(json!({ "Records": records })).unwrap()
}

async fn run(world: &World, batch: &Batch) -> Outcome {
    let ctx = world.ctx.for_request("stream");
    fanout::handle(&ctx, batch.clone()).await
}

/// How many weibos and comments mention the second member, as rows and as a count.
async fn mentioned(world: &World) -> (usize, String) {
    let uid = world.member(STAR).uid;
    let items = world.dump().await;
    let rows = format!("\"MENTIONS#{uid:016}\"");
    let unread = items.iter().find(|item| item.contains("\"UNREAD\""));
    let count =
        unread.map(|item| serde_json::from_str::<Value>(item).unwrap()["mentions"].to_string());
    (
        items.iter().filter(|item| item.contains(&rows)).count(),
        count.unwrap_or_default(),
    )
}

/// Stores weibos, as the records say.
async fn publish(world: &World, ids: &[u64]) {
    use weiquan_store::id::WeiboId;
    for id in ids {
        let put = world.client().put_item().table_name(local::TABLE);
        let key = weiquan_store::keys::weibo(WeiboId::new(*id));
        let put = put.item("PK", AttributeValue::S(key.pk));
        put.item("SK", AttributeValue::S(key.sk))
            .send()
            .await
            .unwrap();
    }
}

fn another(id: u64) -> impl Fn(&mut Value) {
    move |record| {
        let pk = format!("WEIBO#{id:016}");
        record["dynamodb"]["Keys"]["PK"]["S"] = json!(pk);
        record["dynamodb"]["NewImage"]["PK"]["S"] = json!(pk);
        record["dynamodb"]["NewImage"]["id"]["N"] = json!(id.to_string());
    }
}

fn same(_record: &mut Value) {}

#[tokio::test]
async fn a_record_that_comes_again_changes_nothing() {
    let world = World::new().await;
    let event: Batch = serde_json::from_value(event()).unwrap();
    publish(&world, &[WEIBO, 5, 7]).await;
    assert_eq!(run(&world, &event).await, Outcome::default());
    assert_eq!(mentioned(&world).await, (1, "1".to_owned()));
    let before = world.dump().await;
    assert_eq!(
        run(&world, &batch(&[&same, &same])).await,
        Outcome::default()
    );
    assert_eq!(world.dump().await, before);
    // Older ones that come later count, too.
    assert_eq!(
        run(&world, &batch(&[&another(7), &another(5), &another(7)])).await,
        Outcome::default()
    );
    assert_eq!(mentioned(&world).await, (3, "3".to_owned()));
}

#[tokio::test]
async fn what_fails_is_named_and_done_when_it_comes_again() {
    let world = World::new().await;
    publish(&world, &[1, 2, 3]).await;
    let broken = |record: &mut Value| {
        record["dynamodb"]["NewImage"]["uid"] = json!({ "S": "nobody" });
    };
    let three = batch(&[&another(1), &broken, &another(2)]);
    let outcome = run(&world, &three).await;
    let told = serde_json::to_value(&outcome).unwrap();
    let place = "000000000000000000001";
    assert_eq!(
        told,
        json!({ "batchItemFailures": [{ "itemIdentifier": place }] })
    );
    // Those behind it were not held up.
    assert_eq!(mentioned(&world).await, (2, "2".to_owned()));
    // In an outage the first one fails, then all are done.
    let storm = world.faults().outage();
    let failures = run(&world, &batch(&[&another(1), &another(2)]))
        .await
        .failures;
    assert_eq!(failures[0].sequence_number, "000000000000000000000");
    drop(storm);
    let _storm = world.faults().lost_first_answers().conflicts(30);
    let again = batch(&[&another(1), &another(2), &another(3)]);
    assert_eq!(run(&world, &again).await, Outcome::default());
    assert_eq!(mentioned(&world).await, (3, "3".to_owned()));
}

#[tokio::test]
async fn what_concerns_nobody_is_passed_over() {
    let world = World::new().await;
    let before = world.dump().await;
    let modified = |record: &mut Value| record["eventName"] = json!("MODIFY");
    let removed = |record: &mut Value| {
        record["eventName"] = json!("REMOVE");
        let images = record["dynamodb"].as_object_mut().unwrap();
        let image = images.remove("NewImage").unwrap();
        images.insert("OldImage".to_owned(), image);
    };
    let other = |record: &mut Value| {
        record["dynamodb"]["Keys"]["PK"]["S"] = json!("THREAD#M#app#C#1");
        record["dynamodb"]["Keys"]["SK"]["S"] = json!("C#0000000001");
    };
    let own = |record: &mut Value| {
        record["dynamodb"]["NewImage"]["uid"]["N"] = json!(world.member(STAR).uid.to_string());
    };
    let all = batch(&[&modified, &removed, &other, &own]);
    assert_eq!(run(&world, &all).await, Outcome::default());
    assert_eq!(world.dump().await, before);
    let empty: Batch = serde_json::from_str("{}").unwrap();
    assert_eq!(run(&world, &empty).await, Outcome::default());
}

#[tokio::test]
async fn what_was_destroyed_meanwhile_mentions_nobody() {
    let world = World::new().await;
    let event: Batch = serde_json::from_value(event()).unwrap();
    let before = world.dump().await;
    assert_eq!(run(&world, &event).await, Outcome::default());
    assert_eq!(world.dump().await, before);
}
