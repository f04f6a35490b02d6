//! Pages for people: escaped, readable on a phone, in Chinese and English, in light and dark, and of use without
//! scripts.

mod language;
mod page;

pub use language::Language;
pub use page::Page;

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
