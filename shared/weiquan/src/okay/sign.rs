//! `sign` and `_auth` (okayapi sections 1 and 2.2).

use super::params::Params;
use super::value::Value;
use weiquan_store::clients::{App, SignMode};
use weiquan_store::digest::{md5_hex, same};

/// Whether the app accepts the call's `sign`.
pub(super) fn is_right(app: &App, params: &Params) -> bool {
    let sign = params.text("sign").unwrap_or_default();
    match &app.sign_mode {
        SignMode::Off => true,
        SignMode::Static(text) => same(sign, text),
        SignMode::Dynamic => {
            // The readings that a client may have meant (section 1.2), in order: all parameters, then all except
            // the two that are added after signing; booleans as in PHP, then as in JavaScript; brackets as they
            // were sent, then as in PHP. The first one that matches counts.
            let readings = [Booleans::Php, Booleans::JavaScript]
                .into_iter()
                .flat_map(|booleans| {
                    [Brackets::Sent, Brackets::Php].map(|brackets| (booleans, brackets))
                });
            readings
                .filter(|(_, brackets)| *brackets == Brackets::Sent || !params.bracketed.is_empty())
                .flat_map(|reading| {
                    [&[][..], &["yesapi_allow_origin", "_"][..]]
                        .map(|without| signed_text(params, without, reading))
                })
                .any(|text| !is_an_answers(&text) && same(sign, &digest(&text, &app.secret)))
        }
    }
}

/// The dynamic signature of `params`, 32 upper-case hex digits: the MD5 of all values in the order
/// of their names, without `sign`, followed by the secret.
pub fn sign(params: &Params, secret: &str) -> String {
    digest(&signed_text(params, &[], AS_PHP), secret)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Booleans {
    Php,
    JavaScript,
}

/// What is signed for names with brackets (section 1.3).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Brackets {
    /// The values, under the names as they were sent. Clients with flat parameters sign these.
    Sent,
    /// `Array`, once for each array: PHP's conversion. Clients that sort nested parameters sign this.
    Php,
}

const AS_PHP: (Booleans, Brackets) = (Booleans::Php, Brackets::Sent);

fn signed_text(params: &Params, without: &[&str], reading: (Booleans, Brackets)) -> String {
    let (booleans, brackets) = reading;
    let is_array = |name: &String| matches!(params.values.get(name), Some(Value::Array(_)));
    let mut signed: Vec<(&str, &str)> = Vec::new();
    for (name, value) in &params.values {
        match (value, booleans, brackets) {
            (Value::Array(_), _, Brackets::Sent) => {}
            (Value::Array(_), _, Brackets::Php) => signed.push((name, "Array")),
            (Value::Bool(true), Booleans::JavaScript, _) => signed.push((name, "true")),
            (Value::Bool(false), Booleans::JavaScript, _) => signed.push((name, "false")),
            _ => signed.push((name, value.text())),
        }
    }
    if brackets == Brackets::Sent {
        let sent = params
            .bracketed
            .iter()
            .filter(|(_, (base, _))| is_array(base));
        signed.extend(sent.flat_map(|(name, (_, values))| {
            values.iter().map(|value| (name.as_str(), value.as_str()))
        }));
        signed.sort_by_key(|(name, _)| *name);
    }
    signed
        .iter()
        .filter(|(name, _)| *name != "sign" && !without.contains(name))
        .map(|(_, value)| *value)
        .collect()
}

fn digest(text: &str, secret: &str) -> String {
    md5_hex([text, secret]).to_uppercase()
}

/// Whether `text` begins like the `data` of an answer. No client signs such a text: it is an answer's `data` and
/// `_t` with values cut out, and the answer's `_auth` in upper case would be its digest.
fn is_an_answers(text: &str) -> bool {
    text.starts_with("{}") || text.starts_with("{\"err_code\":")
}

/// `_auth`: 32 lower-case hex digits, computed over the exact bytes of `data`, the time and the secret.
pub(super) fn auth(data: &str, time: i64, secret: &str) -> String {
    md5_hex([data, &time.to_string(), secret])
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "TESTKEY0TESTKEY0TESTKEY0TESTKEY0";
    const SECRET: &str = "synthetic-secret-for-tests-only-0001";
    const UUID: &str = "0123456789ABCDEF0123456789ABCDEF";
    const TOKEN: &str = "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF";

    fn params(pairs: &[(&str, &str)]) -> Params {
        let all = pairs.iter().chain(&[("app_key", KEY)]);
        Params {
            values: all
                .map(|(name, text)| ((*name).to_owned(), Value::Text((*text).to_owned())))
                .collect(),
            ..Params::default()
        }
    }

    #[test]
    fn vectors_1_to_9() {
        let show = ("s", "App.Market_Message.Show");
        let page = [
            show,
            ("return_data", "0"),
            ("order", "2"),
            ("page", "1"),
            ("perpage", "10"),
            ("more_select", "id,uuid"),
        ];
        let with = |more: &[(&'static str, &'static str)]| [&page, more].concat();
        let v4 = with(&[
            ("uuid", UUID),
            ("token", TOKEN),
            ("message_key", "article-42"),
        ]);
        let v5 = with(&[("uuid", ""), ("token", ""), ("message_key", "")]);
        let v6 = [
            ("s", "App.Market_Minimoments.PostMoment"),
            ("uuid", UUID),
            ("token", TOKEN),
            ("moment_content", "你好 <b>a&b</b>"),
            ("moment_nickname", "小白"),
            ("moment_access", "0"),
            ("moment_lat", "23.1"),
            ("moment_lng", "113.2"),
            ("more_data", r#"{"mood":"好"}"#),
        ];
        for (pairs, want) in [
            (&[show][..], "6259A01403423129C6BF8E60FE2C32FC"),
            (&[("service", show.1)], "6259A01403423129C6BF8E60FE2C32FC"),
            (&[], "8D9C805805EAB690950C59275E4FE01E"),
            (&v4, "5729A160DD5561F0068CA125C9E8D24A"),
            (&v5, "093A1D8B57FACFC3E3127C7914DB943C"),
            (&v6, "3DE8782E9F09B1FA1A31298B9B6890D7"),
            (
                &[show, ("yesapi_allow_origin", "1")],
                "141BBC968F6FBF3022C1863D9F21DFF1",
            ),
            (
                &[show, ("callback", "cb")],
                "6FE435B1B608757E61AEDFCF5D69B276",
            ),
            (
                &[show, ("_timestamp", "1700000000")],
                "29CD93CB72578654549EF63B47E359E4",
            ),
        ] {
            assert_eq!(sign(&params(pairs), SECRET), want, "{pairs:?}");
        }
    }

    #[test]
    fn what_an_answer_signs_is_no_signature_of_a_call() {
        let app = App::new(KEY.into(), SECRET, SignMode::Dynamic);
        let data = format!(r#"{{"err_code":0,"err_msg":"","title":"Hi {KEY}"}}"#);
        let (before, after) = data.split_once(KEY).unwrap();
        let cut = [("A", before), ("z", after), ("zz", "1657513450")];
        let refusal = [("A", "{}1657513450")];
        for (cut, text) in [
            (&cut[..], format!("{data}1657513450")),
            (&refusal, format!("{{}}1657513450{KEY}")),
        ] {
            let mut forged = params(cut);
            assert_eq!(signed_text(&forged, &[], AS_PHP), text);
            let given = md5_hex([&*text, SECRET]).to_uppercase();
            forged.values.insert("sign".to_owned(), Value::Text(given));
            assert!(!is_right(&app, &forged), "{text}");
        }
        let mut honest = params(&[("A", "{\"mood\":1}")]);
        let given = sign(&honest, SECRET);
        honest.values.insert("sign".to_owned(), Value::Text(given));
        assert!(is_right(&app, &honest));
    }

    #[test]
    fn auth_vectors() {
        let long = |escaped: &str| {
            format!(
                r#"{{"err_code":0,"err_msg":"","total":1,"items":[{{"id":1,"message_nickname":"小白","message_content":"{escaped}","message_post_time":"2018-12-02 11:21:27","message_pid":0,"child":[]}}]}}"#
            )
        };
        for (data, want) in [
            (
                r#"{"err_code":0,"err_msg":"","total":0,"items":[]}"#.to_owned(),
                "23302d39cdbf4af00f570dd6698f287e",
            ),
            (
                r#"{"err_code":0,"err_msg":"","id":14}"#.to_owned(),
                "7c4ffec53aa7169ac333aae7f0bf8787",
            ),
            ("{}".to_owned(), "0472bc9d416c8cdbc907ead5fe382ef7"),
            (
                long(r#"<a href=\"http:\/\/x\/\">好<\/a>"#),
                "bbcc3ffb6af269cf74d5f981fc32efaa",
            ),
            (
                long(r#"<a href=\"http://x/\">好</a>"#),
                "809db3779fe0dd3bb3ca450d92a997df",
            ),
        ] {
            assert_eq!(auth(&data, 1_657_513_450, SECRET), want);
        }
    }
}
