//! Parameters from query strings and bodies, in their order. Decoding is strict: bytes that are not
//! UTF-8 are an error and are never replaced.

mod malformed;
mod multipart;
pub mod php;

pub use malformed::Malformed;
pub use multipart::{Form, multipart};

/// Decodes `application/x-www-form-urlencoded` text from a query or body: `&` between pairs, `+`
/// for a space, `%XX`. Characters that should have been encoded (`"`, `<`, `{`, spaces) are kept as
/// they are.
pub fn urlencoded(raw: &[u8]) -> Result<Vec<(String, String)>, Malformed> {
    raw.split(|&b| b == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let mut sides = pair.splitn(2, |&b| b == b'=');
            let mut side = || decode(sides.next().unwrap_or_default());
            Ok((side()?, side()?))
        })
        .collect()
}

/// The last value of `name` in urlencoded text, whatever else is in it.
pub fn last(raw: &[u8], name: &str) -> Option<String> {
    let pairs = raw.split(|&b| b == b'&').rev();
    pairs
        .filter_map(|pair| urlencoded(pair).ok()?.pop())
        .find(|(own, _)| own == name)
        .map(|(_, value)| value)
}

/// Decodes `%XX` in a part of a path. A `+` stays a plus sign.
pub fn path_decode(part: &str) -> Result<String, Malformed> {
    percent_encoding::percent_decode_str(part)
        .decode_utf8()
        .map(|text| text.into_owned())
        .map_err(|_not_utf8| Malformed::Utf8)
}

fn decode(raw: &[u8]) -> Result<String, Malformed> {
    let spaced: Vec<u8> = raw
        .iter()
        .map(|&b| if b == b'+' { b' ' } else { b })
        .collect();
    let bytes = percent_encoding::percent_decode(&spaced).collect();
    String::from_utf8(bytes).map_err(|_not_utf8| Malformed::Utf8)
}

/// Encodes every byte except `A-Z a-z 0-9 - _ . ~` as `%XX` (RFC 3986, section 2.3).
pub fn percent_encode(text: &str) -> String {
    const RESERVED: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    percent_encoding::utf8_percent_encode(text, RESERVED).to_string()
}

/// Encodes `pairs` as a form body.
pub fn encode<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    pairs
        .into_iter()
        .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn raw_characters_stand_for_themselves() {
        assert_eq!(
            urlencoded(b"a=1+2&&b=%E5%A5%BD&c={\"x\": <y>}&d&e=%zz&f=a=b"),
            Ok(vec![
                pair("a", "1 2"),
                pair("b", "好"),
                pair("c", "{\"x\": <y>}"),
                pair("d", ""),
                pair("e", "%zz"),
                pair("f", "a=b"),
            ])
        );
        assert_eq!(urlencoded(b"a=%ff"), Err(Malformed::Utf8));
        assert_eq!(last(b"a=1&a=2&b=%ff", "a").as_deref(), Some("2"));
        assert_eq!(last(b"a=1&b=%ff", "b"), None);
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes_to_itself(pairs in prop::collection::vec((".{0,8}", ".{0,8}"), 0..5)) {
            let text = encode(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())));
            prop_assert_eq!(urlencoded(text.as_bytes()), Ok(pairs));
        }

        #[test]
        fn no_bytes_panic(raw in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = urlencoded(&raw);
        }
    }
}
