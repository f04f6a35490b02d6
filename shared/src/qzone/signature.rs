//! HMAC-SHA1 signatures of OAuth 1.0, in Tencent's form and RFC 5849's (qzone section 2).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::form::percent_encode;
use crate::secret::{hmac_sha1, hmac_sha1_is};

/// How a base string is made of the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Tencent's ("T"): values joined raw, the whole encoded once.
    Tencent,
    /// RFC 5849's ("R"): names and values encoded, then the whole again.
    Rfc5849,
    /// Form-encoded ("F"): as Tencent's, but a space is `+`, `~` is `%7E`; Java leaves `*` bare.
    Java,
    /// The same with `*` as `%2A`, as Python 2 and PHP's `urlencode` have it.
    Python2,
}

/// The base string of a request: `url` without query, `params` decoded and without
/// `oauth_signature`.
pub fn base_string(form: Form, method: &str, url: &str, params: &[(String, String)]) -> String {
    let mut pairs: Vec<(String, String)> = match form {
        Form::Rfc5849 => params
            .iter()
            .map(|(name, value)| (percent_encode(name), percent_encode(value)))
            .collect(),
        Form::Tencent | Form::Java | Form::Python2 => params.to_vec(),
    };
    pairs.sort();
    let norm = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&");
    let norm = match form {
        Form::Tencent | Form::Rfc5849 => percent_encode(&norm),
        Form::Java => form_encode(&norm).replace("%2A", "*"),
        Form::Python2 => form_encode(&norm),
    };
    format!("{method}&{}&{norm}", percent_encode(url))
}

fn form_encode(text: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
    utf8_percent_encode(text, RESERVED)
        .to_string()
        .replace("%20", "+")
}

/// The key of a signature; secrets are letters and digits, so all forms have the same.
fn key(consumer_secret: &str, token_secret: &str) -> String {
    format!("{consumer_secret}&{token_secret}")
}

/// The base64 of the signature over `base`.
pub fn sign(base: &str, consumer_secret: &str, token_secret: &str) -> String {
    BASE64_STANDARD.encode(hmac_sha1(&key(consumer_secret, token_secret), base))
}

/// Whether `given`, strict base64 of 20 bytes, signs one of `bases`. All are compared.
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
        .fold(false, |right, base| right | hmac_sha1_is(&key, &base, &tag))
}

/// The signature over an openid that a site checks in the callback (section 2.4, step 2b): the key has no
/// `&`.
pub fn sign_openid(consumer_secret: &str, openid: &str, timestamp: i64) -> String {
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
            Form::Rfc5849,
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
        for form in [Form::Tencent, Form::Rfc5849] {
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
            (FEEDS_A, Form::Tencent, "G4xhi0VNn/K+PeBRxfMWCyUTOlg="),
            (FEEDS_A, Form::Rfc5849, "RWbzRAzbahB/b4r6UMNGtdZfV00="),
            (FEEDS_A, Form::Java, "GGObjqOxY37k6XdTpmLslZbH2FY="),
            (FEEDS_B, Form::Tencent, "W7pvkzWnbuPdBAF2VYbMrybyLMk="),
            (FEEDS_B, Form::Rfc5849, "RdYmspXhwGZjhSNULFtW3+3huDE="),
            (FEEDS_B, Form::Java, "+9XL2rH9lrA9cR7IEj9PTYdLx34="),
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
            base_string(Form::Tencent, "POST", FEEDS_URL, &add_feeds(FEEDS_A)),
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
            sign_openid(APPKEY, OPENID, 1_304_673_799),
            "7s3w1rjEUXj1mxb+fHV8vsMluG0="
        );
    }

    #[test]
    fn only_strict_base64_of_the_whole_digest_counts() {
        let base = base_string(Form::Tencent, "POST", FEEDS_URL, &add_feeds(FEEDS_A));
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
            prop_assert_eq!(of(Form::Tencent), of(Form::Rfc5849));
            prop_assert_eq!(of(Form::Tencent), of(Form::Java));
            prop_assert_eq!(of(Form::Tencent), of(Form::Python2));
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
            for form in [Form::Tencent, Form::Rfc5849, Form::Java, Form::Python2] {
                let of = |params: &[(String, String)]| base_string(form, "POST", FEEDS_URL, params);
                prop_assert_eq!(of(&params), of(&reversed));
                prop_assert_ne!(of(&params), of(&changed));
                prop_assert_eq!(of(&params).split('&').count(), 3);
            }
        }
    }
}
