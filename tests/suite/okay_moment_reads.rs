//! How moments are read: what an index or a replica is late with, what others' moments cost, pages
//! with much on them.

use demo::OPEN_APP;

use crate::okay::{get, set_app, with};
use crate::okay_moment_actions::{DELETE_MOMENT, DONE, act, assert_answer};
use crate::okay_moment_lists::{
    AUTHOR, GET_MY_MOMENT, OTHER, SHOW_MOMENT, found, list, publish, seen, session,
};
use crate::world::World;

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
        mine.insert(0, publish(&world, AUTHOR, &access).await);
        publish(&world, OTHER, &access).await;
    }
    world.pass(60);
    let listed = || seen(&world, GET_MY_MOMENT, Some(AUTHOR));
    assert_eq!(listed().await, (mine.clone(), 4));
    // The index stops here.
    world.faults.stopped_replica(true);
    for access in ["0", "1", "2"] {
        mine.insert(
            0,
            publish(&world, AUTHOR, &[("moment_access", access)]).await,
        );
    }
    assert_eq!(listed().await, (mine.clone(), 7));
    for at in [6, 4, 1] {
        let gone = mine.remove(at);
        assert_answer(&act(&world, DELETE_MOMENT, AUTHOR, gone).await, DONE);
    }
    assert_eq!(listed().await, (mine.clone(), 4));
    let second = [("page", "2"), ("perpage", "3")];
    let page = list(&world, GET_MY_MOMENT, Some(AUTHOR), &second).await;
    assert_eq!(found(&page), (mine[3..].to_vec(), 4));
}

#[tokio::test]
async fn moments_for_members_and_private_ones_do_not_shorten_anybodys_page() {
    let world = World::new().await;
    for _ in 0..60 {
        publish(&world, AUTHOR, &[("moment_access", "1")]).await;
    }
    let mut public = Vec::new();
    for _ in 0..3 {
        public.insert(0, publish(&world, AUTHOR, &[]).await);
        for _ in 0..60 {
            publish(&world, AUTHOR, &[("moment_access", "1")]).await;
            publish(&world, OTHER, &[("moment_access", "2")]).await;
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
    let all = with(&session(&world, AUTHOR), "perpage", "100");
    let reply = world.send(get(SHOW_MOMENT, &all)).await;
    assert_eq!(reply.json()["data"]["total"], 243);
    assert_eq!(reply.cost.round_trips, 1);
}

#[tokio::test]
async fn large_moments_come_in_smaller_pages_without_a_gap() {
    let world = World::new().await;
    set_app(&world, OPEN_APP, |app| {
        assert!(app.shards.spread(1, 2));
    })
    .await;
    let text = "x".repeat(60_000);
    let mut all = Vec::new();
    for _ in 0..160 {
        all.insert(
            0,
            publish(&world, AUTHOR, &[("moment_content", &text)]).await,
        );
    }
    for caller in [Some(OTHER), None] {
        let mut walked = Vec::new();
        let mut last = String::new();
        loop {
            let login = caller.map_or_else(Vec::new, |member| session(&world, member));
            let params = with(&with(&login, "perpage", "100"), "lastid", &last);
            let reply = world.send(get(SHOW_MOMENT, &params)).await;
            assert!(reply.body.len() < (4 << 20) + 1_000, "{}", reply.body.len());
            let (page, total) = found(&reply.json()["data"]);
            assert_eq!(total, 160);
            let Some(oldest) = page.last() else { break };
            assert!(page.len() > 30 || *oldest == all[159], "{}", page.len());
            last = oldest.to_string();
            walked.extend(page);
        }
        assert_eq!(walked, all);
    }
}
