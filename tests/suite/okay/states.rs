//! States of an app, its limits, sessions, and failures inside (okayapi sections 4.1, 8 and 9b).

use demo::{OPEN_APP, SIGNED_APP};
use jiff::Timestamp;
use serde_json::json;
use weiquan::okay::{Login, Operation};

use crate::support::okay::*;
use crate::support::{BAI, Call, STAR, World};

/// Calls from these addresses, with what they are answered.
async fn check_addresses(world: &World, cases: &[(&str, u64)]) {
    for (ip, ret) in cases {
        let reply = world.send(get(SHOW, &[]).from(ip)).await;
        assert_eq!(reply.json()["ret"], *ret, "{ip} {}", reply.body);
    }
}

#[tokio::test]
async fn closed_operations() {
    let world = World::new().await;
    set_app(&world, OPEN_APP, |app| {
        app.closed.insert(SHOW.to_owned());
    })
    .await;
    for service in [SHOW, "Market_Message.Show", "App.Market_Message.show"] {
        let reply = world.send(get(service, &[])).await;
        assert_eq!(reply.json()["ret"], 415, "{service}");
    }
    assert_ret(&world.send(post(POST, &valid(&world, POST))).await, 200);
    set_app(&world, OPEN_APP, |app| app.closed.clear()).await;
    assert_ret(&world.send(get(SHOW, &[])).await, 200);
}

#[tokio::test]
async fn addresses_that_may_not_call() {
    let world = World::new().await;
    set_app(&world, OPEN_APP, |app| {
        app.ip_deny = ["203.0.113.0/24", "198.51.100.7/32", "2001:db8:1::/48"]
            .iter()
            .map(|net| net.parse().unwrap())
            .collect();
    })
    .await;
    let cases = [
        ("203.0.113.0", 402),
        ("203.0.113.255", 402),
        ("203.0.112.255", 200),
        ("203.0.114.0", 200),
        ("198.51.100.7", 402),
        ("198.51.100.8", 200),
        ("2001:db8:1::", 402),
        ("2001:db8:1:ffff::1", 402),
        ("2001:db8:2::1", 200),
    ];
    check_addresses(&world, &cases).await;
}

#[tokio::test]
async fn addresses_that_alone_may_call() {
    let world = World::new().await;
    set_app(&world, OPEN_APP, |app| {
        app.ip_allow = ["203.0.113.0/25", "2001:db8::1/128"]
            .iter()
            .map(|net| net.parse().unwrap())
            .collect();
    })
    .await;
    let cases = [
        ("203.0.113.7", 200),
        ("203.0.113.127", 200),
        ("203.0.113.128", 403),
        ("192.0.2.1", 403),
        ("2001:db8::1", 200),
        ("2001:0db8:0:0:0:0:0:1", 200),
        ("2001:db8::2", 403),
    ];
    check_addresses(&world, &cases).await;
    let forged = get(SHOW, &[])
        .from("192.0.2.1")
        .header("x-forwarded-for", "203.0.113.7")
        .header("x-real-ip", "203.0.113.7");
    assert_ret(&world.send(forged).await, 403);
}

#[tokio::test]
async fn more_calls_in_a_second_than_allowed() {
    let world = World::new().await;
    set_app(&world, OPEN_APP, |app| app.per_second = Some(3)).await;
    let other = world.another_process(7);
    for _ in 0..2 {
        assert_ret(&world.send(get(SHOW, &[])).await, 200);
        assert_ret(&world.send_to(&other, get(SHOW, &[])).await, 200);
        assert_ret(&world.send(get(SHOW, &[])).await, 200);
        let before = stored(&world).await;
        for service in [SHOW, POST, MOMENT] {
            let call = post(service, &valid(&world, service));
            assert_refused(&world.send(call.clone()).await, 414, "并发过高");
            assert_ret(&world.send_to(&other, call).await, 414);
        }
        assert_eq!(stored(&world).await, before);
        let secret = &world.demo.apps[1].app_secrect;
        let elsewhere = world.send(signed(SHOW, SIGNED_APP, secret, &[])).await;
        assert_ret(&elsewhere, 200);
        world.pass(1);
    }
}

#[tokio::test]
async fn only_rightly_signed_calls_use_up_the_rate() {
    let world = World::new().await;
    let secret = &world.demo.apps[1].app_secrect;
    set_app(&world, SIGNED_APP, |app| app.per_second = Some(1)).await;
    for _ in 0..5 {
        assert_ret(
            &world.send(signed(SHOW, SIGNED_APP, "guessed", &[])).await,
            409,
        );
    }
    let invalid = signed(SHOW, SIGNED_APP, secret, &[("page", "0")]);
    assert_ret(&world.send(invalid).await, 400);
    let token = "0".repeat(64);
    let dead = with(&valid(&world, MOMENT), "token", &token);
    let reply = world.send(signed(MOMENT, SIGNED_APP, secret, &dead)).await;
    assert_ret(&reply, 401);
    assert_ret(
        &world.send(signed(SHOW, SIGNED_APP, secret, &[])).await,
        414,
    );
}

#[tokio::test]
async fn a_used_up_month() {
    const QUOTA: usize = 5;
    let world = World::new().await;
    set_app(&world, OPEN_APP, |app| {
        app.monthly_quota = Some(QUOTA as u64)
    })
    .await;
    let mut served = 0;
    loop {
        let reply = world.send(get(SHOW, &[])).await;
        if reply.json()["ret"] == 413 {
            break;
        }
        assert_ret(&reply, 200);
        served += 1;
        // A process may hold back the counts of 100 calls.
        assert!(served <= QUOTA + 100, "the quota is never enforced");
        world.pass(61);
    }
    assert!(served >= QUOTA, "refused after {served} calls");
    let before = stored(&world).await;
    for service in [SHOW, POST, MOMENT] {
        let reply = world.send(post(service, &valid(&world, service))).await;
        assert_refused(&reply, 413, "本月接口流量超出，已被临时冻结");
    }
    assert_eq!(stored(&world).await, before);
    // Months end at midnight in China.
    let last: Timestamp = "2026-06-30T15:59:59Z".parse().unwrap();
    world.clock.set(last);
    assert_ret(&world.send(get(SHOW, &[])).await, 413);
    world.pass(1);
    assert_ret(&world.send(get(SHOW, &[])).await, 200);
}

#[tokio::test]
async fn only_rightly_signed_calls_use_up_the_month() {
    let world = World::new().await;
    let secret = &world.demo.apps[1].app_secrect;
    set_app(&world, SIGNED_APP, |app| app.monthly_quota = Some(3)).await;
    for round in 0..240 {
        let reply = world.send(signed(SHOW, SIGNED_APP, "guessed", &[])).await;
        assert_eq!(reply.json()["ret"], 409, "call {round}");
    }
    for _ in 0..3 {
        world.pass(61);
        assert_ret(
            &world.send(signed(SHOW, SIGNED_APP, secret, &[])).await,
            200,
        );
    }
}

#[tokio::test]
async fn sessions_that_are_not_live() {
    let world = World::new().await;
    let [zeros, nobody] = ["0".repeat(64), "F".repeat(32)];
    let (member, stranger) = (world.member(BAI), world.member(STAR));
    // What checks a session and what ends one answer otherwise.
    let told: Vec<_> = front::OKAY
        .iter()
        .filter(|operation| operation.login == Login::Required || operation.name == POST)
        .filter(|operation| ![CHECK, LOGOUT].contains(&operation.name))
        .collect();
    let call = |operation: &Operation, uuid: &str, token: &str| {
        let params = with(&sample(&world, operation), "uuid", uuid);
        post(operation.name, &with(&params, "token", token))
    };
    let assert_dead = async |uuid: &str, token: &str| {
        let before = stored(&world).await;
        for operation in &told {
            let reply = world.send(call(operation, uuid, token)).await;
            assert_invalid(&reply, 401, "登录会话已过期，请重新登录");
        }
        assert_eq!(stored(&world).await, before);
    };
    for (uuid, token) in [
        (&member.uuid, &zeros),
        (&member.uuid, &stranger.token),
        (&stranger.uuid, &member.token),
        (&nobody, &member.token),
    ] {
        assert_dead(uuid, token).await;
        // Showing verifies no session.
        let reply = world
            .send(get(SHOW, &[("uuid", uuid), ("token", token)]))
            .await;
        assert_ret(&reply, 200);
    }
    world.pass(30 * 24 * 3600 - 1);
    let before = stored(&world).await;
    for operation in &told {
        let reply = world
            .send(call(operation, &member.uuid, &member.token))
            .await;
        assert_ret(&reply, 200);
    }
    assert_ne!(stored(&world).await, before);
    world.pass(1);
    assert_dead(&member.uuid, &member.token).await;
}

#[tokio::test]
async fn a_failure_inside_is_500_and_tells_no_cause() {
    let world = World::new().await;
    for known in [false, true] {
        let before = stored(&world).await;
        let storm = world.faults().outage();
        for service in [SHOW, POST, MOMENT] {
            let reply = world.send(post(service, &valid(&world, service))).await;
            assert_eq!(reply.status, 200);
            assert_refused(&reply, 500, "接口异常");
            assert_silent(&reply.body);
            assert_eq!(reply.json().get("_auth").is_some(), known, "{}", reply.body);
        }
        let reply = world.send(get(SHOW, &[("return_data", "1")])).await;
        let code = reply.json()["err_code"].as_i64().unwrap();
        assert!(code == 500 || code == -500, "{code}");
        assert_silent(&reply.body);
        let path = "/api/App/Market_Message/Show";
        let reply = world.send(Call::get(path).header("appkey", OPEN_APP)).await;
        assert_eq!((reply.status, &reply.json()["ret"]), (500, &json!(500)));
        drop(storm);
        assert_eq!(stored(&world).await, before);
        assert_ret(&world.send(get(SHOW, &[])).await, 200);
    }
}

#[track_caller]
fn assert_silent(body: &str) {
    let lower = body.to_lowercase();
    for word in [
        "dynamo", "amazon", "aws", "injected", "internal", "service", "error", "weiquan", "127.0",
        "http", "item", ".rs",
    ] {
        assert!(!lower.contains(word), "{word} in {body}");
    }
}
