//! QZone: `feeds_data` and what is stored of it (qzone sections 5 and 6).

use serde_json::json;

use crate::support::World;
use crate::support::qzone::*;

#[tokio::test]
async fn a_whole_feed_of_each_action_is_stored() {
    let world = World::new().await;
    let data = |action: u8| {
        json!({
            "action": action,
            "title": "feeds标题",
            "titleurl": "http://example.com/页?a=1&b=2#c",
            "comment": "用户评论内容😀",
            "summary": "feeds的摘要内容",
            "img": {"url1": "http://i/1.jpg", "url2": "http://i/2.jpg", "url3": "http://i/3.jpg"},
            "video": {"url": "http://v/1.flv", "img": "http://v/1.jpg"},
            "audio": {"url": "http://a/1.mp3", "img": "http://a/1.jpg"},
        })
        .to_string()
    };
    for (number, action, picture, media) in [
        (1, "common", "http://i/1.jpg", None),
        (2, "video", "http://v/1.jpg", Some("http://v/1.flv")),
        (3, "audio", "http://a/1.jpg", Some("http://a/1.mp3")),
    ] {
        assert_eq!(
            stored_feed(&world, &data(number)).await,
            Stored {
                action: action.to_owned(),
                title: "feeds标题".to_owned(),
                url: "http://example.com/页?a=1&b=2#c".to_owned(),
                comment: Some("用户评论内容😀".to_owned()),
                summary: Some("feeds的摘要内容".to_owned()),
                picture: Some(picture.to_owned()),
                media: media.map(str::to_owned),
            }
        );
    }
}

#[tokio::test]
async fn feeds_data_is_one_strict_json_object() {
    let world = World::new().await;
    let escaped =
        r#" {"action":1,"title":"\u7ed9\u529b\ud83d\ude00","titleurl":"http:\/\/e.cn\/"} "#;
    let feed = stored_feed(&world, escaped).await;
    assert_eq!((&*feed.title, &*feed.url), ("给力😀", "http://e.cn/"));
    for data in [
        "no json",
        "null",
        "1",
        "\"text\"",
        "[]",
        r#"[{"action":1,"title":"t","titleurl":"http://e.cn/"}]"#,
        "{}",
        r#"{"action":1,"title":"t","titleurl":"http://e.cn/"}}"#,
        r#"{"action":1,"title":"t","titleurl":"http://e.cn/"} x"#,
        r#"{"action":1,"title":"t","titleurl":"http://e.cn/",}"#,
        r#"{"action":1,"title":"t","titleurl":"http://e.cn/""#,
        r#"{'action':1,'title':'t','titleurl':'http://e.cn/'}"#,
        r#"{action:1,title:"t",titleurl:"http://e.cn/"}"#,
        "{\"action\":1, // 必须\n\"title\":\"t\",\"titleurl\":\"http://e.cn/\"}",
        r#"{"action":1,/* */"title":"t","titleurl":"http://e.cn/"}"#,
        "{\"action\":1,\"title\":\"a\nb\",\"titleurl\":\"http://e.cn/\"}",
        r#"{"action":1,"title":"\ud83d","titleurl":"http://e.cn/"}"#,
    ] {
        assert_feed_refused(&world, data).await;
    }
}

#[tokio::test]
async fn duplicate_keys_are_refused_and_unknown_ones_ignored() {
    let world = World::new().await;
    for data in [
        r#"{"action":1,"action":1,"title":"t","titleurl":"http://e.cn/"}"#,
        r#"{"action":1,"title":"t","title":"t","titleurl":"http://e.cn/"}"#,
        r#"{"action":1,"title":"t","\u0074itle":"t","titleurl":"http://e.cn/"}"#,
        r#"{"action":1,"title":"t","titleurl":"http://e.cn/","x":1,"x":1}"#,
        r#"{"action":1,"title":"t","titleurl":"http://e.cn/","img":{},"img":{}}"#,
        r#"{"action":1,"title":"t","titleurl":"http://e.cn/","img":{"url1":"http://i/1","url1":"http://i/2"}}"#,
    ] {
        assert_feed_refused(&world, data).await;
    }
    for (name, value) in [
        ("x", json!({"y": [1, null]})),
        ("Title", json!(5)),
        ("url", json!("ftp://x")),
        ("", json!(true)),
    ] {
        let data = feed(1, name, value);
        assert_eq!(stored_feed(&world, &data).await, smallest("common"));
    }
}

#[tokio::test]
async fn feeds_data_has_at_most_32_kib() {
    let world = World::new().await;
    let empty = feed(1, "x", json!("")).len();
    let fits = feed(1, "x", json!("a".repeat(32_768 - empty)));
    assert_eq!(fits.len(), 32_768);
    assert_eq!(stored_feed(&world, &fits).await, smallest("common"));
    let large = feed(1, "x", json!("a".repeat(32_769 - empty)));
    assert_feed_refused(&world, &large).await;
}

#[tokio::test]
async fn an_action_is_1_2_or_3_as_number_or_string() {
    let world = World::new().await;
    for (number, action) in [(1, "common"), (2, "video"), (3, "audio")] {
        let data = feed(1, "action", json!(number));
        assert_eq!(stored_feed(&world, &data).await, smallest(action));
        let data = feed(1, "action", json!(number.to_string()));
        assert_eq!(stored_feed(&world, &data).await, smallest(action));
    }
    for action in [
        "0",
        "4",
        "-1",
        "10",
        "1.0",
        "1.5",
        "true",
        "null",
        "[1]",
        "{}",
        "99999999999999999999",
        r#""""#,
        r#""0""#,
        r#""4""#,
        r#""01""#,
        r#""1.0""#,
        r#"" 1""#,
        r#""+1""#,
        r#""one""#,
    ] {
        let data = format!(r#"{{"action":{action},"title":"t","titleurl":"http://e.cn/"}}"#);
        assert_feed_refused(&world, &data).await;
    }
    assert_feed_refused(&world, r#"{"title":"t","titleurl":"http://e.cn/"}"#).await;
}

#[tokio::test]
async fn title_and_titleurl_are_texts_that_say_something() {
    let world = World::new().await;
    for name in ["title", "titleurl"] {
        for value in [
            json!(""),
            json!("  \t\n"),
            json!(null),
            json!(1),
            json!(true),
            json!(["http://e.cn/"]),
            json!({"url": "http://e.cn/"}),
        ] {
            assert_feed_refused(&world, &feed(1, name, value)).await;
        }
    }
    assert_feed_refused(&world, r#"{"action":1,"titleurl":"http://e.cn/"}"#).await;
    assert_feed_refused(&world, r#"{"action":1,"title":"t"}"#).await;
}

#[tokio::test]
async fn titleurl_is_an_http_address() {
    let world = World::new().await;
    let longest = format!("http://e.cn/{}", "a".repeat(2048 - 12));
    for url in [
        "http://e.cn",
        "HTTP://e.cn/",
        "hTTp://e.cn:8080/a?b=c#d",
        "http://例子.测试/汉字",
        "http://[::1]/",
        &*longest,
    ] {
        let data = feed(1, "titleurl", json!(url));
        assert_eq!(stored_feed(&world, &data).await.url, url);
    }
    let too_long = longest + "a";
    let too_many_bytes = format!("http://e.cn/{}", "汉".repeat(679));
    for url in [
        "https://e.cn/",
        "ftp://e.cn/",
        "javascript:alert(1)",
        "//e.cn/",
        "e.cn",
        "http:",
        "http:/e.cn/",
        "http://",
        "http:///path",
        "http://?q",
        "http://#f",
        " http://e.cn/",
        "http://e.cn/ ",
        "http://e.cn/a b",
        "http://e.cn/\t",
        "http://e.cn/\n",
        "http://e.cn/\0",
        "http://e.cn/\u{7f}",
        "x http://e.cn/",
        &*too_long,
        &*too_many_bytes,
    ] {
        assert_feed_refused(&world, &feed(1, "titleurl", json!(url))).await;
    }
}

#[tokio::test]
async fn a_consumer_may_be_allowed_https_links() {
    let world = World::new().await;
    change_consumer(&world, |consumer| consumer.https_links = true).await;
    for url in ["https://e.cn/", "HTTPS://e.cn/", "http://e.cn/"] {
        let data = feed(1, "titleurl", json!(url));
        assert_eq!(stored_feed(&world, &data).await.url, url);
    }
    for url in ["https://", "https:e.cn", "ftp://e.cn/", "httpss://e.cn/"] {
        assert_feed_refused(&world, &feed(1, "titleurl", json!(url))).await;
    }
}

#[tokio::test]
async fn comment_and_summary_may_be_absent() {
    let world = World::new().await;
    for name in ["comment", "summary"] {
        for value in [json!(null), json!("")] {
            let data = feed(1, name, value);
            assert_eq!(stored_feed(&world, &data).await, smallest("common"));
        }
        for value in [json!(1), json!(false), json!([]), json!({"a": "b"})] {
            assert_feed_refused(&world, &feed(1, name, value)).await;
        }
    }
}

#[tokio::test]
async fn texts_are_neither_trimmed_nor_changed() {
    let world = World::new().await;
    let text = " <b>\"a\"</b> &amp; \\ ";
    for (name, value) in [("title", text), ("comment", text), ("summary", text)] {
        let feed = stored_feed(&world, &feed(1, name, json!(value))).await;
        let kept = match name {
            "title" => Some(feed.title),
            "comment" => feed.comment,
            _ => feed.summary,
        };
        assert_eq!(kept.as_deref(), Some(text));
    }
}

#[tokio::test]
async fn long_texts_are_cut_by_width() {
    let world = World::new().await;
    let r = |text: &str, times: usize| text.repeat(times);
    let long_mixed = r("汉", 35) + "a" + "汉";
    for (name, given, kept) in [
        ("title", r("汉", 36), r("汉", 36)),
        ("title", r("汉", 37), r("汉", 36)),
        ("title", r("a", 72), r("a", 72)),
        ("title", r("a", 73), r("a", 72)),
        ("title", long_mixed, r("汉", 35) + "a"),
        ("title", r("汉", 35) + "ab", r("汉", 35) + "ab"),
        ("title", r("汉", 35) + "abc", r("汉", 35) + "ab"),
        ("title", r("Ａ", 37), r("Ａ", 36)),
        ("title", r("é", 37), r("é", 36)),
        ("title", r("ｱ", 37), r("ｱ", 36)),
        ("title", r("\u{80}", 37), r("\u{80}", 36)),
        ("title", r("\u{7f}", 73), r("\u{7f}", 72)),
        ("title", r("😀", 37), r("😀", 36)),
        ("title", r("a", 71) + "😀b", r("a", 71)),
        // A joined emoji may be split.
        (
            "title",
            r("a", 68) + "👨\u{200d}👩",
            r("a", 68) + "👨\u{200d}",
        ),
        ("title", r("a", 71) + "  b", r("a", 71) + " "),
        ("comment", r("汉", 40), r("汉", 40)),
        ("comment", r("汉", 41), r("汉", 40)),
        ("comment", r("a", 81), r("a", 80)),
        ("summary", r("汉", 80), r("汉", 80)),
        ("summary", r("汉", 81), r("汉", 80)),
        ("summary", r("a", 161), r("a", 160)),
    ] {
        let feed = stored_feed(&world, &feed(1, name, json!(given))).await;
        let found = match name {
            "title" => Some(feed.title),
            "comment" => feed.comment,
            _ => feed.summary,
        };
        assert_eq!(found, Some(kept), "{given}");
    }
}

#[tokio::test]
async fn the_same_feed_may_be_published_twice() {
    let world = World::new().await;
    let first = stored_feed(&world, DATA).await;
    assert_eq!(stored_feed(&world, DATA).await, first);
}
