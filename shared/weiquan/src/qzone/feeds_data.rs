//! `feeds_data`: the feed as JSON in a form (qzone section 5).

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::failure::PARAMS;
use crate::schema::Failure;
use weiquan_store::id::FeedId;
use weiquan_store::oauth::feed::{Action, Feed};
use weiquan_store::oauth::token::Token;
use weiquan_store::unicode::truncate_feed;

/// The largest `feeds_data`, in bytes.
const MAX_SIZE: usize = 32 * 1024;
/// The longest link, in bytes.
const MAX_URL: usize = 2048;
/// The width of a title in half-widths: 36 Chinese characters; a comment has 40, a summary 80 (section 6).
pub const TITLE_WIDTH: usize = 72;
/// The width of a comment, in half-widths.
pub const COMMENT_WIDTH: usize = 80;
/// The width of a summary, in half-widths.
pub const SUMMARY_WIDTH: usize = 160;

/// The content of a feed, with its texts cut to their limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedsData {
    /// What the member did.
    pub action: Action,
    /// The link's text.
    pub title: String,
    /// The link.
    pub url: String,
    /// The member's own words.
    pub comment: Option<String>,
    /// A summary of the link's target.
    pub summary: Option<String>,
    /// The picture of the feed, the video or the audio.
    pub picture: Option<String>,
    /// The video or audio itself.
    pub media: Option<String>,
}

impl FeedsData {
    /// Reads `feeds_data`. Links may be `https` if `https_links` is set. Any broken rule is 1000.
    pub fn parse(text: &str, https_links: bool) -> Result<Self, Failure> {
        if text.len() > MAX_SIZE {
            return Err(PARAMS);
        }
        let Unique(Value::Object(fields)) =
            serde_json::from_str(text).map_err(|_not_json| PARAMS)?
        else {
            return Err(PARAMS);
        };
        let action = action(fields.get("action"))?;
        let title = required(&fields, "title")?;
        let url = link(required(&fields, "titleurl")?, https_links)?;
        let (picture, media) = match action {
            Action::Common => (picture(fields.get("img"), https_links)?, None),
            Action::Video => media(fields.get("video"), https_links)?,
            Action::Audio => media(fields.get("audio"), https_links)?,
        };
        Ok(Self {
            action,
            title: truncate_feed(title, TITLE_WIDTH).to_owned(),
            url,
            comment: optional(&fields, "comment")?
                .map(|text| truncate_feed(text, COMMENT_WIDTH).to_owned()),
            summary: optional(&fields, "summary")?
                .map(|text| truncate_feed(text, SUMMARY_WIDTH).to_owned()),
            picture,
            media,
        })
    }
}

impl FeedsData {
    /// The feed of the token's member and consumer, without an id.
    pub fn into_feed(self, token: &Token) -> Feed {
        Feed {
            id: FeedId::default(),
            uid: token.uid,
            consumer: token.consumer.clone(),
            action: self.action,
            title: self.title,
            url: self.url,
            comment: self.comment,
            summary: self.summary,
            picture: self.picture,
            media: self.media,
        }
    }
}

fn action(value: Option<&Value>) -> Result<Action, Failure> {
    let number = match value {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) if text.len() == 1 => text.parse().ok(),
        _ => None,
    };
    match number {
        Some(1) => Ok(Action::Common),
        Some(2) => Ok(Action::Video),
        Some(3) => Ok(Action::Audio),
        _ => Err(PARAMS),
    }
}

fn required<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, Failure> {
    match fields.get(name) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text),
        _ => Err(PARAMS),
    }
}

fn optional<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Failure> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(PARAMS),
    }
}

fn object(value: Option<&Value>) -> Result<Option<&Map<String, Value>>, Failure> {
    match value {
        None => Ok(None),
        Some(Value::Object(fields)) => Ok(Some(fields)),
        Some(_) => Err(PARAMS),
    }
}

fn picture(img: Option<&Value>, https: bool) -> Result<Option<String>, Failure> {
    match object(img)? {
        None => Ok(None),
        Some(img) => optional(img, "url1")?
            .map(|url| link(url, https))
            .transpose(),
    }
}

/// The picture and the address of a video or audio.
fn media(media: Option<&Value>, https: bool) -> Result<(Option<String>, Option<String>), Failure> {
    let Some(media) = object(media)? else {
        return Ok((None, None));
    };
    let url = link(required(media, "url")?, https)?;
    let img = optional(media, "img")?
        .map(|url| link(url, https))
        .transpose()?;
    Ok((img, Some(url)))
}

/// Checks a link: `http://` (or `https://` if `https` is set) with a host, no spaces or control
/// characters, at most 2048 bytes.
pub fn link(url: &str, https: bool) -> Result<String, Failure> {
    let (scheme, rest) = url.split_once("://").ok_or(PARAMS)?;
    let scheme = scheme.to_ascii_lowercase();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let fits = url.len() <= MAX_URL
        && (scheme == "http" || (https && scheme == "https"))
        && !host.is_empty()
        && !url.chars().any(|c| c.is_control() || c.is_whitespace());
    if fits {
        Ok(url.to_owned())
    } else {
        Err(PARAMS)
    }
}

/// Any JSON in which no object has a name twice.
struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Unique, E> {
        Ok(Unique(Value::Bool(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Unique, E> {
        Ok(Unique(Value::from(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Unique, E> {
        Ok(Unique(Value::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Unique, E> {
        Ok(Unique(Value::from(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Unique, E> {
        Ok(Unique(Value::from(value)))
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Unique, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Unique(Value::Array(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Unique, A::Error> {
        let mut seen = HashSet::new();
        let mut object = Map::new();
        while let Some((name, Unique(value))) = entries.next_entry::<String, Unique>()? {
            if !seen.insert(name.clone()) {
                return Err(A::Error::custom("a name is there twice"));
            }
            object.insert(name, value);
        }
        Ok(Unique(Value::Object(object)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(changes: Value) -> Result<FeedsData, Failure> {
        let mut feed = json!({"action": 1, "title": "t", "titleurl": "http://a.example/"});
        for (name, value) in changes.as_object().unwrap() {
            feed[name] = value.clone();
        }
        FeedsData::parse(&feed.to_string(), false)
    }

    fn is_refused(changes: Value) -> bool {
        matches!(parse(changes), Err(PARAMS))
    }

    #[test]
    fn actions_are_1_to_3_as_numbers_or_texts() {
        for action in [
            json!(1),
            json!(2),
            json!(3),
            json!("1"),
            json!("2"),
            json!("3"),
        ] {
            assert!(parse(json!({ "action": action })).is_ok(), "{action}");
        }
        for action in [
            json!(0),
            json!(4),
            json!(-1),
            json!(1.0),
            json!(true),
            json!(null),
            json!("01"),
            json!(""),
        ] {
            assert!(is_refused(json!({ "action": action })), "{action}");
        }
        let missing = r#"{"title": "t", "titleurl": "http://a/"}"#;
        assert!(matches!(FeedsData::parse(missing, false), Err(PARAMS)));
    }

    #[test]
    fn texts_must_be_texts_and_are_cut() {
        for title in [json!(""), json!("  \t"), json!(1), json!(null), json!([])] {
            assert!(is_refused(json!({ "title": title })), "{title}");
            assert!(is_refused(json!({ "titleurl": title })), "{title}");
        }
        let long = parse(json!({
            "title": "汉".repeat(37), "comment": "汉".repeat(41), "summary": "汉".repeat(81)
        }))
        .unwrap();
        assert_eq!(long.title.chars().count(), 36);
        assert_eq!(long.comment.unwrap().chars().count(), 40);
        assert_eq!(long.summary.unwrap().chars().count(), 80);
        for name in ["comment", "summary"] {
            assert!(parse(json!({ name: "" })).is_ok() && parse(json!({ name: null })).is_ok());
            assert!(is_refused(json!({ name: 1 })));
        }
    }

    #[test]
    fn links() {
        let long = format!("http://a/{}", "x".repeat(MAX_URL - 9));
        for url in ["http://a", "HTTP://a/?b#c", long.as_str()] {
            assert!(parse(json!({ "titleurl": url })).is_ok(), "{url}");
        }
        let longer = format!("{long}x");
        for url in [
            "https://a",
            "ftp://a",
            "a",
            "http://",
            "http:///x",
            "http:a",
            "javascript://a",
            " http://a",
            "http://a b",
            "http://a\n",
            "http://a\u{7f}",
            longer.as_str(),
        ] {
            assert!(is_refused(json!({ "titleurl": url })), "{url}");
        }
        let https = r#"{"action": 1, "title": "t", "titleurl": "https://a/"}"#;
        assert!(FeedsData::parse(https, true).is_ok());
    }

    #[test]
    fn pictures_and_media_count_for_their_action_only() {
        let video = json!({"url": "http://v/", "img": "http://i/"});
        let feed = parse(json!({"action": 2, "video": video, "img": 1, "audio": "x"})).unwrap();
        assert_eq!(
            (feed.media.as_deref(), feed.picture.as_deref()),
            (Some("http://v/"), Some("http://i/"))
        );
        let feed = parse(json!({"action": 1, "img": {"url1": "http://i/", "url2": 7}, "video": 1}))
            .unwrap();
        assert_eq!(
            (feed.media, feed.picture.as_deref()),
            (None, Some("http://i/"))
        );
        assert!(parse(json!({"img": {}})).is_ok());
        assert!(parse(json!({"img": {"url1": ""}})).is_ok());
        assert!(parse(json!({"action": 2})).is_ok() && parse(json!({"action": 3})).is_ok());
        assert!(parse(json!({"action": 3, "audio": {"url": "http://a/"}})).is_ok());
        for changes in [
            json!({"img": []}),
            json!({"img": "http://i/"}),
            json!({"img": null}),
            json!({"img": {"url1": 1}}),
            json!({"img": {"url1": "javascript:x"}}),
            json!({"action": 2, "video": {}}),
            json!({"action": 2, "video": {"url": "x"}}),
            json!({"action": 3, "audio": 1}),
            json!({"action": 3, "audio": {"url": "http://a/", "img": "x"}}),
        ] {
            assert!(is_refused(changes.clone()), "{changes}");
        }
    }

    #[test]
    fn strict_json_only() {
        let fine = r#"{"action":1,"title":"t","titleurl":"http://a/"}"#;
        let parse = |text: &str| FeedsData::parse(text, false);
        assert!(parse(fine).is_ok());
        for text in [
            "",
            "null",
            "[]",
            "1",
            "{",
            r#"{"action":1,"action":1,"title":"t","titleurl":"http://a/"}"#,
            r#"{"action":1,"title":"t","titleurl":"http://a/","x":{"y":1,"y":1}}"#,
            "{// 1\n\"action\":1,\"title\":\"t\",\"titleurl\":\"http://a/\"}",
        ] {
            assert!(matches!(parse(text), Err(PARAMS)), "{text}");
        }
        let pad = |size: usize| format!("{fine}{}", " ".repeat(size - fine.len()));
        assert!(parse(&pad(MAX_SIZE)).is_ok());
        assert!(parse(&pad(MAX_SIZE + 1)).is_err());
        let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(parse(&deep).is_err());
    }
}
