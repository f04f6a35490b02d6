//! Pages for people: escaped, without scripts, readable on a phone, in Chinese and English.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::http::{Answer, Request};
use weiquan_store::digest::sha256;

/// The look of every page.
const STYLE: &str = "body{margin:0 auto;max-width:40em;padding:1em;font:16px/1.5 sans-serif;color:#222;overflow-wrap:anywhere}\
h1{font-size:1.3em}label,input,button{display:block;width:100%;box-sizing:border-box;font:inherit}\
input,button{padding:.6em;margin:.3em 0 .8em}button{cursor:pointer}.error{color:#b00}\
.feed{border-top:1px solid #ddd;padding:.8em 0}.feed img{max-width:100px;max-height:100px}\
.quiet{color:#666;font-size:.9em}";

/// Escapes `text` for a page, between tags or in quotes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Whether `url` may be a link or a picture's address: `http` or `https`, nothing else.
pub fn is_web_link(url: &str) -> bool {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    })
}

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The language that the browser asks for: Chinese, unless English comes first.
    pub fn of(request: &Request) -> Self {
        let wanted = request.header("accept-language").unwrap_or_default();
        let mut best = (Self::Chinese, 0.0);
        for part in wanted.split(',') {
            let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
            let weight = rest.trim().strip_prefix("q=");
            let weight: f32 = weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            let language = match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("zh") => Self::Chinese,
                Some("en") => Self::English,
                _ => continue,
            };
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    /// Returns the one of the two texts that is in this language.
    pub fn of_two<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

/// A page with `title` (plain) and `body` (HTML). No other site may frame it, and no content of
/// another site runs in it. `form_targets` are the additional targets of its forms, in CSP syntax.
pub fn page(
    status: u16,
    language: Language,
    title: &str,
    body: &str,
    form_targets: &[String],
    code: i64,
) -> Answer {
    let lang = language.of_two("zh-CN", "en");
    let title = escape(title);
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    );
    let hash = BASE64_STANDARD.encode(sha256(STYLE));
    let targets: String = form_targets
        .iter()
        .map(|target| format!(" {target}"))
        .collect();
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src http: https:; form-action 'self'{targets}; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    Answer::new(status, "text/html; charset=utf-8", html, code)
        .header("content-security-policy", policy)
        .header("x-frame-options", "DENY")
        .header("referrer-policy", "no-referrer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes() {
        assert_eq!(
            escape("<a href='x\"&'>"),
            "&lt;a href=&#39;x&quot;&amp;&#39;&gt;"
        );
        for (url, is_link) in [
            ("http://a/", true),
            ("HTTPS://a/", true),
            ("javascript://a/%0aalert(1)", false),
            ("javascript:alert(1)", false),
            ("//a/", false),
            ("", false),
        ] {
            assert_eq!(is_web_link(url), is_link, "{url}");
        }
    }
}
