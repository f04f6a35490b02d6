//! How guessing a password is slowed down, and who is not kept out by it.

use std::sync::Arc;

use crate::support::okay::{
    LOGIN, SLOW, User, WRONG, assert_code, get, given, hashed, login, post, with,
};
use crate::support::qzone::{Visitor, allow, open, request_token};
use crate::support::{BAI, BOTH, Call, Reply, STAR, World, send_at_once};

/// Where the member is at home, and another place of the same customer.
const HOME: [&str; 2] = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"];

/// The customer next door.
const NEXT_DOOR: &str = "2001:db8:1:3::1";
const ELSEWHERE: &str = "198.51.100.9";

/// A login that ends no other.
fn log_in(user: &User, from: &str) -> Call {
    post(LOGIN, &with(&user.names(), "is_allow_many", "1")).from(from)
}

/// A guess at a name.
fn guess(username: &str, from: &str) -> Call {
    let wrong = hashed("wrong");
    post(LOGIN, &[("username", username), ("password", &wrong)]).from(from)
}

/// Strangers use up what a name has.
async fn use_up(world: &World, username: &str) {
    for number in 0..10 {
        let reply = world
            .send(guess(username, &format!("192.0.2.{number}")))
            .await;
        assert_code(&reply, 2, WRONG);
    }
}

#[track_caller]
fn assert_in(reply: &Reply) {
    given(reply, "token");
}

#[tokio::test]
async fn strangers_do_not_keep_out_whoever_logged_in_from_the_address_before() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    assert_in(&world.send(log_in(&user, HOME[0])).await);
    use_up(&world, &user.username).await;
    for from in HOME {
        assert_in(&world.send(log_in(&user, from)).await);
    }
    // A whole network of an IPv4 customer is its address.
    for from in [ELSEWHERE, NEXT_DOOR, "192.0.2.1"] {
        assert_code(&world.send(log_in(&user, from)).await, 3, SLOW);
    }
    // Nor does it help at somebody else's name.
    let other = User::demo(&world, STAR);
    use_up(&world, &other.username).await;
    assert_code(&world.send(log_in(&other, HOME[0])).await, 3, SLOW);
    // Of late are 30 days.
    world.pass(30 * 86_400 - 1);
    use_up(&world, &user.username).await;
    assert_in(&world.send(log_in(&user, HOME[1])).await);
    world.pass(30 * 86_400);
    use_up(&world, &user.username).await;
    assert_code(&world.send(log_in(&user, HOME[1])).await, 3, SLOW);
}

#[tokio::test]
async fn who_is_known_is_slowed_down_alone() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    assert_in(&world.send(log_in(&user, HOME[0])).await);
    for _ in 0..10 {
        assert_code(&world.send(guess(&user.username, HOME[0])).await, 2, WRONG);
    }
    assert_code(&world.send(log_in(&user, HOME[1])).await, 3, SLOW);
    // Others are not slowed down by that.
    assert_in(&world.send(log_in(&user, ELSEWHERE)).await);
    world.pass(59);
    assert_code(&world.send(log_in(&user, HOME[1])).await, 3, SLOW);
    world.pass(1);
    assert_in(&world.send(log_in(&user, HOME[1])).await);
}

#[tokio::test]
async fn strangers_do_not_keep_out_whoever_is_logged_in() {
    let world = World::new().await;
    let [user, other] = BOTH.map(|number| User::demo(&world, number));
    use_up(&world, &user.username).await;
    let with_login_of = |login: &User| {
        let params = [user.names(), login.session()].concat();
        post(LOGIN, &with(&params, "is_allow_many", "1")).from(ELSEWHERE)
    };
    let dead = User {
        token: "0".repeat(64),
        ..user.clone()
    };
    for login in [&other, &dead] {
        assert_code(&world.send(with_login_of(login)).await, 3, SLOW);
    }
    assert_in(&world.send(with_login_of(&user)).await);
    let new = hashed("new");
    let params = [
        ("username", user.username.as_str()),
        ("old_password", &user.password),
        ("new_password", &new),
    ];
    let alter = |params: &[(&str, &str)]| get("App.User.AlterPassword", params).from(NEXT_DOOR);
    assert_code(&world.send(alter(&params)).await, 3, SLOW);
    let params = [&params[..], &user.session()].concat();
    assert_code(&world.send(alter(&params)).await, 0, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_tries_thirty_passwords_a_minute_whatever_the_names() {
    let world = Arc::new(World::new().await);
    let [user, other] = BOTH.map(|number| User::demo(&world, number));
    assert_in(&world.send(log_in(&user, HOME[0])).await);
    let guesses = (0..64).map(|number| {
        let from = HOME[number % 2];
        guess(&format!("name{number}"), from)
    });
    let replies = send_at_once(&world, guesses.collect()).await;
    let tried = |reply: &&Reply| reply.json()["data"]["err_code"] == 1;
    assert_eq!(replies.iter().filter(tried).count(), 30);
    for reply in replies.iter().filter(|reply| !tried(reply)) {
        assert_code(reply, 3, SLOW);
    }
    // Names that were refused were not tried.
    let fresh = guess("name63", ELSEWHERE);
    assert_eq!(world.send(fresh).await.json()["data"]["err_code"], 1);
    // Not kept out: who is known there, and everybody elsewhere.
    assert_code(&world.send(log_in(&other, HOME[1])).await, 3, SLOW);
    assert_in(&world.send(log_in(&user, HOME[1])).await);
    assert_in(&world.send(log_in(&other, NEXT_DOOR)).await);
    world.pass(60);
    assert_in(&world.send(log_in(&other, HOME[1])).await);
}

#[tokio::test]
async fn ones_own_success_forgives_an_address_nothing() {
    let world = World::new().await;
    let [user, other] = BOTH.map(|number| User::demo(&world, number));
    for number in 0..30 {
        let reply = world.send(guess(&format!("name{number}"), ELSEWHERE)).await;
        assert_eq!(reply.json()["data"]["err_code"], 1);
        if number < 29 {
            assert_in(&world.send(log_in(&user, ELSEWHERE)).await);
        }
    }
    assert_code(&world.send(log_in(&other, ELSEWHERE)).await, 3, SLOW);
}

#[tokio::test]
async fn the_pages_have_the_same_limits() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    // From the address that visitors have by default.
    Visitor::log_in(&world, BAI).await;
    use_up(&world, &user.username).await;
    let asked = request_token(&world, &[]).await;
    let page = open(&world, &asked.token).await;
    let reply = world.send(allow(&world, &page, BAI).from(ELSEWHERE)).await;
    assert!(
        reply.status == 200 && reply.body.contains("稍后再试"),
        "{}",
        reply.body
    );
    let reply = world.send(allow(&world, &page, BAI)).await;
    assert_eq!(reply.status, 302, "{}", reply.body);
    Visitor::log_in(&world, BAI).await;
    assert_code(&world.send(log_in(&user, ELSEWHERE)).await, 3, SLOW);
    login(&world, &user, None).await;
}
