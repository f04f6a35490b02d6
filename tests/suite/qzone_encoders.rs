//! QZone: signatures of clients that encode differently (qzone section 2.1).
//!
//! Those of `encodeURIComponent`, alone and with `+` for blanks, and of `URLSearchParams` were made with Node 20,
//! those of `quote`, `quote_plus` and `urlencode` with Python 3.11, and after it as Python 2 encodes `~`; the others
//! with a few lines of Python.

use crate::qzone_calls::{BAD_SIGNATURE, OK, PATH, answered, feeds, hmac, post, set, t_base};
use crate::qzone_signatures::{APPKEY, PUBLIC_URL, TOKEN_SECRET, vector_params, vector_world};

/// Everything that encoders differ in.
const DATA: &str = r#"{"action":1,"title":"It's (1) ~100% *ok*!","titleurl":"http://e.cn/?a=1+1"}"#;

/// An encoder, and the signatures of a client that encodes the joined parameters with it, and of one that encodes
/// names and values before. The nonces count on from [`FIRST`].
type Vector = (&'static str, [&'static str; 2]);

const FIRST: u64 = 1_606_161_300;

const RFC3986: Vector = (
    "RFC 3986",
    [
        "a86SY+Tgnjbw2E430bikntdk4+g=",
        "O18onKbtEAH1+daGfjcEYxTvNTE=",
    ],
);

const OTHERS: [Vector; 8] = [
    (
        "Python 2: quote",
        [
            "9FlsxFD47LF+tCsghRyamNqPFsc=",
            "+WH1fQGrb1zPQFLvtGdTs69bCao=",
        ],
    ),
    (
        "Python 3: urlencode",
        [
            "5PgeQXFEjhqKpJk9o87VVp07iR4=",
            "XK3ToqOSKVZdPotlNkFQVhbqpgI=",
        ],
    ),
    (
        "Python 2: quote(urlencode)",
        [
            "/l9hXyU17VUzwNNIzEjhP2B1ZxA=",
            "AeE8Als9dSO9SdI1fr1lCpgFchU=",
        ],
    ),
    (
        "encodeURIComponent",
        [
            "sHugLpe4yP6iB4wnZxrkSJH7NPs=",
            "J/8oV0UUxtZbCAIXJ/ZzsBPtz3k=",
        ],
    ),
    (
        "encodeURIComponent, ~ escaped",
        [
            "Sx9u0nZQog7vS5FqbVvgZJwDiEI=",
            "p4vXuYYy+gr5wvb13iSN+/p+ihc=",
        ],
    ),
    (
        "encodeURIComponent, + for blanks",
        [
            "fC/P+3dqVOxr1X1ICmaMD2Wbe1Y=",
            "2+/XQHVxUxxWim7VwQ16POZXWx8=",
        ],
    ),
    (
        "encodeURIComponent, + for blanks, ~ escaped",
        [
            "lV9DRSSstlCZU7oM59DugT4GT6U=",
            "6Z5Q0dQwqublS9y5a07e85HpyUI=",
        ],
    ),
    (
        "Java, URLSearchParams",
        [
            "Vl+cw1AFoGOyRDof2FnFMKjMU7c=",
            "+PntBSHL2gmWQiH+6VsDDis253k=",
        ],
    ),
];

#[tokio::test]
async fn signatures_of_every_encoder_of_the_field_are_right_unless_switched_off() {
    for switched_on in [true, false] {
        let world = vector_world(switched_on).await;
        let all = [RFC3986].into_iter().chain(OTHERS);
        let mut stored = 0;
        let numbered = all.flat_map(|(name, both)| both.map(|signature| (name, signature)));
        for (nonce, (name, signature)) in (FIRST..).zip(numbered) {
            let mut params = vector_params(DATA);
            set(&mut params, "oauth_nonce", &nonce.to_string());
            set(&mut params, "oauth_signature", signature);
            let is_right = switched_on || name == RFC3986.0;
            let reply = world.send(post(&params)).await;
            answered(&reply, if is_right { OK } else { BAD_SIGNATURE });
            stored += usize::from(is_right);
            assert_eq!(feeds(&world).await.len(), stored, "{name}, {nonce}");
            // Of another text it is none.
            set(&mut params, "feeds_data", &DATA.replace("ok", "no"));
            answered(&world.send(post(&params)).await, BAD_SIGNATURE);
        }
        assert_eq!(stored, if switched_on { 18 } else { 2 });
    }
}

#[tokio::test]
async fn a_mixture_of_encoders_is_no_signature() {
    let world = vector_world(true).await;
    let before = world.dump().await;
    let mut params = vector_params(DATA);
    let base = t_base("POST", &format!("{PUBLIC_URL}{PATH}"), &params);
    let key = format!("{APPKEY}&{TOKEN_SECRET}");
    for mixed in [
        base.replacen("%20", "+", 1),
        base.replace("%7B", "%7b"),
        base.replace("%21", "!"),
        base.replace("%3A", ":"),
    ] {
        assert_ne!(mixed, base);
        set(&mut params, "oauth_signature", &hmac(&key, &mixed));
        answered(&world.send(post(&params)).await, BAD_SIGNATURE);
    }
    assert_eq!(world.dump().await, before);
    set(&mut params, "oauth_signature", &hmac(&key, &base));
    answered(&world.send(post(&params)).await, OK);
}
