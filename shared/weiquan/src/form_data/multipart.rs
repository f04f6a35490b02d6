//! `multipart/form-data` as PHP reads it: lines end with LF or CR LF, the last `--` may be missing,
//! and text after the last boundary is not a part.

use super::malformed::Malformed;

/// The content of a form.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Its text fields, in order.
    pub pairs: Vec<(String, String)>,
    /// The file that was asked for.
    pub file: Option<Vec<u8>>,
    /// The file is incomplete: no boundary follows it.
    pub is_partial: bool,
}

/// Reads a `multipart/form-data` body: its text fields, and the last file in the field `file`.
/// Other files are left out.
pub fn multipart(content_type: &str, body: &[u8], file: Option<&str>) -> Result<Form, Malformed> {
    let boundary = boundary(content_type).ok_or(Malformed::Multipart)?;
    let boundary = [b"--", boundary.as_bytes()].concat();
    let mut form = Form::default();
    let mut rest = body;
    let mut is_found = false;
    while let Some(is_last) = skip_boundary(&mut rest, &boundary) {
        is_found = true;
        if is_last || rest.is_empty() {
            break;
        }
        let head = Head::read(&mut rest)?;
        let (content, is_whole) = take_content(&mut rest, &boundary);
        match (head.name, head.is_file) {
            (Some(name), false) => {
                let text =
                    String::from_utf8(content.to_vec()).map_err(|_not_utf8| Malformed::Utf8)?;
                form.pairs.push((name, text));
            }
            (Some(name), true) if file == Some(&*name) => {
                form.file = Some(content.to_vec());
                form.is_partial = !is_whole;
            }
            _ => {}
        }
    }
    if is_found || body.is_empty() {
        Ok(form)
    } else {
        Err(Malformed::Multipart)
    }
}

/// The boundary in a content type: up to a comma or semicolon, or in quotes.
fn boundary(content_type: &str) -> Option<&str> {
    let at = content_type.to_ascii_lowercase().find("boundary")?;
    let (_, value) = content_type.get(at..)?.split_once('=')?;
    let value = value.trim_start();
    let boundary = match value.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?.0,
        None => value.split([',', ';']).next()?.trim(),
    };
    (!boundary.is_empty()).then_some(boundary)
}

/// Takes the next line, without its end.
fn take_line<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    if rest.is_empty() {
        return None;
    }
    let mut parts = rest.splitn(2, |byte| *byte == b'\n');
    let line = parts.next()?;
    *rest = parts.next().unwrap_or_default();
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

/// Skips to the text after the next boundary line. Returns whether it is the last one.
fn skip_boundary(rest: &mut &[u8], boundary: &[u8]) -> Option<bool> {
    while let Some(line) = take_line(rest) {
        match line.trim_ascii_end().strip_prefix(boundary) {
            Some(b"") => return Some(false),
            Some(b"--") => return Some(true),
            _ => {}
        }
    }
    None
}

/// Takes the bytes before the next boundary. Also returns whether there is one.
fn take_content<'a>(rest: &mut &'a [u8], boundary: &[u8]) -> (&'a [u8], bool) {
    let all = *rest;
    let mut at = 0;
    for line in all.split_inclusive(|byte| *byte == b'\n') {
        if at > 0 && line.starts_with(boundary) {
            let (content, next) = all.split_at_checked(at).unwrap_or((all, &[]));
            *rest = next;
            let content = content.strip_suffix(b"\n").unwrap_or(content);
            return (content.strip_suffix(b"\r").unwrap_or(content), true);
        }
        at += line.len();
    }
    *rest = &[];
    (all, false)
}

/// The headers of a part.
#[derive(Default)]
struct Head {
    name: Option<String>,
    is_file: bool,
}

impl Head {
    /// Takes the lines up to the empty one. A line that begins with a blank continues the one before.
    fn read(rest: &mut &[u8]) -> Result<Self, Malformed> {
        let mut fields: Vec<String> = Vec::new();
        loop {
            let line = take_line(rest).ok_or(Malformed::Multipart)?;
            if line.is_empty() {
                break;
            }
            let line = std::str::from_utf8(line).map_err(|_not_utf8| Malformed::Utf8)?;
            match fields.last_mut() {
                Some(field) if line.starts_with([' ', '\t']) => field.push_str(line),
                _ => fields.push(line.to_owned()),
            }
        }
        let disposition = fields.iter().rev().find_map(|field| {
            let (name, value) = field.split_once(':')?;
            name.trim()
                .eq_ignore_ascii_case("content-disposition")
                .then_some(value)
        });
        Ok(disposition.map(Self::of).unwrap_or_default())
    }

    fn of(disposition: &str) -> Self {
        let mut head = Self::default();
        for (name, value) in attributes(disposition) {
            if name.eq_ignore_ascii_case("name") {
                head.name = Some(value);
            } else if name.eq_ignore_ascii_case("filename") {
                head.is_file = true;
            }
        }
        head
    }
}

/// The `name=value` pairs between semicolons. A quoted value may hold semicolons, and quotes after a backslash.
fn attributes(text: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['=', ';']) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let Some(value) = after.strip_prefix('=') else {
            rest = after.strip_prefix(';').unwrap_or_default();
            continue;
        };
        let (value, behind) = value_of(value.trim_start());
        found.push((before.trim(), value));
        rest = behind.split_once(';').map_or("", |(_, rest)| rest);
    }
    found
}

/// A value and what follows it.
fn value_of(text: &str) -> (String, &str) {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        let end = text.find([';', ' ', '\t']).unwrap_or(text.len());
        let (value, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        let escaped = |(_, next): &(usize, char)| *next == quote || *next == '\\';
        if c == quote {
            return (value, text.get(at + 1..).unwrap_or_default());
        } else if c == '\\'
            && let Some((_, next)) = chars.next_if(escaped)
        {
            value.push(next);
        } else {
            value.push(c);
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=X";

    fn pairs(content_type: &str, body: &str) -> Result<Vec<(String, String)>, Malformed> {
        multipart(content_type, body.as_bytes(), None).map(|form| form.pairs)
    }

    fn fields(fields: &[(&str, &str)]) -> Result<Vec<(String, String)>, Malformed> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Ok(fields.iter().map(own).collect())
    }

    #[test]
    fn line_ends_and_the_last_dashes_may_be_as_they_like() {
        let whole = "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n2\r\n\
                     --X\r\ncontent-disposition:form-data;name=b\r\nContent-Type: text/plain\r\n\r\n\r\n--X--\r\n";
        let want = fields(&[("a", "1\r\n2"), ("b", "")]);
        assert_eq!(pairs(TYPE, whole), want);
        for end in ["", "--", "--\r\n", "\r\n", "--\r\nepilogue\r\n"] {
            let body = whole.strip_suffix("--\r\n").unwrap().to_owned() + end;
            assert_eq!(pairs(TYPE, &body), want, "{end:?}");
        }
        let bare = whole.replace("\r\n", "\n");
        assert_eq!(pairs(TYPE, &bare), fields(&[("a", "1\n2"), ("b", "")]));
        let preamble = "\r\npreamble\r\n".to_owned() + whole;
        assert_eq!(pairs(TYPE, &preamble), want);
        assert_eq!(pairs(TYPE, "--X--\r\n"), fields(&[]));
        assert_eq!(pairs(TYPE, ""), fields(&[]));
        let cut = "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1";
        assert_eq!(pairs(TYPE, cut), fields(&[("a", "1")]));
        let nothing = "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
        assert_eq!(pairs(TYPE, nothing), fields(&[("a", "")]));
        let headless = "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n";
        for broken in ["x", "--Y\r\n", headless] {
            assert_eq!(pairs(TYPE, broken), Err(Malformed::Multipart), "{broken}");
        }
    }

    #[test]
    fn boundaries_end_at_a_comma_or_semicolon() {
        let body = "--X\nContent-Disposition: form-data; name=\"a\"\n\n1\n--X--\n";
        for named in [
            "multipart/form-data; boundary=X",
            "multipart/form-data, boundary=X",
            "multipart/form-data boundary=X",
            "multipart/form-data; charset=utf-8; boundary=X",
            "multipart/form-data; BOUNDARY=\"X\"; charset=utf-8",
            "multipart/form-data; boundary=X; charset=utf-8",
            "multipart/form-data; boundary=X, multipart/form-data; boundary=X",
        ] {
            assert_eq!(pairs(named, body), fields(&[("a", "1")]), "{named}");
        }
        for named in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"\"",
            "multipart/form-data; boundary=\"X",
        ] {
            assert_eq!(pairs(named, body), Err(Malformed::Multipart), "{named}");
        }
    }

    #[test]
    fn names_may_be_quoted() {
        for (disposition, name) in [
            (r#"form-data; name="a\"b""#, "a\"b"),
            (r#"form-data; name="a;b=c""#, "a;b=c"),
            (r"form-data; name='a b'", "a b"),
            ("form-data; NAME = a", "a"),
            (r#"form-data;name="a";x"#, "a"),
            (r#"form-data; name="a[b]""#, "a[b]"),
        ] {
            let body = format!("--X\nContent-Disposition: {disposition}\n\n1\n--X--");
            assert_eq!(pairs(TYPE, &body), fields(&[(name, "1")]), "{disposition}");
        }
        let unnamed = "--X\nContent-Disposition: form-data\n\n1\n--X\n\n2\n--X--";
        assert_eq!(pairs(TYPE, unnamed), fields(&[]));
    }

    #[test]
    fn a_file_is_told_from_a_field_by_its_file_name() {
        let part = |disposition: &str, end: &str| {
            format!(
                "--X\r\nContent-Disposition: form-data; {disposition}\r\n\r\n\u{1}\r\n\u{2}{end}"
            )
        };
        for (disposition, end, want) in [
            ("name=\"f\"; filename=\"f.png\"", "\r\n--X--", Some(false)),
            ("filename=\"f;.png\"; name=\"f\"", "\r\n--X", Some(false)),
            ("name=\"f\"; filename=\"\"", "\n--X--", Some(false)),
            ("name=\"f\"; filename=\"f.png\"", "", Some(true)),
            ("name=\"f\"", "\r\n--X--", None),
            ("name=\"g\"; filename=\"f.png\"", "\r\n--X--", None),
        ] {
            let form = multipart(TYPE, part(disposition, end).as_bytes(), Some("f")).unwrap();
            let file = b"\x01\r\n\x02".to_vec();
            assert_eq!(form.file, want.map(|_| file), "{disposition}");
            assert_eq!(form.is_partial, want.unwrap_or(false), "{disposition}");
        }
    }

    proptest! {
        #[test]
        fn what_is_sent_comes_back(values in prop::collection::vec("[^\u{0}]{0,12}", 0..4), is_bare in any::<bool>()) {
            let end = if is_bare { "\n" } else { "\r\n" };
            let values: Vec<_> = values.iter().map(|value| value.replace("--X", "").trim_end_matches('\r').to_owned()).collect();
            let mut body = String::new();
            for value in &values {
                body += &format!("--X{end}Content-Disposition: form-data; name=\"n\"{end}{end}{value}{end}");
            }
            body += "--X--";
            let read: Vec<_> = pairs(TYPE, &body).unwrap().into_iter().map(|(_, value)| value).collect();
            prop_assert_eq!(read, values);
        }

        #[test]
        fn no_bytes_panic(raw in prop::collection::vec(prop::sample::select(b"--X\r\n:;=\"\\ nameCcontent-disposition\xff".to_vec()), 0..200)) {
            let _ = multipart(TYPE, &raw, Some("n"));
        }
    }
}
