//! Every command of the operator tells the truth when the store did what it was asked, and its first
//! answer was lost on the way.

use serde_json::{Value, json};

use crate::support::admin::{call_here, call_in, commands, done_here};
use crate::support::faults::Kind;
use crate::support::{BAI, World, okay};

const KEY: &str = "MYAPP000000000000000000000000001";
const LILI: &str = "member create --username lili";
const SITE: &str = "xweibo set --akey A --skey B";
const CONSUMER: &str = "qzone app create --key 20001";
const GRANT: &str = "qzone grant 20001 lili";

/// What a writing command is tried with: other commands before it, itself, and a command that shows what it did, with
/// a field of that.
type Trial<'a> = (&'a [&'a str], &'a str, &'a str, &'a str, Value);

/// The commands that change nothing.
const READS: [&str; 8] = [
    "check",
    "app show",
    "app list",
    "member show",
    "xweibo show",
    "qzone app show",
    "qzone app list",
    "event",
];
/// Those that end something: they are tried in a test of their own.
const ENDS: [&str; 3] = ["session revoke", "message delete", "qzone revoke"];

#[tokio::test]
async fn every_writing_command_tells_the_truth() {
    let app = &*format!("app create --key {KEY}");
    let of_app = &*format!("app show {KEY}");
    let given = format!(
        "{GRANT} --token 12345678901234567890 --token-secret oldTokenSecret01 \
         --openid 0123456789ABCDEF0123456789ABCDEF"
    );
    let (set_app, rotate) = (
        format!("app set {KEY} --plan free"),
        format!("app rotate {KEY}"),
    );
    let (of_lili, of_site, of_consumer) =
        ("member show lili", "xweibo show", "qzone app show 20001");
    let (session, bind) = ("session create lili", "xweibo bind 777 lili");
    let (words, name) = ("xweibo set --words bad", "qzone app set 20001 --name Site");
    let [nick, ban, password] = [
        "member set lili --nick Li",
        "member set lili --banned true",
        "member set lili --password new",
    ];
    let trials: &[Trial<'_>] = &[
        (&[], "init --all", "init", "missing", json!([])),
        (&[], app, of_app, "plan", json!("full")),
        (&[app], &set_app, of_app, "plan", json!("free")),
        (&[app], &rotate, of_app, "plan", json!("full")),
        (&[], LILI, of_lili, "username", json!("lili")),
        (&[LILI], nick, of_lili, "nick", json!("Li")),
        (
            &[LILI, CONSUMER, GRANT],
            ban,
            of_lili,
            "banned",
            json!(true),
        ),
        (&[LILI], password, of_lili, "password", json!(true)),
        (&[LILI], session, of_lili, "banned", json!(false)),
        (&[], SITE, of_site, "akey", json!("A")),
        (&[SITE], words, of_site, "words", json!(["bad"])),
        (&[LILI], bind, of_lili, "site_uid", json!("777")),
        (
            &[],
            CONSUMER,
            of_consumer,
            "oauth_consumer_key",
            json!("20001"),
        ),
        (&[CONSUMER], name, of_consumer, "name", json!("Site")),
        (&[LILI, CONSUMER], GRANT, of_lili, "banned", json!(false)),
        (&[LILI, CONSUMER], &given, of_lili, "banned", json!(false)),
        (
            &[LILI, CONSUMER, GRANT],
            &given,
            of_lili,
            "banned",
            json!(false),
        ),
    ];
    for name in commands() {
        let is_tried = trials
            .iter()
            .any(|(_, command, ..)| command.starts_with(&name));
        let is_known = READS.contains(&&*name) || ENDS.contains(&&*name);
        assert!(
            is_tried || is_known,
            "{name} is not tried with lost answers"
        );
    }
    for (before, command, look, field, wanted) in trials {
        let world = World::empty().await;
        for step in *before {
            done_here(&world, *step).await;
        }
        let storm = world.faults().lost_first_answers();
        let done = call_in(&world.another_process(9), *command).await;
        // It fails where no answer was lost.
        drop(storm);
        assert!(done.is_ok(), "{command}: {done:?}");
        assert_eq!(&done_here(&world, *look).await[*field], wanted, "{command}");
    }
}

#[tokio::test]
async fn what_ends_is_told_to_have_been_there() {
    let world = World::new().await;
    let member = world.member(BAI);
    let root = okay::comment(&world, &[("message_content", "rude")]).await;
    let storm = world.faults().lost_first_answers();
    let ctx = world.another_process(9);
    for (command, field) in [
        (
            format!("session revoke {} {}", member.uuid, member.token),
            "revoked",
        ),
        (
            format!("message delete {} {root}", demo::OPEN_APP),
            "deleted",
        ),
    ] {
        assert_eq!(
            call_in(&ctx, &command).await.unwrap()[field],
            true,
            "{command}"
        );
        let again = call_in(&ctx, &command).await;
        assert!(again.is_err(), "{again:?}");
    }
    let token = &world.demo.qzone.token;
    let done = call_in(&ctx, &format!("qzone revoke {token}"))
        .await
        .unwrap();
    assert_eq!(done["token"], **token);
    assert!(storm.strikes(Kind::LostAnswer) >= 3);
}

#[tokio::test]
async fn where_no_answer_comes_at_all_it_says_that_it_may_be_done() {
    let world = World::new().await;
    let _storm = world.faults().read_only();
    let said = call_here(&world, "app create").await.unwrap_err();
    assert!(said.contains("did not say whether it is done"), "{said}");
    assert_eq!(said.lines().count(), 1);
}
