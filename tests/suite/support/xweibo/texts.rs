//! Texts, and the links that they are shown with.

use crate::support::who::BAI;
use crate::support::world::World;
use crate::support::xweibo::acts::{act, rst};
use crate::support::xweibo::calls::accepted;
use crate::support::xweibo::comments::comments;

/// What every short link begins with.
pub const BASE: &str = "http://weiquan.test/";

/// The id of a short link.
#[track_caller]
pub fn link_id(link: &str) -> String {
    let id = link.strip_prefix(BASE).unwrap_or_else(|| panic!("{link}"));
    let is_id = id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    assert!(is_id, "{link}");
    id.to_owned()
}

/// Publishes a text and gives it as it is shown.
pub async fn shown(world: &World, text: &str) -> String {
    let weibo = accepted(&act(world, BAI, "update", &[("text", text)]).await);
    weibo["tx"].as_str().unwrap().to_owned()
}

/// Publishes a link and gives its id.
pub async fn shorten(world: &World, url: &str) -> String {
    link_id(&shown(world, url).await)
}

pub fn encoded(text: &str) -> String {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encode = |byte: u8| {
        if is_kept(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(encode).collect()
}

/// A name as comments show it.
pub fn name_link(name: &str) -> String {
    let encoded = encoded(name);
    format!(r#"<a href="index.php?m=ta&amp;name={encoded}">@{name}</a>"#)
}

/// A link as comments show it.
pub fn anchor(link: &str) -> String {
    let link = link.replace('&', "&amp;");
    format!(r#"<a href="{link}">{link}</a>"#)
}

/// Comments on a weibo and gives the text as it is shown, in the answer and in the list.
pub async fn commented(world: &World, weibo: &str, text: &str) -> String {
    let params = [("id", weibo), ("text", text)];
    let made = rst(&act(world, BAI, "comment", &params).await)["comment"].take();
    let page = comments(world, weibo, &[("count", "1")]).await;
    assert_eq!(page["0"]["id"], made["id"]);
    assert_eq!(page["0"]["text"], made["text"]);
    made["text"].as_str().unwrap().to_owned()
}
