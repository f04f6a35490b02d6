//! Xweibo `saveProfile` (xweibo sections 5.4.2, 7.5, 7.19, 7.20 and 7.47).

use std::sync::Arc;

use crate::support::xweibo::*;
use crate::support::{BAI, STAR, Who, World, send_at_once};

const TAKEN: Failure = (1021300, "40028:M01129");
const TEXT_TOO_LONG: Failure = (1020104, "Parameter length exceeds limit");
const MALFORMED: Failure = (1021301, "昵称格式不正确");
const NO_GENDER: Failure = (2010004, "");
const SAVE: &str = "/api/weibo/action.saveProfile";

async fn save(world: &World, who: Who, params: &[(&str, &str)]) {
    done(world, who, "saveProfile", params).await;
}

/// What `friends` of the second member, who follows nobody but the first, shows: the profile's
/// texts, with `gender`, `province`, `city`, `description` as given.
async fn assert_shown(world: &World, nick: &str, [gender, province, city, text]: [&str; 4]) {
    let (uid, avatar) = (uid(world, BAI), no_avatar(world, BAI, 50));
    let expected = format!(
        r#"{{"data":[{{"id":"{uid}","sn":"{nick}","p":"{avatar}","v":0,"sina_v":0,"gender":"{gender}","province":"{province}","city":"{city}","description":"{text}","fans":1,"follows":0}}],"next_cursor":"","total":1}}"#
    );
    assert_rst(&act(world, STAR, "friends", &[]).await, &expected);
}

/// The member's own nick, as a new weibo shows it.
async fn nick_of(world: &World, user: &str, text: &str) -> String {
    let weibo = accepted(&act(world, user, "update", &[("text", text)]).await);
    weibo["u"]["sn"].as_str().unwrap().to_owned()
}

/// The member of this nick has published something.
async fn is_there(world: &World, nick: &str) -> bool {
    let reply = act(world, BAI, "userTimeline", &[("name", nick)]).await;
    if reply.json()["errno"] != 0 {
        refused(&reply, NO_MEMBER);
        return false;
    }
    !accepted(&reply).as_array().unwrap().is_empty()
}

#[tokio::test]
async fn what_is_given_is_saved_and_the_rest_stays() {
    let world = World::new().await;
    follow(&world, STAR, BAI).await;
    assert_shown(&world, "小白", ["n", "", "", ""]).await;
    let text = "<script>&'</script>#话题#@dogstar";
    let full = "汉".repeat(70);
    let padded = format!(" {full}\t");
    for (params, nick, shown) in [
        (&[("gender", "f")][..], "小白", ["f", "", "", ""]),
        (&[("province", "11")], "小白", ["f", "11", "", ""]),
        (&[("city", "5")], "小白", ["f", "11", "5", ""]),
        (&[("description", text)], "小白", ["f", "11", "5", text]),
        (
            &[("nick", "小-White_1")],
            "小-White_1",
            ["f", "11", "5", text],
        ),
        (
            &[
                ("nick", " \t"),
                ("gender", ""),
                ("province", " "),
                ("city", "1000"),
                ("description", "\r\n"),
            ],
            "小-White_1",
            ["f", "11", "1000", text],
        ),
        (
            &[
                ("nick", " 新名字\r\n"),
                ("gender", " m "),
                ("province", "\t31"),
                ("city", " 9"),
                ("description", &padded),
            ],
            "新名字",
            ["m", "31", "9", &full],
        ),
    ] {
        // The same request again changes nothing.
        for _ in 0..2 {
            save(&world, BAI, params).await;
            world.pass(61);
            assert_shown(&world, nick, shown).await;
        }
    }
    let narrow = "b".repeat(140);
    save(&world, BAI, &[("description", &narrow)]).await;
    world.pass(61);
    assert_shown(&world, "新名字", ["m", "31", "9", &narrow]).await;
    assert_eq!(nick_of(&world, "10001", "哈哈").await, "dogstar");
}

#[tokio::test]
async fn every_answer_shows_the_new_nick() {
    let world = World::new().await;
    follow(&world, BAI, STAR).await;
    follow(&world, STAR, BAI).await;
    let weibo = publish(&world, BAI, "哈哈").await;
    comment(&world, BAI, &weibo, "看").await;
    message(&world, BAI, STAR, "好").await;
    save(&world, BAI, &[("nick", "Ｎew名字")]).await;
    world.pass(61);
    let shown = "Ｎew名字";
    let params = [("id", &*weibo)];
    let show = accepted(&act(&world, STAR, "show", &params).await);
    assert_eq!(show["u"]["sn"], shown);
    let page = rst(&act(&world, STAR, "getComments", &params).await);
    assert_eq!(page["0"]["nick"], shown);
    let repost = accepted(&act(&world, STAR, "repost", &params).await);
    assert_eq!(repost["rt"]["u"]["sn"], shown);
    let messages = accepted(&act(&world, STAR, "directMessages", &[]).await);
    assert_eq!(messages[0]["sender"]["sn"], shown);
    for list in ["friends", "followers"] {
        let data = accepted(&act(&world, STAR, list, &[]).await);
        assert_eq!(data[0]["sn"], shown, "{list}");
    }
    // The old name names nobody, the new one in any spelling.
    for old in ["userTimeline", "getTags"] {
        assert_refused(&world, STAR, old, &[("name", "小白")], NO_MEMBER).await;
    }
    let timeline = accepted(&act(&world, STAR, "userTimeline", &[("name", "nEW名字")]).await);
    assert_eq!(timeline[0]["id"], weibo.as_str());
    let text = commented(&world, &weibo, "@小白 @new名字").await;
    assert_eq!(text, format!("@小白 {}", name_link("new名字")));
    let mention = publish(&world, STAR, "@小白 @new名字").await;
    publish(&world, STAR, "@小白").await;
    world.settle().await;
    let data = accepted(&act(&world, BAI, "mentions", &[]).await);
    assert_eq!(data.as_array().unwrap().len(), 1, "{data}");
    assert_eq!(data[0]["wb"]["id"], mention.as_str());
}

#[tokio::test]
async fn a_nick_is_one_members_and_free_at_once_when_it_is_left() {
    let world = World::new().await;
    for taken in ["dogstar", "DogStar", "ｄｏｇｓｔａｒ", " dogstar "] {
        let params = [("nick", taken), ("gender", "f")];
        assert_refused(&world, BAI, "saveProfile", &params, TAKEN).await;
    }
    // One's own may be spelled anew, and stays one's own.
    for (text, own) in [("1", "DogStar"), ("2", "DogStar"), ("3", "ＤＯＧstar")] {
        save(&world, STAR, &[("nick", own)]).await;
        world.pass(61);
        assert_eq!(nick_of(&world, "10001", text).await, own);
        assert_refused(&world, BAI, "saveProfile", &[("nick", "dogstar")], TAKEN).await;
    }
    // Both change names, without a moment between.
    save(&world, STAR, &[("nick", "between")]).await;
    save(&world, BAI, &[("nick", "dogstar")]).await;
    assert_refused(&world, STAR, "saveProfile", &[("nick", "DOGSTAR")], TAKEN).await;
    save(&world, STAR, &[("nick", "小白")]).await;
    assert_refused(&world, BAI, "saveProfile", &[("nick", "小白")], TAKEN).await;
    world.pass(61);
    assert_eq!(nick_of(&world, "10000", "一").await, "dogstar");
    assert_eq!(nick_of(&world, "10001", "二").await, "小白");
    // A new member's, too.
    join(&world, "Between", "10010").await;
    assert_refused(&world, BAI, "saveProfile", &[("nick", "ｂetween")], TAKEN).await;
}

#[tokio::test]
async fn nicks_and_texts_are_measured_and_nicks_have_letters_only() {
    let world = World::new().await;
    let [han, ascii] = ["汉".repeat(20), "n".repeat(40)];
    let mixed = format!("{}ab", "汉".repeat(19));
    for nick in [&*han, &ascii, &mixed, "a", "_-1", "Ωмега", "ñandú", "かな"] {
        save(&world, BAI, &[("nick", nick)]).await;
        world.pass(61);
        assert_eq!(nick_of(&world, "10000", nick).await, nick);
    }
    let [han, ascii] = ["汉".repeat(21), "n".repeat(41)];
    let mixed = format!("{}a", "汉".repeat(20));
    for nick in [&*han, &ascii, &mixed, &"a b".repeat(14)] {
        let params = [("nick", nick), ("gender", "f")];
        assert_refused(&world, BAI, "saveProfile", &params, PARAM_TOO_LONG).await;
    }
    for text in ["汉".repeat(70) + "a", "a".repeat(141)] {
        let params = [("description", &*text), ("gender", "f")];
        assert_refused(&world, BAI, "saveProfile", &params, TEXT_TOO_LONG).await;
    }
    for nick in [
        "a b",
        "a\tb",
        "a\u{3000}b",
        "a.b",
        "a@b",
        "@a",
        "a#",
        "<b>",
        "a&b",
        "a'b",
        "a\"b",
        "a,b",
        "a，b",
        "a/b",
        "a\0b",
        "a\u{200b}b",
        "好😀",
        "！",
    ] {
        let params = [("nick", nick), ("gender", "f")];
        assert_refused(&world, BAI, "saveProfile", &params, MALFORMED).await;
    }
}

#[tokio::test]
async fn every_refusal_of_a_profile_has_its_number_and_place() {
    let world = World::new().await;
    follow(&world, STAR, BAI).await;
    change_site(&world, |site| site.words = ["bad".to_owned()].into()).await;
    let [nick, text] = ["n".repeat(41), "a".repeat(141)];
    let (rude_nick, rude_text) = ("xbadx", "not so bad");
    let [ruder_nick, ruder_text] = [format!("{nick}bad"), format!("{text}bad")];
    // Nick, gender, province, city, description.
    for (values, failure) in [
        (["", "", "", "", ""], PARAM_EMPTY),
        ([" ", "\t", "\r\n", " ", "  "], PARAM_EMPTY),
        ([rude_nick, "", "", "", ""], SENSITIVE),
        (["", "", "", "", rude_text], SENSITIVE),
        ([rude_nick, "x", "x", "x", &text], SENSITIVE),
        ([&ruder_nick, "", "", "", ""], SENSITIVE),
        ([&nick, "x", "x", "x", rude_text], SENSITIVE),
        (["a b", "", "", "", &ruder_text], SENSITIVE),
        ([&nick, "x", "x", "x", ""], PARAM_TOO_LONG),
        ([&nick, "x", "x", "x", &text], PARAM_TOO_LONG),
        (["a b", "x", "", "", &text], TEXT_TOO_LONG),
        (["dogstar", "", "", "", &text], TEXT_TOO_LONG),
        (["a b", "x", "x", "12345", "好"], MALFORMED),
        (["dogstar", "x", "x", "12345", "好"], NO_GENDER),
        (["", "n", "11", "", ""], NO_GENDER),
        (["", "mf", "11", "", ""], NO_GENDER),
        (["", "male", "", "", ""], NO_GENDER),
        (["", "1", "", "", ""], NO_GENDER),
        (["dogstar", "m", "x", "", ""], NO_NUMBER),
        (["dogstar", "m", "11", "1x", ""], NO_NUMBER),
        (["", "", "北京", "", "好"], NO_NUMBER),
        (["", "", "", "1 1", "好"], NO_NUMBER),
        (["dogstar", "m", "12345", "", ""], PARAM_TOO_LONG),
        (["dogstar", "m", "11", "12345", ""], PARAM_TOO_LONG),
        (["", "", "99999999999999999999", "", "好"], PARAM_TOO_LONG),
        (["dogstar", "m", "11", "5", "好"], TAKEN),
    ] {
        let names = ["nick", "gender", "province", "city", "description"];
        let params: Vec<_> = names.into_iter().zip(values).collect();
        assert_refused(&world, BAI, "saveProfile", &params, failure).await;
    }
    assert_refused(&world, BAI, "saveProfile", &[], PARAM_EMPTY).await;
    world.pass(61);
    assert_shown(&world, "小白", ["n", "", "", ""]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_members_who_want_one_nick_one_has_it() {
    let world = Arc::new(World::new().await);
    let users: Vec<_> = (0..16).map(|n| format!("200{n:02}")).collect();
    for user in &users {
        join(&world, &format!("n{user}"), user).await;
    }
    let want = |number: usize| {
        let nick = ["Wanted", "ｗａｎｔｅｄ"][number % 2];
        let params = [("nick", nick), ("gender", "f")];
        call_as(&world, &users[number], SAVE, &params)
    };
    let calls = (0..16).map(want).collect();
    let replies = world.storm().during(send_at_once(&world, calls)).await;
    world.pass(61);
    let mut winners = Vec::new();
    for (number, reply) in replies.iter().enumerate() {
        let nick = nick_of(&world, &users[number], "哈哈").await;
        let old = format!("n{}", users[number]);
        if reply.json()["errno"] == 0 {
            assert_rst(reply, "true");
            winners.push(nick);
            assert!(!is_there(&world, &old).await);
        } else {
            refused(reply, TAKEN);
            assert_eq!(nick, old);
            assert!(is_there(&world, &old).await);
        }
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    assert!(["Wanted", "ｗａｎｔｅｄ"].contains(&&*winners[0]));
    assert!(is_there(&world, "wanted").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_takes_many_nicks_at_once_keeps_one() {
    let world = Arc::new(World::new().await);
    let nicks: Vec<_> = (0..8).map(|n| format!("mine{n}")).collect();
    let take = |nick: &String| call(&world, BAI, "saveProfile", &[("nick", nick.as_str())]);
    let calls = nicks.iter().map(take).collect();
    let storm = world.storm();
    for reply in send_at_once(&world, calls).await {
        assert_rst(&reply, "true");
    }
    drop(storm);
    world.pass(61);
    let kept = nick_of(&world, "10000", "哈哈").await;
    assert!(nicks.contains(&kept), "{kept}");
    // All others are free, and so is what it was called before.
    for nick in nicks.iter().map(String::as_str).chain(["小白"]) {
        let reply = act(&world, STAR, "saveProfile", &[("nick", nick)]).await;
        if nick == kept {
            refused(&reply, TAKEN);
        } else {
            assert_rst(&reply, "true");
        }
    }
    assert_eq!(nick_of(&world, "10000", "又来").await, kept);
}
