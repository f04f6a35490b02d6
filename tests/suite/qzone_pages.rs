//! QZone: the pages of a member's feeds and of what a member allowed, and how tests read pages.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use weiquan_store::keys;

use crate::qzone_calls::{DATA, EXPIRED, OK, add, answered, new_nonce, params};
use crate::qzone_oauth::{USER_INFO, api, code};
use crate::world::{Call, Reply, World};

const GRANTS: &str = "/qzone/grants";

/// The tags of a page called `name`: what stands between that and `>`.
pub fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let opening = format!("<{name} ");
    let rests = html.split(opening.as_str()).skip(1);
    rests.filter_map(|rest| rest.split('>').next()).collect()
}

/// An attribute of a tag, unescaped.
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = format!(" {tag}");
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let mut value = rest.split('"').next().unwrap().to_owned();
    for entity in ["<lt", ">gt", "\"quot", "\"#34", "'#39", "'#x27", "&amp"] {
        let (plain, name) = entity.split_at(1);
        value = value.replace(&format!("&{name};"), plain);
    }
    Some(value)
}

/// The input of a page called `name`.
pub fn input<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let is = |tag: &&str| attribute(tag, "name").as_deref() == Some(name);
    tags(html, "input").into_iter().find(is)
}

/// What stands in the input called `name`.
pub fn field(html: &str, name: &str) -> Option<String> {
    Some(attribute(input(html, name)?, "value").unwrap_or_default())
}

/// The cookie that an answer sets.
pub fn cookie(reply: &Reply, name: &str) -> Option<String> {
    let cookies = reply.headers.get("set-cookie")?;
    let (_, rest) = cookies.split_once(&format!("{name}="))?;
    rest.split([';', ',']).next().map(str::to_owned)
}

/// Whether a script of the page or of another site, or another path, gets a cookie.
#[track_caller]
pub fn assert_guarded(reply: &Reply, path: &str) {
    let cookies = &reply.headers["set-cookie"];
    let attributes: BTreeSet<_> = cookies.split([';', ',']).map(str::trim).collect();
    for wanted in ["HttpOnly", "SameSite=Lax", &format!("Path={path}")] {
        assert!(attributes.contains(wanted), "{cookies}");
    }
}

/// A page that no other site can frame and in which nothing can run.
#[track_caller]
pub fn assert_page(reply: &Reply, status: u16) {
    assert_eq!(reply.status, status, "{}", reply.body);
    let header = |name: &str| reply.headers.get(name).map_or("", String::as_str);
    assert_eq!(header("content-type"), "text/html; charset=utf-8");
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(header("x-frame-options"), "DENY");
    assert_eq!(header("referrer-policy"), "no-referrer");
    assert_eq!(header("cache-control"), "no-store");
    let html = reply.body.to_lowercase();
    assert!(html.starts_with("<!doctype html>"), "{html}");
    assert!(!html.contains("<script"), "{html}");
}

/// Where a page leads.
pub fn links(html: &str) -> Vec<String> {
    let links = tags(html, "a").into_iter();
    links.filter_map(|tag| attribute(tag, "href")).collect()
}

/// The first member's feeds.
pub fn feeds(world: &World, query: &str) -> Call {
    let openid = &world.demo.qzone.openid;
    Call::get(&format!("/qzone/feeds/{openid}?{query}"))
}

async fn list(world: &World, query: &str) -> Value {
    let call = feeds(world, &format!("format=json&{query}"));
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
    let page = world.send(feeds(&world, "")).await;
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
    let html = world.send(feeds(&world, "count=60")).await.body;
    let mut next = links(&html);
    next.retain(|link| link.contains("before="));
    let (_, query) = next[0].split_once('?').unwrap();
    let html = world.send(feeds(&world, query)).await.body;
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
    let page = world.send(feeds(&world, "")).await;
    assert_page(&page, 200);
    assert!(!page.body.contains("<b>") && page.body.contains("&lt;b&gt;"));
    assert!(links(&page.body).contains(&url));
    // A link that should never have been stored.
    let id = list(&world, "").await["feeds"][0]["id"].as_u64().unwrap();
    let key = keys::feed(world.demo.members[0].uid, id.into());
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
    let page = world.send(feeds(&world, "")).await;
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

/// A member on the grants page: the answer to the last step, and the cookies.
pub struct Visitor {
    pub reply: Reply,
    pub csrf: String,
    pub session: String,
}

impl Visitor {
    async fn come(world: &World) -> Self {
        let reply = world.send(Call::get(GRANTS)).await;
        assert_page(&reply, 200);
        assert_guarded(&reply, "/qzone");
        let csrf = field(&reply.body, "csrf").unwrap();
        assert_eq!(cookie(&reply, "qzone_csrf"), Some(csrf.clone()));
        assert!(input(&reply.body, "username").is_some());
        let session = String::new();
        Self {
            reply,
            csrf,
            session,
        }
    }

    pub fn post(&self, pairs: &[(&str, &str)]) -> Call {
        let pairs = [pairs, &[("csrf", &*self.csrf)]].concat();
        let cookies = format!("qzone_csrf={}; qzone_session={}", self.csrf, self.session);
        Call::post(GRANTS).form(&pairs).header("cookie", &cookies)
    }

    pub async fn log_in(world: &World, number: usize) -> Self {
        let mut visitor = Self::come(world).await;
        let member = &world.demo.members[number];
        let pairs = [
            ("username", &*member.username),
            ("password", &member.password),
        ];
        visitor.reply = world.send(visitor.post(&pairs)).await;
        assert_page(&visitor.reply, 200);
        assert_guarded(&visitor.reply, GRANTS);
        visitor.session = cookie(&visitor.reply, "qzone_session").unwrap();
        visitor.csrf = field(&visitor.reply.body, "csrf").unwrap();
        visitor
    }

    /// The ids of what can be revoked.
    pub fn rows(&self) -> Vec<String> {
        let html = &self.reply.body;
        let fields = [tags(html, "button"), tags(html, "input")]
            .concat()
            .into_iter();
        fields
            .filter(|tag| attribute(tag, "name").as_deref() == Some("revoke"))
            .filter_map(|tag| attribute(tag, "value"))
            .collect()
    }
}

/// Whether the demo token works.
async fn works(world: &World) -> bool {
    let reply = api(world, USER_INFO, &[]).send(world).await;
    let code = code(&reply);
    assert!(["0", EXPIRED.0].contains(&&*code), "{code}");
    code == "0"
}

#[tokio::test]
async fn a_member_sees_and_revokes_what_was_allowed() {
    let world = World::new().await;
    let stranger = Visitor::log_in(&world, 1).await;
    assert!(stranger.rows().is_empty() && !stranger.reply.body.contains("土豆网"));
    let member = Visitor::log_in(&world, 0).await;
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
    assert!(Visitor::log_in(&world, 0).await.rows().is_empty());
}

#[tokio::test]
async fn the_grants_page_needs_a_password_and_ends_by_logout() {
    let world = World::new().await;
    let visitor = Visitor::come(&world).await;
    let member = &world.demo.members[0];
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
    let member = Visitor::log_in(&world, 0).await;
    let good = member.post(&[("revoke", &member.rows()[0])]);
    assert!(world.send(member.post(&[("logout", "1")])).await.status < 400);
    assert!(world.send(good).await.status < 500);
    assert!(works(&world).await);
}

#[tokio::test]
async fn a_form_belongs_to_the_login_that_it_was_given_to() {
    let world = World::new().await;
    let visitor = Visitor::log_in(&world, 0).await;
    let other = Visitor::log_in(&world, 1).await;
    let again = Visitor::log_in(&world, 0).await;
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
