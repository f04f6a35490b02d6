//! The page on which a member allows or refuses, as a browser uses it.

use std::collections::BTreeMap;

use weiquan::form_data;

use crate::support::call::{Call, Reply, refs};
use crate::support::qzone::calls::{Params, set};
use crate::support::qzone::oauth::{Asked, request_token};
use crate::support::qzone::pages::{assert_guarded, assert_page, attribute, cookie, field, tags};
use crate::support::who::{BAI, Who};
use crate::support::world::World;

pub const AUTHORIZE: &str = "/oauth/qzoneoauth_authorize";

/// Where the demo consumer wants its members back.
pub const CALLBACK: &str = "http://www.weiquan.test/back?a=1&b=%E6%B1%89";

/// Other callbacks of the demo consumer.
pub const REGISTERED: [&str; 5] = [
    "http://weiquan.test",
    "https://a.b.weiquan.test:8443/back",
    "HTTP://WeiQuan.TEST/",
    "http://localhost:3000/?",
    "http://127.0.0.1/back#there",
];

/// Callbacks of others, or of nobody.
pub const FOREIGN: [&str; 12] = [
    "http://evil.test/http://weiquan.test/",
    "http://weiquan.test.evil.test/",
    "http://notweiquan.test/",
    "http://weiquan.test@evil.test/",
    "http://evil.test\\@weiquan.test/",
    "http://evil.test#.weiquan.test/",
    "http://evil.test?.weiquan.test",
    "http://weiquan.test/\r\nset-cookie: a=b",
    "//weiquan.test/",
    "weiquan.test",
    "ftp://weiquan.test/",
    "javascript://weiquan.test/%0aalert(1)",
];

/// The page as a browser has it.
pub struct Page {
    pub html: String,
    /// The hidden field and the cookie.
    pub csrf: String,
}

impl Page {
    #[track_caller]
    pub fn of(reply: &Reply) -> Self {
        assert_page(reply, 200);
        let csrf = field(&reply.body, "csrf").unwrap();
        assert!(csrf.len() >= 16, "{csrf}");
        if let Some(cookie) = cookie(reply, "qzone_csrf") {
            assert_eq!(cookie, csrf);
        }
        let html = reply.body.clone();
        Self { html, csrf }
    }

    /// What everybody sees whose name is `username`.
    pub fn bare(&self, username: &str) -> String {
        let html = self.html.replace(&self.csrf, "");
        html.replace(&format!("\"{username}\""), "\"\"")
    }
}

/// A browser comes from the demo consumer.
pub fn visit(world: &World, token: &str, callback: &str) -> Call {
    let key = &world.demo.qzone.consumer_key;
    let pairs = [("oauth_consumer_key", &**key), ("oauth_token", token)];
    let call = Call::get(AUTHORIZE).query(&pairs);
    call.query(&[("oauth_callback", callback)])
}

pub async fn open(world: &World, token: &str) -> Page {
    let reply = world.send(visit(world, token, CALLBACK)).await;
    assert_guarded(&reply, "/oauth");
    Page::of(&reply)
}

/// Submits the page's form as a browser does: what is hidden in it, and `own`.
pub fn submit(page: &Page, own: &[(&str, &str)]) -> Call {
    let mut pairs = Params::new();
    for tag in tags(&page.html, "input") {
        let [kind, name, value] = ["type", "name", "value"].map(|name| attribute(tag, name));
        if kind.as_deref() == Some("hidden") {
            set(&mut pairs, &name.unwrap(), &value.unwrap_or_default());
        }
    }
    for (name, value) in own {
        set(&mut pairs, name, value);
    }
    let call = Call::post(AUTHORIZE).form(&refs(&pairs));
    call.header("cookie", &format!("other=1; qzone_csrf={}", page.csrf))
}

pub fn submit_as(page: &Page, username: &str, password: &str) -> Call {
    let names = [("username", username), ("password", password)];
    submit(page, &[&names[..], &[("decision", "allow")]].concat())
}

/// A demo member allows.
pub fn allow(world: &World, page: &Page, number: Who) -> Call {
    let member = world.member(number);
    submit_as(page, &member.username, &member.password)
}

pub fn refuse(page: &Page) -> Call {
    submit(page, &[("decision", "refuse")])
}

/// What a redirect adds to the callback.
#[track_caller]
pub fn added(reply: &Reply, callback: &str) -> BTreeMap<String, String> {
    assert_eq!(reply.status, 302, "{}", reply.body);
    let location = &reply.headers["location"];
    let sign = if callback.contains('?') { "&" } else { "?" };
    let added = location.strip_prefix(&format!("{callback}{sign}"));
    let pairs = form_data::urlencoded(added.expect(location).as_bytes()).unwrap();
    pairs.into_iter().collect()
}

/// A request token that the first member allowed, and its vericode.
pub async fn allowed(world: &World) -> (Asked, String) {
    let asked = request_token(world, &[]).await;
    let page = open(world, &asked.token).await;
    let reply = world.send(allow(world, &page, BAI)).await;
    let vericode = added(&reply, CALLBACK).remove("oauth_vericode");
    (asked, vericode.unwrap())
}
