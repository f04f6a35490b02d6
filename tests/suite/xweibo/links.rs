//! Xweibo: links in texts are shortened; `sinaurl`, and the short links themselves (xweibo section
//! 5.8.2).

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::support::xweibo::*;
use crate::support::{BAI, Call, Reply, STAR, Who, World, refs, send_at_once};

#[track_caller]
fn assert_found(reply: &Reply, found: &[(&str, &str)]) {
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.headers["content-type"], "application/json");
    let entry = |(id, url): &(&str, &str)| ((*id).to_owned(), json!({"url": url, "type": "url"}));
    let data: Map<String, Value> = found.iter().map(entry).collect();
    assert_eq!(reply.json(), json!({"code": "A00006", "data": data}));
}

#[track_caller]
fn assert_not_found(reply: &Reply) {
    let body = r#"{"rst":false,"errno":-1,"err":""}"#;
    assert_eq!((reply.status, &*reply.body), (200, body));
    assert_eq!(reply.headers["content-type"], "application/json");
}

fn swap_case(id: &str) -> String {
    let swap = |letter: char| {
        if letter.is_ascii_lowercase() {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        }
    };
    id.chars().map(swap).collect()
}

#[tokio::test]
async fn one_link_has_one_id_in_every_text() {
    let world = World::new().await;
    let url = "http://a.cn/x";
    let text = format!("{url} 和 {url}");
    let id = shorten(&world, url).await;
    let link = format!("{BASE}{id}");
    let tx = format!("{link} 和 {link}");
    let html = format!("{} 和 {}", anchor(&link), anchor(&link));
    let weibo = publish(&world, STAR, &text).await;
    let cid = comment(&world, BAI, &weibo, "看").await;
    assert_eq!(shown(&world, &text).await, tx);
    world.pass(86_400);
    for name in ["comment", "reply"] {
        let params = [("id", &*weibo), ("cid", &*cid), ("text", &*text)];
        let params = [&params[..], &[("forward", "1")]].concat();
        let answer = rst(&act(&world, STAR, name, &params).await);
        assert_eq!(answer["comment"]["text"], html);
        assert_eq!(answer["wb"]["tx"], tx);
        assert_eq!(answer["wb"]["rt"]["tx"], tx);
    }
    let params = [("id", &*weibo), ("text", &*text), ("rtids", &*weibo)];
    assert_eq!(
        accepted(&act(&world, STAR, "repost", &params).await)["tx"],
        tx
    );
    let reply = act(&world, BAI, "getComments", &[("id", &*weibo)]).await;
    assert_eq!(rst(&reply)["0"]["text"], html);
    let params = [("text", "又 http://a.cn/x")];
    let elsewhere = world.another_process(7);
    let reply = world.send_to(&elsewhere, call(&world, BAI, "update", &params));
    assert_eq!(accepted(&reply.await)["tx"], format!("又 {link}"));
    // Every other URL has another.
    let mut ids = BTreeSet::from([id]);
    for other in ["http://a.cn/X", "http://a.cn/x/", "https://a.cn/x"] {
        assert!(ids.insert(shorten(&world, other).await), "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_at_once_get_one_id() {
    let world = Arc::new(World::new().await);
    let weibo = publish(&world, BAI, "哈哈").await;
    let params = [("id", &*weibo), ("text", "http://a.cn/x")];
    let calls = (0..16).map(|number| call(&world, Who::at(number), "comment", &params));
    let calls = calls.collect();
    let replies = world.storm().during(send_at_once(&world, calls)).await;
    let id = shorten(&world, "http://a.cn/x").await;
    for reply in replies {
        let text = rst(&reply)["comment"]["text"].take();
        assert_eq!(text, anchor(&format!("{BASE}{id}")));
    }
}

#[tokio::test]
async fn a_link_begins_with_its_scheme_and_ends_before_what_no_uri_holds() {
    let world = World::new().await;
    for (before, url, after) in [
        ("", "http://a.cn/x", ""),
        ("", "http://a", ""),
        ("", "HTTPS://Www.A.cn/X", ""),
        ("看", "hTTp://a.cn/1", "看"),
        ("\"", "http://a.cn/2", "\""),
        ("<", "http://a.cn/3", "><script>"),
        ("(", "http://a.cn/4", ")"),
        ("", "http://a.cn/5", "。好"),
        ("", "http://a.cn/6", "?!.,;:')"),
        ("", "http://a.cn/7!.,;:')?8", "!?。"),
        ("", "http://a.cn/-._~:/?#[]@!$&'()*+,;=%", ""),
        ("", "http://a.cn/9#", " b"),
        ("", "http://a.cn/(a)", "\nb"),
        ("", "http://a.cn/a_(b)", ""),
        ("(", "http://a.cn/b_(b)", ")。"),
        ("（", "http://a.cn/c_((d)e)", ")'）"),
        ("[", "http://a.cn/e[f]", "]."),
        ("“", "http://a.cn/g", "”，"),
        ("‘", "http://a.cn/h", "’！？；："),
        ("「", "http://a.cn/i", "」、"),
        ("", "http://a.cn/j)k", ")"),
        ("", "http://a.cn/a", "|b"),
        ("", "http://a.cn/b", "{c}"),
        ("", "http://a.cn/c", "é"),
        ("", "http://a.cn/d", "　e"),
        ("", "http://u:p@a.cn:8080/x?y=z#w", ""),
        ("", "http://[::1]/x", ""),
    ] {
        let text = format!("{before}{url}{after}");
        let tx = shown(&world, &text).await;
        let link = tx
            .strip_prefix(before)
            .and_then(|tx| tx.strip_suffix(after));
        let id = link_id(link.unwrap_or_else(|| panic!("{tx}")));
        let reply = act(&world, STAR, "sinaurl", &[("id", &*id)]).await;
        assert_found(&reply, &[(&*id, url)]);
    }
    for text in [
        "http://",
        "https:// a.cn/x",
        "http://中文.cn/x",
        "http:///x",
        "http://?x",
        "http://#x",
        "http://:80/x",
        "http://.,;:!?')",
        "http:/a.cn/x",
        "http:a.cn/x",
        "ftp://a.cn/x",
        "//a.cn/x",
        "www.a.cn/x",
    ] {
        assert_eq!(shown(&world, text).await, text);
    }
}

#[tokio::test]
async fn short_links_stay_as_they_are() {
    let world = World::new().await;
    let own = shown(&world, "http://a.cn/x").await;
    for kept in [
        &*own,
        "http://weiquan.test/AbCd1234",
        "http://weiquan.test/00000000.",
        "http://t.cn/",
        "http://t.cn/a/b?c",
        "http://sinaurl.cn/x",
    ] {
        let text = format!("看{kept}");
        assert_eq!(shown(&world, &text).await, text);
    }
    for long in [
        "http://weiquan.test/AbCd123",
        "http://weiquan.test/AbCd12345",
        "http://weiquan.test/AbCd123_",
        "http://weiquan.test/AbCd1234/",
        "http://weiquan.test/AbCd1234?x",
        "https://weiquan.test/AbCd1234",
        "http://other.test/AbCd1234",
        "https://t.cn/x",
        "http://t.cn.test/x",
        "http://sinaurl.cn.test/x",
    ] {
        let id = shorten(&world, long).await;
        let reply = act(&world, BAI, "sinaurl", &[("id", &*id)]).await;
        assert_found(&reply, &[(&*id, long)]);
    }
}

#[tokio::test]
async fn the_first_twenty_links_are_shortened() {
    let world = World::new().await;
    let links: Vec<String> = ('a'..='u').map(|c| format!("http://a.b/{c}")).collect();
    assert_eq!(links.len(), 21);
    let tx = shown(&world, &links.join(" ")).await;
    let words: Vec<&str> = tx.split(' ').collect();
    let ids: BTreeSet<String> = words[..20].iter().map(|link| link_id(link)).collect();
    assert_eq!((ids.len(), &words[20..]), (20, &[&*links[20]][..]));
    let id = shorten(&world, &links[20]).await;
    assert!(!ids.contains(&id));
}

#[tokio::test]
async fn a_refused_text_leaves_no_short_link() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let cid = comment(&world, BAI, &weibo, "看").await;
    change_site(&world, |site| site.words = ["bad".to_owned()].into()).await;
    change_member(&world, STAR, |member| member.silenced = true).await;
    let [good, bad] = ["http://new.test/x", "http://new.test/x bad"];
    let names = ["update", "repost", "comment", "reply"];
    for (who, text, failure) in [(BAI, bad, SENSITIVE), (STAR, good, SILENCED)] {
        for name in names {
            let params = [("id", &*weibo), ("cid", &*cid), ("text", text)];
            assert_refused(&world, who, name, &params, failure).await;
        }
    }
    for (name, failure) in names[1..].iter().zip([UNKNOWN_WEIBO, NO_WEIBO, REPLY_GONE]) {
        for forward in ["0", "1"] {
            let params = [("id", "1"), ("cid", &*cid), ("text", good)];
            let params = [&params[..], &[("forward", forward), ("rtids", &*weibo)]].concat();
            assert_refused(&world, BAI, name, &params, failure).await;
        }
    }
}

#[tokio::test]
async fn sinaurl_tells_long_urls() {
    let world = World::new().await;
    let [x, y] = ["http://a.cn/x?a=1&b='2'/", "https://a.cn/y"];
    let [first, second] = [shorten(&world, x).await, shorten(&world, y).await];
    let before = world.dump().await;
    let only = act(&world, BAI, "sinaurl", &[("id", &*second)]).await;
    let body = format!(
        r#"{{"code":"A00006","data":{{"{second}":{{"url":"https://a.cn/y","type":"url"}}}}}}"#
    );
    assert_eq!(only.body, body);
    let swapped = swap_case(&first);
    let several = format!(",{second},AbCd1234,, ,{first},<script>,x,{swapped},{second},");
    let uid = world.member(STAR).site_uid.as_str();
    let routes = ["action.sinaurl", "action.sinaUrl", "action.SINAURL"];
    for target in addresses(&routes) {
        let (_, name) = target.split_once("action.").unwrap();
        for (ids, found) in [
            (&*several, &[(&*first, x), (&*second, y)][..]),
            (&*first, &[(&*first, x)]),
        ] {
            let params = [("id", ids)];
            assert_found(&reach(&world, BAI, &target, &params).await, found);
            let fields = signed_at(&world, uid, &now(&world), name, &params);
            let get = Call::get(&target).query(&refs(&fields));
            assert_found(&world.send(get).await, found);
            let fields = signed_at(&world, uid, &now(&world), name, &[]);
            let both = Call::post(&target).query(&params).form(&refs(&fields));
            assert_found(&world.send(both).await, found);
        }
    }
    let link = format!("{BASE}{first}");
    let short = &first[..7];
    for ids in ["", " ,,", "AbCd1234", "x,y", &swapped, &link, short] {
        assert_not_found(&act(&world, BAI, "sinaurl", &[("id", ids)]).await);
    }
    assert_not_found(&act(&world, BAI, "sinaurl", &[]).await);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn sinaurl_answers_whoever_may_call() {
    let world = World::new().await;
    let id = shorten(&world, "http://a.cn/x").await;
    change_member(&world, BAI, |member| member.silenced = true).await;
    let before = world.dump().await;
    let target = "/api/weibo/action.sinaurl";
    let params = [("id", &*id)];
    let uid = world.member(BAI).site_uid.as_str();
    let fields = signed_at(&world, uid, &now(&world), "update", &params);
    let wrong = [
        Call::get(target).query(&refs(&fields)),
        Call::post(target).form(&refs(&fields)),
    ];
    for call in wrong {
        refused(&world.send(call).await, WRONG_SIGN);
    }
    let unsigned = Call::get(target).query(&params);
    refused(&world.send(unsigned).await, NO_SIGN);
    let nobody = call_as(&world, NOBODY, target, &params);
    refused(&world.send(nobody).await, UNBOUND);
    let storm = world.faults().outage();
    // A process that remembers nothing.
    let call = call(&world, BAI, "sinaurl", &params);
    refused(
        &world.send_to(&world.another_process(7), call).await,
        OUTAGE,
    );
    drop(storm);
    let found = [(&*id, "http://a.cn/x")];
    assert_found(&act(&world, BAI, "sinaurl", &params).await, &found);
    assert_eq!(world.dump().await, before);
    allow_anonymous(&world, "sinaurl").await;
    assert_found(&act(&world, NOBODY, "sinaurl", &params).await, &found);
}

#[tokio::test]
async fn a_short_link_leads_to_the_long_one() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for url in [
        "http://a.cn/x?a=1&b='(2)'#%41",
        "HTTPS://Www.A.cn",
        "http://[::1]:8/x",
    ] {
        let id = shorten(&world, url).await;
        for method in ["GET", "HEAD", "GET"] {
            let reply = world.send(Call::new(method, &format!("/{id}"))).await;
            assert_eq!((reply.status, &*reply.headers["location"]), (302, url));
        }
        // What platforms append is not looked at.
        for appended in [
            "?from=timeline",
            "/",
            "/?from=singlemessage&isappinstalled=0",
            "?s=20&m=1&service=x",
            "?%ff",
            "//",
        ] {
            let reply = world.send(Call::get(&format!("/{id}{appended}"))).await;
            assert_eq!((reply.status, &*reply.headers["location"]), (302, url));
        }
        // An operation behind any path is one.
        let named = format!("/{id}?s=App.Hello.World&name=w&app_key={}", demo::OPEN_APP);
        assert_eq!(world.send(Call::get(&named)).await.json()["ret"], 200);
        let named = format!("/{id}?m=api/weibo/action.nosuch");
        refused(&world.send(Call::get(&named)).await, UNKNOWN_OPERATION);
        ids.push(id);
    }
    let old = format!("/?s=App.Hello.World&name=w&app_key={}", demo::OPEN_APP);
    // The app's first call is counted at once.
    world.send(Call::get(&old)).await;
    let before = world.dump().await;
    for id in ["AbCd1234", "00000000", "zzzzzzzz", &swap_case(&ids[0])] {
        for method in ["GET", "HEAD"] {
            let reply = world.send(Call::new(method, &format!("/{id}"))).await;
            assert_eq!(reply.status, 404, "{id}");
            assert!(reply.headers["content-type"].starts_with("text/html"));
            assert!(!reply.headers.contains_key("location"));
            let appended = format!("/{id}/?from=timeline");
            assert_eq!(world.send(Call::new(method, &appended)).await.status, 404);
        }
    }
    assert_eq!(world.send(Call::get(&old)).await.json()["ret"], 200);
    assert_eq!(world.dump().await, before);
}
