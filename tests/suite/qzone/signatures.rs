//! QZone: signatures in the forms T, R and F (qzone sections 2.1 to 2.3).

use std::num::NonZeroU64;

use oauth1_request::{Builder, Credentials, HMAC_SHA1, ParameterList, Token};

use crate::support::qzone::*;
use crate::support::vectors::{Forms, VECTORS};
use crate::support::{BASE_URL, Call, World, refs};

/// The joined parameters form-encoded as Java does it.
fn f_base(url: &str, params: &[(String, String)]) -> String {
    let norm = enc(&norm(params))
        .replace("%20", "+")
        .replace("%2A", "*")
        .replace('~', "%7E");
    format!("POST&{}&{norm}", enc(url))
}

/// What Python 2 signs, which encodes `*`, too.
fn python(data: &str) -> String {
    let base = f_base(&format!("{PUBLIC_URL}{PATH}"), &vector_params(data));
    let encoded = base.replace('*', "%2A");
    hmac(&format!("{APPKEY}&{TOKEN_SECRET}"), &encoded)
}

/// The signature that the library makes, after RFC 5849.
fn library_signature(
    url: &str,
    token: &Token<&str>,
    (nonce, timestamp): (&str, i64),
    extra: [(&str, &str); 2],
) -> String {
    let mut builder = Builder::with_token(token.as_ref(), HMAC_SHA1);
    builder.nonce(nonce);
    builder.timestamp(NonZeroU64::new(timestamp.try_into().unwrap()));
    builder.version(true);
    in_header(&builder.post(url, &ParameterList::new(extra)))
}

/// The signature in an `Authorization` header.
fn in_header(header: &str) -> String {
    let (_, rest) = header.split_once("oauth_signature=\"").unwrap();
    let encoded = rest.split('"').next().unwrap();
    encoded
        .replace("%2B", "+")
        .replace("%2F", "/")
        .replace("%3D", "=")
}

#[test]
fn the_signers_of_these_tests_reproduce_the_vectors() {
    let request: Params = [
        ("oauth_version", "1.0"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "1299143758"),
        ("oauth_nonce", "1606024431"),
        ("oauth_consumer_key", "200001"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let url = "http://openapi.qzone.qq.com/oauth/qzoneoauth_request_token";
    let base = t_base("GET", url, &request);
    assert_eq!(
        base,
        "GET&http%3A%2F%2Fopenapi.qzone.qq.com%2Foauth%2Fqzoneoauth_request_token&\
         oauth_consumer_key%3D200001%26oauth_nonce%3D1606024431%26\
         oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1299143758%26oauth_version%3D1.0"
    );
    assert_eq!(hmac("123456&", &base), "zKYOFfHxmFLrhn4yx9tc48Okj7M=");

    let url = format!("{PUBLIC_URL}{PATH}");
    let key = format!("{APPKEY}&{TOKEN_SECRET}");
    let token = Token::from_parts("200003", APPKEY, TOKEN, TOKEN_SECRET);
    for Forms { data, t, r, f } in &VECTORS.qzone {
        let params = vector_params(data);
        assert_eq!(hmac(&key, &t_base("POST", &url, &params)), *t);
        assert_eq!(hmac(&key, &f_base(&url, &params)), *f);
        let extra = [("feeds_data", &**data), ("openid", OPENID)];
        let signature = library_signature(&url, &token, (NONCE, TIMESTAMP), extra);
        assert_eq!(signature, *r);
    }
}

#[test]
fn the_library_reproduces_the_example_of_rfc_5849() {
    let token = Token::from_parts(
        "dpf43f3p2l4k3l03",
        "kd94hf93k423kf44",
        "nnch734d00sl2jdk",
        "pfkkdhi9sl3r4s00",
    );
    let mut builder = Builder::with_token(token, HMAC_SHA1);
    builder
        .nonce("chapoH")
        .timestamp(NonZeroU64::new(137_131_202));
    let request = ParameterList::new([("file", "vacation.jpg"), ("size", "original")]);
    let header = builder.get("http://photos.example.net/photos", &request);
    assert_eq!(in_header(&header), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
}

#[tokio::test]
async fn the_vectors_are_accepted_as_real_calls() {
    for vector in &VECTORS.qzone {
        for (signature, switched_on, outcome) in [
            (&vector.t, false, OK),
            (&vector.r, false, OK),
            (&vector.f, false, BAD_SIGNATURE),
            (&python(&vector.data), false, BAD_SIGNATURE),
            (&python(&vector.data), true, OK),
            (&vector.t, true, OK),
            (&vector.r, true, OK),
            (&vector.f, true, OK),
        ] {
            // All have one nonce.
            let world = vector_world(switched_on).await;
            let mut params = vector_params(&vector.data);
            set(&mut params, "oauth_signature", signature);
            answered(&world.send(post(&params)).await, outcome);
            let stored = feeds(&world).await.len();
            assert_eq!(stored, usize::from(outcome == OK), "{signature}");
        }
    }
}

#[tokio::test]
async fn a_signature_of_another_vector_is_refused() {
    let world = vector_world(true).await;
    let before = world.dump().await;
    let [a, b] = &VECTORS.qzone;
    for (data, signature) in [
        (&a.data, &b.t),
        (&a.data, &b.r),
        (&a.data, &b.f),
        (&b.data, &a.t),
        (&b.data, &a.r),
        (&b.data, &a.f),
    ] {
        let mut params = vector_params(data);
        set(&mut params, "oauth_signature", signature);
        answered(&world.send(post(&params)).await, BAD_SIGNATURE);
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn what_a_standard_library_signs_is_accepted() {
    let world = World::new().await;
    let qzone = &world.demo.qzone;
    let token = Token::new(
        Credentials::new(qzone.consumer_key.as_str(), qzone.consumer_secret.as_str()),
        Credentials::new(qzone.token.as_str(), qzone.token_secret.as_str()),
    );
    let now = world.now().as_second();
    for data in VECTORS.qzone.iter().map(|vector| &*vector.data) {
        let extra = [("feeds_data", data), ("openid", qzone.openid.as_str())];
        for (base, outcome) in [(BASE_URL, OK), (PUBLIC_URL, BAD_SIGNATURE)] {
            let nonce = new_nonce();
            let url = format!("{base}{PATH}");
            let signature = library_signature(&url, &token, (nonce.as_str(), now), extra);
            let mut params = params(&world, &nonce, data);
            set(&mut params, "oauth_signature", &signature);
            answered(&world.send(post(&params)).await, outcome);
        }
    }
    assert_eq!(feeds(&world).await.len(), 2);
}

#[tokio::test]
async fn the_decoded_values_are_signed_however_they_travelled() {
    let world = World::new().await;
    type Wire = fn(String) -> String;
    let wires: [Wire; 5] = [
        |body| body,
        |body| body.replace("%20", "+"),
        |body| body.replace('~', "%7E"),
        |body| body.replace("%2A", "*").replace("%3A", ":"),
        |body| {
            body.replace("%7B", "{")
                .replace("%22", "\"")
                .replace("%7D", "}")
        },
    ];
    for (number, wire) in wires.into_iter().enumerate() {
        let params = signed(&world, params(&world, &new_nonce(), DATA));
        let body = wire(weiquan::form_data::encode(refs(&params)));
        let reply = world.send(Call::post(PATH).body(FORM, body.as_bytes()));
        answered(&reply.await, OK);
        let stored = feeds(&world).await;
        assert_eq!(stored.len(), number + 1);
        assert_eq!(stored[number].title, "A+B ~100% *ok*");
        assert_eq!(stored[number].url, "http://example.com/?a=1&b=2");
    }
}

#[tokio::test]
async fn wrong_signatures_are_refused() {
    let world = World::new().await;
    let before = world.dump().await;
    let unsigned = params(&world, &new_nonce(), DATA);
    let url = format!("{BASE_URL}{PATH}");
    let base = t_base("POST", &url, &unsigned);
    let good = hmac(&key(&world), &base);
    let qzone = &world.demo.qzone;
    let (appkey, secret) = (&qzone.consumer_secret, &qzone.token_secret);
    let raw_base = format!("POST&{url}&{}", norm(&unsigned));
    for signature in [
        hmac(&format!("{appkey}&"), &base),
        hmac(&format!("&{secret}"), &base),
        hmac(&format!("{secret}&{appkey}"), &base),
        hmac("&", &base),
        hmac(&key(&world), &t_base("GET", &url, &unsigned)),
        hmac(&key(&world), &t_base("POST", PATH, &unsigned)),
        hmac(&key(&world), &raw_base),
        good.trim_end_matches('=').to_owned(),
        format!("{good}="),
        format!("{good}\n"),
        format!(" {good}"),
        format!("AAAA{good}"),
        good.to_lowercase(),
        weiquan_store::digest::hex(&weiquan_store::digest::hmac_sha1(&key(&world), &base)),
        "A".repeat(27) + "=",
        "=".to_owned(),
        "签名".to_owned(),
    ] {
        let mut params = unsigned.clone();
        set(&mut params, "oauth_signature", &signature);
        answered(&world.send(post(&params)).await, BAD_SIGNATURE);
    }
    assert_eq!(world.dump().await, before);
    answered(&add(&world, unsigned).await, OK);
}

#[tokio::test]
async fn a_plus_in_a_signature_must_be_encoded() {
    let world = World::new().await;
    let params = loop {
        let params = signed(&world, params(&world, &new_nonce(), DATA));
        if params
            .iter()
            .any(|(_, value)| value.len() == 28 && value.contains('+'))
        {
            break params;
        }
    };
    let body = weiquan::form_data::encode(refs(&params));
    let (rest, signature) = body.split_once("oauth_signature=").unwrap();
    let bare = format!("{rest}oauth_signature={}", signature.replace("%2B", "+"));
    let call = Call::post(PATH).body(FORM, bare.as_bytes());
    answered(&world.send(call).await, BAD_SIGNATURE);
    answered(&world.send(post(&params)).await, OK);
}

#[tokio::test]
async fn every_parameter_is_signed_in_byte_order_of_names() {
    let world = World::new().await;
    let mut extra = params(&world, &new_nonce(), DATA);
    for (name, value) in [
        ("oauth_client_ip", "2130706433"),
        ("Zeta", "upper case sorts first"),
        ("openid2", "1"),
        ("a.b", "x=y"),
        ("名", "值 +%&"),
        ("empty", ""),
    ] {
        set(&mut extra, name, value);
    }
    answered(&add(&world, extra.clone()).await, OK);
    // The order on the wire does not matter.
    set(&mut extra, "oauth_nonce", &new_nonce());
    let mut reversed = signed(&world, extra.clone());
    reversed.reverse();
    answered(&world.send(post(&reversed)).await, OK);

    set(&mut extra, "oauth_nonce", &new_nonce());
    let before = world.dump().await;
    let good = signed(&world, extra);
    for name in ["oauth_client_ip", "Zeta", "openid2", "名", "empty"] {
        let mut changed = good.clone();
        set(&mut changed, name, "other");
        answered(&world.send(post(&changed)).await, BAD_SIGNATURE);
        remove(&mut changed, name);
        answered(&world.send(post(&changed)).await, BAD_SIGNATURE);
    }
    assert_eq!(world.dump().await, before);
    assert_eq!(feeds(&world).await.len(), 2);
}
