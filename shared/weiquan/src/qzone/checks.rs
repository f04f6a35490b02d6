//! The checks on every signed call, in the order of qzone section 4.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::Error;
use super::signature::{self, Form};
use crate::Ctx;
use crate::form_data::{self, php};
use crate::http::Request;
use crate::schema::Param;
use weiquan_store::clients::Consumer;
use weiquan_store::clients::usage;
use weiquan_store::oauth::nonce::{self, Nonce};
use weiquan_store::oauth::request_token::{self, RequestToken};
use weiquan_store::oauth::token::{self, Token};

/// How far a client's clock may be off, in seconds (qzone section 1.1).
const CLOCK_WINDOW: u64 = 300;
/// The protocol parameters that every call may have, besides those of its operation. Generic OAuth
/// 1.0a clients send the last four with any call: they are signed, and otherwise ignored.
const PROTOCOL: [&str; 12] = [
    "oauth_consumer_key",
    "oauth_token",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_version",
    "oauth_signature_method",
    "oauth_signature",
    "oauth_client_ip",
    "oauth_callback",
    "oauth_callback_confirmed",
    "oauth_verifier",
    "oauth_body_hash",
];

/// A call that is authentic and allowed. Its nonce is not used up yet. `T` is the token that it was
/// signed with: none, a request token, or a member's access token.
pub struct Call<'a, T> {
    /// The calling site.
    pub consumer: Arc<Consumer>,
    /// The token of the call.
    pub token: T,
    params: &'a Params,
    timestamp: i64,
}

impl<'a, T> Call<'a, T> {
    /// The parameters, from which the operation reads its own.
    pub fn params(&self) -> &'a Params {
        self.params
    }

    /// The nonce, which must be used up together with the call's effect.
    pub fn nonce(&self) -> Nonce<'_> {
        Nonce {
            consumer: &self.consumer.key,
            token: self.params.get("oauth_token"),
            timestamp: self.timestamp,
            nonce: self.params.get("oauth_nonce"),
        }
    }
}

impl<'a> Call<'a, ()> {
    fn signed_with<T>(self, token: T) -> Call<'a, T> {
        Call {
            consumer: self.consumer,
            token,
            params: self.params,
            timestamp: self.timestamp,
        }
    }
}

/// The parameters of a call (query and form, no name twice) or of a page.
pub struct Params {
    /// The values that the operation reads. For names with brackets, the array that they build.
    values: BTreeMap<String, String>,
    /// The names and values to sign, as they were sent.
    signed: Vec<(String, String)>,
}

impl Params {
    /// Collects the parameters of the query and, for POST, of a form. `own` are those of the operation.
    pub(super) fn collect(request: &Request, get: bool, own: &[Param]) -> Result<Self, Error> {
        let is_posted = match request.method.as_str() {
            // A client that puts everything into the query may send an empty body with any content type.
            "POST" => !request.body()?.is_empty(),
            "GET" if get => false,
            _ => return Err(Error::WrongMethod { get }),
        };
        if is_posted && !request.is_form() {
            return Err(Error::BadRequest(None));
        }
        let query = request.query_pairs()?;
        let body = if is_posted {
            request.body_pairs()?
        } else {
            Vec::new()
        };
        let (query, body) = (grouped(query)?, grouped(body)?);
        let is_known =
            |name: &str| PROTOCOL.contains(&name) || own.iter().any(|param| param.name == name);
        let is_bad = |name: &String| name.starts_with("oauth_") && !is_known(name);
        // A parameter that is equal in both counts once.
        let differs = |(name, values): (&String, &Vec<String>)| {
            query.get(name).is_some_and(|other| other != values)
        };
        if query.keys().chain(body.keys()).any(is_bad) || body.iter().any(differs) {
            return Err(Error::BadRequest(None));
        }
        let all: BTreeMap<String, Vec<String>> = query.into_iter().chain(body).collect();
        let pairs: Vec<(String, String)> = all
            .into_iter()
            .flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)))
            .collect();
        let values = php::merged([pairs.clone()]).into_iter();
        Ok(Self {
            values: values.map(|(name, node)| (name, text(&node))).collect(),
            signed: pairs,
        })
    }

    /// The parameters of a page. The last value of a name wins.
    pub(super) fn of_page(pairs: Vec<(String, String)>) -> Self {
        Self {
            values: pairs.into_iter().collect(),
            signed: Vec::new(),
        }
    }

    pub(super) fn get(&self, name: &str) -> &str {
        self.values
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// The pairs to sign.
    fn signed(&self) -> Vec<(String, String)> {
        let signed = self.signed.iter();
        signed
            .filter(|(name, _)| *name != "oauth_signature")
            .cloned()
            .collect()
    }
}

/// The values by name. Refused if a name that does not make a list occurs twice.
fn grouped(pairs: Vec<(String, String)>) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in pairs {
        let makes_a_list = php::brackets(&name).is_some_and(|(_, keys)| keys.contains(&""));
        let values = all.entry(name).or_default();
        if !makes_a_list && !values.is_empty() {
            return Err(Error::BadRequest(None));
        }
        values.push(value);
    }
    Ok(all)
}

/// A parameter in the form that operations read: a list is separated by vertical bars, an object is JSON.
fn text(node: &php::Node) -> String {
    match node {
        php::Node::Text(text) => text.clone(),
        list if list.is_list() => list.joined("|"),
        object => object.to_json(),
    }
}

/// The format that a call asks for, wherever it can be read; empty if it asks for none.
pub(super) fn format(request: &Request) -> String {
    let body = match request.media_type().as_str() {
        "application/x-www-form-urlencoded" => {
            let body = request.body().ok();
            body.and_then(|body| form_data::last(body, "format"))
        }
        "multipart/form-data" => request.body_pairs().ok().and_then(|pairs| {
            let mut own = pairs.into_iter().rev();
            own.find_map(|(name, value)| (name == "format").then_some(value))
        }),
        _ => None,
    };
    body.or_else(|| form_data::last(request.query.as_bytes(), "format"))
        .unwrap_or_default()
}

/// A call as it arrived, before the checks.
pub(super) struct Claim<'a> {
    pub(super) ctx: &'a Ctx,
    pub(super) request: &'a Request,
    pub(super) params: &'a Params,
    pub(super) consumer: Option<Arc<Consumer>>,
}

impl<'a> Claim<'a> {
    /// The consumer, and all protocol parameters except the token.
    fn protocol(&self) -> Result<Call<'a, ()>, Error> {
        let params = self.params;
        let consumer = self.consumer.clone().ok_or(Error::Consumer)?;
        if !is_nonce(params.get("oauth_nonce")) {
            return Err(Error::Nonce);
        }
        if params.get("oauth_version") != "1.0" {
            return Err(Error::Version);
        }
        if params.get("oauth_signature_method") != "HMAC-SHA1" {
            return Err(Error::Method);
        }
        let timestamp = timestamp(params.get("oauth_timestamp")).ok_or(Error::Timestamp)?;
        if self.ctx.now().as_second().abs_diff(timestamp) > CLOCK_WINDOW {
            return Err(Error::Timestamp);
        }
        Ok(Call {
            consumer,
            token: (),
            params,
            timestamp,
        })
    }

    fn signature(&self, consumer: &Consumer, token_secret: &str) -> Result<(), Error> {
        let bases = base_strings(self.request, self.params, consumer);
        let given = self.params.get("oauth_signature");
        if signature::is_right(given, bases, &consumer.secret, token_secret) {
            Ok(())
        } else {
            Err(Error::Signature)
        }
    }

    /// Counts the call towards the consumer's limit. A replayed call does not count, so nobody else
    /// can use the limit up.
    async fn rate<T>(&self, call: Call<'a, T>) -> Result<Call<'a, T>, Error> {
        let Some(limit) = call.consumer.per_second else {
            return Ok(call);
        };
        if nonce::is_used(&self.ctx.store, call.nonce()).await? {
            return Err(Error::Nonce);
        }
        match usage::take_rate(&self.ctx.store, &call.consumer.key, limit).await? {
            true => Ok(call),
            false => Err(Error::TooManyCalls),
        }
    }

    /// A call without a token: the first step.
    pub(super) async fn of_site(self) -> Result<Call<'a, ()>, Error> {
        let call = self.protocol()?;
        self.signature(&call.consumer, "")?;
        self.rate(call).await
    }

    /// A call with a request token that a member has allowed: the third step.
    pub(super) async fn of_request_token(self) -> Result<Call<'a, RequestToken>, Error> {
        let call = self.protocol()?;
        let token = request_token::find(&self.ctx.store, self.params.get("oauth_token"))
            .await?
            .filter(|token| token.consumer == call.consumer.key && token.uid.is_some())
            .ok_or(Error::Token)?;
        self.signature(&call.consumer, &token.secret)?;
        self.rate(call.signed_with(token)).await
    }

    /// A call of `operation` for a member.
    pub(super) async fn of_member(self, operation: &str) -> Result<Call<'a, Token>, Error> {
        let call = self.protocol()?;
        let token = token::find(&self.ctx.store, self.params.get("oauth_token"))
            .await?
            .filter(|token| token.consumer == call.consumer.key)
            .ok_or(Error::Token)?;
        if self.params.get("openid") != token.openid.get() {
            return Err(Error::Openid);
        }
        self.signature(&call.consumer, &token.secret)?;
        if token.revoked {
            return Err(Error::Revoked);
        }
        let allows = |names: &std::collections::BTreeSet<String>| names.contains(operation);
        if !allows(&call.consumer.allowed) || !allows(&token.allowed) {
            return Err(Error::NotAuthorized);
        }
        self.rate(call.signed_with(token)).await
    }
}

/// 1 to 128 printable ASCII characters.
fn is_nonce(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|b| (b' '..=b'~').contains(&b))
}

fn timestamp(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// The base strings that the caller may have signed: every base URL in every form (section 2.3).
/// They are computed on demand.
fn base_strings<'a>(
    request: &'a Request,
    params: &Params,
    consumer: &Consumer,
) -> impl Iterator<Item = String> + use<'a> {
    let bases = if consumer.base_urls.is_empty() {
        vec![request.origin()]
    } else {
        consumer.base_urls.clone()
    };
    let signed = params.signed();
    let forms = Form::all(&signed, consumer.form_signature);
    forms.into_iter().flat_map(move |form| {
        let of = |base: &String| {
            let url = format!("{base}{}", request.path);
            signature::base_string(form, &request.method, &url, &signed)
        };
        bases.iter().map(of).collect::<Vec<_>>()
    })
}
