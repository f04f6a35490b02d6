//! QZone: nonces work once (qzone sections 4 and 7).

use futures_util::future::join_all;

use crate::support::World;
use crate::support::qzone::*;

#[tokio::test]
async fn a_nonce_is_1_to_128_printable_characters() {
    let world = World::new().await;
    let longest = "n".repeat(128);
    for nonce in [
        "0",
        "a",
        "-",
        "_",
        "Az09-_",
        "1606161364",
        "1457000000191.23456789",
        "b/64+no ce==",
        "a#b",
        &*longest,
    ] {
        answered(&add(&world, params(&world, nonce, DATA)).await, OK);
    }
    let before = world.dump().await;
    let too_long = "n".repeat(129);
    for nonce in ["", "汉", "a\n", "\u{7f}", "a\0", &*too_long] {
        answered(&add(&world, params(&world, nonce, DATA)).await, BAD_NONCE);
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn a_nonce_works_once() {
    let world = World::new().await;
    let first = signed(&world, params(&world, "once", DATA));
    answered(&world.send(post(&first)).await, OK);
    let before = world.dump().await;
    answered(&world.send(post(&first)).await, BAD_NONCE);
    let other_data = DATA.replace("ok", "other");
    let reply = add(&world, params(&world, "once", &other_data)).await;
    answered(&reply, BAD_NONCE);
    // Another process sees it too.
    let process = world.another_process(7);
    answered(&world.send_to(&process, post(&first)).await, BAD_NONCE);
    assert_eq!(world.dump().await, before);

    // It is one of its second, token and consumer.
    world.pass(1);
    answered(&add(&world, params(&world, "once", DATA)).await, OK);
    grant(&world, "20000000000000000002", |_| ()).await;
    let mut other_token = params(&world, "once", DATA);
    set(&mut other_token, "oauth_token", "20000000000000000002");
    answered(&add(&world, other_token).await, OK);
    assert_eq!(feeds(&world).await.len(), 3);
}

#[tokio::test]
async fn a_nonce_is_remembered_as_long_as_its_time_is_taken() {
    let world = World::new().await;
    let mut early = params(&world, "early", DATA);
    let latest = (world.now().as_second() + 300).to_string();
    set(&mut early, "oauth_timestamp", &latest);
    let call = post(&signed(&world, early));
    answered(&world.send(call.clone()).await, OK);
    world.pass(600);
    answered(&world.send(call.clone()).await, BAD_NONCE);
    world.pass(1);
    answered(&world.send(call).await, BAD_TIMESTAMP);
    assert_eq!(feeds(&world).await.len(), 1);
}

#[tokio::test]
async fn an_authentic_call_with_bad_data_uses_its_nonce_up() {
    let world = World::new().await;
    let before = world.dump().await.len();
    let reply = add(&world, params(&world, "used", "no json")).await;
    answered(&reply, BAD_DATA);
    assert_eq!(world.dump().await.len(), before + 1);
    answered(&add(&world, params(&world, "used", DATA)).await, BAD_NONCE);
    let reply = add(&world, params(&world, "used", "no json")).await;
    answered(&reply, BAD_NONCE);
    assert_eq!(feeds(&world).await.len(), 0);
}

#[tokio::test]
async fn nobody_else_can_use_a_nonce_up() {
    let world = World::new().await;
    let before = world.dump().await;
    let good = signed(&world, params(&world, "mine", DATA));
    let mut forged = good.clone();
    set(&mut forged, "feeds_data", "{}");
    answered(&world.send(post(&forged)).await, BAD_SIGNATURE);
    remove(&mut forged, "oauth_signature");
    answered(&world.send(post(&forged)).await, BAD_SIGNATURE);
    assert_eq!(world.dump().await, before);
    answered(&world.send(post(&good)).await, OK);
}

#[tokio::test]
async fn of_64_callers_with_one_nonce_one_publishes() {
    let world = World::new().await;
    let call = post(&signed(&world, params(&world, "race", DATA)));
    let processes: Vec<_> = (0..8).map(|n| world.another_process(100 + n)).collect();
    let calls = (0..64).map(|n| world.send_to(&processes[n % 8], call.clone()));
    let replies = join_all(calls).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies
        .iter()
        .partition(|reply| reply.body.contains(r#""ret":"0""#));
    assert_eq!((won.len(), lost.len()), (1, 63));
    answered(won[0], OK);
    for reply in lost {
        answered(reply, BAD_NONCE);
    }
    assert_eq!(feeds(&world).await.len(), 1);
}
