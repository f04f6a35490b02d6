//! HMAC-SHA1 signatures of OAuth 1.0, in Tencent's form and RFC 5849's (qzone section 2).

use std::collections::BTreeSet;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::form_data::percent_encode;
use weiquan_store::digest::{hmac_sha1, hmac_sha1_is};
use weiquan_store::id::Openid;

/// How a base string is made from the parameters.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Whether names and values are encoded first and then the whole again, as in RFC 5849.
    /// Otherwise only the whole is encoded, as in Tencent's own clients.
    twice: bool,
    encoder: Encoder,
}

/// How a client encodes a text: which characters become `%XX`.
#[derive(Debug, Clone, Copy)]
struct Encoder {
    /// The ASCII characters that are encoded.
    reserved: &'static AsciiSet,
    /// A blank becomes `+`.
    plus: bool,
}

/// All characters except letters, digits, `-`, `_` and `.`.
const ALL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
const BUT_TILDE: &AsciiSet = &ALL.remove(b'~');
const BUT_STAR: &AsciiSet = &ALL.remove(b'*');
const BUT_MARKS: &AsciiSet = &BUT_STAR
    .remove(b'!')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');
const BUT_MARKS_AND_TILDE: &AsciiSet = &BUT_MARKS.remove(b'~');

/// The largest size of the parameters, in bytes, for which the forms of [`OTHERS`] are tried. No
/// operation takes as much, and eighteen digests of a body of 1 MiB are expensive.
const MAX_OTHERS: usize = 64 << 10;

/// The characters that the encoders in use treat differently.
const ODD: &str = " ~*!'()";

/// RFC 3986's encoder.
const RFC3986: Encoder = Encoder::new(BUT_TILDE, false);

/// The other encoders in use: with and without `+` for a blank, with and without `~`, and with
/// `!*'()` as browser scripts encode them.
static OTHERS: [Encoder; 8] = [
    // Python 2's `urlencode`, PHP's.
    Encoder::new(ALL, true),
    // Java's `URLEncoder`, the browsers' `URLSearchParams`.
    Encoder::new(BUT_STAR, true),
    // Python 2's `quote`, PHP's `rawurlencode` before 5.3.
    Encoder::new(ALL, false),
    // Python 3's `urlencode`.
    Encoder::new(BUT_TILDE, true),
    // `encodeURIComponent`.
    Encoder::new(BUT_MARKS_AND_TILDE, false),
    // jQuery's `param`.
    Encoder::new(BUT_MARKS_AND_TILDE, true),
    Encoder::new(BUT_MARKS, false),
    Encoder::new(BUT_MARKS, true),
];

impl Encoder {
    const fn new(reserved: &'static AsciiSet, plus: bool) -> Self {
        Self { reserved, plus }
    }

    fn encode(self, text: &str) -> String {
        let encoded = utf8_percent_encode(text, self.reserved).to_string();
        match self.plus {
            true => encoded.replace("%20", "+"),
            false => encoded,
        }
    }
}

impl Form {
    /// Tencent's form ("T"): values are joined raw, and the whole is encoded once.
    pub const TENCENT: Self = Self {
        twice: false,
        encoder: RFC3986,
    };
    /// RFC 5849's form ("R"): names and values are encoded, then the whole again.
    pub const RFC5849: Self = Self {
        twice: true,
        encoder: RFC3986,
    };

    /// The forms in which a caller may have signed `params`: Tencent's and RFC 5849's. With `form_encoded`, also
    /// the same two with each other encoder in use ("F"). Encoders with the same result for `params` count once:
    /// there are 2 forms if no character is encoded differently, 4 if there are blanks, and at most 18.
    pub fn all(params: &[(String, String)], form_encoded: bool) -> Vec<Self> {
        let is_there = |c: &char| {
            let mut sides = params.iter().flat_map(|(name, value)| [name, value]);
            sides.any(|side| side.contains(*c))
        };
        let odd: String = ODD.chars().filter(is_there).collect();
        let length = |(name, value): &(String, String)| name.len() + value.len();
        let has_others = form_encoded && params.iter().map(length).sum::<usize>() <= MAX_OTHERS;
        let others = OTHERS.iter().filter(|_| has_others);
        let mut seen = BTreeSet::new();
        [RFC3986]
            .iter()
            .chain(others)
            .filter(|encoder| seen.insert(encoder.encode(&odd)))
            .flat_map(|encoder| {
                [false, true].map(|twice| Self {
                    twice,
                    encoder: *encoder,
                })
            })
            .collect()
    }
}

/// The base string of a request. `url` has no query; `params` are decoded and lack
/// `oauth_signature`.
pub fn base_string(form: Form, method: &str, url: &str, params: &[(String, String)]) -> String {
    let Form { twice, encoder } = form;
    let mut pairs: Vec<(String, String)> = match twice {
        true => params
            .iter()
            .map(|(name, value)| (encoder.encode(name), encoder.encode(value)))
            .collect(),
        false => params.to_vec(),
    };
    pairs.sort();
    let norm = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&");
    let norm = encoder.encode(&norm);
    format!("{method}&{}&{norm}", percent_encode(url))
}

/// The key of a signature. Secrets hold only letters and digits, so all forms have the same key.
fn key(consumer_secret: &str, token_secret: &str) -> String {
    format!("{consumer_secret}&{token_secret}")
}

/// The base64 of the signature over `base`.
pub fn sign(base: &str, consumer_secret: &str, token_secret: &str) -> String {
    BASE64_STANDARD.encode(hmac_sha1(&key(consumer_secret, token_secret), base))
}

/// Whether `given`, strict base64 of 20 bytes, signs one of `bases`. Each is compared in constant
/// time, and the search stops at the first match.
pub fn is_right(
    given: &str,
    bases: impl IntoIterator<Item = String>,
    consumer_secret: &str,
    token_secret: &str,
) -> bool {
    let Ok(tag) = BASE64_STANDARD.decode(given) else {
        return false;
    };
    let key = key(consumer_secret, token_secret);
    bases
        .into_iter()
        .any(|base| hmac_sha1_is(&key, &base, &tag))
}

/// The signature over an openid, which a site checks in the callback (section 2.4, step 2b). The
/// key has no `&`.
pub fn sign_openid(consumer_secret: &str, openid: &Openid, timestamp: i64) -> String {
    BASE64_STANDARD.encode(hmac_sha1(consumer_secret, &format!("{openid}{timestamp}")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    /// Java's `URLEncoder`, for parameters that are joined raw.
    const JAVA: Form = Form {
        twice: false,
        encoder: Encoder::new(BUT_STAR, true),
    };

    #[test]
    fn a_refused_signature_costs_few_digests() {
        for (value, form_encoded, forms) in [
            ("a=1&b", true, 2),
            ("给力视频", true, 2),
            ("a b", true, 4),
            ("a~b", true, 4),
            ("a*b", true, 4),
            ("it's", true, 4),
            ("it's (1)", true, 8),
            ("a b~", true, 8),
            (" ~*!'()", true, 18),
            (" ~*!'()", false, 2),
            (&" ~*!'()".repeat(MAX_OTHERS / 7 - 2), true, 18),
            (&" ~*!'()".repeat(MAX_OTHERS / 7 + 1), true, 2),
        ] {
            // The values differ in every encoder, whether they are encoded once or twice.
            let params = pairs(&[("feeds_data", value), ("url", "=")]);
            let all = Form::all(&params, form_encoded);
            assert_eq!(all.len(), forms, "{value}");
            let bases = all
                .into_iter()
                .map(|form| base_string(form, "POST", FEEDS_URL, &params));
            assert_eq!(bases.collect::<BTreeSet<_>>().len(), forms, "{value}");
        }
    }

    #[test]
    fn vector_0_of_rfc_5849() {
        let params = pairs(&[
            ("file", "vacation.jpg"),
            ("size", "original"),
            ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
            ("oauth_token", "nnch734d00sl2jdk"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131202"),
            ("oauth_nonce", "chapoH"),
        ]);
        let base = base_string(
            Form::RFC5849,
            "GET",
            "http://photos.example.net/photos",
            &params,
        );
        let sign = sign(&base, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00");
        assert_eq!(sign, "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
    }

    #[test]
    fn vector_1_of_tencents_page() {
        let params = pairs(&[
            ("oauth_version", "1.0"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "1299143758"),
            ("oauth_nonce", "1606024431"),
            ("oauth_consumer_key", "200001"),
        ]);
        let url = "http://openapi.qzone.qq.com/oauth/qzoneoauth_request_token";
        for form in [Form::TENCENT, Form::RFC5849] {
            let base = base_string(form, "GET", url, &params);
            assert_eq!(
                base,
                "GET&http%3A%2F%2Fopenapi.qzone.qq.com%2Foauth%2Fqzoneoauth_request_token&\
                 oauth_consumer_key%3D200001%26oauth_nonce%3D1606024431%26\
                 oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1299143758%26\
                 oauth_version%3D1.0"
            );
            assert_eq!(sign(&base, "123456", ""), "zKYOFfHxmFLrhn4yx9tc48Okj7M=");
        }
    }

    const FEEDS_URL: &str = "http://openapi.qzone.qq.com/feeds/add_feeds";
    const APPKEY: &str = "0123456789abcdef0123456789abcdef";
    const OPENID: &str = "0123456789ABCDEF0123456789ABCDEF";
    const FEEDS_A: &str = r#"{"title": "给力视频","action": 1,"titleurl": "http://www.tudou.com/programs/view/fkBXdGp6pYg/"}"#;
    const FEEDS_B: &str =
        r#"{"action":1,"title":"A+B ~100% *ok*","titleurl":"http://example.com/?a=1&b=2"}"#;

    fn add_feeds(feeds_data: &str) -> Vec<(String, String)> {
        pairs(&[
            ("oauth_version", "1.0"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "1304673799"),
            ("oauth_nonce", "1606161364"),
            ("oauth_consumer_key", "200003"),
            ("oauth_token", "10000000000000000001"),
            ("openid", OPENID),
            ("feeds_data", feeds_data),
        ])
    }

    #[test]
    fn vectors_2_to_4_in_three_forms() {
        for (feeds_data, form, want) in [
            (FEEDS_A, Form::TENCENT, "G4xhi0VNn/K+PeBRxfMWCyUTOlg="),
            (FEEDS_A, Form::RFC5849, "RWbzRAzbahB/b4r6UMNGtdZfV00="),
            (FEEDS_A, JAVA, "GGObjqOxY37k6XdTpmLslZbH2FY="),
            (FEEDS_B, Form::TENCENT, "W7pvkzWnbuPdBAF2VYbMrybyLMk="),
            (FEEDS_B, Form::RFC5849, "RdYmspXhwGZjhSNULFtW3+3huDE="),
            (FEEDS_B, JAVA, "+9XL2rH9lrA9cR7IEj9PTYdLx34="),
        ] {
            let base = base_string(form, "POST", FEEDS_URL, &add_feeds(feeds_data));
            assert_eq!(sign(&base, APPKEY, "AbCdEfGhIjKlMnOp"), want, "{form:?}");
            assert!(is_right(
                want,
                [String::new(), base],
                APPKEY,
                "AbCdEfGhIjKlMnOp"
            ));
        }
        assert_eq!(
            base_string(Form::TENCENT, "POST", FEEDS_URL, &add_feeds(FEEDS_A)),
            "POST&http%3A%2F%2Fopenapi.qzone.qq.com%2Ffeeds%2Fadd_feeds&feeds_data%3D%7B%22title%22\
             %3A%20%22%E7%BB%99%E5%8A%9B%E8%A7%86%E9%A2%91%22%2C%22action%22%3A%201%2C%22titleurl\
             %22%3A%20%22http%3A%2F%2Fwww.tudou.com%2Fprograms%2Fview%2FfkBXdGp6pYg%2F%22%7D%26\
             oauth_consumer_key%3D200003%26oauth_nonce%3D1606161364%26oauth_signature_method%3D\
             HMAC-SHA1%26oauth_timestamp%3D1304673799%26oauth_token%3D10000000000000000001%26\
             oauth_version%3D1.0%26openid%3D0123456789ABCDEF0123456789ABCDEF"
        );
    }

    #[test]
    fn vector_5_signs_the_openid() {
        assert_eq!(
            sign_openid(APPKEY, &OPENID.into(), 1_304_673_799),
            "7s3w1rjEUXj1mxb+fHV8vsMluG0="
        );
    }

    #[test]
    fn only_strict_base64_of_the_whole_digest_counts() {
        let base = base_string(Form::TENCENT, "POST", FEEDS_URL, &add_feeds(FEEDS_A));
        for given in [
            "",
            "G4xhi0VNn/K+PeBRxfMWCyUTOlg",
            "G4xhi0VNn/K+PeBRxfMWCyUTOlh=",
            "AAAA",
            "%%",
        ] {
            assert!(
                !is_right(given, [base.clone()], APPKEY, "AbCdEfGhIjKlMnOp"),
                "{given}"
            );
        }
    }

    proptest! {
        #[test]
        fn forms_agree_where_no_value_needs_encoding(
            values in prop::collection::btree_map("[a-z_]{1,8}", "[A-Za-z0-9._-]{0,12}", 0..6)
        ) {
            let params: Vec<_> = values.into_iter().collect();
            let of = |form| base_string(form, "POST", FEEDS_URL, &params);
            prop_assert_eq!(of(Form::TENCENT), of(Form::RFC5849));
            for encoder in OTHERS {
                for twice in [false, true] {
                    prop_assert_eq!(of(Form::TENCENT), of(Form { twice, encoder }));
                }
            }
            prop_assert_eq!(Form::all(&params, true).len(), 2);
        }

        #[test]
        fn a_base_string_depends_on_every_parameter_but_not_on_their_order(
            values in prop::collection::btree_map("[a-z]{1,4}", ".{0,8}", 1..6), at in any::<prop::sample::Index>()
        ) {
            let params: Vec<_> = values.into_iter().collect();
            let mut reversed = params.clone();
            reversed.reverse();
            let mut changed = params.clone();
            changed[at.index(params.len())].1.push('x');
            for form in Form::all(&params, true) {
                let of = |params: &[(String, String)]| base_string(form, "POST", FEEDS_URL, params);
                prop_assert_eq!(of(&params), of(&reversed));
                prop_assert_ne!(of(&params), of(&changed));
                prop_assert_eq!(of(&params).split('&').count(), 3);
            }
        }
    }
}
