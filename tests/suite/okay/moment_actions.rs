//! `GiveLike` and `DeleteMoment` (okayapi section 7.2): who may do what to which moment.

use std::sync::Arc;

use demo::{OPEN_APP, SIGNED_APP};
use jiff::SignedDuration;
use tokio::sync::Barrier;
use weiquan_store::members::member;

use crate::support::okay::*;
use crate::support::{BAI, BOTH, Call, Reply, STAR, Who, World};

const NOT_OWN: Answer = (2, "只能删除自己的动态");

/// The likes of a moment of the first member, as both lists tell.
async fn likes(world: &World, id: u64) -> String {
    let mut told = Vec::new();
    for service in [SHOW_MOMENT, GET_MY_MOMENT] {
        let data = list(world, service, Some(BAI), &[]).await;
        let mut items = data["items"].as_array().unwrap().iter();
        let item = items.find(|item| item["id"] == id).unwrap();
        told.push(item["moment_like"].as_str().unwrap().to_owned());
    }
    assert_eq!(told[0], told[1]);
    told.remove(0)
}

#[tokio::test]
async fn of_each_member_one_like_counts() {
    let world = World::new().await;
    let liked = publish(&world, BAI, &[]).await;
    let next = publish(&world, BAI, &[]).await;
    for (member, count) in [
        (STAR, "1"),
        (STAR, "1"),
        (BAI, "2"),
        (STAR, "2"),
        (BAI, "2"),
    ] {
        assert_answer(&act(&world, GIVE_LIKE, member, liked).await, DONE);
        assert_eq!(likes(&world, liked).await, count);
        assert_eq!(likes(&world, next).await, "0");
        world.pass(61);
    }
    // Another session, another process: the same member.
    let other = world.member(STAR);
    let person = member::by_username(&world.ctx.store, &other.username).await;
    let person = person.unwrap().unwrap();
    let token = "B".repeat(64);
    let end = world.now() + SignedDuration::from_hours(1);
    crate::support::okay::log_in(&world, &person, &token, end).await;
    for (id, count) in [(liked, "2"), (next, "1")] {
        let again = id.to_string();
        let params = with(&session(&world, STAR), "token", &token);
        let again = post(GIVE_LIKE, &with(&params, "id", &again));
        let process = world.another_process(7);
        assert_answer(&world.send_to(&process, again).await, DONE);
        assert_eq!(likes(&world, id).await, count);
    }
    // A like moves nothing and changes no time.
    let params = [("more_select", "add_time,update_time")];
    let data = list(&world, SHOW_MOMENT, None, &params).await;
    assert_eq!(found(&data), (vec![next, liked], 2));
    for item in data["items"].as_array().unwrap() {
        assert_eq!(item["add_time"], "2026-06-01 12:00:00");
        assert!(item["update_time"].is_null(), "{item}");
    }
}

#[tokio::test]
async fn only_the_author_likes_a_private_moment() {
    let world = World::new().await;
    for (access, answer, counts) in [
        ("0", DONE, ["1", "2"]),
        ("1", DONE, ["1", "2"]),
        ("2", GONE, ["0", "1"]),
    ] {
        let id = publish(&world, BAI, &[("moment_access", access)]).await;
        let before = stored(&world).await;
        assert_answer(&act(&world, GIVE_LIKE, STAR, id).await, answer);
        assert_eq!(stored(&world).await == before, answer == GONE, "{access}");
        assert_eq!(likes(&world, id).await, counts[0]);
        assert_answer(&act(&world, GIVE_LIKE, BAI, id).await, DONE);
        assert_eq!(likes(&world, id).await, counts[1]);
    }
}

#[tokio::test]
async fn only_the_author_deletes_and_nobody_learns_of_a_private_moment() {
    let world = World::new().await;
    for (access, answer) in [("0", NOT_OWN), ("1", NOT_OWN), ("2", GONE)] {
        let id = publish(&world, BAI, &[("moment_access", access)]).await;
        assert_answer(&act(&world, GIVE_LIKE, BAI, id).await, DONE);
        let before = stored(&world).await;
        for _ in 0..2 {
            assert_answer(&act(&world, DELETE_MOMENT, STAR, id).await, answer);
        }
        assert_eq!(stored(&world).await, before);
        assert_eq!(likes(&world, id).await, "1");
        assert_answer(&act(&world, DELETE_MOMENT, BAI, id).await, DONE);
        let before = stored(&world).await;
        for member in BOTH {
            for service in [DELETE_MOMENT, GIVE_LIKE] {
                assert_answer(&act(&world, service, member, id).await, GONE);
            }
        }
        assert_eq!(stored(&world).await, before);
    }
}

#[tokio::test]
async fn a_deleted_moment_leaves_every_list_and_every_total() {
    let world = World::new().await;
    let mut made = Vec::new();
    for access in ["0", "1", "2", "0", "1", "2"] {
        made.push(publish(&world, BAI, &[("moment_access", access)]).await);
    }
    for member in BOTH {
        assert_answer(&act(&world, GIVE_LIKE, member, made[3]).await, DONE);
    }
    // What each list still has, after each deletion.
    for (gone, public, signed_in, own) in [
        (5, &[3, 0][..], &[4, 3, 1, 0][..], &[4, 3, 2, 1, 0][..]),
        (3, &[0], &[4, 1, 0], &[4, 2, 1, 0]),
        (1, &[0], &[4, 0], &[4, 2, 0]),
        (0, &[], &[4], &[4, 2]),
        (4, &[], &[], &[2]),
        (2, &[], &[], &[]),
    ] {
        assert_answer(&act(&world, DELETE_MOMENT, BAI, made[gone]).await, DONE);
        for (service, caller, left) in [
            (SHOW_MOMENT, None, public),
            (SHOW_MOMENT, Some(STAR), signed_in),
            (SHOW_MOMENT, Some(BAI), own),
            (GET_MY_MOMENT, Some(BAI), own),
        ] {
            let left: Vec<u64> = left.iter().map(|at| made[*at]).collect();
            let total = left.len() as u64;
            let seen = seen(&world, service, caller).await;
            assert_eq!(seen, (left.clone(), total), "{service} {caller:?}");
            // The document has no `lastid` of 1.
            if service == SHOW_MOMENT && made[gone] > 1 {
                // A client may have read as far as what is gone.
                let last = made[gone].to_string();
                let older = list(&world, service, caller, &[("lastid", last.as_str())]).await;
                let mut behind = left;
                behind.retain(|id| *id < made[gone]);
                assert_eq!(found(&older), (behind, total));
            }
        }
    }
    let next = publish(&world, BAI, &[]).await;
    assert!(!made.contains(&next));
    assert_eq!(likes(&world, next).await, "0");
    assert_eq!(seen(&world, SHOW_MOMENT, None).await, (vec![next], 1));
}

#[tokio::test]
async fn what_is_not_a_moment_of_this_app_is_not_there() {
    let world = World::new().await;
    let secret = &world.demo.apps[1].app_secrect;
    let author = session(&world, BAI);
    // Of other kinds and in other apps ids are counted apart.
    for _ in 0..5 {
        comment(&world, &[("message_content", "x")]).await;
    }
    let mut moment = author.clone();
    moment.extend([("moment_nickname", "小白"), ("moment_access", "0")]);
    let gone = publish(&world, BAI, &[]).await;
    assert_answer(&act(&world, DELETE_MOMENT, BAI, gone).await, DONE);
    let here = publish(&world, BAI, &[]).await;
    let moment = signed(MOMENT, SIGNED_APP, secret, &moment);
    let there = posted_id(&world.send(moment).await);
    assert_eq!((gone, here, there), (1, 2, 1));
    let before = stored(&world).await;
    let absent = [1, 3, 4, 5, 1 << 31, 1 << 53];
    let absent = absent.iter().map(u64::to_string);
    for id in absent.chain([i64::MAX.to_string(), "9".repeat(20)]) {
        for service in [GIVE_LIKE, DELETE_MOMENT] {
            let reply = world.send(post(service, &with(&author, "id", &id))).await;
            assert_answer(&reply, GONE);
        }
    }
    let id = here.to_string();
    for service in [GIVE_LIKE, DELETE_MOMENT] {
        let call = signed(service, SIGNED_APP, secret, &with(&author, "id", &id));
        assert_answer(&world.send(call).await, GONE);
    }
    assert_eq!(stored(&world).await, before);
    for service in [SHOW_MOMENT, GET_MY_MOMENT] {
        assert_eq!(seen(&world, service, Some(BAI)).await, (vec![here], 1));
        let call = signed(service, SIGNED_APP, secret, &author);
        let elsewhere = data(&world.send(call).await);
        assert_eq!(found(&elsewhere), (vec![there], 1), "{service}");
    }
}

#[tokio::test]
async fn moments_over_several_partitions_are_one_list() {
    let world = World::new().await;
    let mut made = vec![(publish(&world, BAI, &[]).await, "0")];
    for count in [4, 2] {
        set_app(&world, OPEN_APP, |app| {
            assert!(app.shards.spread(made[0].0 + 1, count));
        })
        .await;
        for access in ["0", "1", "2"].repeat(4) {
            let id = publish(&world, BAI, &[("moment_access", access)]).await;
            made.insert(0, (id, access));
        }
    }
    // The one from before, and one from when there were four.
    for at in [24, 16] {
        let (gone, _) = made.remove(at);
        assert_answer(&act(&world, DELETE_MOMENT, BAI, gone).await, DONE);
    }
    for (id, _) in &made {
        assert_answer(&act(&world, GIVE_LIKE, BAI, *id).await, DONE);
    }
    let all: Vec<u64> = made.iter().map(|(id, _)| *id).collect();
    for service in [SHOW_MOMENT, GET_MY_MOMENT] {
        assert_eq!(walk(&world, service, Some(BAI), 5).await, all);
        let list = list(&world, service, Some(BAI), &[("perpage", "100")]).await;
        let mut items = list["items"].as_array().unwrap().iter();
        assert!(items.all(|item| item["moment_like"] == "1"), "{list}");
    }
    made.retain(|(_, access)| *access == "0");
    let public: Vec<u64> = made.iter().map(|(id, _)| *id).collect();
    assert_eq!(walk(&world, SHOW_MOMENT, None, 2).await, public);
}

#[tokio::test]
async fn a_lost_answer_is_no_second_like_and_no_failed_deletion() {
    let world = World::new().await;
    let _storm = world.faults().lost_first_answers();
    for _ in 0..3 {
        let id = publish(&world, BAI, &[]).await;
        for member in BOTH {
            assert_answer(&act(&world, GIVE_LIKE, member, id).await, DONE);
        }
        assert_eq!(likes(&world, id).await, "2");
        assert_answer(&act(&world, DELETE_MOMENT, BAI, id).await, DONE);
        assert_eq!(seen(&world, SHOW_MOMENT, None).await, (vec![], 0));
    }
}

#[tokio::test]
async fn an_outage_is_500_and_makes_no_member_a_stranger() {
    let world = World::new().await;
    let id = publish(&world, BAI, &[]).await;
    let before = stored(&world).await;
    let storm = world.faults().outage();
    for service in [SHOW_MOMENT, GET_MY_MOMENT, GIVE_LIKE, DELETE_MOMENT] {
        let reply = act(&world, service, BAI, id).await;
        assert_refused(&reply, 500, "接口异常");
        assert!(!reply.body.contains("injected"), "{}", reply.body);
    }
    drop(storm);
    assert_eq!(stored(&world).await, before);
}

/// Makes the calls at the same time, each in a process of its own.
async fn at_once(world: &Arc<World>, calls: Vec<Call>) -> Vec<Reply> {
    let barrier = Arc::new(Barrier::new(calls.len()));
    let tasks: Vec<_> = (100..)
        .zip(calls)
        .map(|(seed, call)| {
            let (world, barrier) = (Arc::clone(world), Arc::clone(&barrier));
            tokio::spawn(async move {
                let process = world.another_process(seed);
                barrier.wait().await;
                world.send_to(&process, call).await
            })
        })
        .collect();
    let mut replies = Vec::new();
    for task in tasks {
        replies.push(task.await.unwrap());
    }
    replies
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_likes_of_two_members_at_once_are_two() {
    let world = Arc::new(World::new().await);
    let id = publish(&world, BAI, &[]).await;
    let storm = world.storm();
    let calls = (0..32).map(|number| call(&world, GIVE_LIKE, Who::at(number), id));
    let calls = calls.collect();
    for reply in at_once(&world, calls).await {
        assert_answer(&reply, DONE);
    }
    drop(storm);
    assert_eq!(likes(&world, id).await, "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_deletions_at_once_one_wins_and_likes_meanwhile_leave_no_trace() {
    let world = Arc::new(World::new().await);
    let id = publish(&world, BAI, &[]).await;
    let other = publish(&world, STAR, &[]).await;
    let storm = world.faults().conflicts(20);
    let calls = (0..24).map(|number| match number % 3 {
        0 => call(&world, DELETE_MOMENT, BAI, id),
        liker => call(&world, GIVE_LIKE, Who::at(liker - 1), id),
    });
    let calls = calls.collect();
    let replies = at_once(&world, calls).await;
    drop(storm);
    let mut deleted = 0;
    for (number, reply) in replies.iter().enumerate() {
        let is_done = reply.json()["data"]["err_code"] == 0;
        assert_answer(reply, if is_done { DONE } else { GONE });
        deleted += usize::from(is_done && number % 3 == 0);
    }
    assert_eq!(deleted, 1);
    for caller in [None, Some(BAI)] {
        assert_eq!(seen(&world, SHOW_MOMENT, caller).await, (vec![other], 1));
    }
    assert_eq!(seen(&world, GET_MY_MOMENT, Some(BAI)).await.1, 0);
    assert_answer(&act(&world, GIVE_LIKE, STAR, id).await, GONE);
}
