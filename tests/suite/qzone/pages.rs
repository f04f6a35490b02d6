//! QZone: the pages of a member's feeds and of what a member allowed, and how tests read pages.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use weiquan_store::keys;

use crate::support::qzone::*;
use crate::support::{BAI, Call, STAR, World};

async fn list(world: &World, query: &str) -> Value {
    let call = feeds_page(world, &format!("format=json&{query}"));
    let reply = world.send(call).await;
    let content_type = reply.headers["content-type"].as_str();
    assert_eq!(content_type, "application/json; charset=utf-8");
    let json = reply.json();
    assert_eq!(json["ret"], 0, "{json}");
    assert_eq!(
        (&json["msg"], &json["nickname"]),
        (&json!(""), &json!("小白"))
    );
    json
}

/// The numbers that stand as titles.
fn titles(list: &Value) -> Vec<u32> {
    let feeds = list["feeds"].as_array().unwrap().iter();
    let titles = feeds.map(|feed| feed["title"].as_str().unwrap());
    titles.map(|title| title.parse().unwrap()).collect()
}

/// Publishes a feed a second later.
async fn publish(world: &World, data: &Value) {
    world.pass(1);
    let params = params(world, &new_nonce(), &data.to_string());
    answered(&add(world, params).await, OK);
}

async fn publish_titles(world: &World, titles: impl IntoIterator<Item = u32>) {
    for title in titles {
        let title = title.to_string();
        let data = json!({"action": 1, "title": title, "titleurl": "http://e.cn/"});
        publish(world, &data).await;
    }
}

#[tokio::test]
async fn feeds_are_listed_newest_first() {
    let world = World::new().await;
    assert_eq!(list(&world, "").await["feeds"], json!([]));
    let own = json!({
        "action": 1, "title": "标题", "titleurl": "http://e.cn/?a=1&b=2", "comment": "评论",
        "summary": "摘要", "img": {"url1": "http://i/1.jpg"},
    });
    publish(&world, &own).await;
    let video = json!({
        "action": 2, "title": "v", "titleurl": "http://e.cn/", "video": {"url": "http://v/1"},
    });
    publish(&world, &video).await;
    let json = list(&world, "").await;
    assert!(json["next"].is_null(), "{json}");
    let [video, common] = &json["feeds"].as_array().unwrap()[..] else {
        panic!("{json}")
    };
    for (name, value) in [
        ("title", "标题"),
        ("titleurl", "http://e.cn/?a=1&b=2"),
        ("comment", "评论"),
        ("summary", "摘要"),
        ("picture", "http://i/1.jpg"),
        ("source", "土豆网"),
    ] {
        assert_eq!(common[name], value);
    }
    assert_eq!(video["media"], "http://v/1");
    assert_ne!(video["action"], common["action"]);
    assert_eq!(common["time"], world.now().as_second() - 1);
    assert!(video["id"].as_u64() > common["id"].as_u64());
    for feed in [video, common] {
        assert_eq!(feed.as_object().unwrap().len(), 10, "{feed}");
    }
    // The page shows the same.
    let page = world.send(feeds_page(&world, "")).await;
    assert_page(&page, 200);
    for text in ["小白", "标题", "评论", "摘要", "土豆网"] {
        assert!(page.body.contains(text), "{text} {}", page.body);
    }
    assert!(links(&page.body).contains(&"http://e.cn/?a=1&b=2".to_owned()));
}

#[tokio::test]
async fn feeds_are_paged_by_cursor() {
    let world = World::new().await;
    publish_titles(&world, 1..=101).await;
    for (query, size) in [
        ("", 20),
        ("count=7", 7),
        ("count=0", 1),
        ("count=1000", 100),
    ] {
        let json = list(&world, query).await;
        assert_eq!(titles(&json), Vec::from_iter((102 - size..102).rev()));
        assert!(json["next"].is_u64(), "{json}");
    }
    let mut page = list(&world, "count=40").await;
    let mut seen = titles(&page);
    // What comes meanwhile moves nothing.
    publish_titles(&world, [102]).await;
    while !page["next"].is_null() {
        page = list(&world, &format!("count=40&before={}", page["next"])).await;
        seen.extend(titles(&page));
    }
    assert_eq!(seen, Vec::from_iter((1..=101).rev()));
    // The page has a link to the next one.
    let html = world.send(feeds_page(&world, "count=60")).await.body;
    let mut next = links(&html);
    next.retain(|link| link.contains("before="));
    let (_, query) = next[0].split_once('?').unwrap();
    let html = world.send(feeds_page(&world, query)).await.body;
    assert!(html.contains(">42<") && html.contains(">1<") && !html.contains(">43<"));
    assert!(!html.contains("rel=\"next\""));
}

#[tokio::test]
async fn a_feed_does_nothing_to_its_page() {
    let world = World::new().await;
    let nasty = "\"><b>'&amp;";
    let url = format!("http://e.cn/?a={nasty}");
    let data = json!({
        "action": 1, "title": nasty, "titleurl": url, "comment": nasty, "summary": nasty,
        "img": {"url1": url},
    });
    publish(&world, &data).await;
    let page = world.send(feeds_page(&world, "")).await;
    assert_page(&page, 200);
    assert!(!page.body.contains("<b>") && page.body.contains("&lt;b&gt;"));
    assert!(links(&page.body).contains(&url));
    // A link that should never have been stored.
    let id = list(&world, "").await["feeds"][0]["id"].as_u64().unwrap();
    let key = keys::feed(world.member(BAI).uid, id.into());
    let stored = world
        .client()
        .update_item()
        .table_name(local::TABLE)
        .key("PK", AttributeValue::S(key.pk))
        .key("SK", AttributeValue::S(key.sk))
        .update_expression("SET #url = :bad, picture = :bad")
        .expression_attribute_names("#url", "url")
        .expression_attribute_values(":bad", AttributeValue::S("javascript:x".to_owned()));
    stored.send().await.unwrap();
    let page = world.send(feeds_page(&world, "")).await;
    assert_page(&page, 200);
    assert!(page.body.contains("&lt;b&gt;"));
    assert!(!page.body.contains("=\"javascript:"), "{}", page.body);
}

#[tokio::test]
async fn nobodys_feeds_are_not_found() {
    let world = World::new().await;
    for openid in ["0123456789ABCDEF0123456789ABCDEF", "1", "%3Cb%3E", "1/2"] {
        let target = format!("/qzone/feeds/{openid}");
        let reply = world.send(Call::get(&target)).await;
        assert_page(&reply, 404);
        assert!(!reply.body.contains("<b>"));
        let reply = world.send(Call::get(&(target + "?format=json"))).await;
        assert_eq!(reply.status, 404);
    }
}

/// Whether the demo token works.
async fn works(world: &World) -> bool {
    let code = code(&api(world, USER_INFO, &[]).send(world).await);
    assert!(["0", EXPIRED.0].contains(&&*code), "{code}");
    code == "0"
}

#[tokio::test]
async fn a_member_sees_and_revokes_what_was_allowed() {
    let world = World::new().await;
    let stranger = Visitor::log_in(&world, STAR).await;
    assert!(stranger.rows().is_empty() && !stranger.reply.body.contains("土豆网"));
    let member = Visitor::log_in(&world, BAI).await;
    let rows = member.rows();
    assert_eq!(rows.len(), 1, "{}", member.reply.body);
    let row = rows[0].as_str();
    let html = &member.reply.body;
    assert!(html.contains("土豆网") && html.contains("2026"), "{html}");
    let qzone = &world.demo.qzone;
    for secret in [&qzone.token, &qzone.token_secret, &qzone.consumer_secret] {
        assert!(!html.contains(secret.as_str()) && !row.contains(secret));
    }
    // Nobody else can, and nothing else is.
    let before = world.dump().await;
    let good = member.post(&[("revoke", row)]);
    let mut calls = vec![
        Call::get(GRANTS).query(&[("revoke", row), ("csrf", &member.csrf)]),
        stranger.post(&[("revoke", row)]),
        member.post(&[("revoke", "1")]),
        good.clone().header("cookie", ""),
    ];
    for session in ["", "x"] {
        let cookies = format!("qzone_csrf={}; qzone_session={session}", member.csrf);
        calls.push(good.clone().header("cookie", &cookies));
    }
    for call in calls {
        let reply = world.send(call).await;
        assert!(reply.status < 500, "{reply:?}");
        assert_eq!(world.dump().await, before);
    }
    assert!(works(&world).await);
    for _ in 0..2 {
        assert!(world.send(good.clone()).await.status < 400);
        assert!(!works(&world).await);
        let reply = add(&world, params(&world, &new_nonce(), DATA)).await;
        answered(&reply, EXPIRED);
    }
    assert!(Visitor::log_in(&world, BAI).await.rows().is_empty());
}

#[tokio::test]
async fn the_grants_page_needs_a_password_and_ends_by_logout() {
    let world = World::new().await;
    let visitor = Visitor::come(&world).await;
    let member = world.member(BAI);
    let names = [
        ("username", &*member.username),
        ("password", &member.password),
    ];
    let foreign = visitor.post(&names).header("cookie", "qzone_csrf=x");
    let wrong = visitor.post(&[names[0], ("password", "wrong")]);
    for call in [foreign, wrong, visitor.post(&names[..1]), visitor.post(&[])] {
        let reply = world.send(call).await;
        assert!(cookie(&reply, "qzone_session").is_none_or(|own| own.is_empty()));
        assert!(!reply.body.contains("土豆网"), "{}", reply.body);
    }
    let member = Visitor::log_in(&world, BAI).await;
    let good = member.post(&[("revoke", &member.rows()[0])]);
    assert!(world.send(member.post(&[("logout", "1")])).await.status < 400);
    assert!(world.send(good).await.status < 500);
    assert!(works(&world).await);
}

#[tokio::test]
async fn a_form_belongs_to_the_login_that_it_was_given_to() {
    let world = World::new().await;
    let visitor = Visitor::log_in(&world, BAI).await;
    let other = Visitor::log_in(&world, STAR).await;
    let again = Visitor::log_in(&world, BAI).await;
    let row = visitor.rows().remove(0);
    let planted = "0123456789abcdef0123456789abcdef";
    for csrf in [planted, &*other.csrf, &*again.csrf, ""] {
        let cookies = format!("qzone_csrf={csrf}; qzone_session={}", visitor.session);
        for own in [("revoke", &*row), ("logout", "1")] {
            let call = Call::post(GRANTS).form(&[own, ("csrf", csrf)]);
            let reply = world.send(call.header("cookie", &cookies)).await;
            assert!(reply.body.contains("20002"), "{csrf} {}", reply.body);
        }
    }
    assert!(works(&world).await);
    world.send(visitor.post(&[("revoke", &row)])).await;
    assert!(!works(&world).await);
}
