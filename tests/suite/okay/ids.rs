//! Ids of messages and moments: 1, 2, 3 … in each app and kind, none twice, in the order of acceptance.

use std::collections::BTreeSet;
use std::sync::Arc;

use demo::{OPEN_APP, SIGNED_APP};
use weiquan_store::clients::sequence::{self, Counted};
use weiquan_store::clients::{self, App};
use weiquan_store::id::MessageId;

use crate::support::admin::{done, run};
use crate::support::okay::*;
use crate::support::pauses::Pauses;
use crate::support::{BAI, World, send_at_once};

/// The largest number of 32 bits with a sign.
const MAX: u64 = i32::MAX as u64;

async fn root(world: &World, key: &str) -> u64 {
    comment(world, &[("message_content", "x"), ("message_key", key)]).await
}

async fn reply(world: &World, pid: u64) -> u64 {
    let pid = pid.to_string();
    comment(world, &[("message_content", "x"), ("message_pid", &pid)]).await
}

async fn raise(world: &World, to: impl Counted) {
    sequence::raise(&world.ctx.store, &OPEN_APP.into(), to)
        .await
        .unwrap();
}

#[tokio::test]
async fn ids_are_counted_in_each_app_and_kind() {
    let world = World::new().await;
    let secret = &world.demo.apps[1].app_secrect;
    assert_eq!([root(&world, "a").await, root(&world, "b").await], [1, 2]);
    assert_eq!([reply(&world, 1).await, reply(&world, 3).await], [3, 4]);
    for id in 1..4 {
        assert_eq!(publish(&world, BAI, &[]).await, id);
    }
    let call = signed(POST, SIGNED_APP, secret, &[("message_content", "x")]);
    assert_eq!(posted_id(&world.send(call).await), 1);
    // What was deleted leaves its id to nobody.
    assert_answer(&act(&world, DELETE_MOMENT, BAI, 3).await, DONE);
    done(&world, &["message", "delete", OPEN_APP, "4"]).await;
    assert_eq!(publish(&world, BAI, &[]).await, 4);
    assert_eq!(root(&world, "a").await, 5);
    // A process of its own goes on from there.
    let other = world.another_process(9);
    let reply = world.send_to(&other, post(POST, &[("message_content", "x")]));
    assert_eq!(posted_id(&reply.await), 6);
    let page = show(&world, &[]).await;
    assert_eq!(ids(&page["items"]), [1, 2, 5, 6]);
    assert_eq!(ids(&page["items"][0]["child"]), [3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_id_is_given_twice_whoever_comes_when_and_whatever_is_lost() {
    let world = Arc::new(World::new().await);
    let first = root(&world, "k").await.to_string();
    let login = session(&world, BAI);
    let moment = [("moment_nickname", "x"), ("moment_access", "0")];
    let moment = [&login[..], &moment].concat();
    let content = ("message_content", "x");
    let calls = (0..36).map(|number| match number % 3 {
        0 => post(POST, &[content, ("message_key", "k")]),
        1 => post(POST, &[content, ("message_pid", &first)]),
        _ => post(MOMENT, &moment),
    });
    let replies = world
        .faults()
        .conflicts(20)
        .lost_answers(10)
        .during(send_at_once(&world, calls.collect()))
        .await;
    let of = |kinds: &[usize]| -> Vec<u64> {
        let of_kind = replies.iter().enumerate();
        let of_kind = of_kind.filter(|(at, _)| kinds.contains(&(at % 3)));
        of_kind.map(|(_, reply)| posted_id(reply)).collect()
    };
    for (kinds, count) in [(&[0, 1][..], 24), (&[2], 12)] {
        let made: BTreeSet<u64> = of(kinds).into_iter().collect();
        assert_eq!(made.len(), count, "none twice");
        assert!(made.iter().all(|id| (1..=MAX).contains(id)), "{made:?}");
    }
    // In the order of acceptance, which is that of the ids.
    let page = show(&world, &[("message_key", "k"), ("perpage", "100")]).await;
    let roots = ids(&page["items"]);
    let mut made = of(&[0]);
    made.push(first.parse().unwrap());
    made.sort_unstable();
    assert_eq!(roots, made);
    let mut made = of(&[1]);
    made.sort_unstable();
    assert_eq!(ids(&page["items"][0]["child"]), made);
    let mut made = of(&[2]);
    made.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(walk(&world, SHOW_MOMENT, None, 5).await, made);
}

#[tokio::test]
async fn who_drew_first_and_stands_later_has_the_higher_id() {
    let world = World::new().await;
    root(&world, "k").await;
    // Its id is drawn, and it has not read where the thread ends.
    let slow = Pauses::new(&world, 7);
    let gate = slow.hold("Query", "THREAD#", 1);
    let call = post(POST, &[("message_content", "slow"), ("message_key", "k")]);
    let (late, early) = tokio::join!(world.send_to(&slow.ctx, call), async {
        gate.reached().await;
        // Until the draw beside it is done.
        while sequence::last(&world.ctx.store, &OPEN_APP.into())
            .await
            .unwrap()
            < 2
        {
            tokio::task::yield_now().await;
        }
        let early = root(&world, "k").await;
        gate.open().await;
        early
    });
    let late = posted_id(&late);
    assert_eq!((early, late), (3, 4), "2 is a gap");
    for key in ["k", ""] {
        let page = show(&world, &[("message_key", key)]).await;
        assert_eq!(ids(&page["items"]), [1, 3, 4], "{key:?}");
    }
}

#[tokio::test]
async fn who_dies_between_drawing_and_writing_leaves_a_gap() {
    let world = World::new().await;
    assert_eq!(root(&world, "k").await, 1);
    let slow = Pauses::new(&world, 7);
    let gate = slow.hold("TransactWriteItems", "dies", 1);
    tokio::select! {
        reply = world.send_to(&slow.ctx, post(POST, &[("message_content", "dies"), ("message_key", "k")])) => panic!("{reply:?}"),
        () = gate.reached() => {}
    }
    assert_eq!([root(&world, "k").await, reply(&world, 1).await], [3, 4]);
    assert_eq!(ids(&show(&world, &[]).await["items"]), [1, 3]);
}

#[tokio::test]
async fn ids_that_no_counter_gave_are_of_nothing() {
    let world = World::new().await;
    let moment = publish(&world, BAI, &[]).await;
    for id in [
        MAX,
        MAX + 1,
        1 << 40,
        (1 << 53) - 1,
        1 << 53,
        i64::MAX as u64,
    ] {
        let text = id.to_string();
        let params = [("message_content", "x"), ("message_pid", &*text)];
        let reply = world.send(post(POST, &params)).await;
        assert_eq!(reply.json()["data"]["err_code"], 1, "{}", reply.body);
        assert_eq!(
            act(&world, GIVE_LIKE, BAI, id).await.json()["data"]["err_code"],
            1
        );
        let page = list(&world, SHOW_MOMENT, None, &[("lastid", &text)]).await;
        assert_eq!(found(&page), (vec![moment], 1));
        let replies = get("App.Market_Message.Replies", &[("id", &text)]);
        assert_eq!(world.send(replies).await.json()["data"]["err_code"], 1);
    }
    // What was refused has moved the counter on, and nothing else.
    let next = root(&world, "k").await;
    assert!(next < 20, "{next}");
}

#[tokio::test]
async fn an_app_goes_over_to_ids_that_follow_from_the_time_and_stays_there() {
    let world = World::new().await;
    let first = root(&world, "k").await;
    let moment = publish(&world, BAI, &[]).await;
    let app = ["app", "set", OPEN_APP, "--ids"];
    assert_eq!(
        done(&world, &["app", "show", OPEN_APP]).await["ids"],
        "counted"
    );
    assert_eq!(
        done(&world, &[&app[..], &["time"]].concat()).await["ids"],
        "time"
    );
    for back in ["counted", "count", ""] {
        assert!(run(&world, &[&app[..], &[back]].concat()).await.is_err());
    }
    // Said again it does not start anew.
    world.pass(61);
    done(&world, &[&app[..], &["time"]].concat()).await;
    // The command line has a clock of its own.
    let from = async || {
        let app: App = clients::read(&world.ctx.store, OPEN_APP)
            .await
            .unwrap()
            .unwrap();
        app.time_ids_from.unwrap()
    };
    let starts = from().await;
    let mut roots = vec![first, root(&world, "k").await];
    let mut moments = vec![publish(&world, BAI, &[]).await, moment];
    assert_eq!((roots[1], moments[0]), (2, 2));
    world
        .clock
        .set(jiff::Timestamp::from_second(starts + 1).unwrap());
    crate::support::okay::set_app(&world, OPEN_APP, |_| {}).await;
    let log_in = crate::support::okay::User::demo(&world, BAI);
    let member = crate::support::okay::login(&world, &log_in, None).await;
    let sent = with(&member.session(), "moment_nickname", "x");
    let sent = with(&sent, "moment_access", "0");
    for _ in 0..3 {
        roots.push(root(&world, "k").await);
        moments.insert(0, posted_id(&world.send(post(MOMENT, &sent)).await));
        world.pass(1);
    }
    assert!(roots[2] > 1 << 40 && roots[4] < 1 << 53, "{roots:?}");
    assert!(
        roots.is_sorted() && moments.iter().rev().is_sorted(),
        "{moments:?}"
    );
    let old = reply(&world, first).await;
    assert!(old > roots[4] && reply(&world, old).await > old);
    for key in ["k", ""] {
        let page = show(&world, &[("message_key", key)]).await;
        assert_eq!(ids(&page["items"]), roots, "{key:?}");
        assert_eq!(ids(&page["items"][0]["child"]), [old]);
    }
    assert_eq!(walk(&world, SHOW_MOMENT, None, 2).await, moments);
    let own = world.send(get(GET_MY_MOMENT, &member.session())).await;
    assert_eq!(found(&own.json()["data"]), (moments, 5));
}

#[tokio::test]
async fn a_counter_that_is_at_its_end_gives_ids_that_follow_from_the_time() {
    let world = World::new().await;
    raise(&world, MessageId::new(MAX - 1)).await;
    let last = root(&world, "k").await;
    assert_eq!(last, MAX);
    let next = root(&world, "k").await;
    let answer = reply(&world, last).await;
    assert!(next > 1 << 40 && answer > next, "{next} {answer}");
    let page = show(&world, &[("message_key", "k")]).await;
    assert_eq!(ids(&page["items"]), [last, next]);
    assert_eq!(ids(&page["items"][0]["child"]), [answer]);
}

#[tokio::test]
async fn a_board_that_is_spread_while_ids_are_counted_is_one_list() {
    let world = World::new().await;
    let mut roots = vec![root(&world, "a").await, root(&world, "b").await];
    let mut moments = vec![publish(&world, BAI, &[]).await];
    let starts = world.now() + jiff::SignedDuration::from_secs(120);
    let mut app: App = clients::read(&world.ctx.store, OPEN_APP)
        .await
        .unwrap()
        .unwrap();
    assert!(app.shards.spread_at(200_002, 4, starts));
    clients::replace(&world.ctx.store, &app).await.unwrap();
    world.pass(119);
    // Not everybody knows of it before.
    roots.push(root(&world, "a").await);
    moments.insert(0, publish(&world, BAI, &[]).await);
    assert_eq!((roots[2], moments[0]), (3, 2));
    world.pass(1);
    for number in 0..9 {
        roots.push(root(&world, ["a", "b", ""][number % 3]).await);
        moments.insert(
            0,
            publish(&world, BAI, &[("moment_access", ["0", "2"][number % 2])]).await,
        );
    }
    assert_eq!(roots[3..], (200_002..200_011).collect::<Vec<u64>>());
    let answer = reply(&world, roots[5]).await;
    assert_eq!(answer, 200_011);
    let page = show(&world, &[("perpage", "100")]).await;
    assert_eq!(ids(&page["items"]), roots);
    assert_eq!(ids(&page["items"][5]["child"]), [answer]);
    for service in [SHOW_MOMENT, GET_MY_MOMENT] {
        assert_eq!(walk(&world, service, Some(BAI), 4).await, moments);
    }
    for id in &moments {
        assert_answer(&act(&world, GIVE_LIKE, BAI, *id).await, DONE);
    }
    // The operator's own way there.
    let shown = done(&world, &["app", "set", OPEN_APP, "--shards", "8"]).await;
    assert_eq!(shown["shards"], 8);
    assert_eq!(root(&world, "a").await, 200_012);
    let new = ["app", "create", "--sign", "off", "--shards", "4"];
    let key = done(&world, &new).await["app_key"]
        .as_str()
        .unwrap()
        .to_owned();
    let params = [("app_key", &*key), ("message_content", "x")];
    let call = crate::support::Call::post("/api/App/Market_Message/Post").form(&params);
    assert_eq!(posted_id(&world.send(call).await), 1);
}
