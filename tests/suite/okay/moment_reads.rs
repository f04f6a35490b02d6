//! How moments are read: what an index or a replica is late with, what others' moments cost, pages
//! with much on them.

use demo::OPEN_APP;

use crate::support::okay::*;
use crate::support::pauses::Pauses;
use crate::support::{BAI, STAR, World};

#[tokio::test]
async fn an_author_sees_what_the_index_does_not_know_yet() {
    let world = World::new().await;
    set_app(&world, OPEN_APP, |app| {
        assert!(app.shards.spread(1, 3));
    })
    .await;
    let mut mine = Vec::new();
    for access in ["0", "1", "2", "0"] {
        let access = [("moment_access", access)];
        mine.insert(0, publish(&world, BAI, &access).await);
        publish(&world, STAR, &access).await;
    }
    world.pass(60);
    let listed = || seen(&world, GET_MY_MOMENT, Some(BAI));
    assert_eq!(listed().await, (mine.clone(), 4));
    // The index stops here.
    let _storm = world.faults().stopped_replica();
    for access in ["0", "1", "2"] {
        mine.insert(0, publish(&world, BAI, &[("moment_access", access)]).await);
    }
    assert_eq!(listed().await, (mine.clone(), 7));
    for at in [6, 4, 1] {
        let gone = mine.remove(at);
        assert_answer(&act(&world, DELETE_MOMENT, BAI, gone).await, DONE);
    }
    assert_eq!(listed().await, (mine.clone(), 4));
    let second = [("page", "2"), ("perpage", "3")];
    let page = list(&world, GET_MY_MOMENT, Some(BAI), &second).await;
    assert_eq!(found(&page), (mine[3..].to_vec(), 4));
}

#[tokio::test]
async fn moments_for_members_and_private_ones_do_not_shorten_anybodys_page() {
    let world = World::new().await;
    for _ in 0..60 {
        publish(&world, BAI, &[("moment_access", "1")]).await;
    }
    let mut public = Vec::new();
    for _ in 0..3 {
        public.insert(0, publish(&world, BAI, &[]).await);
        for _ in 0..60 {
            publish(&world, BAI, &[("moment_access", "1")]).await;
            publish(&world, STAR, &[("moment_access", "2")]).await;
        }
    }
    let two = [("perpage", "2")];
    let reply = world.send(get(SHOW_MOMENT, &two)).await;
    assert_eq!(found(&reply.json()["data"]), (public[..2].to_vec(), 3));
    assert_eq!(reply.cost.round_trips, 2);
    let last = public[1].to_string();
    let rest = list(&world, SHOW_MOMENT, None, &with(&two, "lastid", &last)).await;
    assert_eq!(found(&rest), (vec![public[2]], 3));
    // Nothing is everybody's below the first one: 60 moments for members are not looked through.
    let last = public[2].to_string();
    let reply = world.send(get(SHOW_MOMENT, &[("lastid", &*last)])).await;
    assert_eq!(found(&reply.json()["data"]), (vec![], 3));
    assert_eq!(reply.cost.round_trips, 1);
    // 120 private ones of another member are not even read.
    let all = with(&session(&world, BAI), "perpage", "100");
    let reply = world.send(get(SHOW_MOMENT, &all)).await;
    assert_eq!(reply.json()["data"]["total"], 243);
    assert_eq!(reply.cost.round_trips, 1);
}

#[tokio::test]
async fn whoever_draws_an_id_first_and_comes_later_is_not_passed_over() {
    let world = World::new().await;
    let slow = Pauses::new(&world, 7);
    let gate = slow.hold("TransactWriteItems", "slow", 1);
    let login = session(&world, BAI);
    let moment = [("moment_nickname", "slow"), ("moment_access", "0")];
    let call = post(MOMENT, &[&login[..], &moment].concat());
    let (late, early) = tokio::join!(world.send_to(&slow.ctx, call), async {
        gate.reached().await;
        let early = publish(&world, BAI, &[]).await;
        for _ in 0..3 {
            publish(&world, BAI, &[("moment_access", "1")]).await;
        }
        gate.open().await;
        early
    });
    let late = posted_id(&late);
    for _ in 0..3 {
        publish(&world, BAI, &[("moment_access", "1")]).await;
    }
    let mut both = [early, late];
    both.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(walk(&world, SHOW_MOMENT, None, 1).await, both);
}

#[tokio::test]
async fn everybodys_moments_are_found_behind_megabytes_for_members() {
    let world = World::new().await;
    let mut public = vec![publish(&world, BAI, &[]).await];
    let text = "x".repeat(32_000);
    for _ in 0..140 {
        let members = [("moment_access", "1"), ("moment_content", &*text)];
        publish(&world, BAI, &members).await;
    }
    public.insert(0, publish(&world, BAI, &[]).await);
    for per_page in [1, 2, 100] {
        let walked = walk(&world, SHOW_MOMENT, None, per_page).await;
        assert_eq!(walked, public, "by {per_page}");
    }
}
