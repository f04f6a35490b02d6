//! QZone (QQ登录): OAuth 1.0 calls in a form, answered by a page that calls back into its frame.

mod error;
mod feeds_data;
mod page;
pub mod signature;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};

pub use error::Error;
pub use feeds_data::FeedsData;

use crate::Ctx;
use crate::event::{Arrival, Event};
pub use crate::http::Param;
use crate::http::{Answer, Credentials, Function, Request};
use crate::store::client::{self, Consumer};
use crate::store::oauth::{self, Nonce, Token};
use signature::Form;

/// How far a client's clock may be off, in seconds (qzone section 1.1).
const CLOCK_WINDOW: u64 = 300;
/// The protocol parameters that a call may have.
const PROTOCOL: [&str; 8] = [
    "oauth_consumer_key",
    "oauth_token",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_version",
    "oauth_signature_method",
    "oauth_signature",
    "oauth_client_ip",
];

/// One documented operation: the single declaration of its address and parameters.
pub struct Operation {
    /// The package of its function.
    pub package: &'static str,
    /// Its name, as consumers and tokens allow it.
    pub name: &'static str,
    /// Its address.
    pub path: &'static str,
    /// What it does.
    pub words: &'static str,
    /// Its own parameters.
    pub params: &'static [Param],
    /// The operation.
    pub handle: for<'a> fn(&'a Ctx, Call<'a>) -> BoxFuture<'a, Result<(), Error>>,
}

/// A call that is authentic and allowed; its nonce is still to be used up.
pub struct Call<'a> {
    /// The calling site.
    pub consumer: Arc<Consumer>,
    /// The member's grant.
    pub token: Token,
    params: &'a Params,
    timestamp: i64,
}

impl Call<'_> {
    /// A parameter; empty where it is absent.
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name)
    }

    /// What must be used up together with the call's effect.
    pub fn nonce(&self) -> Nonce<'_> {
        Nonce {
            consumer: &self.consumer.key,
            token: &self.token.token,
            timestamp: self.timestamp,
            nonce: self.params.get("oauth_nonce"),
        }
    }
}

/// Query and form, no name twice.
struct Params(BTreeMap<String, String>);

impl Params {
    async fn collect(request: &Request) -> Result<Self, Error> {
        if request.method != "POST" {
            return Err(Error::NotPost);
        }
        request.body.as_ref().map_err(|malformed| *malformed)?;
        if request.media_type() != "application/x-www-form-urlencoded" {
            return Err(Error::BadRequest(None));
        }
        let mut pairs = request.query_pairs()?;
        pairs.extend(request.body_pairs().await?);
        let mut names = HashSet::new();
        let is_bad =
            |name: &String| name.starts_with("oauth_") && !PROTOCOL.contains(&name.as_str());
        if pairs
            .iter()
            .any(|(name, _)| is_bad(name) || !names.insert(name))
        {
            return Err(Error::BadRequest(None));
        }
        drop(names);
        Ok(Self(pairs.into_iter().collect()))
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    /// What is signed.
    fn signed(&self) -> Vec<(String, String)> {
        self.0
            .iter()
            .filter(|(name, _)| *name != "oauth_signature")
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

impl Operation {
    /// Every check in the order of section 4.
    async fn admit<'a>(
        &self,
        ctx: &Ctx,
        request: &Request,
        params: &'a Params,
        consumer: Option<Arc<Consumer>>,
    ) -> Result<Call<'a>, Error> {
        let consumer = consumer.ok_or(Error::Consumer)?;
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
        if ctx.now().as_second().abs_diff(timestamp) > CLOCK_WINDOW {
            return Err(Error::Timestamp);
        }
        let token = oauth::find(ctx, params.get("oauth_token"))
            .await?
            .filter(|token| token.consumer == consumer.key)
            .ok_or(Error::Token)?;
        if params.get("openid") != token.openid {
            return Err(Error::Openid);
        }
        let bases = base_strings(request, params, &consumer);
        let given = params.get("oauth_signature");
        if !signature::is_right(given, bases, &consumer.secret, &token.secret) {
            return Err(Error::Signature);
        }
        if token.revoked {
            return Err(Error::Revoked);
        }
        if !consumer.allowed.contains(self.name) || !token.allowed.contains(self.name) {
            return Err(Error::NotAuthorized);
        }
        Ok(Call {
            consumer,
            token,
            params,
            timestamp,
        })
    }
}

/// 1 to 64 letters, digits, `_` and `-`.
fn is_nonce(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

fn timestamp(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// The base strings that the caller may have signed: every base URL in every form (section 2.3).
fn base_strings(request: &Request, params: &Params, consumer: &Consumer) -> Vec<String> {
    let mut forms = vec![Form::Tencent, Form::Rfc5849];
    if consumer.form_signature {
        forms.push(Form::FormEncoded);
    }
    let bases = if consumer.base_urls.is_empty() {
        vec![seen_base_url(request)]
    } else {
        consumer.base_urls.clone()
    };
    let signed = params.signed();
    let urls = bases.iter().map(|base| format!("{base}{}", request.path));
    urls.flat_map(|url| {
        let signed = &signed;
        let of = move |form: &Form| signature::base_string(*form, "POST", &url, signed);
        forms.iter().map(of).collect::<Vec<_>>()
    })
    .collect()
}

/// Scheme and host as the gateway saw them, in lower case, without the scheme's own port (RFC 5849,
/// section 3.4.1.2).
fn seen_base_url(request: &Request) -> String {
    let scheme = request
        .header("x-forwarded-proto")
        .unwrap_or("https")
        .to_ascii_lowercase();
    let host = request
        .header("host")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let port = if scheme == "http" { ":80" } else { ":443" };
    format!("{scheme}://{}", host.strip_suffix(port).unwrap_or(&host))
}

impl Function for Operation {
    fn package(&self) -> &'static str {
        self.package
    }

    fn paths(&self) -> Vec<String> {
        vec![self.path.to_owned()]
    }

    fn serve<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> BoxFuture<'a, Answer> {
        async move {
            let mut domain = ctx.qzone_domain.clone();
            let outcome = async {
                let params = Params::collect(request).await?;
                let key = params.get("oauth_consumer_key");
                let consumer = client::find::<Consumer>(ctx, key).await?;
                if let Some(own) = consumer.as_ref().and_then(|c| c.domain.as_ref()) {
                    domain.clone_from(own);
                }
                let call = self.admit(ctx, request, &params, consumer).await?;
                (self.handle)(ctx, call).await
            }
            .await;
            page::answer(ctx, &domain, outcome)
        }
        .boxed()
    }

    fn sample(&self, ctx: &Ctx, credentials: &Credentials) -> Event {
        let timestamp = ctx.now().as_second().to_string();
        let nonce = ctx.new_id().to_string();
        let mut pairs = vec![
            ("oauth_consumer_key", credentials.consumer.0.as_str()),
            ("oauth_token", &credentials.token.0),
            ("oauth_nonce", &nonce),
            ("oauth_timestamp", &timestamp),
            ("oauth_version", "1.0"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("openid", &credentials.openid),
        ];
        pairs.extend(
            self.params
                .iter()
                .filter_map(|p| Some((p.name, p.example?))),
        );
        let params: Vec<(String, String)> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let url = format!("{}{}", credentials.base_url, self.path);
        let base = signature::base_string(Form::Tencent, "POST", &url, &params);
        let sign = signature::sign(&base, &credentials.consumer.1, &credentials.token.1);
        pairs.push(("oauth_signature", &sign));
        let arrival = Arrival::post_form(ctx, &credentials.base_url, self.path, &pairs);
        Event::new(arrival, ctx.now())
    }
}
