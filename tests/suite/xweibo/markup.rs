//! Xweibo: names, topics and links in the texts of comments, where they lead, and what of a text is
//! measured (xweibo sections 5.6, 5.9 and 7.29).

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, Call, STAR, World};

const TOO_LONG: &str = "40013:Error: text too long, please input text less than 140 characters!";

/// A topic, in which nothing is escaped, as comments show it.
fn topic(topic: &str) -> String {
    let encoded = encoded(topic);
    format!(r#"<a href="index.php?m=search.weibo&amp;k={encoded}">#{topic}#</a>"#)
}

#[tokio::test]
async fn every_comment_links_names_topics_and_links_and_escapes_the_rest() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let cid = comment(&world, BAI, &weibo, "看").await;
    let url = "http://a.cn/x?a=1&b=2";
    let link = format!("{BASE}{}", shorten(&world, url).await);
    let text = format!("<script>&\"'@小白</script>#话题#{url}, &amp;");
    let raw = format!("<script>&\"'@小白</script>#话题#{link}, &amp;");
    let html = format!(
        "&lt;script&gt;&amp;&quot;'\
         <a href=\"index.php?m=ta&amp;name=%E5%B0%8F%E7%99%BD\">@小白</a>&lt;/script&gt;\
         <a href=\"index.php?m=search.weibo&amp;k=%E8%AF%9D%E9%A2%98\">#话题#</a>\
         <a href=\"{link}\">{link}</a>, &amp;amp;"
    );
    for who in BOTH {
        for name in ["comment", "reply"] {
            let params = [("id", &*weibo), ("cid", &*cid), ("text", &*text)];
            let params = [&params[..], &[("forward", "1")]].concat();
            let answer = rst(&act(&world, who, name, &params).await);
            assert_eq!(answer["comment"]["text"], html);
            assert_eq!(answer["wb"]["tx"], raw);
        }
    }
    let params = [("id", &*weibo), ("text", &*text), ("rtids", &*weibo)];
    let data = accepted(&act(&world, STAR, "repost", &params).await);
    assert_eq!(data["tx"], raw);
    let page = comments(&world, &weibo, &[]).await;
    assert_eq!(page["total"], 6);
    for number in 0..5 {
        assert_eq!(page[number.to_string()]["text"], html);
    }
    assert_eq!(page["5"]["text"], "看");
}

#[tokio::test]
async fn names_are_members_nicks() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let wide = "汉".repeat(20);
    let narrow = format!("a-_{}", "b".repeat(37));
    join(&world, &wide, "10010").await;
    join(&world, &narrow, "10011").await;
    let other = name_link("dogstar");
    let own = name_link("小白");
    for (text, shown) in [
        ("@dogstar", other.clone()),
        ("@小白", own.clone()),
        ("看@dogstar:好", format!("看{other}:好")),
        ("回复@dogstar：好", format!("回复{other}：好")),
        ("(@dogstar)", format!("({other})")),
        ("@dogstar.@小白", format!("{other}.{own}")),
        ("@dogstar\n@dogstar", format!("{other}\n{other}")),
        ("@dogstar😀", format!("{other}😀")),
        // Adjacent.
        ("@小白@dogstar", format!("{own}{other}")),
        ("@dogstar@小白", format!("{other}{own}")),
        ("@@dogstar", format!("@{other}")),
        ("_@dogstar", format!("_{other}")),
        ("-@dogstar", format!("-{other}")),
        ("é@dogstar", format!("é{other}")),
        ("ａ@dogstar", format!("ａ{other}")),
        // As typed.
        ("@DogStar", name_link("DogStar")),
        ("@ｄｏｇｓｔａｒ", name_link("ｄｏｇｓｔａｒ")),
        ("@ＤＯＧStar！", name_link("ＤＯＧStar") + "！"),
        (&format!("@{wide} 好"), name_link(&wide) + " 好"),
        (&format!("@{narrow},"), name_link(&narrow) + ","),
        ("@<b>", "@&lt;b&gt;".to_owned()),
        ("@dogstar<script>", format!("{other}&lt;script&gt;")),
    ] {
        assert_eq!(commented(&world, &weibo, text).await, shown, "{text}");
    }
    for text in [
        "@",
        "@@",
        "@ dogstar",
        "dogstar",
        "dogstar@",
        "a@dogstar",
        "Z@dogstar.com",
        "1@dogstar",
        "@nobody",
        "@dogsta",
        "@dogstar1",
        "@dogstar_",
        "@dogstar-",
        "@dogstar看",
        "@看dogstar",
        &format!("@{}", "汉".repeat(19)),
    ] {
        assert_eq!(commented(&world, &weibo, text).await, text);
    }
}

#[tokio::test]
async fn topics_stand_between_two_signs() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let [a, b] = [topic("a"), topic("b")];
    let escaped = concat!(
        "<a href=\"index.php?m=search.weibo&amp;k=%3Cscript%3E%26%22%27~\">",
        "#&lt;script&gt;&amp;&quot;'~#</a>"
    );
    for (text, shown) in [
        ("#话题#", topic("话题")),
        ("前#话题#后", format!("前{}后", topic("话题"))),
        ("#a b#", topic("a b")),
        ("#a#b#", format!("{a}b#")),
        ("#a##b#", format!("{a}{b}")),
        ("#a# #b#", format!("{a} {b}")),
        ("##a#", format!("#{a}")),
        ("#<script>&\"'~#", escaped.to_owned()),
        ("#a#@dogstar", a.clone() + &name_link("dogstar")),
        ("#1@dogstar#", topic("1@dogstar")),
        ("#1 x@dogstar.com 2#", topic("1 x@dogstar.com 2")),
        // Signs that only number things.
        ("#1 @dogstar #2", format!("#1 {} #2", name_link("dogstar"))),
        ("#1\u{3000}@nobody #a#", format!("#1\u{3000}@nobody {a}")),
        (
            "#1 @dogstar #2 @小白 #3",
            format!("#1 {} #2 {} #3", name_link("dogstar"), name_link("小白")),
        ),
    ] {
        assert_eq!(commented(&world, &weibo, text).await, shown, "{text}");
    }
    for text in ["#", "##", "###", "# #", "#\t #", "#a", "a#", "a#b"] {
        assert_eq!(commented(&world, &weibo, text).await, text);
    }
}

#[tokio::test]
async fn whoever_is_named_between_signs_is_told_and_links_there_become_short() {
    let world = World::new().await;
    let link = format!("{BASE}{}", shorten(&world, "http://a.cn/x").await);
    for (number, (before, after)) in [("#1 ", " #2"), ("#看", " 吧#"), ("#", "")]
        .into_iter()
        .enumerate()
    {
        let text = format!("{before}http://a.cn/x{after} {number} #1 @dogstar #2");
        let short = format!("{before}{link}{after} {number} #1 @dogstar #2");
        assert_eq!(shown(&world, &text).await, short);
        world.settle().await;
        let told = accepted(&act(&world, STAR, "mentions", &[("count", "1")]).await);
        assert_eq!(told[0]["wb"]["tx"], short);
    }
    let unread = rst(&act(&world, STAR, "unread", &[]).await);
    assert_eq!(unread["unread"][1], 3);
}

#[tokio::test]
async fn links_are_whole_and_hold_neither_names_nor_topics() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let other = name_link("dogstar");
    for (before, url, after, shown) in [
        ("看", "http://a.cn/x", "看", "看"),
        ("", "http://a.cn/@dogstar#", "话题#", "话题#"),
        ("", "https://a.cn/#a#@dogstar", "", ""),
        (
            "",
            "http://a.cn/",
            "\"><script>",
            "&quot;&gt;&lt;script&gt;",
        ),
        ("", "http://a.cn/y", "。@dogstar", &format!("。{other}")),
    ] {
        let link = format!("{BASE}{}", shorten(&world, url).await);
        let text = format!("{before}{url}{after}");
        let shown = format!("{before}{}{shown}", anchor(&link));
        assert_eq!(commented(&world, &weibo, &text).await, shown, "{text}");
    }
    for kept in [
        "http://t.cn/x",
        "http://t.cn/a&b'c",
        "http://t.cn/@dogstar#a#",
        "http://sinaurl.cn/x",
        "http://weiquan.test/AbCd1234",
    ] {
        let text = format!("看{kept} <b>");
        let shown = format!("看{} &lt;b&gt;", anchor(kept));
        assert_eq!(commented(&world, &weibo, &text).await, shown);
    }
    for text in ["http://", "http:///x", "ftp://a.cn/x", "a.cn/x"] {
        assert_eq!(commented(&world, &weibo, text).await, text);
    }
}

#[tokio::test]
async fn the_site_says_where_its_pages_are() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let link = format!("{BASE}{}", shorten(&world, "http://a.cn/x").await);
    let text = "@dogstar #a# http://a.cn/x";
    change_site(&world, |site| {
        site.pages = Some("https://example.com/".to_owned());
    })
    .await;
    let shown = [
        "<a href=\"https://example.com/index.php?m=ta&amp;name=dogstar\">@dogstar</a> ",
        "<a href=\"https://example.com/index.php?m=search.weibo&amp;k=a\">#a#</a> ",
        &anchor(&link),
    ];
    assert_eq!(commented(&world, &weibo, text).await, shown.concat());
    change_site(&world, |site| site.pages = None).await;
    let shown = format!("{} {} {}", name_link("dogstar"), topic("a"), anchor(&link));
    assert_eq!(commented(&world, &weibo, text).await, shown);
}

#[tokio::test]
async fn texts_of_weibos_stay_raw() {
    let world = World::new().await;
    let root = publish(&world, BAI, "哈哈").await;
    let text = "<script>&amp;\"'</script>#话题#@dogstar";
    let weibo = accepted(&act(&world, BAI, "update", &[("text", text)]).await);
    assert_eq!(weibo["tx"], text);
    let repost = accepted(&act(&world, STAR, "repost", &[("id", &*root), ("text", text)]).await);
    assert_eq!(repost["tx"], text);
    let params = [("id", repost["id"].as_str().unwrap()), ("text", "好")];
    let data = accepted(&act(&world, BAI, "repost", &params).await);
    assert_eq!(data["rt"]["tx"], "哈哈");
    let params = [("id", weibo["id"].as_str().unwrap()), ("text", "好")];
    let params = [&params[..], &[("forward", "1")]].concat();
    let answer = rst(&act(&world, BAI, "comment", &params).await);
    assert_eq!(answer["wb"]["rt"]["tx"], text);
}

#[tokio::test]
async fn short_links_stand_on_the_requests_host_or_where_the_operator_says() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let id = shorten(&world, "http://a.cn/x").await;
    let elsewhere = |text: &str| {
        let call = call(&world, STAR, "update", &[("text", text)]);
        call.header("host", "w.test")
            .header("x-forwarded-proto", "https")
    };
    let reply = world
        .send(elsewhere("http://a.cn/x https://w.test/AbCd1234"))
        .await;
    let tx = format!("https://w.test/{id} https://w.test/AbCd1234");
    assert_eq!(accepted(&reply)["tx"], tx);
    for (number, base) in ["http://t.cn", "https://s.test"].into_iter().enumerate() {
        change_site(&world, |site| site.short_links = Some(base.to_owned())).await;
        let text = format!("{number} http://a.cn/x {base}/AbCd1234");
        let tx = format!("{number} {base}/{id} {base}/AbCd1234");
        assert_eq!(accepted(&world.send(elsewhere(&text)).await)["tx"], tx);
        assert_eq!(shown(&world, &text).await, tx);
        let link = anchor(&format!("{base}/{id}"));
        assert_eq!(commented(&world, &weibo, "http://a.cn/x").await, link);
        let reply = world.send(Call::get(&format!("/{id}"))).await;
        assert_eq!(reply.headers["location"], "http://a.cn/x");
    }
    change_site(&world, |site| site.short_links = None).await;
    let tx = format!("又 {BASE}{id}");
    assert_eq!(shown(&world, "又 http://a.cn/x").await, tx);
}

#[tokio::test]
async fn the_text_as_sent_is_measured_and_compared() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let cid = comment(&world, BAI, &weibo, "看").await;
    let full = |host: &str, more: usize| {
        let links: String = ('a'..='t').map(|c| format!("http://{host}/{c} ")).collect();
        links + &"x".repeat(20 + more)
    };
    // One whose short link is longer, and one whose short link is shorter.
    let long = |more: usize| format!("http://a.cn/{}", "y".repeat(268 + more));
    for (at, (name, errno)) in [
        ("update", 1020001),
        ("repost", 1020201),
        ("comment", 1020403),
        ("reply", 1020503),
    ]
    .into_iter()
    .enumerate()
    {
        let host = format!("{at}.b");
        for (text, count) in [(full(&host, 0), 20), (long(0), 1)] {
            assert_eq!(text.len(), 280);
            let params = [("id", &*weibo), ("cid", &*cid), ("text", &*text)];
            let answer = rst(&act(&world, BAI, name, &params).await);
            let (shown, each) = match name {
                "update" | "repost" => (&answer["data"]["tx"], 1),
                _ => (&answer["comment"]["text"], 2),
            };
            let shown = shown.as_str().unwrap();
            assert_eq!(shown.matches(BASE).count(), count * each, "{shown}");
        }
        let host = format!("{at}.c");
        for text in [full(&host, 1), long(at + 1)] {
            let params = [("id", &*weibo), ("cid", &*cid), ("text", &*text)];
            assert_refused(&world, BAI, name, &params, (errno, TOO_LONG)).await;
        }
    }
    let tx = shown(&world, "http://a.cn/x").await;
    let again = [("text", "http://a.cn/x")];
    assert_refused(&world, BAI, "update", &again, REPEATED).await;
    assert_eq!(shown(&world, &tx).await, tx);
    assert_refused(&world, BAI, "update", &[("text", &*tx)], REPEATED).await;
    assert_eq!(shown(&world, "http://a.cn/x").await, tx);
}
