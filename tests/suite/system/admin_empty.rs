//! Every command of the operator on a table without any data.

use std::collections::BTreeSet;

use crate::support::World;
use crate::support::admin::{call_here, commands, done_here};

/// An app's key.
const KEY: &str = "MYAPP000000000000000000000000001";

/// What a command answers: `Ok` names a field that it prints, `Err` words of its complaint.
type Answer = Result<&'static str, &'static str>;

/// Every command, as an operator may give it first.
const COMMANDS: [(&str, &[&str], Answer); 23] = [
    ("init", &["--all"], Ok("appkey")),
    ("app create", &["--key", KEY], Ok("app_secrect")),
    ("app show", &[KEY], Err("there is no app")),
    ("app set", &[KEY, "--plan", "free"], Err("there is no app")),
    ("app rotate", &[KEY], Err("there is no app")),
    ("app list", &[], Ok("")),
    ("member create", &["--username", "lili"], Ok("uuid")),
    ("member show", &["lili"], Err("there is no member")),
    ("member set", &["lili"], Err("there is no member")),
    ("message delete", &[KEY, "1"], Err("there is no app")),
    ("session create", &["lili"], Err("there is no member")),
    ("session revoke", &["U", "T"], Err("there is no such")),
    ("xweibo set", &["--akey", "A", "--skey", "B"], Ok("akey")),
    ("xweibo show", &[], Err("use `xweibo set`")),
    ("xweibo bind", &["777", "lili"], Err("there is no member")),
    ("qzone app create", &["--key", "20001"], Ok("appkey")),
    ("qzone app list", &[], Ok("")),
    ("qzone app show", &["20001"], Err("there is no consumer")),
    ("qzone app set", &["20001"], Err("there is no consumer")),
    ("qzone grant", &["20001", "lili"], Err("there is no consum")),
    ("qzone revoke", &["1"], Err("there is no such token")),
    ("event", &["okay-post-moment"], Ok("")),
    ("check", &[], Ok("items")),
];

#[tokio::test]
async fn every_command_answers_on_an_empty_table() {
    let tried = COMMANDS.iter().map(|(name, _, _)| (*name).to_owned());
    assert_eq!(tried.collect::<BTreeSet<_>>(), commands());

    for (name, arguments, wanted) in COMMANDS {
        let world = World::empty().await;
        let words: Vec<&str> = name.split(' ').chain(arguments.iter().copied()).collect();
        let answer = call_here(&world, &words).await;
        match (&answer, wanted) {
            (Ok(value), Ok(field)) => {
                assert!(
                    field.is_empty() || value.get(field).is_some(),
                    "{name}: {value}"
                );
            }
            (Err(complaint), Err(words)) => {
                assert!(complaint.contains(words), "{name}: {complaint}");
                assert_eq!(world.dump().await, Vec::<String>::new(), "{name}");
            }
            (answer, _) => panic!("{name}: {answer:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_made_on_an_empty_table_can_be_shown_and_changed() {
    let world = World::empty().await;
    for command in [
        &format!("app create --key {KEY}"),
        &format!("app show {KEY}"),
        &format!("app set {KEY} --monthly-quota 5"),
        &format!("app set {KEY} --plan free"),
        &format!("app rotate {KEY}"),
        "app list",
        "member create --username lili",
        "member show lili",
        "member set lili --password new",
        "member set lili --banned false",
        "session create lili",
        "xweibo set --akey A --skey B",
        "xweibo set --words bad",
        "xweibo set --default-member lili",
        "xweibo show",
        "xweibo bind 777 lili",
        "qzone app create --key 20001",
        "qzone app set 20001 --name MySite",
        "qzone app show 20001",
        "qzone grant 20001 lili",
        "member set lili --banned true",
    ] {
        done_here(&world, command).await;
    }
    let site = done_here(&world, "xweibo show").await;
    assert_eq!(
        (&site["akey"], &site["words"][0]),
        (&"A".into(), &"bad".into())
    );
}
