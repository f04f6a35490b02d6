//! QZone: request tokens and access tokens (qzone section 2.4, steps 1 and 3), `get_user_info`,
//! how many calls a consumer has in a second, and how tests sign the calls of all operations.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::okay_users::send_at_once;
use crate::qzone_authorize::{CALLBACK, FOREIGN, REGISTERED, added, allow, allowed, open};
use crate::qzone_calls::{
    BAD_TOKEN, BUSY, DATA, OK, PATH, Params, answered, change_consumer, enc, feeds, hmac,
    new_nonce, norm, params, refs, remove, set, t_base,
};
use crate::qzone_more::element;
use crate::world::{BASE_URL, Call, Reply, World};

/// A method and an address.
pub type Target = (&'static str, &'static str);

pub const REQUEST: Target = ("GET", "/oauth/qzoneoauth_request_token");
pub const ACCESS: Target = ("GET", "/oauth/qzoneoauth_access_token");
pub const USER_INFO: Target = ("GET", "/user/get_user_info");
pub const SHARE: Target = ("POST", "/share/add_share");
pub const FEED: Target = ("POST", PATH);

/// What a share and a feed need.
const OWN: [(&str, &str); 3] = [
    ("title", "t"),
    ("url", "http://e.cn/"),
    ("feeds_data", DATA),
];

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

    /// The parameters with their signature in the T form.
    pub fn signed(&self, world: &World) -> Params {
        let (method, path) = self.target;
        let base = t_base(method, &format!("{BASE_URL}{path}"), &self.params);
        let key = format!("{}&{}", world.demo.qzone.consumer_secret, self.secret);
        let mut params = self.params.clone();
        set(&mut params, "oauth_signature", &hmac(&key, &base));
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
fn assert_shape(token: &str, secret: &str) {
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

/// The number in an answer, form text or JSON; `0` for success.
#[track_caller]
pub fn code(reply: &Reply) -> String {
    match reply.body.strip_prefix("error_code=") {
        Some(rest) => rest.split('&').next().unwrap().to_owned(),
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

#[tokio::test]
async fn each_request_token_is_another() {
    let world = World::new().await;
    let first = request_token(&world, &[]).await;
    let second = request_token(&world, &[("oauth_client_ip", "2130706433")]).await;
    assert!(first.token != second.token && first.secret != second.secret);
    // Unencoded, as the official SDK sends it.
    let request = ask(&world, &[("x", "{\"a\": [1]} <汉>")]).signed(&world);
    let signature = request.iter().find(|(name, _)| name == "oauth_signature");
    let signature = enc(&signature.unwrap().1);
    let query = format!("{}&oauth_signature={signature}", norm(&request));
    let call = Call::get(&format!("{}?{query}", REQUEST.1));
    assert_eq!(fields(&world.send(call).await).len(), 2);
}

#[tokio::test]
async fn a_callback_of_step_1_is_on_a_registered_domain() {
    let world = World::new().await;
    for callback in REGISTERED {
        // Some clients encode it twice.
        for callback in [callback, &enc(callback)] {
            request_token(&world, &[("oauth_callback", callback)]).await;
        }
    }
    let before = lasting(&world).await;
    for callback in FOREIGN {
        for callback in [callback, &enc(callback)] {
            let request = ask(&world, &[("oauth_callback", callback)]);
            assert_error(&request.send(&world).await, "21006");
        }
    }
    assert_eq!(lasting(&world).await, before);
}

#[tokio::test]
async fn from_a_request_token_to_feeds() {
    let world = World::new().await;
    let (asked, vericode) = allowed(&world).await;
    let given = fields(&exchange(&world, &asked, &vericode).send(&world).await);
    assert_eq!(given.len(), 5, "{given:?}");
    let [openid, timestamp] = ["openid", "timestamp"].map(|name| given[name].as_str());
    let [token, secret] = ["oauth_token", "oauth_token_secret"].map(|name| given[name].as_str());
    assert_shape(token, secret);
    // The site has been allowed before: what it gets is what it has.
    assert_eq!(token, world.demo.qzone.token);
    assert_eq!(openid, world.demo.qzone.openid);
    assert_eq!(timestamp, world.now().as_second().to_string());
    let appkey = &world.demo.qzone.consumer_secret;
    let signature = hmac(appkey, &format!("{openid}{timestamp}"));
    assert_eq!(given["oauth_signature"], signature);

    for target in [USER_INFO, SHARE, FEED] {
        let mut request = api(&world, target, &OWN).with(&[("oauth_token", token)]);
        request.secret = secret.to_owned();
        let reply = request.send(&world).await;
        if target == FEED {
            answered(&reply, OK);
        } else {
            assert_eq!(code(&reply), "0", "{}", reply.body);
        }
    }
    assert_eq!(feeds(&world).await.len(), 2);
}

#[tokio::test]
async fn only_a_request_token_that_a_member_allowed_is_exchanged() {
    let world = World::new().await;
    let waiting = request_token(&world, &[]).await;
    let (asked, vericode) = allowed(&world).await;
    let exchanged = exchange(&world, &asked, &vericode).send(&world).await;
    assert_eq!(fields(&exchanged).len(), 5);
    let before = world.dump().await;
    let qzone = &world.demo.qzone;
    let demo = Asked {
        token: qzone.token.clone(),
        secret: qzone.token_secret.clone(),
    };
    for token in [&waiting, &asked, &demo] {
        let reply = exchange(&world, token, &vericode).send(&world).await;
        assert_error(&reply, "30006");
    }
    // Nor is it an access token.
    let own = [("oauth_token", &*waiting.token), ("feeds_data", DATA)];
    let mut request = api(&world, FEED, &own);
    request.secret = waiting.secret;
    answered(&request.send(&world).await, BAD_TOKEN);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn five_wrong_vericodes_use_a_request_token_up() {
    let world = World::new().await;
    let (_, foreign) = allowed(&world).await;
    let four = ["", "0", &foreign, "汉 &"];
    for (wrong, want) in [(&four[..], "0"), (&["1", "2", "3", "4", "5"], "30006")] {
        let (asked, vericode) = allowed(&world).await;
        for wrong in wrong {
            let reply = exchange(&world, &asked, wrong).send(&world).await;
            assert_error(&reply, "30007");
        }
        let last = exchange(&world, &asked, &vericode).send(&world).await;
        assert_eq!(code(&last), want, "{wrong:?}");
    }
}

#[tokio::test]
async fn a_vericode_lives_5_minutes_and_a_request_token_15() {
    let world = World::new().await;
    for (before, after, want) in [
        (0, 300, "0"),
        (0, 301, "30007"),
        (890, 9, "0"),
        (890, 11, "30006"),
    ] {
        let asked = request_token(&world, &[]).await;
        world.pass(before);
        let page = open(&world, &asked.token).await;
        let reply = world.send(allow(&world, &page, 0)).await;
        let vericode = added(&reply, CALLBACK).remove("oauth_vericode").unwrap();
        world.pass(after);
        let reply = exchange(&world, &asked, &vericode).send(&world).await;
        assert_eq!(code(&reply), want, "{before} {after}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_16_callers_with_one_vericode_one_gets_a_token() {
    let world = Arc::new(World::new().await);
    let (asked, vericode) = allowed(&world).await;
    let calls = (0..16).map(|_| exchange(&world, &asked, &vericode).call(&world));
    let replies = send_at_once(&world, calls.collect()).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| code(reply) == "0");
    assert_eq!((won.len(), lost.len()), (1, 15));
    assert_eq!(fields(won[0]).len(), 5);
    for reply in lost {
        assert_error(reply, "30006");
    }
}

#[tokio::test]
async fn an_outage_changes_nothing() {
    let world = World::new().await;
    let (asked, vericode) = allowed(&world).await;
    for request in [ask(&world, &[]), exchange(&world, &asked, &vericode)] {
        let before = world.dump().await;
        world.faults.outage(true);
        assert_error(&request.send(&world).await, "1001");
        world.faults.outage(false);
        assert_eq!(world.dump().await, before);
        assert_eq!(code(&request.send(&world).await), "0");
    }
}

#[tokio::test]
async fn a_consumer_may_have_a_limit_of_authentic_calls_in_a_second() {
    let world = World::new().await;
    change_consumer(&world, |consumer| consumer.per_second = Some(3)).await;
    let (asked, vericode) = allowed(&world).await;
    world.pass(1);
    let api = |target| api(&world, target, &OWN);
    for _ in 0..4 {
        let mut forged = api(USER_INFO);
        forged.secret.push('x');
        assert_eq!(code(&forged.send(&world).await), "41000");
    }
    for request in [ask(&world, &[]), api(USER_INFO), api(SHARE)] {
        assert_eq!(code(&request.send(&world).await), "0");
    }
    let before = lasting(&world).await;
    let (exchange, feed) = (exchange(&world, &asked, &vericode), api(FEED));
    answered(&feed.send(&world).await, BUSY);
    for request in [&exchange, &ask(&world, &[])] {
        assert_error(&request.send(&world).await, "1001");
    }
    for target in [USER_INFO, SHARE] {
        assert_eq!(code(&api(target).send(&world).await), "1001");
    }
    assert_eq!(lasting(&world).await, before);
    // In the next second, or without a limit, the same calls do.
    world.pass(1);
    assert_eq!(code(&exchange.send(&world).await), "0");
    answered(&feed.send(&world).await, OK);
    change_consumer(&world, |consumer| consumer.per_second = None).await;
    for _ in 0..5 {
        request_token(&world, &[]).await;
    }
}

#[tokio::test]
async fn a_member_is_described() {
    let world = World::new().await;
    let reply = api(&world, USER_INFO, &[]).send(&world).await;
    let json = reply.json();
    let names = ["figureurl", "figureurl_1", "figureurl_2"];
    let urls = names.map(|name| json[name].as_str().unwrap());
    for (url, size) in urls.iter().zip(["/30", "/50", "/100"]) {
        assert!(url.starts_with("http") && url.ends_with(size), "{url}");
    }
    let pictures = format!(
        r#""figureurl":"{}","figureurl_1":"{}","figureurl_2":"{}""#,
        urls[0], urls[1], urls[2]
    );
    let want = format!(r#"{{"ret":0,"msg":"","nickname":"小白",{pictures},"gender":"男"}}"#);
    assert_eq!(reply.body, want);
    assert_eq!(
        reply.headers["content-type"],
        "application/json; charset=utf-8"
    );
    let xml = api(&world, USER_INFO, &[("format", "xml")])
        .send(&world)
        .await;
    for (name, value) in names.into_iter().zip(urls) {
        assert_eq!(element(&xml, name), value);
    }
    let texts = ["ret", "nickname", "gender"].map(|name| element(&xml, name));
    assert_eq!(texts, ["0", "小白", "男"]);
}
