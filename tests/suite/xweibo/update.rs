//! Xweibo `update` (xweibo sections 2, 5.1.1, 5.6, 5.7, 7.5, 7.6, 7.31, 7.41, 7.42 and 7.45).

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::xweibo::*;
use crate::support::{BAI, Call, STAR, World, refs};

/// Whether `url` is the picture `pid` in one of its sizes, on one of four hosts.
fn is_picture(url: &Value, size: &str, pid: &str) -> bool {
    (1..=4).any(|host| *url == format!("http://ww{host}.sinaimg.cn/{size}/{pid}.jpg"))
}

#[tokio::test]
async fn the_answer_holds_the_whole_weibo() {
    let world = World::new().await;
    let weibo = accepted(&update(&world, &[("text", "哈哈")]).await);
    let id = weibo["id"].as_str().unwrap();
    assert!(id.parse::<u64>().unwrap() > 0, "{id}");
    assert!(id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
    let avatar = weibo["u"]["p"].as_str().unwrap();
    assert!(avatar.starts_with("http"), "{avatar}");
    assert!(avatar.contains("/50/"), "{avatar}");
    assert_eq!(
        weibo,
        json!({
            "id": id,
            "cr": "Mon Jun 01 12:00:00 +0800 2026",
            "f": 0,
            "s": "Xweibo",
            "tx": "哈哈",
            "tp": null,
            "mp": null,
            "op": null,
            "u": {
                "id": "1819991891",
                "sn": "小白",
                "p": avatar,
                "v": 0,
                "sina_v": 0,
            },
        })
    );
}

#[tokio::test]
async fn nothing_stands_beside_the_weibo() {
    let world = World::new().await;
    let answer = update(&world, &[("text", "哈哈")]).await.json();
    let keys: Vec<_> = answer["rst"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["data"]);
}

#[tokio::test]
async fn every_weibo_has_an_id_of_its_own() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for number in 0..20 {
        let text = format!("第{number}条");
        let weibo = accepted(&update(&world, &[("text", &*text)]).await);
        ids.push(weibo["id"].as_str().unwrap().to_owned());
    }
    ids.sort();
    ids.dedup();
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
async fn the_author_is_shown_as_the_member_is() {
    let world = World::new().await;
    change_member(&world, BAI, |member| {
        member.nick = "新名字".to_owned();
        member.verified = true;
    })
    .await;
    let weibo = accepted(&update(&world, &[("text", "一")]).await);
    assert_eq!(weibo["u"]["sn"], "新名字");
    assert_eq!(weibo["u"]["v"], 1);
    assert_eq!(weibo["u"]["sina_v"], 0);

    change_member(&world, BAI, |member| {
        member.verified = false;
        member.site_verified = true;
    })
    .await;
    let weibo = accepted(&update(&world, &[("text", "二")]).await);
    assert_eq!(weibo["u"]["v"], 0);
    assert_eq!(weibo["u"]["sina_v"], 1);
}

#[tokio::test]
async fn the_source_is_the_sites_setting() {
    let world = World::new().await;
    change_site(&world, |site| site.source = "Discuz插件".to_owned()).await;
    let weibo = accepted(&update(&world, &[("text", "哈哈")]).await);
    assert_eq!(weibo["s"], "Discuz插件");
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
async fn an_empty_or_blank_text_is_refused() {
    let world = World::new().await;
    let before = world.dump().await;
    refused(&update(&world, &[]).await, NO_TEXT);
    for text in ["", " ", "\t\r\n  \n"] {
        refused(&update(&world, &[("text", text)]).await, NO_TEXT);
        let with_pic = [("text", text), ("pic", "p1")];
        refused(&update(&world, &with_pic).await, NO_TEXT);
    }
    assert_eq!(world.dump().await, before);
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
        let before = world.dump().await;
        let one_more = letter.repeat(most + 1);
        refused(
            &update(&world, &[("text", &*one_more)]).await,
            TEXT_TOO_LONG,
        );
        let half_a_letter_more = fits + "a";
        let reply = update(&world, &[("text", &*half_a_letter_more)]).await;
        refused(&reply, TEXT_TOO_LONG);
        assert_eq!(world.dump().await, before, "{letter}");
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
async fn a_picture_does_not_lengthen_the_text() {
    let world = World::new().await;
    let before = world.dump().await;
    let long = "汉".repeat(140) + "a";
    let reply = update(&world, &[("text", &*long), ("pic", "p1")]).await;
    refused(&reply, TEXT_TOO_LONG);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn the_last_text_is_not_published_again() {
    let world = World::new().await;
    accepted(&update(&world, &[("text", "A")]).await);
    let before = world.dump().await;
    refused(&update(&world, &[("text", "A")]).await, REPEATED);
    refused(&update(&world, &[("text", " A\n")]).await, REPEATED);
    world.pass(86_400);
    refused(&update(&world, &[("text", "A")]).await, REPEATED);
    assert_eq!(world.dump().await, before);

    accepted(&update(&world, &[("text", "B")]).await);
    accepted(&update(&world, &[("text", "A")]).await);
    accepted(&update(&world, &[("text", "a")]).await);
}

#[tokio::test]
async fn text_and_picture_are_compared_together() {
    let world = World::new().await;
    let plain = [("text", "A")];
    let first = [("text", "A"), ("pic", "p1")];
    let second = [("text", "A"), ("pic", "p2")];
    let other = [("text", "B"), ("pic", "p2")];
    accepted(&update(&world, &plain).await);
    for params in [first, second, other] {
        accepted(&update(&world, &params).await);
        let before = world.dump().await;
        refused(&update(&world, &params).await, REPEATED);
        assert_eq!(world.dump().await, before);
    }
    accepted(&update(&world, &plain).await);
}

#[tokio::test]
async fn only_published_texts_of_the_same_member_count() {
    let world = World::new().await;
    accepted(&update(&world, &[("text", "A")]).await);
    // What is refused does not become the last one.
    let long = "a".repeat(281);
    refused(&update(&world, &[("text", &*long)]).await, TEXT_TOO_LONG);
    refused(&update(&world, &[("text", "A")]).await, REPEATED);

    let other = &world.member(STAR).site_uid;
    let time = world.now().as_second().to_string();
    let fields = signed_at(&world, other, &time, "update", &[("text", "A")]);
    let call = Call::post(UPDATE).form(&refs(&fields));
    accepted(&world.send(call.clone()).await);
    refused(&world.send(call).await, REPEATED);
    refused(&update(&world, &[("text", "A")]).await, REPEATED);
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
    let (won, lost): (Vec<_>, Vec<_>) =
        replies.iter().partition(|reply| reply.json()["errno"] == 0);
    assert_eq!((won.len(), lost.len()), (1, 15));
    accepted(won[0]);
    for reply in lost {
        refused(reply, REPEATED);
    }
}

#[tokio::test]
async fn sensitive_words_are_refused_anywhere_in_the_text() {
    let world = World::new().await;
    accepted(&update(&world, &[("text", "含敏感词语")]).await);
    change_site(&world, |site| {
        site.words = ["敏感词".to_owned(), "bad".to_owned()].into();
    })
    .await;
    let before = world.dump().await;
    let long = "汉".repeat(141) + "bad";
    for text in [
        "敏感词",
        "前敏感词后",
        "not so bad",
        // Before the length, and before the comparison with the last text.
        long.as_str(),
        "含敏感词语",
    ] {
        refused(&update(&world, &[("text", text)]).await, SENSITIVE);
    }
    refused(&update(&world, &[("text", " ")]).await, NO_TEXT);
    assert_eq!(world.dump().await, before);
    accepted(&update(&world, &[("text", "敏 感 词 ba d")]).await);
}
