//! Calls in other languages, which work when they are pasted: a test runs each of them.

mod java;
mod javascript;
mod php;
mod python;
mod shell;

use weiquan::http::Request;

use crate::data::Operation;

/// The languages: an id, a name, and how a call is written.
pub const LANGUAGES: [(&str, &str, Write); 5] = [
    ("curl", "curl", shell::write),
    ("php", "PHP", php::write),
    ("python", "Python", python::write),
    ("javascript", "JavaScript", javascript::write),
    ("java", "Java", java::write),
];

/// Writes a call.
type Write = fn(&Call<'_>) -> String;

/// A picture of one pixel, as base64.
const PIXEL: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP438AAAAQBAYDFKhhdAAAAAElFTkSuQmCC";
/// What separates the parts of a form with a file.
const BOUNDARY: &str = "----weiquan";

/// A call of an operation.
pub struct Call<'a> {
    /// The address.
    pub url: String,
    /// What is sent and known beforehand, by name.
    pub pairs: Vec<(&'a str, String)>,
    /// The field of a file.
    pub file: Option<&'a str>,
    /// How it is signed.
    pub signature: Signature<'a>,
    /// Whether the demo keys work.
    pub is_local: bool,
}

/// How a call is signed, with the secrets.
pub enum Signature<'a> {
    /// OkayAPI's, with the app's secret.
    Okay(String),
    /// Xweibo's: App Key, user, App Secret, operation, extra secret.
    Xweibo([String; 3], &'a str, String),
    /// OAuth's: the key of the HMAC.
    OAuth(String),
    /// None: the address says everything.
    None,
}

/// The parameters of OAuth's calls that differ from call to call, as each language makes them.
const NONCE: &str = "oauth_nonce";
const TIMESTAMP: &str = "oauth_timestamp";

impl<'a> Call<'a> {
    /// The example of an operation at `origin`, with the demo keys or with placeholders.
    pub fn new(op: &'a Operation, origin: &str, is_local: bool) -> Self {
        let of = |name: &str| match (op.credential(name), is_local) {
            ("", _) => String::new(),
            (example, true) => example.to_owned(),
            (_, false) => format!("YOUR_{}", name.to_uppercase()),
        };
        let sent = op.credentials.iter().filter(|own| own.is_required);
        let sent = sent.filter(|own| {
            !matches!(
                own.name.as_str(),
                "akey" | "skey" | "consumer_secret" | "token_secret"
            )
        });
        let mut pairs: Vec<(&str, String)> =
            sent.map(|own| (own.name.as_str(), of(&own.name))).collect();
        let mut url = format!("{origin}{}", op.paths.first().map_or("", String::as_str));
        for param in &op.params {
            match (&param.example, param.is_in_path) {
                (Some(example), true) => url = url.replace(&format!("{{{}}}", param.name), example),
                (Some(example), false) => pairs.push((&param.name, example.clone())),
                (None, _) => {}
            }
        }
        let signature = match op.signature.as_str() {
            "okay" => Signature::Okay(of("app_secrect")),
            "xweibo" => {
                let keys = [of("akey"), of("skey"), of("api_key")];
                Signature::Xweibo(keys, &op.name, of("api_uid"))
            }
            "oauth" => {
                pairs.push(("oauth_version", "1.0".to_owned()));
                pairs.push(("oauth_signature_method", "HMAC-SHA1".to_owned()));
                pairs.push((NONCE, String::new()));
                pairs.push((TIMESTAMP, String::new()));
                Signature::OAuth(format!("{}&{}", of("consumer_secret"), of("token_secret")))
            }
            _ => Signature::None,
        };
        pairs.sort();
        let file = op.params.iter().find(|param| param.is_file);
        let mut call = Self {
            url,
            pairs,
            file: file.map(|param| param.name.as_str()),
            signature,
            is_local,
        };
        if let Signature::None = call.signature {
            call.move_to_query();
        }
        call
    }

    /// Puts the parameters into the address.
    fn move_to_query(&mut self) {
        let pairs = self
            .pairs
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        let query = weiquan::form_data::encode(pairs);
        if !query.is_empty() {
            self.url = format!("{}?{query}", self.url);
        }
        self.pairs.clear();
    }

    /// Each parameter as a line: `line` gets its name, and its value or how the language makes that.
    fn lines(
        &self,
        quote: fn(&str) -> String,
        [nonce, time]: [&str; 2],
        line: impl Fn(&str, &str) -> String,
    ) -> String {
        let lines = self.pairs.iter().map(|(name, value)| match *name {
            NONCE => line(&quote(name), nonce),
            TIMESTAMP => line(&quote(name), time),
            name => line(&quote(name), &quote(value)),
        });
        lines.collect()
    }
}

/// Whether the request came to a system on this machine or in this network, where the demo data is.
pub fn is_local(request: &Request) -> bool {
    request.header("x-forwarded-proto") == Some("http")
}

/// Scheme and host of the system that was called, as callers write it.
pub fn origin(request: &Request) -> String {
    let origin = request.origin();
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "-._:/[]".contains(sign);
    match origin.chars().all(is_plain) {
        true => origin,
        false => "https://your-address".to_owned(),
    }
}
