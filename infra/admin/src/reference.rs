//! `admin reference`: every operation as it is declared.

mod schema;
mod xweibo;

use std::fmt::Write;

use shared::form::Malformed;
use shared::okay::{self, Kind, Login};
use shared::qzone::{self, Step};

const OKAY_COMMON: [(&str, &str); 6] = [
    (
        "`app_key`",
        "the app, 32 characters or more; also as `APPKEY`, `HTTP_APPKEY`, or the header `APPKEY`",
    ),
    (
        "`sign`",
        "the MD5 of all values in the order of their names and the secret, 32 upper-case hex digits",
    ),
    (
        "`s` or `service`",
        "the operation, where the path does not name it",
    ),
    ("`return_data`", "`1` answers `data` alone"),
    ("`callback`", "wraps the answer for JSONP"),
    (
        "`yesapi_allow_origin`",
        "`1` lets pages of other origins read the answer of an app that is set to `--cross-origin flag`; else all may",
    ),
];

const QZONE_COMMON: [(&str, &str); 10] = [
    ("`oauth_consumer_key`", "the consumer"),
    ("`oauth_token`", "the access token"),
    (
        "`oauth_nonce`",
        "1 to 128 printable ASCII characters, once per second and token",
    ),
    ("`oauth_timestamp`", "the time in seconds, at most 300 off"),
    ("`oauth_version`", "`1.0`"),
    ("`oauth_signature_method`", "`HMAC-SHA1`"),
    (
        "`oauth_signature`",
        "over the parameters joined raw and encoded once (Tencent's form), as RFC 5849 says, or form-encoded",
    ),
    ("`oauth_client_ip`", "the member's address; not used"),
    (
        "`oauth_callback`, `oauth_callback_confirmed`, `oauth_verifier`, `oauth_body_hash`",
        "names of OAuth 1.0a: signed, and not used where no operation says so",
    ),
    ("`openid`", "the member for this consumer"),
];

/// The reference of all operations, in Markdown.
pub fn text() -> String {
    let mut out = String::from(
        "# Operations\n\nPrinted by `cargo run -p admin -- reference` from the declarations that requests are checked \
         against.\n",
    );
    // Writing to a string cannot fail.
    let _ = okay(&mut out)
        .and_then(|()| xweibo::write(&mut out))
        .and_then(|()| qzone(&mut out));
    out
}

fn okay(out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\n## OkayAPI\n\nEvery operation also takes:\n\n| parameter | meaning |\n|---|---|"
    )?;
    for (name, words) in OKAY_COMMON {
        writeln!(out, "| {name} | {words} |")?;
    }
    writeln!(
        out,
        "\n`ret` and `msg`, besides 400 for each parameter:\n\n| ret | msg |\n|---|---|"
    )?;
    for error in [
        okay::Error::Malformed(Malformed::TooLarge),
        okay::Error::Malformed(Malformed::Utf8),
        okay::Error::Malformed(Malformed::Json),
        okay::Error::Malformed(Malformed::Multipart),
        okay::Error::Malformed(Malformed::Base64),
        okay::Error::BadCallback,
        okay::Error::TooMuch,
        okay::Error::NoSession,
        okay::Error::AddressDenied,
        okay::Error::AddressNotAllowed,
        okay::Error::UnknownService("…".to_owned()),
        okay::Error::UnknownApp,
        okay::Error::AppExpired,
        okay::Error::AppBanned,
        okay::Error::BadSign,
        okay::Error::QuotaUsedUp,
        okay::Error::TooManyCalls,
        okay::Error::Closed,
        okay::Error::PlanTooSmall,
        okay::Error::SubAppFailure,
        okay::Error::Internal(shared::store::Error::new("")),
    ] {
        writeln!(out, "| {} | {} |", error.ret(), error.msg())?;
    }
    for op in front::OKAY {
        writeln!(
            out,
            "\n### `{}`\n\n{}; function `{}`, `{}`.\n",
            op.name,
            sentence(op.words),
            op.package,
            op.path()
        )?;
        writeln!(
            out,
            "Login: {}.\n",
            match op.login {
                Login::Recognised =>
                    "`uuid` (at most 32 characters) and `token` (64) optional; a live session is recognised, anything \
                     else is as none",
                Login::Unread => "`uuid` and `token` are accepted and not checked",
                Login::Ignored =>
                    "`uuid` (at most 32 characters) and `token` (64) are accepted, and not checked otherwise",
                Login::Optional => "`uuid` and `token` optional, checked when both are sent",
                Login::Required => "`uuid` and `token` required",
            }
        )?;
        writeln!(
            out,
            "| parameter | type | required | range | meaning |\n|---|---|---|---|---|"
        )?;
        for param in op.params {
            let (kind, range) = kind(param.kind);
            let required = if param.required { "yes" } else { "" };
            writeln!(
                out,
                "| `{}` | {kind} | {required} | {range} | {} |",
                param.name, param.words
            )?;
        }
        writeln!(out, "\n| answer | meaning |\n|---|---|")?;
        for (name, words) in op.results {
            writeln!(out, "| `{name}` | {words} |")?;
        }
        for (code, words) in op.failures {
            writeln!(out, "| `err_code` {code} | {words} |")?;
        }
    }
    Ok(())
}

fn kind(kind: Kind) -> (&'static str, String) {
    match kind {
        Kind::Text {
            min: 0,
            max: usize::MAX,
        } => ("text", String::new()),
        Kind::Text { min: 0, max } => ("text", format!("at most {max} characters")),
        Kind::Text { min, max } => ("text", format!("{min} to {max} characters")),
        Kind::Int { min, max, default } => {
            let range = match (min, max) {
                (i64::MIN, i64::MAX) => String::new(),
                (min, i64::MAX) => format!("from {min}"),
                (min, max) => format!("{min} to {max}"),
            };
            let default = default.map(|value| format!("default {value}"));
            let parts: Vec<_> = [Some(range).filter(|range| !range.is_empty()), default]
                .into_iter()
                .flatten()
                .collect();
            ("int", parts.join(", "))
        }
        Kind::Flag { default } => {
            let default = default.map(|set| format!("default {}", i64::from(set)));
            ("1 or 0", default.unwrap_or_default())
        }
        Kind::List => ("names with commas", String::new()),
        Kind::Object => ("JSON object", String::new()),
    }
}

fn qzone(out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\n## QZone\n\nEvery operation also takes (`oauth_token` and `openid` where it acts for a member):\n\n\
         | parameter | meaning |\n|---|---|"
    )?;
    for (name, words) in QZONE_COMMON {
        writeln!(out, "| {name} | {words} |")?;
    }
    writeln!(
        out,
        "\nErrors; only 0 and 1000 are documented. Each step has its own numbers, the pages those of the authorise page. \
         A nonce that was used before comes after everything but the operation's own parameters.\n\n\
         | request token | authorise | access token | others | msg |\n|---|---|---|---|---|"
    )?;
    let (first, second, third, api) = (
        Step::RequestToken,
        Step::Authorize,
        Step::AccessToken,
        Step::Api,
    );
    let signed = &[first, third, api][..];
    for (error, steps) in [
        (
            qzone::Error::BadRequest(None),
            &[first, second, third, api][..],
        ),
        (qzone::Error::Consumer, &[first, second, third, api]),
        (qzone::Error::Nonce, signed),
        (qzone::Error::Form, &[second]),
        (qzone::Error::Version, signed),
        (qzone::Error::Method, signed),
        (qzone::Error::Timestamp, signed),
        (qzone::Error::Token, &[second, third, api]),
        (qzone::Error::Openid, &[api]),
        (qzone::Error::Signature, signed),
        (qzone::Error::Revoked, &[api]),
        (qzone::Error::NotAuthorized, &[api]),
        (qzone::Error::TooManyCalls, signed),
        (qzone::Error::Callback, &[first, second]),
        (qzone::Error::Vericode, &[third]),
        (qzone::Error::Params, &[api]),
        (qzone::Error::Shared, &[api]),
    ] {
        let cells = [first, second, third, api].map(|step| match steps.contains(&step) {
            true => error.wire(step).0.to_string(),
            false => String::new(),
        });
        let msg = error.wire(Step::Api).1;
        writeln!(out, "| {} | {msg} |", cells.join(" | "))?;
    }
    for op in front::QZONE {
        let method = if op.get { "GET or POST" } else { "POST" };
        writeln!(
            out,
            "\n### `{}`\n\n{}; function `{}`, {method} `{}`.\n",
            op.name,
            sentence(op.words),
            op.package,
            op.path
        )?;
        writeln!(out, "| parameter | meaning |\n|---|---|")?;
        for param in op.params {
            writeln!(out, "| `{}` | {} |", param.name, param.words)?;
        }
    }
    writeln!(
        out,
        "\n### Pages\n\n| address | function | |\n|---|---|---|"
    )?;
    for page in front::QZONE_PAGES {
        let (path, package, words) = (page.path, page.package, sentence(page.words));
        writeln!(out, "| `{path}` | `{package}` | {words} |")?;
    }
    Ok(())
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
