//! The parameters that every operation of a family takes, for the reference and for the OpenAPI description.

use weiquan::okay::Login;
use weiquan::schema::Param;

/// A parameter of every operation of a family.
pub struct FamilyParam {
    /// Its names, as the reference shows them.
    pub label: &'static str,
    /// What it means.
    pub words: &'static str,
    /// Its name and whether it is required, if the OpenAPI description has it.
    name: Option<(&'static str, bool)>,
}

/// A parameter of one name.
macro_rules! one {
    ($name:literal, $required:literal, $words:literal) => {
        FamilyParam {
            label: concat!("`", $name, "`"),
            words: $words,
            name: Some(($name, $required)),
        }
    };
}

/// Names that only the reference lists.
const fn named(label: &'static str, words: &'static str) -> FamilyParam {
    FamilyParam {
        label,
        words,
        name: None,
    }
}

/// OkayAPI's.
pub const OKAY: [FamilyParam; 6] = [
    one!(
        "app_key",
        true,
        "the app, 32 characters or more; also as `APPKEY`, `HTTP_APPKEY`, or the header `APPKEY`"
    ),
    one!(
        "sign",
        false,
        "the MD5 of all values in the order of their names and the secret, 32 upper-case hex digits"
    ),
    named(
        "`s` or `service`",
        "the operation, where the path does not name it",
    ),
    one!("return_data", false, "`1` answers `data` alone"),
    one!("callback", false, "wraps the answer for JSONP"),
    one!(
        "yesapi_allow_origin",
        false,
        "`1` lets pages of other origins read the answer of an app that is set to `--cross-origin flag`; else all may"
    ),
];

/// Xweibo's.
pub const XWEIBO: [FamilyParam; 3] = [
    one!("api_uid", true, "the user of the partner site"),
    one!("api_time", true, "the time in seconds"),
    one!(
        "api_sign",
        true,
        "MD5(App Key `#` api_uid `#` api_time `#` App Secret `#` operation `#` extra secret), lower case"
    ),
];

/// QZone's.
pub const QZONE: [FamilyParam; 10] = [
    one!("oauth_consumer_key", true, "the consumer"),
    one!("oauth_token", true, "the access token"),
    one!(
        "oauth_nonce",
        true,
        "1 to 128 printable ASCII characters, once per second and token"
    ),
    one!(
        "oauth_timestamp",
        true,
        "the time in seconds, at most 300 off"
    ),
    one!("oauth_version", true, "`1.0`"),
    one!("oauth_signature_method", true, "`HMAC-SHA1`"),
    one!(
        "oauth_signature",
        true,
        "over the parameters joined raw and encoded once (Tencent's form), as RFC 5849 says, or form-encoded"
    ),
    one!("oauth_client_ip", false, "the member's address; not used"),
    named(
        "`oauth_callback`, `oauth_callback_confirmed`, `oauth_verifier`, `oauth_body_hash`",
        "names of OAuth 1.0a: signed, and not used where no operation says so",
    ),
    one!("openid", true, "the member for this consumer"),
];

fn params(all: &'static [FamilyParam]) -> impl Iterator<Item = Param> {
    all.iter().filter_map(|own| {
        let (name, required) = own.name?;
        Some(Param {
            name,
            words: own.words,
            required,
            ..Param::NONE
        })
    })
}

/// Those of an OkayAPI operation with that login, with the demo app and login as examples.
pub fn okay(login: Login) -> Vec<Param> {
    let mut all: Vec<Param> = params(&OKAY).collect();
    let app = all.iter_mut().filter(|param| param.name == "app_key");
    app.for_each(|param| param.example = Some(demo::OPEN_APP));
    if login == Login::Unread {
        return all;
    }
    let (uuid, token) = demo::LOGIN;
    let of_login = [
        ("uuid", "the member, 32 upper-case hex digits", uuid),
        ("token", "the session, 64 upper-case hex digits", token),
    ];
    all.extend(of_login.map(|(name, words, example)| Param {
        name,
        words,
        required: login == Login::Required,
        example: Some(example),
        ..Param::NONE
    }));
    all
}

/// Those of an Xweibo operation.
pub fn xweibo() -> Vec<Param> {
    params(&XWEIBO).collect()
}

/// Those of a QZone operation.
pub fn qzone(is_for_members: bool) -> Vec<Param> {
    let of_members = ["oauth_token", "openid"];
    let all = params(&QZONE);
    all.filter(|param| is_for_members || !of_members.contains(&param.name))
        .collect()
}
