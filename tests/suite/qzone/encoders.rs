//! QZone: signatures of clients that encode differently (qzone section 2.1).

use crate::support::qzone::*;
use crate::support::vectors::VECTORS;

/// Where the nonces of the vectors begin.
const FIRST: u64 = 1_606_161_300;

#[tokio::test]
async fn signatures_of_every_encoder_of_the_field_are_right_unless_switched_off() {
    for switched_on in [true, false] {
        let world = vector_world(switched_on).await;
        let all = &VECTORS.encoders.signatures;
        let mut stored = 0;
        let of =
            |(name, both): &'static (String, [String; 2])| both.iter().map(move |one| (name, one));
        let numbered = all.iter().flat_map(of);
        for (nonce, (name, signature)) in (FIRST..).zip(numbered) {
            let mut params = vector_params(&VECTORS.encoders.data);
            set(&mut params, "oauth_nonce", &nonce.to_string());
            set(&mut params, "oauth_signature", signature);
            let is_right = switched_on || *name == all[0].0;
            let reply = world.send(post(&params)).await;
            answered(&reply, if is_right { OK } else { BAD_SIGNATURE });
            stored += usize::from(is_right);
            assert_eq!(feeds(&world).await.len(), stored, "{name}, {nonce}");
            // Of another text it is none.
            set(
                &mut params,
                "feeds_data",
                &VECTORS.encoders.data.replace("ok", "no"),
            );
            answered(&world.send(post(&params)).await, BAD_SIGNATURE);
        }
        assert_eq!(stored, if switched_on { 18 } else { 2 });
    }
}

#[tokio::test]
async fn a_mixture_of_encoders_is_no_signature() {
    let world = vector_world(true).await;
    let before = world.dump().await;
    let mut params = vector_params(&VECTORS.encoders.data);
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
