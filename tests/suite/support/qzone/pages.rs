//! How tests read and use the pages of QZone.

use std::collections::BTreeSet;

use crate::support::call::{Call, Reply};
use crate::support::who::Who;
use crate::support::world::World;

pub const GRANTS: &str = "/qzone/grants";

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

/// The first member's feeds.
pub fn feeds_page(world: &World, query: &str) -> Call {
    let openid = &world.demo.qzone.openid;
    Call::get(&format!("/qzone/feeds/{openid}?{query}"))
}

/// A member on the grants page: the answer to the last step, and the cookies.
pub struct Visitor {
    pub reply: Reply,
    pub csrf: String,
    pub session: String,
}

impl Visitor {
    pub async fn come(world: &World) -> Self {
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

    pub async fn log_in(world: &World, number: Who) -> Self {
        let mut visitor = Self::come(world).await;
        let member = world.member(number);
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

/// Where a page leads.
pub fn links(html: &str) -> Vec<String> {
    let links = tags(html, "a").into_iter();
    links.filter_map(|tag| attribute(tag, "href")).collect()
}
