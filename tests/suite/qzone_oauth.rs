//! QZone: request tokens and access tokens (qzone section 2.4, steps 1 and 3), and how many calls a
//! consumer has in a second.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::sync::Arc;

use oauth1_request::{Builder, Credentials, HMAC_SHA1, HmacSha1};

use crate::okay_users::send_at_once;
use crate::qzone_authorize::{CALLBACK, FOREIGN, REGISTERED, added, allow, allowed, open};
use crate::qzone_calls::{
    BAD_TOKEN, BUSY, DATA, OK, PATH, Params, answered, change_consumer, enc, feeds, hmac,
    new_nonce, norm, params, refs, remove, set, t_base,
};
use crate::world::{BASE_URL, Call, Reply, World};

pub const REQUEST: &str = "/oauth/qzoneoauth_request_token";
pub const ACCESS: &str = "/oauth/qzoneoauth_access_token";
pub const USER_INFO: &str = "/user/get_user_info";
pub const SHARE: &str = "/share/add_share";

/// A request token and its secret.
pub struct Asked {
    pub token: String,
    pub secret: String,
}

/// What every signed request of the demo consumer has, with a nonce of its own.
pub fn protocol(world: &World) -> Params {
    let mut params = params(world, &new_nonce(), "");
    for name in ["oauth_token", "openid", "feeds_data"] {
        remove(&mut params, name);
    }
    params
}

/// Signs in the T form with the demo consumer's secret and the token's `secret`.
pub fn sign(world: &World, method: &str, path: &str, secret: &str, mut params: Params) -> Params {
    let base = t_base(method, &format!("{BASE_URL}{path}"), &params);
    let key = format!("{}&{secret}", world.demo.qzone.consumer_secret);
    set(&mut params, "oauth_signature", &hmac(&key, &base));
    params
}

/// The parameters where they belong: of a GET in the query, of others in a form.
pub fn carry(method: &str, path: &str, params: &Params) -> Call {
    let call = Call::new(method, path);
    match method {
        "GET" => call.query(&refs(params)),
        _ => call.form(&refs(params)),
    }
}

/// A call with an access token of the first member.
pub fn with_token(
    world: &World,
    (method, path): (&str, &str),
    (token, secret): (&str, &str),
    extra: &[(&str, &str)],
) -> Call {
    let mut params = protocol(world);
    set(&mut params, "oauth_token", token);
    set(&mut params, "openid", &world.demo.qzone.openid);
    for (name, value) in extra {
        set(&mut params, name, value);
    }
    carry(method, path, &sign(world, method, path, secret, params))
}

/// A call of step 1.
pub fn ask(world: &World, extra: &[(&str, &str)]) -> Call {
    let mut params = protocol(world);
    for (name, value) in extra {
        set(&mut params, name, value);
    }
    carry("GET", REQUEST, &sign(world, "GET", REQUEST, "", params))
}

/// A new request token.
pub async fn request_token(world: &World, extra: &[(&str, &str)]) -> Asked {
    let mut fields = fields(&world.send(ask(world, extra)).await);
    let mut take = |name: &str| fields.remove(name).unwrap();
    Asked {
        token: take("oauth_token"),
        secret: take("oauth_token_secret"),
    }
}

/// A call of step 3.
pub fn exchange(world: &World, asked: &Asked, vericode: &str) -> Call {
    let mut params = protocol(world);
    set(&mut params, "oauth_token", &asked.token);
    set(&mut params, "oauth_vericode", vericode);
    let params = sign(world, "GET", ACCESS, &asked.secret, params);
    carry("GET", ACCESS, &params)
}

/// The fields of an answer in form text.
#[track_caller]
pub fn fields(reply: &Reply) -> BTreeMap<String, String> {
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.headers["content-type"], "text/plain; charset=utf-8");
    let pairs = shared::form::urlencoded(reply.body.as_bytes()).unwrap();
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

/// Whether the answer is this error and nothing else, as form text.
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
async fn a_request_token_is_20_digits_with_a_secret_of_16() {
    let world = World::new().await;
    let first = request_token(&world, &[]).await;
    let second = request_token(&world, &[("oauth_client_ip", "2130706433")]).await;
    for Asked { token, secret } in [&first, &second] {
        assert!(token.len() == 20 && token.bytes().all(|b| b.is_ascii_digit()));
        assert!(secret.len() == 16 && secret.bytes().all(|b| b.is_ascii_alphanumeric()));
    }
    assert!(first.token != second.token && first.secret != second.secret);
}

#[tokio::test]
async fn what_a_standard_library_signs_is_accepted() {
    let world = World::new().await;
    let qzone = &world.demo.qzone;
    let client = Credentials::new(&*qzone.consumer_key, &*qzone.consumer_secret);
    let mut builder: Builder<'_, HmacSha1, &str> = Builder::new(client, HMAC_SHA1);
    builder
        .callback(CALLBACK)
        .timestamp(NonZeroU64::new(world.now().as_second().try_into().unwrap()))
        .version(true);
    for (base, want) in [(BASE_URL, "0"), ("http://evil.test", "11000")] {
        let target = builder.get_query(format!("{base}{REQUEST}"), &());
        let call = Call::get(target.strip_prefix(base).unwrap());
        assert_eq!(code(&world.send(call).await), want, "{target}");
    }
}

#[tokio::test]
async fn parameters_of_a_get_may_travel_unencoded() {
    let world = World::new().await;
    let mut params = protocol(&world);
    set(&mut params, "x", "{\"a\": [1]} <汉>");
    let params = sign(&world, "GET", REQUEST, "", params);
    let signature = params.iter().find(|(name, _)| name == "oauth_signature");
    let signature = enc(&signature.unwrap().1);
    let target = format!("{REQUEST}?{}&oauth_signature={signature}", norm(&params));
    assert_eq!(fields(&world.send(Call::get(&target)).await).len(), 2);
}

#[tokio::test]
async fn a_callback_of_step_1_is_on_a_registered_domain() {
    let world = World::new().await;
    for callback in REGISTERED {
        for callback in [callback, &enc(callback)] {
            request_token(&world, &[("oauth_callback", callback)]).await;
        }
    }
    let before = lasting(&world).await;
    for callback in FOREIGN {
        for callback in [callback, &enc(callback)] {
            let reply = world.send(ask(&world, &[("oauth_callback", callback)]));
            assert_error(&reply.await, "21006");
        }
    }
    assert_eq!(lasting(&world).await, before);
}

#[tokio::test]
async fn from_a_request_token_to_feeds() {
    let world = World::new().await;
    let (asked, vericode) = allowed(&world).await;
    let given = fields(&world.send(exchange(&world, &asked, &vericode)).await);
    let [openid, token, secret, timestamp, signature] = [
        "openid",
        "oauth_token",
        "oauth_token_secret",
        "timestamp",
        "oauth_signature",
    ]
    .map(|name| given[name].as_str());
    assert_eq!(given.len(), 5, "{given:?}");
    assert_eq!(openid, world.demo.qzone.openid);
    assert_eq!(timestamp, world.now().as_second().to_string());
    let appkey = &world.demo.qzone.consumer_secret;
    assert_eq!(signature, hmac(appkey, &format!("{openid}{timestamp}")));
    assert!(token.len() == 20 && token.bytes().all(|b| b.is_ascii_digit()));
    assert!(secret.len() == 16 && secret.bytes().all(|b| b.is_ascii_alphanumeric()));
    assert!(token != asked.token && token != world.demo.qzone.token);

    let token = (token, secret);
    let extra = [("title", "t"), ("url", "http://e.cn/")];
    for (operation, extra) in [(("GET", USER_INFO), &[][..]), (("POST", SHARE), &extra)] {
        let call = with_token(&world, operation, token, extra);
        assert_eq!(code(&world.send(call).await), "0", "{operation:?}");
    }
    let call = with_token(&world, ("POST", PATH), token, &[("feeds_data", DATA)]);
    answered(&world.send(call).await, OK);
    assert_eq!(feeds(&world).await.len(), 2);
}

#[tokio::test]
async fn only_a_request_token_that_a_member_allowed_is_exchanged() {
    let world = World::new().await;
    let asked = request_token(&world, &[]).await;
    let qzone = &world.demo.qzone;
    let demo = Asked {
        token: qzone.token.clone(),
        secret: qzone.token_secret.clone(),
    };
    let before = world.dump().await;
    for token in [&asked, &demo] {
        let reply = world.send(exchange(&world, token, "1")).await;
        assert_error(&reply, "30006");
    }
    // Nor is it an access token.
    let token = (&*asked.token, &*asked.secret);
    let call = with_token(&world, ("POST", PATH), token, &[("feeds_data", DATA)]);
    answered(&world.send(call).await, BAD_TOKEN);
    assert_eq!(world.dump().await, before);

    let (asked, vericode) = allowed(&world).await;
    let right = world.send(exchange(&world, &asked, &vericode)).await;
    assert_eq!(fields(&right).len(), 5);
    let before = world.dump().await;
    let again = world.send(exchange(&world, &asked, &vericode)).await;
    assert_error(&again, "30006");
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn five_wrong_vericodes_use_a_request_token_up() {
    let world = World::new().await;
    let (_, foreign) = allowed(&world).await;
    for (wrong, want) in [
        (&["", "0", &foreign, "汉 &"][..], "0"),
        (&["1", "2", "3", "4", "5"], "30006"),
    ] {
        let (asked, vericode) = allowed(&world).await;
        for wrong in wrong {
            let reply = world.send(exchange(&world, &asked, wrong)).await;
            assert_error(&reply, "30007");
        }
        let last = world.send(exchange(&world, &asked, &vericode)).await;
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
        let reply = world.send(exchange(&world, &asked, &vericode)).await;
        assert_eq!(code(&reply), want, "{before} {after}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_16_callers_with_one_vericode_one_gets_a_token() {
    let world = Arc::new(World::new().await);
    let (asked, vericode) = allowed(&world).await;
    let calls = (0..16).map(|_| exchange(&world, &asked, &vericode));
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
    for call in [ask(&world, &[]), exchange(&world, &asked, &vericode)] {
        let before = world.dump().await;
        world.faults.outage(true);
        assert_error(&world.send(call.clone()).await, "1001");
        world.faults.outage(false);
        assert_eq!(world.dump().await, before);
        assert_eq!(code(&world.send(call).await), "0");
    }
}

#[tokio::test]
async fn a_consumer_may_have_a_limit_of_authentic_calls_in_a_second() {
    let world = World::new().await;
    change_consumer(&world, |consumer| consumer.per_second = Some(3)).await;
    let (asked, vericode) = allowed(&world).await;
    world.pass(1);
    let qzone = &world.demo.qzone;
    let forged = (&*qzone.token, "AnotherSecret123");
    for _ in 0..4 {
        let call = with_token(&world, ("GET", USER_INFO), forged, &[]);
        assert_eq!(code(&world.send(call).await), "41000");
    }
    let token = (&*qzone.token, &*qzone.token_secret);
    let pairs = [
        ("feeds_data", DATA),
        ("title", "t"),
        ("url", "http://e.cn/"),
    ];
    let calls = [
        ask(&world, &[]),
        with_token(&world, ("GET", USER_INFO), token, &[]),
        with_token(&world, ("POST", SHARE), token, &pairs),
        exchange(&world, &asked, &vericode),
        with_token(&world, ("POST", PATH), token, &pairs),
    ];
    for call in &calls[..3] {
        assert_eq!(code(&world.send(call.clone()).await), "0");
    }
    let before = lasting(&world).await;
    assert_error(&world.send(calls[3].clone()).await, "1001");
    answered(&world.send(calls[4].clone()).await, BUSY);
    for operation in [("GET", USER_INFO), ("POST", SHARE)] {
        let call = with_token(&world, operation, token, &pairs);
        assert_eq!(code(&world.send(call).await), "1001");
    }
    assert_eq!(lasting(&world).await, before);
    // In the next second, or without a limit, the same calls do.
    world.pass(1);
    assert_eq!(code(&world.send(calls[3].clone()).await), "0");
    answered(&world.send(calls[4].clone()).await, OK);
    change_consumer(&world, |consumer| consumer.per_second = None).await;
    for _ in 0..5 {
        request_token(&world, &[]).await;
    }
}
