//! Xweibo `comment` and `reply` (xweibo sections 2, 5.1.4, 5.1.6, 5.6, 7.1, 7.28, 7.29, 7.42 and
//! 7.44).

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use crate::support::xweibo::*;
use crate::support::{BAI, STAR, Who, World, send_at_once};

const EMPTY: Failure = (1020401, "40012:Error: content is null!");
const TOO_LONG: Failure = (
    1020403,
    "40013:Error: text too long, please input text less than 140 characters!",
);
const REPLY_NULL_ID: Failure = (1020500, "40016:Error: weibo id is null!");
const REPLY_NULL_CID: Failure = (1020501, "40020:Error: comment id is null!");
const REPLY_EMPTY: Failure = (1020502, "40012:Error: content is null!");
const REPLY_TOO_LONG: Failure = (
    1020503,
    "40013:Error: text too long, please input text less than 140 characters!",
);

#[tokio::test]
async fn comments_and_replies_are_answered_whole_and_listed_flat() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let params = [("id", &*weibo), ("text", "不错")];
    let reply = act(&world, STAR, "comment", &params).await;
    let first = id(&rst(&reply)["comment"]);
    let shown = comment_json(&world, STAR, &first, "不错");
    assert_rst(&reply, &format!(r#"{{"comment":{shown}}}"#));
    // The same request again is another comment.
    let second = id(&rst(&act(&world, STAR, "comment", &params).await)["comment"]);
    let mut all = vec![first.clone(), second];
    // To the comment of another, then to that reply.
    for (who, text) in [(BAI, "回复@nobody:谢谢"), (STAR, "又来")] {
        let cid = all.last().unwrap().clone();
        let params = [("id", &*weibo), ("cid", &*cid), ("text", text)];
        let reply = act(&world, who, "reply", &params).await;
        let made = id(&rst(&reply)["comment"]);
        let shown = comment_json(&world, who, &made, text);
        assert_rst(&reply, &format!(r#"{{"comment":{shown}}}"#));
        all.push(made);
    }
    all.reverse();
    assert_eq!(comment_ids(&comments(&world, &weibo, &[]).await), all);
    assert_eq!(counts(&world, &weibo).await, json!([4, 0]));
}

#[tokio::test]
async fn forward_1_publishes_a_repost_too() {
    let world = World::new().await;
    let root = publish(&world, BAI, "哈哈").await;
    let rt = weibo_json(&world, BAI, &root, "哈哈", None);
    let params = [("id", &*root), ("text", "一"), ("forward", "1")];
    let reply = act(&world, STAR, "comment", &params).await;
    let answer = rst(&reply);
    let (cid, repost) = (id(&answer["comment"]), id(&answer["wb"]));
    let shown = comment_json(&world, STAR, &cid, "一");
    let wb = weibo_json(&world, STAR, &repost, "一", Some(&rt));
    assert_rst(&reply, &format!(r#"{{"comment":{shown},"wb":{wb}}}"#));
    assert_eq!(counts(&world, &root).await, json!([1, 1]));

    // Of a repost the root is shown; the comment stands at the repost.
    let on = comment(&world, BAI, &repost, "看").await;
    let params = [("id", &*repost), ("cid", &*on), ("text", "二")];
    let forward = [&params[..], &[("forward", "1")]].concat();
    let reply = act(&world, BAI, "reply", &forward).await;
    let answer = rst(&reply);
    let (cid, second) = (id(&answer["comment"]), id(&answer["wb"]));
    let shown = comment_json(&world, BAI, &cid, "二");
    let wb = weibo_json(&world, BAI, &second, "二", Some(&rt));
    assert_rst(&reply, &format!(r#"{{"comment":{shown},"wb":{wb}}}"#));
    assert_eq!(counts(&world, &root).await, json!([1, 2]));
    assert_eq!(counts(&world, &repost).await, json!([2, 1]));

    for forward in ["", "0", "2", "false"] {
        let forward = [&params[..], &[("forward", forward)]].concat();
        for name in ["comment", "reply"] {
            let answer = rst(&act(&world, STAR, name, &forward).await);
            let keys: Vec<_> = answer.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["comment"], "{forward:?}");
        }
    }
    assert_eq!(counts(&world, &root).await, json!([1, 2]));
    assert_eq!(counts(&world, &repost).await, json!([10, 1]));
}

#[tokio::test]
async fn every_refusal_of_both_has_its_number_and_place() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let cid = comment(&world, STAR, &weibo, "看").await;
    change_site(&world, |site| site.words = ["bad".to_owned()].into()).await;
    let long = "汉".repeat(140) + "a";
    let rude = format!("{long}bad");
    let cases = [
        ("", &*rude, NULL_ID),
        (&*weibo, "", EMPTY),
        (&weibo, " \r\n\t", EMPTY),
        ("1", " ", EMPTY),
        (&weibo, "not so bad", SENSITIVE),
        ("1", &rude, SENSITIVE),
        (&weibo, &long, TOO_LONG),
        ("1", &long, TOO_LONG),
    ];
    for (id, text, failure) in cases {
        // Comment and weibo come together or not at all.
        for forward in ["0", "1"] {
            let params = [("id", id), ("text", text), ("forward", forward)];
            assert_refused(&world, BAI, "comment", &params, failure).await;
        }
    }
    let cases = [
        ("", &*cid, &*rude, REPLY_NULL_ID),
        (&*weibo, "", "", REPLY_NULL_CID),
        ("1", "", &rude, REPLY_NULL_CID),
        (&weibo, &cid, "", REPLY_EMPTY),
        ("1", "1", " \n", REPLY_EMPTY),
        (&weibo, &cid, "bad", SENSITIVE),
        ("1", "1", &rude, SENSITIVE),
        (&weibo, &cid, &long, REPLY_TOO_LONG),
        ("1", "1", &long, REPLY_TOO_LONG),
    ];
    for (id, cid, text, failure) in cases {
        for forward in ["0", "1"] {
            let params = [("id", id), ("cid", cid), ("text", text)];
            let params = [&params[..], &[("forward", forward)]].concat();
            assert_refused(&world, BAI, "reply", &params, failure).await;
        }
    }
}

#[tokio::test]
async fn texts_are_trimmed_escaped_in_comments_and_measured_raw() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let cid = comment(&world, BAI, &weibo, "看").await;
    let full = "&".repeat(280);
    let escaped = "&amp;".repeat(280);
    for (text, tx, shown) in [
        (" \t哈哈\r\n ", "哈哈", "哈哈"),
        (
            "<b>\"&amp;'\\</b>\n#话题",
            "<b>\"&amp;'\\</b>\n#话题",
            "&lt;b&gt;&quot;&amp;amp;'\\&lt;/b&gt;\n#话题",
        ),
        ("@nobody t.cn/x", "@nobody t.cn/x", "@nobody t.cn/x"),
        (&full, &full, &escaped),
    ] {
        for name in ["comment", "reply"] {
            let params = [("id", &*weibo), ("cid", &*cid), ("text", text)];
            let params = [&params[..], &[("forward", "1")]].concat();
            let answer = rst(&act(&world, BAI, name, &params).await);
            assert_eq!(answer["comment"]["text"], shown);
            assert_eq!(answer["wb"]["tx"], tx);
            let page = comments(&world, &weibo, &[("count", "1")]).await;
            assert_eq!(page["0"]["text"], shown);
        }
    }
}

#[tokio::test]
async fn avatars_follow_the_type_and_authors_their_members() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let cid = comment(&world, BAI, &weibo, "看").await;
    for (kind, size) in [
        ("", 30),
        ("1", 30),
        ("2", 50),
        ("0", 30),
        ("3", 30),
        ("x", 30),
    ] {
        for name in ["comment", "reply"] {
            let params = [("id", &*weibo), ("cid", &*cid), ("text", "好")];
            let params = [&params[..], &[("type", kind)]].concat();
            let shown = rst(&act(&world, STAR, name, &params).await)["comment"].take();
            assert_eq!(
                shown["profileImg"],
                no_avatar(&world, STAR, size),
                "{kind:?}"
            );
            assert_eq!(shown["profileimg"], shown["profileImg"]);
        }
    }
    change_member(&world, STAR, |member| {
        member.nick = "新名字".to_owned();
        member.site_verified = true;
    })
    .await;
    let params = [("id", &*weibo), ("text", "好"), ("cid", &*cid)];
    let uid = world.member(STAR).uid;
    let own = format!("index.php?m=ta&id={uid}");
    for (verified, pages) in [(false, None), (true, Some("https://example.com/"))] {
        change_member(&world, STAR, |member| member.verified = verified).await;
        change_site(&world, |site| site.pages = pages.map(str::to_owned)).await;
        let user = json!({
            "v": u8::from(verified), "verified": u8::from(verified), "site_v": 1, "verified_html": "",
            "profileUrl": format!("{}{own}", pages.unwrap_or_default()),
        });
        for name in ["comment", "reply"] {
            let said = rst(&act(&world, STAR, name, &params).await);
            assert_eq!(said["comment"]["user"], user);
        }
        let page = comments(&world, &weibo, &[]).await;
        assert_eq!((&page["0"]["user"], &page["1"]["user"]), (&user, &user));
    }
    let shown = rst(&act(&world, STAR, "comment", &params).await)["comment"].take();
    assert_eq!(
        (&shown["nick"], &shown["sina_v"]),
        (&json!("新名字"), &json!(1))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_comments_at_once_are_all_counted() {
    let world = Arc::new(World::new().await);
    let weibo = publish(&world, BAI, "哈哈").await;
    let calls = (0..32).map(|number| {
        let (who, forward) = (Who::at(number), (number % 4 / 2).to_string());
        let params = [("id", &*weibo), ("text", "同时"), ("forward", &forward)];
        call(&world, who, "comment", &params)
    });
    let calls = calls.collect();
    let replies = world
        .faults()
        .conflicts(30)
        .lost_answers(4)
        .during(send_at_once(&world, calls))
        .await;
    let made: BTreeSet<String> = replies
        .iter()
        .map(|reply| id(&rst(reply)["comment"]))
        .collect();
    assert_eq!(made.len(), 32);
    assert_eq!(counts(&world, &weibo).await, json!([32, 16]));
    for count in [5, 32] {
        let walked = walk_comments(&world, &weibo, count).await;
        assert_eq!(walked.len(), 32);
        assert_eq!(walked.into_iter().collect::<BTreeSet<_>>(), made);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_callers_who_destroy_one_comment_at_once_one_does() {
    let world = Arc::new(World::new().await);
    let weibo = publish(&world, BAI, "哈哈").await;
    let mut all = Vec::new();
    for _ in 0..3 {
        all.insert(0, comment(&world, STAR, &weibo, "x").await);
    }
    let gone = all.remove(1);
    let params = [("id", &*gone)];
    let calls = (0..8).map(|number| call(&world, Who::at(number), "comment_destroy", &params));
    let calls = calls.collect();
    let replies = world.storm().during(send_at_once(&world, calls)).await;
    assert_rst(winners(&replies, 1, NOT_OWN_COMMENT)[0], DESTROYED);
    assert_eq!(counts(&world, &weibo).await, json!([2, 0]));
    assert_eq!(walk_comments(&world, &weibo, 1).await, all);
}
