//! Xweibo `update` (xweibo sections 2, 5.1.1, 5.6, 5.7, 7.5, 7.6, 7.31, 7.41, 7.42 and 7.45).

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::Value;

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, Call, STAR, World, refs};

/// Whether `url` is the picture `pid` in one of its sizes, on one of four hosts.
fn is_picture(url: &Value, size: &str, pid: &str) -> bool {
    (1..=4).any(|host| *url == format!("http://ww{host}.sinaimg.cn/{size}/{pid}.jpg"))
}

#[tokio::test]
async fn the_answer_holds_the_whole_weibo_and_nothing_beside_it() {
    let world = World::new().await;
    let reply = update(&world, &[("text", "哈哈")]).await;
    let id = id(&accepted(&reply));
    assert!(id.parse::<u64>().unwrap() > 0, "{id}");
    assert!(id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
    let weibo = weibo_json(&world, BAI, &id, "哈哈", None);
    assert_rst(&reply, &format!(r#"{{"data":{weibo}}}"#));
}

#[tokio::test]
async fn every_weibo_has_an_id_of_its_own() {
    let world = World::new().await;
    let mut ids = BTreeSet::new();
    for number in 0..20 {
        ids.insert(publish(&world, BAI, &format!("第{number}条")).await);
    }
    assert_eq!(ids.len(), 20);
}

#[tokio::test]
async fn times_are_those_of_china() {
    let world = World::new().await;
    for (now, cr) in [
        ("2026-06-01T15:59:59Z", "Mon Jun 01 23:59:59 +0800 2026"),
        ("2026-06-01T16:00:00Z", "Tue Jun 02 00:00:00 +0800 2026"),
        ("2026-12-31T16:05:09Z", "Fri Jan 01 00:05:09 +0800 2027"),
    ] {
        world.clock.set(now.parse().unwrap());
        let weibo = accepted(&update(&world, &[("text", now)]).await);
        assert_eq!(weibo["cr"], cr);
    }
}

#[tokio::test]
async fn the_author_is_shown_as_the_member_is_and_the_source_as_the_site_says() {
    let world = World::new().await;
    change_site(&world, |site| site.source = "Discuz插件".to_owned()).await;
    for (text, verified, site_verified) in [("一", true, false), ("二", false, true)] {
        change_member(&world, BAI, |member| {
            member.nick = format!("名字{text}");
            member.verified = verified;
            member.site_verified = site_verified;
        })
        .await;
        let weibo = accepted(&update(&world, &[("text", text)]).await);
        assert_eq!(weibo["u"]["sn"], format!("名字{text}"));
        assert_eq!(weibo["u"]["v"], u8::from(verified));
        assert_eq!(weibo["u"]["sina_v"], u8::from(site_verified));
        assert_eq!(weibo["s"], "Discuz插件");
    }
}

#[tokio::test]
async fn a_picture_has_three_sizes() {
    let world = World::new().await;
    let pid = "6c7bdd1bjw1d9v8z0k1n2j";
    let weibo = accepted(&update(&world, &[("text", "图"), ("pic", pid)]).await);
    for (key, size) in [("tp", "thumbnail"), ("mp", "bmiddle"), ("op", "large")] {
        assert!(is_picture(&weibo[key], size, pid), "{weibo}");
    }
    let weibo = accepted(&update(&world, &[("text", "无图"), ("pic", "")]).await);
    for key in ["tp", "mp", "op"] {
        assert_eq!(weibo[key], Value::Null, "{weibo}");
    }
}

#[tokio::test]
async fn a_text_is_trimmed_and_otherwise_raw() {
    let world = World::new().await;
    for (text, shown) in [
        (" \t哈哈\r\n ", "哈哈"),
        ("a  b\nc", "a  b\nc"),
        ("<b>\"&amp;'\\</b>", "<b>\"&amp;'\\</b>"),
        (
            "#话题# @dogstar http://t.cn/x",
            "#话题# @dogstar http://t.cn/x",
        ),
        ("😀👨\u{200d}👩\u{200d}👧", "😀👨\u{200d}👩\u{200d}👧"),
        ("100%25 a+b", "100%25 a+b"),
    ] {
        assert_eq!(
            accepted(&update(&world, &[("text", text)]).await)["tx"],
            shown
        );
    }
}

#[tokio::test]
async fn every_refusal_of_a_text_has_its_number_and_place() {
    let world = World::new().await;
    accepted(&update(&world, &[("text", "含敏感词语")]).await);
    change_site(&world, |site| {
        site.words = ["敏感词".to_owned(), "bad".to_owned()].into();
    })
    .await;
    let long = "汉".repeat(140) + "a";
    let rude = format!("{long}bad");
    assert_refused(&world, BAI, "update", &[], NO_TEXT).await;
    for (text, failure) in [
        ("", NO_TEXT),
        (" ", NO_TEXT),
        ("\t\r\n  \n", NO_TEXT),
        ("敏感词", SENSITIVE),
        ("前敏感词后", SENSITIVE),
        ("not so bad", SENSITIVE),
        // Before the length, and before the comparison with the last text.
        (&rude, SENSITIVE),
        ("含敏感词语", SENSITIVE),
        (&long, TEXT_TOO_LONG),
    ] {
        // A picture stands for no text, and makes none longer.
        for pic in ["", "p1"] {
            let params = [("text", text), ("pic", pic)];
            assert_refused(&world, BAI, "update", &params, failure).await;
        }
    }
    accepted(&update(&world, &[("text", "敏 感 词 ba d")]).await);
}

#[tokio::test]
async fn a_text_has_at_most_280_half_widths() {
    let world = World::new().await;
    for (letter, most) in [
        ("a", 280),
        ("~", 280),
        ("é", 280),
        ("я", 280),
        ("\u{1fff}", 280),
        ("汉", 140),
        ("Ａ", 140),
        ("—", 140),
        ("\u{ff60}", 140),
        ("\u{ff61}", 280),
        ("ｱ", 280),
        ("\u{ff9f}", 280),
        ("\u{ffa0}", 140),
        ("😀", 140),
    ] {
        let fits = letter.repeat(most);
        let weibo = accepted(&update(&world, &[("text", &*fits)]).await);
        assert_eq!(weibo["tx"], fits);
        // A whole letter more, and half of one.
        for more in [letter, "a"] {
            let text = format!("{fits}{more}");
            assert_refused(&world, BAI, "update", &[("text", &*text)], TEXT_TOO_LONG).await;
        }
    }
}

#[tokio::test]
async fn widths_are_summed_after_trimming() {
    let world = World::new().await;
    let han = "汉".repeat(139);
    for text in [
        format!("{han}ab"),
        format!("{han}ｱa"),
        format!("{han}😀"),
        format!("  {han}cd\n\n\n\n"),
        // Letters below U+001A take no room.
        format!("{han}e{}f", "\u{1}".repeat(500)),
    ] {
        let weibo = accepted(&update(&world, &[("text", &*text)]).await);
        assert_eq!(weibo["tx"], text.trim());
    }
    refused(
        &update(&world, &[("text", &*format!("{han}abc"))]).await,
        TEXT_TOO_LONG,
    );
}

#[tokio::test]
async fn the_last_text_with_its_picture_is_not_published_again() {
    let world = World::new().await;
    for (text, pic) in [
        ("A", ""),
        ("B", ""),
        ("A", ""),
        ("a", ""),
        ("a", "p1"),
        ("a", "p2"),
        ("B", "p2"),
        ("B", ""),
    ] {
        accepted(&update(&world, &[("text", text), ("pic", pic)]).await);
        for text in [text, &format!(" {text}\n")] {
            let params = [("text", text), ("pic", pic)];
            assert_refused(&world, BAI, "update", &params, REPEATED).await;
        }
    }
    world.pass(86_400);
    assert_refused(&world, BAI, "update", &[("text", "B")], REPEATED).await;
}

#[tokio::test]
async fn only_published_texts_of_the_same_member_count() {
    let world = World::new().await;
    publish(&world, BAI, "A").await;
    // What is refused does not become the last one.
    let long = "a".repeat(281);
    refused(&update(&world, &[("text", &*long)]).await, TEXT_TOO_LONG);
    refused(&update(&world, &[("text", "A")]).await, REPEATED);
    publish(&world, STAR, "A").await;
    for who in BOTH {
        refused(
            &act(&world, who, "update", &[("text", "A")]).await,
            REPEATED,
        );
    }
}

#[tokio::test]
async fn of_many_callers_with_one_text_one_publishes() {
    let world = World::new().await;
    let fields = signed(&world, &[("text", "同一条")]);
    let call = Call::post(UPDATE).form(&refs(&fields));
    let processes: Vec<_> = (0..4)
        .map(|seed| world.another_process(100 + seed))
        .collect();
    let calls = (0..16).map(|number| world.send_to(&processes[number % 4], call.clone()));
    let replies = join_all(calls).await;
    accepted(winners(&replies, 1, REPEATED)[0]);
}
