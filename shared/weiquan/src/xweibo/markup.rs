//! The parts of a text that are not plain words: names, topics, links (xweibo section 5.9).

use std::fmt;

use unicode_normalization::char::compose;

use crate::form_data::percent_encode;
use weiquan_store::members::member::{self, Mentions, fold, is_nick};
use weiquan_store::unicode::composed;

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Words.
    Plain(&'a str),
    /// `@name`, without the `@`: a name that a member may have.
    Name(&'a str),
    /// `#topic#`, without its `#`.
    Topic(&'a str),
    /// A web address.
    Link(&'a str),
}

impl fmt::Display for Piece<'_> {
    /// Writes the piece as it is in the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(words) | Self::Link(words) => f.write_str(words),
            Self::Name(name) => write!(f, "@{name}"),
            Self::Topic(topic) => write!(f, "#{topic}#"),
        }
    }
}

/// Splits a text into pieces. Together the pieces are the whole text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    // The start of the words that are in no piece yet.
    let mut words = 0;
    let mut at = 0;
    let mut before = None;
    while let Some((rest, c)) = text
        .get(at..)
        .and_then(|rest| Some((rest, rest.chars().next()?)))
    {
        let Some((piece, length)) = special(rest, before) else {
            at += c.len_utf8();
            before = Some(c);
            continue;
        };
        pieces.extend(plain(text, words, at));
        pieces.push(piece);
        at += length;
        words = at;
        before = None;
    }
    pieces.extend(plain(text, words, at));
    pieces
}

fn plain(text: &str, from: usize, to: usize) -> Option<Piece<'_>> {
    let words = text.get(from..to).filter(|words| !words.is_empty());
    words.map(Piece::Plain)
}

/// The name, topic or link at the start of `rest`, and its length in bytes.
fn special(rest: &str, before: Option<char>) -> Option<(Piece<'_>, usize)> {
    if let Some(name) = rest.strip_prefix('@') {
        // After a letter it is an e-mail address.
        let is_address = before.is_some_and(|c| c.is_ascii_alphanumeric());
        let name = name_at(name);
        let is_name = !is_address && is_nick(&composed(name));
        return is_name.then(|| (Piece::Name(name), name.len() + 1));
    }
    if let Some(topic) = rest.strip_prefix('#') {
        let (topic, _) = topic.split_once('#')?;
        return is_topic(topic).then(|| (Piece::Topic(topic), topic.len() + 2));
    }
    let link = link(rest)?;
    Some((Piece::Link(link), link.len()))
}

/// Whether the text between two `#` is a topic. It is none if the signs only mark numbers, that is,
/// if it holds a link, or blanks and a name.
fn is_topic(between: &str) -> bool {
    let (mut names, mut links) = (false, false);
    let mut before = None;
    for (at, c) in between.char_indices() {
        match between.get(at..).and_then(|rest| special(rest, before)) {
            Some((Piece::Name(_), _)) => names = true,
            Some((Piece::Link(_), _)) => links = true,
            _ => {}
        }
        before = Some(c);
    }
    let blanks = between.contains(char::is_whitespace);
    !(between.trim().is_empty() || links || names && blanks)
}

/// The characters at the start of `text` that a nick may hold after they are composed.
fn name_at(text: &str) -> &str {
    let mut end = 0;
    let mut last = None;
    for (at, own) in text.char_indices() {
        let c = last.and_then(|last| compose(last, own)).unwrap_or(own);
        if !member::is_nick_character(c) {
            break;
        }
        last = Some(c);
        end = at + own.len_utf8();
    }
    text.get(..end).unwrap_or_default()
}

/// The characters at the start of `text` for which `is` holds.
fn prefix(text: &str, is: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !is(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// The web address at the start of `text`. It holds the ASCII characters of RFC 3986, so full-width
/// punctuation ends it.
fn link(text: &str) -> Option<&str> {
    let is_url = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let starts = |scheme: &&str| {
        let start = text.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let scheme = ["http://", "https://"].into_iter().find(starts)?;
    let url = without_punctuation(prefix(text, is_url));
    let host = url.get(scheme.len()..)?;
    host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
        .then_some(url)
}

/// `url` without the end of the sentence around it: punctuation, quotes, and closing brackets that
/// are opened before it.
fn without_punctuation(mut url: &str) -> &str {
    while let Some(last) = url.chars().next_back() {
        let is_closed_more = |open| url.matches(last).count() > url.matches(open).count();
        let is_behind = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' => true,
            ')' => is_closed_more('('),
            ']' => is_closed_more('['),
            _ => false,
        };
        if !is_behind {
            break;
        }
        url = url.strip_suffix(last).unwrap_or_default();
    }
    url
}

/// `text` as HTML. The names of `mentions`, topics and links become links; everything else is shown
/// as it is. `pages` is the address before those of the site's own pages.
pub(super) fn html(text: &str, mentions: &Mentions, pages: &str) -> String {
    let link = |address: &str, words: &str| {
        let (address, words) = (escape(address), escape(words));
        format!("<a href=\"{address}\">{words}</a>")
    };
    let page = |query: &str, of: &str, piece: &Piece<'_>| {
        let address = format!("{pages}index.php?m={query}{}", percent_encode(of));
        link(&address, &piece.to_string())
    };
    let shown = pieces(text).into_iter().map(|piece| match piece {
        Piece::Name(name) if mentions.contains_key(&fold(name)) => page("ta&name=", name, &piece),
        Piece::Topic(topic) => page("search.weibo&k=", topic, &piece),
        Piece::Link(url) => link(url, url),
        Piece::Name(_) | Piece::Plain(_) => escape(&piece.to_string()),
    });
    shown.collect()
}

/// Escapes `& < > "` for HTML (section 7.29).
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use weiquan_store::id::Uid;

    use super::*;

    #[test]
    fn names_topics_and_links_are_found() {
        use Piece::{Link, Name, Plain, Topic};
        for (text, want) in [
            ("@莉莉:好", vec![Name("莉莉"), Plain(":好")]),
            ("看@a_b-1，", vec![Plain("看"), Name("a_b-1"), Plain("，")]),
            ("@a@b", vec![Name("a"), Name("b")]),
            ("@Jose\u{301}，", vec![Name("Jose\u{301}"), Plain("，")]),
            ("@か\u{3099}か ", vec![Name("か\u{3099}か"), Plain(" ")]),
            ("@ax\u{302}", vec![Name("ax"), Plain("\u{302}")]),
            ("@\u{301}a", vec![Plain("@\u{301}a")]),
            ("a@b.com", vec![Plain("a@b.com")]),
            ("@ @", vec![Plain("@ @")]),
            ("#话题#好", vec![Topic("话题"), Plain("好")]),
            ("## # # #", vec![Plain("## # # #")]),
            ("#a#b#", vec![Topic("a"), Plain("b#")]),
            (
                "见HTTP://a.cn/?b=1#c，@d",
                vec![
                    Plain("见"),
                    Link("HTTP://a.cn/?b=1#c"),
                    Plain("，"),
                    Name("d"),
                ],
            ),
            (
                "(https://a.cn/).",
                vec![Plain("("), Link("https://a.cn/"), Plain(").")],
            ),
            ("http:// http://.", vec![Plain("http:// http://.")]),
            ("http://a/x_(b)", vec![Link("http://a/x_(b)")]),
            (
                "(http://a/x_(b)).",
                vec![Plain("("), Link("http://a/x_(b)"), Plain(").")],
            ),
            ("http://a/(b", vec![Link("http://a/(b")]),
            ("http://a/b)c", vec![Link("http://a/b)c")]),
            (
                "[http://a/b[1]]'",
                vec![Plain("["), Link("http://a/b[1]"), Plain("]'")],
            ),
            ("#1 @a #2", vec![Plain("#1 "), Name("a"), Plain(" #2")]),
            ("#1@a#2", vec![Topic("1@a"), Plain("2")]),
            ("#a@b.c d#", vec![Topic("a@b.c d")]),
            (
                "#1http://a/b 2#c#",
                vec![Plain("#1"), Link("http://a/b"), Plain(" 2"), Topic("c")],
            ),
        ] {
            assert_eq!(pieces(text), want, "{text}");
        }
        let wide = "汉".repeat(20);
        assert_eq!(pieces(&format!("@{wide}")), vec![Name(&wide)]);
        let apart = "か\u{3099}".repeat(20);
        assert_eq!(pieces(&format!("@{apart}")), vec![Name(&apart)]);
        let too_wide = format!("@{}", "汉".repeat(21));
        assert_eq!(pieces(&too_wide), vec![Plain(&too_wide)]);
    }

    #[test]
    fn html_leads_to_members_topics_and_links() {
        let mentions = Mentions::from([("lili".to_owned(), Uid::new(1))]);
        assert_eq!(
            html("<@Lili> @nobody #a&b# http://a/?b&c", &mentions, "/"),
            "&lt;<a href=\"/index.php?m=ta&amp;name=Lili\">@Lili</a>&gt; @nobody \
             <a href=\"/index.php?m=search.weibo&amp;k=a%26b\">#a&amp;b#</a> \
             <a href=\"http://a/?b&amp;c\">http://a/?b&amp;c</a>"
        );
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_text(text in "[@#ah:/. 汉<\\-]{0,40}|\\PC{0,40}") {
            let together: String = pieces(&text).iter().map(Piece::to_string).collect();
            prop_assert_eq!(together, text);
        }

        #[test]
        fn nothing_but_links_is_markup(text in "[@#<>\"'&a汉]{0,40}") {
            let shown = html(&text, &Mentions::new(), "");
            let plain = shown.replace("<a href=\"index.php?m=search.weibo&amp;k=", "").replace("\">", "").replace("</a>", "");
            prop_assert!(!plain.contains(['<', '>', '"']), "{}", shown);
        }
    }
}
