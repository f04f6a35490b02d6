//! A ban, a silence and a block hold everywhere: `docs/STATES.md` says what each operation answers in each state, and
//! every operation is called in each.

use demo::{Credentials, Sample as _};
use std::collections::BTreeMap;
use weiquan_store::id::Uid;

use weiquan::example;
use weiquan::http::Function;
use weiquan::okay::{Login, Operation};
use weiquan_store::people::relation::{self, Block};

use crate::support::admin::done_here;
use crate::support::okay::sign;
use crate::support::qzone::code;
use crate::support::xweibo::{Person, act, follow_as, person, publish, rst, third_member};
use crate::support::{BAI, BOTH, Call, Reply, STAR, World};

/// Whose samples are others': of a password, of a login that may end, of a request token.
const BY_OTHER: [&str; 4] = [
    "App.User.AlterPassword",
    "App.User.Login",
    "App.User.Logout",
    "qzoneoauth_access_token",
];

/// As for everybody.
const USUAL: &str = "-";

/// What the page says of each operation: its answers to the banned, the silenced and the blocked.
fn table() -> BTreeMap<String, [String; 3]> {
    let page = include_str!("../../../docs/STATES.md");
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<_> = line
            .strip_prefix("| `")?
            .split('|')
            .map(str::trim)
            .collect();
        let [name, banned, silenced, blocked, ""] = cells[..] else {
            panic!("{line} is no row of four cells");
        };
        let states = [banned, silenced, blocked].map(str::to_owned);
        Some((name.trim_matches('`').to_owned(), states))
    });
    let mut table = BTreeMap::new();
    for (name, states) in rows {
        let twice = table.insert(name.clone(), states);
        assert!(twice.is_none(), "{name} has two rows");
    }
    table
}

/// Every operation and page by its name.
fn operations() -> Vec<(&'static str, &'static dyn Function)> {
    let okay = front::OKAY.iter().map(|op| (op.name, *op as _));
    let xweibo = front::XWEIBO.iter().map(|op| (op.name, *op as _));
    let qzone = front::QZONE.iter().map(|op| (op.name, *op as _));
    let pages = front::QZONE_PAGES
        .iter()
        .map(|page| (page.path, *page as _));
    okay.chain(xweibo).chain(qzone).chain(pages).collect()
}

/// What an answer says, as the table writes it.
fn outcome(reply: &Reply) -> String {
    let Ok(json) = serde_json::from_str::<serde_json::Value>(&reply.body) else {
        let called_back = reply.body.split("{\"ret\":\"").nth(1);
        let number = match called_back.and_then(|rest| rest.split('"').next()) {
            Some(ret) => ret.to_owned(),
            None if reply.headers["content-type"].starts_with("text/html") => {
                assert_eq!(reply.status, 200, "{}", reply.body);
                "0".to_owned()
            }
            None => code(reply),
        };
        return if number == "0" {
            USUAL.to_owned()
        } else {
            number
        };
    };
    let number = |value: &serde_json::Value| value.as_i64().filter(|code| *code != 0);
    let ret = number(&json["ret"]).filter(|ret| *ret != 200);
    let failure = number(&json["data"]["err_code"]).map(|code| format!("`err_code` {code}"));
    let code = ret.or(number(&json["errno"])).map(|code| code.to_string());
    code.or(failure).unwrap_or_else(|| USUAL.to_owned())
}

/// What the sample call of each operation is answered.
async fn walk(world: &World, names: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    let mut outcomes = BTreeMap::new();
    for (name, function) in operations() {
        if names(name) {
            let optional = front::OKAY.iter().find(|op| op.name == name);
            let reply = match optional.filter(|op| op.login == Login::Optional) {
                Some(operation) => world.send(with_login(world, operation)).await,
                None => {
                    let event = function.sample(&world.ctx, &world.demo.credentials());
                    world.event(&world.ctx, function.package(), event).await
                }
            };
            outcomes.insert(name.to_owned(), outcome(&reply));
        }
    }
    outcomes
}

/// A sample of an operation that needs no login, with one.
fn with_login(world: &World, operation: &Operation) -> Call {
    let Credentials { okay, session, .. } = world.demo.credentials();
    let login = [
        ("app_key", &*okay.0),
        ("uuid", &*session.0),
        ("token", &*session.1),
    ];
    let own = operation.params.iter();
    let own = own.filter_map(|param| Some((param.name, param.example?)));
    let mut pairs: Vec<_> = login.into_iter().chain(own).collect();
    let sign = sign(&pairs, &okay.1);
    pairs.push(("sign", &sign));
    Call::post(&operation.path()).form(&pairs)
}

fn column(state: usize) -> BTreeMap<String, String> {
    let rows = table().into_iter();
    rows.map(|(name, states)| (name, states[state].clone()))
        .collect()
}

#[test]
fn every_operation_has_a_row() {
    let mut own: Vec<_> = operations()
        .into_iter()
        .map(|(name, _)| name.to_owned())
        .collect();
    own.sort();
    assert_eq!(table().into_keys().collect::<Vec<_>>(), own);
}

#[tokio::test]
async fn in_no_state_every_sample_is_answered() {
    let world = World::with_content().await;
    for (name, outcome) in walk(&world, |_| true).await {
        assert_eq!(outcome, USUAL, "{name}");
    }
}

#[tokio::test]
async fn who_is_banned_is_refused_as_the_page_says() {
    let mut outcomes = BTreeMap::new();
    for (number, of_other) in [(BAI, false), (STAR, true)] {
        let world = World::with_content().await;
        let who = world.member(number).username.clone();
        let others = [example::LEAVER].into_iter().filter(|_| of_other);
        for who in others.chain([&*who]) {
            done_here(&world, &format!("member set {who} --banned true")).await;
        }
        world.pass(61);
        let before = world.dump().await;
        let found = walk(&world, |name| BY_OTHER.contains(&name) == of_other).await;
        outcomes.extend(found);
        // Nothing of the member's is written; counts, attempts, nonces and new members are.
        let kept = |items: &[String]| -> Vec<String> {
            let own = format!("#{}", world.member(number).uid);
            let of_member = |item: &&String| item.contains(&own) && !item.contains("ATTEMPTS");
            items.iter().filter(of_member).cloned().collect()
        };
        assert_eq!(kept(&world.dump().await), kept(&before));
    }
    assert_eq!(outcomes, column(0));
}

#[tokio::test]
async fn who_is_silenced_is_refused_as_the_page_says() {
    let world = World::with_content().await;
    let who = world.member(BAI).username.clone();
    done_here(&world, &format!("member set {who} --silenced true")).await;
    world.pass(61);
    assert_eq!(walk(&world, |_| true).await, column(1));
}

#[tokio::test]
async fn who_is_blocked_is_refused_as_the_page_says() {
    let world = World::with_content().await;
    let [blocked, other] = BOTH.map(|number| world.member(number).uid);
    let block = Block {
        by: other,
        of: blocked,
    };
    relation::block(&world.ctx.store, block).await.unwrap();
    assert_eq!(walk(&world, |_| true).await, column(2));
}

#[tokio::test]
async fn a_state_that_ends_is_over() {
    let world = World::new().await;
    let who = world.member(BAI).username.clone();
    for state in ["--banned", "--silenced"] {
        for (value, errno) in [("true", 1_040_005), ("false", 0)] {
            done_here(&world, &format!("member set {who} {state} {value}")).await;
            world.pass(61);
            let reply = act(&world, BAI, "createTags", &[("tagName", &state[2..])]).await;
            assert_eq!(reply.json()["errno"], errno, "{state} {value}");
        }
    }
}

fn number(person: &Person) -> Uid {
    person.uid.parse().unwrap()
}

#[tokio::test]
async fn a_home_shows_no_repost_of_whom_its_owner_blocks() {
    let world = World::new().await;
    let [reader, blocked] = BOTH.map(|who| person(&world, who));
    let friend = third_member(&world).await;
    follow_as(&world, &reader, &friend).await;
    let said = publish(&world, STAR, "看").await;
    for (id, text) in [(&said, "one"), (&said, "two")] {
        let reposted = act(&world, &friend, "repost", &[("id", id), ("text", text)]).await;
        assert_eq!(reposted.json()["errno"], 0, "{}", reposted.body);
    }
    let own = act(&world, &friend, "update", &[("text", "own")]).await;
    assert_eq!(own.json()["errno"], 0, "{}", own.body);
    world.settle().await;
    let count = async |count: &str| {
        let page = rst(&act(&world, &reader, "homeTimeline", &[("count", count)]).await);
        page["data"].as_array().unwrap().len()
    };
    assert_eq!(count("20").await, 3);
    let block = Block {
        by: number(&reader),
        of: number(&blocked),
    };
    relation::block(&world.ctx.store, block).await.unwrap();
    assert_eq!((count("20").await, count("1").await), (1, 1));
    relation::unblock(&world.ctx.store, block).await.unwrap();
    assert_eq!(count("20").await, 3);
}

#[tokio::test]
async fn whoever_is_blocked_by_who_wrote_it_first_reposts_nothing() {
    let world = World::new().await;
    let [caller, author] = BOTH.map(|who| person(&world, who));
    let friend = third_member(&world).await;
    let said = publish(&world, STAR, "看").await;
    let repost = act(&world, &friend, "repost", &[("id", &said)]).await;
    let repost = rst(&repost)["data"]["id"].as_str().unwrap().to_owned();
    let block = Block {
        by: number(&author),
        of: number(&caller),
    };
    relation::block(&world.ctx.store, block).await.unwrap();
    let before = world.dump().await;
    for (operation, params) in [
        ("repost", vec![("id", &*said)]),
        ("repost", vec![("id", &*repost)]),
        ("repost", vec![("id", &*said), ("rtids", &*said)]),
        (
            "comment",
            vec![("id", &*said), ("text", "t"), ("forward", "1")],
        ),
        (
            "comment",
            vec![("id", &*repost), ("text", "t"), ("forward", "1")],
        ),
        ("createFavorite", vec![("id", &*said)]),
        ("createFavorite", vec![("id", &*repost)]),
    ] {
        let reply = act(&world, &caller, operation, &params).await;
        assert_eq!(reply.json()["errno"], 1_020_404, "{operation} {params:?}");
    }
    assert_eq!(world.dump().await, before);
    // Elsewhere it goes on: a comment on the repost, a repost that comments on what its author may not.
    let own = publish(&world, BAI, "own").await;
    for (operation, params) in [
        ("comment", vec![("id", &*repost), ("text", "t")]),
        ("repost", vec![("id", &*own), ("rtids", &*said)]),
        ("createFavorite", vec![("id", &*own)]),
    ] {
        let reply = act(&world, &caller, operation, &params).await;
        assert_eq!(reply.json()["errno"], 0, "{operation} {params:?}");
    }
}
