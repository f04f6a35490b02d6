//! What an operator reads of an app's calls.

use crate::support::World;
use crate::support::admin::done_here;
use crate::support::okay::{SHOW, get};

#[tokio::test]
async fn the_calls_of_every_app_are_counted() {
    let world = World::new().await;
    let shown = async || {
        let shown = done_here(&world, &format!("app show {}", demo::OPEN_APP)).await;
        assert!(shown["monthly_quota"].is_null());
        shown["calls_this_month"].as_u64().unwrap()
    };
    let send = async || {
        let show = get(SHOW, &[]);
        assert_eq!(world.send(show).await.json()["ret"], 200);
    };
    assert_eq!(shown().await, 0);
    send().await;
    assert_eq!(shown().await, 1);
    for _ in 0..99 {
        send().await;
    }
    assert_eq!(shown().await, 1, "a process writes at every hundredth call");
    send().await;
    assert_eq!(shown().await, 101);
    send().await;
    world.pass(61);
    send().await;
    assert_eq!(shown().await, 103, "or after a minute");
}
