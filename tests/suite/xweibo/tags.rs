//! Xweibo `createTags` and `deleteTags` (xweibo sections 5.7.3, 5.7.4 and 7.3), and `getTags`, an
//! extension.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, STAR, Who, World, send_at_once};

const NONE: Failure = (1021500, "40027:Error: tags parameter is null");
const TOO_MANY: Failure = (1021501, "system error");
const NOT_OWN: Failure = (1021502, "40027:Error: tags parameter is null!");
const NOTHING: &str = r#"{"data":[]}"#;

#[track_caller]
fn tag_id(entry: &Value) -> String {
    entry["tagid"].as_str().unwrap().to_owned()
}

/// Makes tags and gives their ids.
async fn create(world: &World, who: Who, tags: &str) -> Vec<String> {
    let reply = act(world, who, "createTags", &[("tagName", tags)]).await;
    let ids: Vec<_> = accepted(&reply)
        .as_array()
        .unwrap()
        .iter()
        .map(tag_id)
        .collect();
    let shown: Vec<_> = ids
        .iter()
        .map(|id| format!(r#"{{"tagid":"{id}"}}"#))
        .collect();
    assert_rst(&reply, &format!(r#"{{"data":[{}]}}"#, shown.join(",")));
    ids
}

async fn delete(world: &World, who: Who, tag_id: &str) {
    done(world, who, "deleteTags", &[("tag_id", tag_id)]).await;
}

/// A member's tags, in order, with their ids.
async fn tags_with_ids(world: &World, who: Who) -> Vec<(String, String)> {
    let data = accepted(&act(world, who, "getTags", &[]).await);
    let pair = |entry: &Value| {
        assert_eq!(entry.as_object().unwrap().len(), 2, "{entry}");
        (tag_id(entry), entry["tag"].as_str().unwrap().to_owned())
    };
    data.as_array().unwrap().iter().map(pair).collect()
}

async fn tags(world: &World, who: Who) -> Vec<String> {
    let all = tags_with_ids(world, who).await;
    all.into_iter().map(|(_, tag)| tag).collect()
}

/// So many tags with numbers, from this one on.
fn numbered(from: usize, count: usize) -> String {
    let all: Vec<_> = (from..from + count).map(|n| format!("t{n}")).collect();
    all.join(",")
}

#[tokio::test]
async fn tags_are_made_listed_in_order_and_deleted() {
    let world = World::new().await;
    for who in BOTH {
        assert_rst(&act(&world, who, "getTags", &[]).await, NOTHING);
    }
    let made = create(&world, BAI, "音乐,电影").await;
    let more = create(&world, BAI, "<b>&'").await;
    let theirs = create(&world, STAR, "音乐").await;
    let all: BTreeSet<_> = [&made[..], &more, &theirs].concat().into_iter().collect();
    assert_eq!(all.len(), 4, "{all:?}");
    let shown = format!(
        r#"{{"data":[{{"tagid":"{}","tag":"音乐"}},{{"tagid":"{}","tag":"电影"}},{{"tagid":"{}","tag":"<b>&'"}}]}}"#,
        made[0], made[1], more[0]
    );
    let before = world.dump().await;
    for _ in 0..2 {
        assert_rst(&act(&world, BAI, "getTags", &[]).await, &shown);
    }
    assert_eq!(world.dump().await, before);
    assert_eq!(tags(&world, STAR).await, ["音乐"]);

    // What is made again after it was deleted is the newest.
    delete(&world, BAI, &made[0]).await;
    assert_eq!(tags(&world, BAI).await, ["电影", "<b>&'"]);
    world.pass(1);
    let again = create(&world, BAI, "z,音乐,a").await;
    assert_eq!(again.len(), 3);
    let listed = tags_with_ids(&world, BAI).await;
    let ids: Vec<_> = listed.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(ids, [&made[1..], &more, &again].concat());
    let expected = ["电影", "<b>&'", "z", "音乐", "a"];
    assert_eq!(tags(&world, BAI).await, expected);
    assert_eq!(tags_with_ids(&world, STAR).await[0].0, theirs[0]);
}

#[tokio::test]
async fn tags_are_separated_trimmed_and_kept_once() {
    let world = World::new().await;
    let widest = format!("{},{},{}ab", "汉".repeat(7), "a".repeat(14), "汉".repeat(6));
    for (given, made, all) in [
        (" 音乐 ,, ,\t电影\r\n,", 2, "音乐|电影"),
        ("音乐", 0, "音乐|电影"),
        ("Rock,rock,ＲＯＣＫ, rOcK ", 1, "音乐|电影|Rock"),
        ("ｒｏｃｋ,电影,a，b,音乐", 1, "音乐|电影|Rock|a，b"),
        ("a b;c|d", 1, "音乐|电影|Rock|a，b|a b;c|d"),
    ] {
        let before = world.dump().await;
        assert_eq!(create(&world, BAI, given).await.len(), made, "{given}");
        assert_eq!(tags(&world, BAI).await.join("|"), all, "{given}");
        assert_eq!(world.dump().await == before, made == 0, "{given}");
    }
    assert_eq!(create(&world, STAR, &widest).await.len(), 3);
    assert_eq!(tags(&world, STAR).await.join(","), widest);
    // The parameter is spelled in any case.
    for (number, name) in ["tagname", "TAGNAME", "TagName", "tAGnAME"]
        .into_iter()
        .enumerate()
    {
        let tag = format!("拼{number}");
        let reply = act(&world, STAR, "createTags", &[(name, &*tag)]).await;
        assert_eq!(accepted(&reply).as_array().unwrap().len(), 1, "{name}");
        assert_eq!(tags(&world, STAR).await[3 + number], tag);
    }
}

#[tokio::test]
async fn every_refusal_of_tags_has_its_number_and_place() {
    let world = World::new().await;
    change_site(&world, |site| site.words = ["bad".to_owned()].into()).await;
    create(&world, BAI, "音乐").await;
    let eleven = numbered(0, 11);
    let wide = "a".repeat(15);
    let mixed = "汉".repeat(7) + "a";
    let mut cases: Vec<(String, Failure)> = ["", " ", ",", " , ,\t,"]
        .map(|blank| (blank.to_owned(), NONE))
        .into();
    for (first, second, failure) in [
        ("bad", "", SENSITIVE),
        ("好", "not bad", SENSITIVE),
        (&wide, "bad", SENSITIVE),
        (&eleven, "bad", SENSITIVE),
        (&wide, "", PARAM_TOO_LONG),
        ("好", &mixed, PARAM_TOO_LONG),
        (&mixed, "好", PARAM_TOO_LONG),
        (&eleven, &wide, PARAM_TOO_LONG),
        (&eleven, "", TOO_MANY),
    ] {
        cases.push((format!("{first},{second}"), failure));
    }
    // With the one that is there.
    cases.push((numbered(0, 10), TOO_MANY));
    for (given, failure) in cases {
        assert_refused(&world, BAI, "createTags", &[("tagName", &*given)], failure).await;
    }
    assert_refused(&world, BAI, "createTags", &[], NONE).await;
    assert_eq!(tags(&world, BAI).await, ["音乐"]);

    let own = create(&world, BAI, "电影").await.remove(0);
    let theirs = create(&world, STAR, "电影").await.remove(0);
    assert_refused(&world, BAI, "deleteTags", &[("tag_id", &*theirs)], NOT_OWN).await;
    delete(&world, BAI, &own).await;
    assert_refused(&world, BAI, "deleteTags", &[("tag_id", &*own)], NOT_OWN).await;
    delete(&world, STAR, &theirs).await;
}

#[tokio::test]
async fn a_member_has_ten_tags() {
    let world = World::new().await;
    // Doubles count once.
    let ten = format!("{},T0,Ｔ9", numbered(0, 10));
    assert_eq!(create(&world, BAI, &ten).await.len(), 10);
    assert_refused(&world, BAI, "createTags", &[("tagName", "t10")], TOO_MANY).await;
    let params = [("tagName", "t0,t10")];
    assert_refused(&world, BAI, "createTags", &params, TOO_MANY).await;
    assert!(create(&world, BAI, &ten).await.is_empty());
    let all = tags_with_ids(&world, BAI).await;
    for (id, _) in &all[..2] {
        delete(&world, BAI, id).await;
    }
    let three = format!("{},t5", numbered(10, 3));
    assert_refused(&world, BAI, "createTags", &[("tagName", &*three)], TOO_MANY).await;
    // Two are new, and eight are there.
    assert_eq!(create(&world, BAI, &numbered(2, 10)).await.len(), 2);
    let params = [("tagName", "one more")];
    assert_refused(&world, BAI, "createTags", &params, TOO_MANY).await;
    assert_eq!(tags(&world, BAI).await.join(","), numbered(2, 10));
    // Another's are counted for themselves.
    assert_eq!(create(&world, STAR, &numbered(0, 10)).await.len(), 10);
}

#[tokio::test]
async fn tags_of_anybody_are_listed() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let made = [
        create(&world, BAI, "一").await,
        create(&world, STAR, "二").await,
    ];
    let [own, other] = [(0, "一"), (1, "二")].map(|(who, tag): (usize, &str)| {
        format!(
            r#"{{"data":[{{"tagid":"{}","tag":"{tag}"}}]}}"#,
            made[who][0]
        )
    });
    let [first, second] = BOTH.map(|who| uid(&world, who));
    let padded = format!(" {second} ");
    let nothing: &[(&str, &str)] = &[];
    for (params, expected) in [
        (nothing, &*own),
        (&[("id", ""), ("name", " ")], &own),
        (&[("id", &*first)], &own),
        (&[("name", "小白")], &own),
        (&[("id", &*second)], &other),
        (&[("id", &*padded)], &other),
        (&[("uid", &*second)], &other),
        (&[("uid", &*padded), ("name", "小白")], &other),
        (&[("uid", &*first), ("id", &*second)], &other),
        (&[("uid", " "), ("name", "dogstar")], &other),
        (&[("name", " ｄｏｇＳＴＡＲ ")], &other),
        (&[("id", &*second), ("name", "nobody")], &other),
        (&[("id", &*second), ("name", "小白")], &other),
        (&[("name", "third")], NOTHING),
    ] {
        assert_rst(&act(&world, BAI, "getTags", params).await, expected);
    }
    allow_anonymous(&world, "getTags").await;
    for params in [
        [("id", &*second)],
        [("uid", &*second)],
        [("name", "dogstar")],
    ] {
        assert_rst(&act(&world, NOBODY, "getTags", &params).await, &other);
    }
    let unknown = [("name", "nobody")];
    assert_refused(&world, NOBODY, "getTags", &unknown, NO_MEMBER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_made_at_once_are_neither_doubled_nor_too_many() {
    let world = Arc::new(World::new().await);
    let storm = world.storm();
    // Each twice, spelled in two ways.
    let twice = |number: usize| {
        let half = number / 2;
        let tag = [format!("Tag{half}"), format!("ｔａｇ{half}")][number % 2].clone();
        call(&world, BAI, "createTags", &[("tagName", &*tag)])
    };
    let replies = send_at_once(&world, (0..16).map(twice).collect()).await;
    let mut made = BTreeSet::new();
    for reply in &replies {
        let data = accepted(reply);
        for entry in data.as_array().unwrap() {
            assert!(made.insert(tag_id(entry)), "{data}");
        }
    }
    let listed = tags_with_ids(&world, BAI).await;
    let ids: BTreeSet<_> = listed.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!((listed.len(), &ids), (8, &made));
    let digits: BTreeSet<_> = listed.iter().map(|(_, tag)| tag.chars().last()).collect();
    assert_eq!(digits.len(), 8, "{listed:?}");

    // Sixteen others, for which there are two places.
    let other = |number| {
        let tag = format!("other{number}");
        call(&world, BAI, "createTags", &[("tagName", &*tag)])
    };
    let replies = send_at_once(&world, (0..16).map(other).collect()).await;
    drop(storm);
    for reply in winners(&replies, 2, TOO_MANY) {
        assert!(made.insert(tag_id(&accepted(reply)[0])), "{}", reply.body);
    }
    let listed = tags_with_ids(&world, BAI).await;
    let ids: BTreeSet<_> = listed.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!((listed.len(), ids), (10, made));
}
