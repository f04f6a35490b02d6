//! What holds for every operation of Xweibo, after their declarations: where it is reached, and whom it refuses (xweibo
//! sections 1, 1.4, 5.3 and 7.1).

use image::ImageFormat::Png;
use weiquan::xweibo::Operation;

use crate::support::xweibo::pictures::{files, small, with_file};
use crate::support::xweibo::*;
use crate::support::{BAI, Call, Reply, World, refs};

/// What the site may let anybody read who is bound to no member.
const WITHOUT_AUTHOR: [&str; 6] = [
    "emotions",
    "getComments",
    "getCounts",
    "getProvinces",
    "show",
    "sinaurl",
];
/// Whose settings there are none of.
const SETTINGS: [&str; 3] = ["saveNotice", "saveShow", "setting"];
const NOTHING: Failure = (2_010_000, "User_id or Options can not be empty");

/// A call with the sample's parameters, signed for `name`, and with this picture where there is one.
fn call_with(
    world: &World,
    operation: &Operation,
    user: &str,
    target: &str,
    name: &str,
    picture: &[u8],
) -> Call {
    let examples = operation.params.iter();
    let own: Vec<_> = examples
        .filter_map(|param| Some((param.name, param.example?)))
        .collect();
    let fields = signed_at(world, user, &now(world), name, &own);
    match operation.file() {
        None => Call::post(target).form(&refs(&fields)),
        Some(file) => {
            let (kind, body) = with_file(&refs(&fields), file, "p.png", "image/png", picture);
            Call::post(target).body(&kind, &body)
        }
    }
}

/// The same with a good picture.
fn call(world: &World, operation: &Operation, user: &str, target: &str, name: &str) -> Call {
    call_with(world, operation, user, target, name, &small(Png))
}

/// The operation did what it does, or refused it for a reason of its own.
#[track_caller]
fn assert_served(reply: &Reply, operation: &Operation, at: &str) {
    assert_eq!(
        reply.operation,
        Some(operation.name),
        "{at}: {}",
        reply.body
    );
    let answer = reply.json();
    let errno = answer["errno"].as_i64().unwrap_or(0);
    let is_own = operation
        .failures
        .iter()
        .any(|failure| failure.code == errno);
    assert!(errno == 0 || is_own, "{at}: {answer}");
}

#[tokio::test]
async fn every_spelling_reaches_its_operation_at_every_address() {
    let world = World::with_content().await;
    let user = &world.member(BAI).site_uid;
    for operation in front::XWEIBO {
        let (lower, upper) = (operation.name.to_lowercase(), operation.name.to_uppercase());
        let spelled = [operation.name, &lower, &upper].map(|name| format!("action.{name}"));
        let aliases = operation.aliases.iter();
        let aliases = aliases.flat_map(|alias| [format!("action.{alias}"), (*alias).to_owned()]);
        for route in spelled.into_iter().chain(aliases) {
            let name = route.trim_start_matches("action.");
            for target in addresses(&[&route]) {
                for name in [name, operation.name, &lower] {
                    let call = call(&world, operation, user, &target, name);
                    let at = format!("{target} signed as {name}");
                    assert_served(&world.send(call).await, operation, &at);
                }
            }
        }
    }
}

#[tokio::test]
async fn whoever_is_not_let_in_changes_nothing_anywhere() {
    let world = World::with_content().await;
    let user = &world.member(BAI).site_uid;
    for operation in front::XWEIBO {
        let before = (world.dump().await, files(&world));
        let target = format!("/api/weibo/action.{}", operation.name);
        let in_query = format!("/?m=api/weibo/action.{}", operation.name);
        let other = if operation.name == "update" {
            "comment"
        } else {
            "update"
        };
        // The caller is looked at before the picture.
        let odd = |user, name| call_with(&world, operation, user, &target, name, b"x");
        let by = |method: &str, target: &str, name: &str| {
            let fields = signed_at(&world, user, &now(&world), name, &[]);
            Call::new(method, target).query(&refs(&fields))
        };
        let mut cases = vec![
            (odd(user, other), WRONG_SIGN),
            (odd(NOBODY, operation.name), UNBOUND),
            (Call::post(&target), NO_SIGN),
        ];
        for target in [&target, &in_query] {
            let methods = ["PUT", "PATCH", "DELETE"].iter();
            cases.extend(methods.map(|method| (by(method, target, operation.name), POST_ONLY)));
            cases.push(match operation.get {
                true => (by("GET", target, other), WRONG_SIGN),
                false => (by("GET", target, operation.name), POST_ONLY),
            });
        }
        for (call, failure) in cases {
            refused(&world.send(call).await, failure);
        }
        let good = call(&world, operation, user, &target, operation.name);
        let fresh = world.another_process(2);
        let reply = world.send_to(&fresh, good.clone());
        refused(&world.faults().outage().during(reply).await, OUTAGE);
        assert!(
            (world.dump().await, files(&world)) == before,
            "{}",
            operation.name
        );
        // Where the site and the caller are known already, files may be left.
        let reply = world.faults().outage().during(world.send(good)).await;
        refused(&reply, OUTAGE);
        assert!(world.dump().await == before.0, "{}", operation.name);
    }
}

#[tokio::test]
async fn whoever_is_bound_to_no_member_reads_at_the_most() {
    let world = World::with_content().await;
    for operation in front::XWEIBO {
        allow_anonymous(&world, operation.name).await;
        let before = (world.dump().await, files(&world));
        let target = format!("/api/weibo/action.{}", operation.name);
        let call = call(&world, operation, NOBODY, &target, operation.name);
        let reply = world.send(call).await;
        match operation.name {
            name if WITHOUT_AUTHOR.contains(&name) => assert_served(&reply, operation, name),
            name if SETTINGS.contains(&name) => refused(&reply, NOTHING),
            _ => refused(&reply, NO_AUTHOR),
        }
        assert!(
            (world.dump().await, files(&world)) == before,
            "{}",
            operation.name
        );
    }
}

#[tokio::test]
async fn the_silenced_are_told_so_before_anything_else_is_looked_at() {
    let world = World::new().await;
    change_member(&world, BAI, |member| member.silenced = true).await;
    let user = &world.member(BAI).site_uid;
    let before = world.dump().await;
    for operation in front::XWEIBO.iter().filter(|operation| operation.speaks) {
        let target = format!("/api/weibo/action.{}", operation.name);
        let fields = signed_at(&world, user, &now(&world), operation.name, &[]);
        let fields = refs(&fields);
        let bare = Call::post(&target).form(&fields);
        refused(&world.send(bare).await, SILENCED);
        if let Some(file) = operation.file() {
            for bytes in [&b""[..], b"x", &small(Png)] {
                let (kind, body) = with_file(&fields, file, "p.png", "image/png", bytes);
                refused(
                    &world.send(Call::post(&target).body(&kind, &body)).await,
                    SILENCED,
                );
            }
        }
    }
    assert!(world.dump().await == before && files(&world).is_empty());
}
