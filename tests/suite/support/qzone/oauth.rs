//! Signed calls of all of QZone's operations, and what they answer.

use std::collections::BTreeMap;

use weiquan_store::clients::{self, Consumer};

use crate::support::call::{Call, Reply, refs};
use crate::support::qzone::calls::{
    Outcome, PATH, Params, hmac, new_nonce, number_in_page, params, remove, set, t_base,
};
use crate::support::world::{BASE_URL, World};

/// Stores a second consumer like that of the demo data. Its secret is its key.
pub async fn add_consumer(world: &World, key: &str) {
    let name = &world.demo.qzone.consumer_key;
    let found = clients::read::<Consumer>(&world.ctx.store, name).await;
    let mut consumer = found.unwrap().unwrap();
    consumer.key = key.into();
    consumer.secret = key.to_owned();
    let created = clients::create(&world.ctx.store, &consumer).await;
    created.unwrap();
}

#[track_caller]
pub fn assert_json(reply: &Reply, (ret, msg): Outcome) {
    assert_eq!(reply.body, format!(r#"{{"ret":{ret},"msg":"{msg}"}}"#));
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.headers["content-type"],
        "application/json; charset=utf-8"
    );
}

/// What an element of an XML answer holds.
#[track_caller]
pub fn element<'a>(reply: &'a Reply, name: &str) -> &'a str {
    assert!(reply.headers["content-type"].ends_with("xml; charset=utf-8"));
    let (before, rest) = reply.body.split_once(&format!("<{name}>")).expect(name);
    assert!(before.starts_with("<?xml"), "{before}");
    rest.split_once(&format!("</{name}>")).expect(name).0
}

/// A method and an address.
pub type Target = (&'static str, &'static str);
pub const REQUEST: Target = ("GET", "/oauth/qzoneoauth_request_token");
pub const ACCESS: Target = ("GET", "/oauth/qzoneoauth_access_token");
pub const USER_INFO: Target = ("GET", "/user/get_user_info");
pub const SHARE: Target = ("POST", "/share/add_share");
pub const FEED: Target = ("POST", PATH);

/// A request of the demo consumer, not yet signed.
#[derive(Clone)]
pub struct Unsigned {
    pub target: Target,
    /// The token's secret.
    pub secret: String,
    pub params: Params,
}

impl Unsigned {
    fn new(world: &World, target: Target, secret: &str, own: &[(&str, &str)]) -> Self {
        let mut params = params(world, &new_nonce(), "");
        for name in ["oauth_token", "openid", "feeds_data"] {
            remove(&mut params, name);
        }
        let secret = secret.to_owned();
        let bare = Self {
            target,
            secret,
            params,
        };
        bare.with(own)
    }

    /// Other parameters.
    pub fn with(mut self, changes: &[(&str, &str)]) -> Self {
        for (name, value) in changes {
            set(&mut self.params, name, value);
        }
        self
    }

    /// The same with a nonce of its own.
    pub fn anew(&self) -> Self {
        self.clone().with(&[("oauth_nonce", &new_nonce())])
    }

    /// The parameters with their signature in the T form, unless they have one.
    pub fn signed(&self, world: &World) -> Params {
        let (method, path) = self.target;
        let base = t_base(method, &format!("{BASE_URL}{path}"), &self.params);
        let key = format!("{}&{}", world.demo.qzone.consumer_secret, self.secret);
        let mut params = self.params.clone();
        if params.iter().all(|(name, _)| name != "oauth_signature") {
            set(&mut params, "oauth_signature", &hmac(&key, &base));
        }
        params
    }

    pub fn call(&self, world: &World) -> Call {
        carry(self.target, &self.signed(world))
    }

    pub async fn send(&self, world: &World) -> Reply {
        world.send(self.call(world)).await
    }
}

/// The parameters where they belong: of a GET in the query, of others in a form.
pub fn carry((method, path): Target, params: &Params) -> Call {
    let call = Call::new(method, path);
    match method {
        "GET" => call.query(&refs(params)),
        _ => call.form(&refs(params)),
    }
}

/// A call of step 1.
pub fn ask(world: &World, own: &[(&str, &str)]) -> Unsigned {
    Unsigned::new(world, REQUEST, "", own)
}

/// A request token and its secret.
pub struct Asked {
    pub token: String,
    pub secret: String,
}

pub async fn request_token(world: &World, own: &[(&str, &str)]) -> Asked {
    let mut fields = fields(&ask(world, own).send(world).await);
    assert_eq!(fields.len(), 2, "{fields:?}");
    let [token, secret] = ["", "_secret"].map(|end| fields.remove(&format!("oauth_token{end}")));
    let (token, secret) = (token.unwrap(), secret.unwrap());
    assert_shape(&token, &secret);
    Asked { token, secret }
}

#[track_caller]
pub fn assert_shape(token: &str, secret: &str) {
    assert!(token.len() == 20 && token.bytes().all(|b| b.is_ascii_digit()));
    assert!(secret.len() == 16 && secret.bytes().all(|b| b.is_ascii_alphanumeric()));
}

/// A call of step 3.
pub fn exchange(world: &World, asked: &Asked, vericode: &str) -> Unsigned {
    let own = [("oauth_token", &*asked.token), ("oauth_vericode", vericode)];
    Unsigned::new(world, ACCESS, &asked.secret, &own)
}

/// A call of step 4 with the demo token.
pub fn api(world: &World, target: Target, own: &[(&str, &str)]) -> Unsigned {
    let qzone = &world.demo.qzone;
    let member = [("oauth_token", &*qzone.token), ("openid", &qzone.openid)];
    Unsigned::new(world, target, &qzone.token_secret, &member).with(own)
}

/// The fields of an answer in form text.
#[track_caller]
pub fn fields(reply: &Reply) -> BTreeMap<String, String> {
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.headers["content-type"], "text/plain; charset=utf-8");
    let pairs = weiquan::form_data::urlencoded(reply.body.as_bytes()).unwrap();
    pairs.into_iter().collect()
}

/// The number in an answer, form text, JSON or the page; `0` for success.
#[track_caller]
pub fn code(reply: &Reply) -> String {
    match reply.body.strip_prefix("error_code=") {
        Some(rest) => rest.split('&').next().unwrap().to_owned(),
        None if reply.body.starts_with("<html>") => number_in_page(reply).to_owned(),
        None if reply.body.starts_with('{') => reply.json()["ret"].to_string(),
        None => fields(reply).remove("error_code").unwrap_or("0".to_owned()),
    }
}

/// An answer that is this error and nothing else, as form text.
#[track_caller]
pub fn assert_error(reply: &Reply, number: &str) {
    assert_eq!(code(reply), number, "{}", reply.body);
    let fields = fields(reply);
    assert!(!fields["error_msg"].is_empty() && fields.len() == 2);
    let encoded = |b: u8| b.is_ascii_alphanumeric() || b"-_.~%+*&=".contains(&b);
    assert!(reply.body.bytes().all(encoded), "{}", reply.body);
}

/// The table without what an authentic call may leave that is refused: nonces and counters.
pub async fn lasting(world: &World) -> Vec<String> {
    let passing = ["NONCE", "RATE", "ATTEMPTS"].map(|kind| format!("\"PK\":\"{kind}#"));
    let mut items = world.dump().await;
    items.retain(|item| !passing.iter().any(|key| item.contains(key)));
    items
}
