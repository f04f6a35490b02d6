//! What each operation costs the store, held against its ceiling. `cargo test costs -- --nocapture`
//! prints the table that the README has.

use shared::store::meter::Cost;

use crate::talk::{post, show};
use crate::world::{BASE_URL, Call, Reply, World};

struct Row {
    operation: &'static str,
    cost: Cost,
    ceiling: (u32, f64, f64),
}

fn row(operation: &'static str, reply: Reply, ceiling: (u32, f64, f64)) -> Row {
    assert!(
        !reply.body.contains("\"ret\":4") && !reply.body.contains("\"rst\":false"),
        "{}",
        reply.body
    );
    Row {
        operation,
        cost: reply.cost,
        ceiling,
    }
}

/// A sample event of `package`, as a request.
async fn sample(world: &World, package: &str) -> Reply {
    let function = front::functions().find(|f| f.package() == package).unwrap();
    let mut demo = world.demo.clone();
    demo.base_url = BASE_URL.to_owned();
    let event = function.sample(&world.ctx, &demo.credentials());
    world.event(&world.ctx, package, event).await
}

#[tokio::test]
async fn every_operation_stays_under_its_ceiling() {
    let world = World::new().await;
    let text = "文".repeat(100);
    let mut last = 0;
    for _ in 0..40 {
        last = post(&world, "page", 0, &text).await;
        for _ in 0..3 {
            post(&world, "page", last, &text).await;
        }
    }
    // Warm: the settings of every client have been read.
    sample(&world, "okay-message-post").await;
    sample(&world, "xweibo-update").await;
    sample(&world, "qzone-add-feeds").await;

    let session = &world.demo.members[0];
    let signed_in = |pid: &str| {
        Call::post("/api/App/Market_Message/Post").form(&[
            ("app_key", demo::OPEN_APP),
            ("uuid", &session.uuid),
            ("token", &session.token),
            ("message_key", "page"),
            ("message_content", &text),
            ("message_pid", pid),
        ])
    };
    let update = Call::post("/api/weibo/action.update").form(&[
        ("api_uid", "10000"),
        ("api_time", "0"),
        ("api_sign", &sign(&world)),
        ("text", "another text"),
    ]);
    let rows = [
        row(
            "Show, page 1 of 4",
            show(&world, "page", 1, 1, 10).await,
            (2, 3.5, 0.0),
        ),
        row(
            "Show, page 4 of 4",
            show(&world, "page", 1, 4, 10).await,
            (2, 3.5, 0.0),
        ),
        row(
            "Message.Post, root",
            world.send(signed_in("0")).await,
            (2, 2.0, 8.0),
        ),
        row(
            "Message.Post, reply",
            world.send(signed_in(&last.to_string())).await,
            (2, 2.0, 6.0),
        ),
        row(
            "PostMoment",
            sample(&world, "okay-post-moment").await,
            (2, 1.0, 5.0),
        ),
        row("update", world.send(update).await, (3, 2.0, 6.0)),
        row(
            "add_feeds",
            sample(&world, "qzone-add-feeds").await,
            (2, 1.5, 4.0),
        ),
    ];
    println!("| operation | round trips | read units | write units | ceiling |");
    println!("|---|---|---|---|---|");
    for Row {
        operation,
        cost,
        ceiling,
    } in &rows
    {
        let (trips, reads, writes) = (cost.round_trips, cost.read_units, cost.write_units);
        println!(
            "| {operation} | {trips} | {reads} | {writes} | {}, {}, {} |",
            ceiling.0, ceiling.1, ceiling.2
        );
        let fits = trips <= ceiling.0 && reads <= ceiling.1 && writes <= ceiling.2;
        assert!(fits, "{operation}: {cost:?} is above {ceiling:?}");
    }
}

fn sign(world: &World) -> String {
    let site = &world.demo.xweibo;
    shared::xweibo::sign(
        [&site.akey, &site.skey, &site.api_key],
        "10000",
        "0",
        "update",
    )
}
