//! The signature (okayapi section 1).

use demo::{OPEN_APP, SIGNED_APP};
use jiff::SignedDuration;
use weiquan_store::clients::SignMode;
use weiquan_store::id::Uid;
use weiquan_store::members::member::{self, Member};

use crate::support::okay::*;
use crate::support::vectors::{Digest, VECTORS};
use crate::support::{Call, Reply, World, refs};

const UUID: &str = "0123456789ABCDEF0123456789ABCDEF";
const TOKEN: &str = "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF";

/// The vectors: path, parameters and digest. The third names its operation by the path.
fn vectors() -> impl Iterator<Item = (&'static str, Params<'static>, &'static str)> {
    let of = |vector: &'static Digest| (&*vector.path, refs(&vector.params), &*vector.digest);
    VECTORS.okay.iter().map(of)
}

/// A world with the app of the vectors, and their member with a session.
async fn world(sign_mode: SignMode) -> World {
    let world = World::new().await;
    create_app(&world, sign_mode).await;
    let member = Member {
        uid: Uid::new(4242),
        uuid: UUID.into(),
        ..Member::new(&world.ctx.store, "vector")
    };
    assert!(
        member::create(&world.ctx.store, &member, None)
            .await
            .is_ok()
    );
    let end = world.now() + SignedDuration::from_hours(1);
    crate::support::okay::log_in(&world, &member, TOKEN, end).await;
    world
}

/// `ret` of an answer, out of its callback too.
#[track_caller]
fn ret(reply: &Reply) -> u64 {
    let (_, rest) = reply.body.split_once("{\"ret\":").unwrap();
    let (ret, _) = rest.split_once(',').unwrap();
    ret.parse().unwrap()
}

/// Sends `params` in the query and as a form, with `sign` where there is one.
async fn send(world: &World, path: &str, params: &[(&str, &str)], sign: Option<&str>) -> [u64; 2] {
    let mut all = params.to_vec();
    all.extend(sign.map(|sign| ("sign", sign)));
    let by_get = world.send(Call::get(path).query(&all)).await;
    let by_post = world.send(Call::post(path).form(&all)).await;
    [ret(&by_get), ret(&by_post)]
}

/// Sends a JSON body, in which `SIGN` stands for the digest of `signed`.
async fn send_json(world: &World, body: &str, signed: &[(&str, &str)]) -> u64 {
    let body = body.replace("SIGN", &sign(signed, SECRET));
    let call = Call::post("/").body("application/json", body.as_bytes());
    ret(&world.send(call).await)
}

#[tokio::test]
async fn the_documented_vectors_are_accepted() {
    let world = world(SignMode::Dynamic).await;
    for (path, params, digest) in vectors() {
        assert_eq!(sign(&params, SECRET), digest, "{params:?}");
        let got = send(&world, path, &params, Some(digest)).await;
        assert_eq!(got, [200, 200], "{params:?}");
    }
}

#[tokio::test]
async fn any_other_digest_is_409_and_stores_nothing() {
    let world = world(SignMode::Dynamic).await;
    let before = stored(&world).await;
    for (path, params, digest) in vectors() {
        let first = if digest.starts_with('0') { "1" } else { "0" };
        let flipped = format!("{first}{}", &digest[1..]);
        let last = if digest.ends_with('0') { "1" } else { "0" };
        let flipped_last = format!("{}{last}", &digest[..31]);
        let lower = digest.to_lowercase();
        let longer = format!("{digest} ");
        let other_secret = sign(&params, "another-secret");
        let no_secret = sign(&params, "");
        for wrong in [
            None,
            Some(""),
            Some(flipped.as_str()),
            Some(flipped_last.as_str()),
            Some(lower.as_str()),
            Some(longer.as_str()),
            Some(&digest[..31]),
            Some(other_secret.as_str()),
            Some(no_secret.as_str()),
        ] {
            let got = send(&world, path, &params, wrong).await;
            assert_eq!(got, [409, 409], "{params:?} {wrong:?}");
        }
    }
    assert_eq!(stored(&world).await, before);
    let unsigned = Call::get("/").query(&[("s", SHOW), ("app_key", KEY)]);
    assert_refused(&world.send(unsigned).await, 409, "签名错误");
}

#[tokio::test]
async fn a_changed_added_or_removed_parameter_breaks_the_digest() {
    let world = world(SignMode::Dynamic).await;
    let params = [
        ("s", SHOW),
        ("app_key", KEY),
        ("message_key", "k"),
        ("page", "1"),
    ];
    let digest = sign(&params, SECRET);
    assert_eq!(send(&world, "/", &params, Some(&digest)).await, [200, 200]);
    for changed in [
        with(&params, "page", "2"),
        with(&params, "message_key", "k "),
        without(&params, "page"),
        with(&params, "perpage", "5"),
        with(&params, "uuid", "x"),
        with(&params, "unknown", "x"),
        with(&params, "callback", "cb"),
        with(&params, "_timestamp", "1"),
        with(&params, "timestamp", "1"),
        with(&params, "return_data", "0"),
    ] {
        let got = send(&world, "/", &changed, Some(&digest)).await;
        assert_eq!(got, [409, 409], "{changed:?}");
        let digest = sign(&changed, SECRET);
        let got = send(&world, "/", &changed, Some(&digest)).await;
        assert_eq!(got, [200, 200], "{changed:?}");
    }
}

#[tokio::test]
async fn names_sort_by_bytes_and_values_are_signed_raw() {
    let world = world(SignMode::Dynamic).await;
    let params = [
        ("s", SHOW),
        ("app_key", KEY),
        ("Zeta", "upper case stands first"),
        ("_x", " kept spaces\t"),
        ("été", "a+b&c=d%20"),
        ("a", ""),
        ("好", "<\"'\\/>"),
    ];
    let digest = sign(&params, SECRET);
    assert_eq!(send(&world, "/", &params, Some(&digest)).await, [200, 200]);
    let without_empty = sign(&without(&params, "a"), SECRET);
    assert_eq!(without_empty, digest);
}

#[tokio::test]
async fn the_origin_flag_and_the_cache_buster_are_signed_both_or_neither() {
    let world = world(SignMode::Dynamic).await;
    let plain = [("s", SHOW), ("app_key", KEY)];
    let origin = with(&plain, "yesapi_allow_origin", "1");
    let buster = with(&plain, "_", "1700000000001");
    let both = with(&origin, "_", "1700000000001");
    for (sent, over, ret) in [
        (&origin, &origin, 200),
        (&origin, &plain.to_vec(), 200),
        (&buster, &buster, 200),
        (&buster, &plain.to_vec(), 200),
        (&both, &both, 200),
        (&both, &plain.to_vec(), 200),
        (&both, &origin, 409),
        (&both, &buster, 409),
    ] {
        let digest = sign(over, SECRET);
        let got = send(&world, "/", sent, Some(&digest)).await;
        assert_eq!(got, [ret, ret], "{sent:?} signed over {over:?}");
    }
}

#[tokio::test]
async fn a_parameter_in_query_and_body_is_signed_once_as_the_body_has_it() {
    let world = world(SignMode::Dynamic).await;
    let query = [("s", SHOW), ("app_key", KEY), ("page", "7")];
    let body = [("s", SHOW), ("app_key", KEY), ("page", "1")];
    for (over, expected) in [(&body, 200), (&query, 409)] {
        let digest = sign(over, SECRET);
        let signed_body = with(&body, "sign", &digest);
        let call = Call::post("/").query(&query).form(&signed_body);
        assert_eq!(ret(&world.send(call).await), expected);
        let signed_query = with(&query, "sign", &digest);
        let call = Call::post("/").query(&signed_query).multipart(&body);
        assert_eq!(ret(&world.send(call).await), expected);
    }
}

#[tokio::test]
async fn numbers_and_booleans_of_json_are_signed_as_php_writes_them() {
    let world = world(SignMode::Dynamic).await;
    let plain = [("s", SHOW), ("app_key", KEY)];
    let body = format!(
        r#"{{"s":"{SHOW}","app_key":"{KEY}","page":2,"perpage":50,"lat":23.1,"below":-7,"on":true,"off":false,"none":null,"text":"\u597d","sign":"SIGN"}}"#
    );
    let mut over = plain.to_vec();
    over.extend([
        ("page", "2"),
        ("perpage", "50"),
        ("lat", "23.1"),
        ("below", "-7"),
        ("on", "1"),
        ("text", "好"),
    ]);
    assert_eq!(send_json(&world, &body, &over).await, 200);
    assert_eq!(
        send_json(&world, &body, &with(&over, "lat", "23")).await,
        409
    );
    assert_eq!(
        send_json(&world, &body, &with(&over, "off", "0")).await,
        409
    );
    assert_eq!(
        send_json(&world, &body, &with(&over, "none", "null")).await,
        409
    );
}

#[tokio::test]
async fn objects_and_lists_of_json_are_signed_as_they_were_written() {
    let world = world(SignMode::Dynamic).await;
    let plain = [("s", POST), ("app_key", KEY), ("message_content", "x")];
    let body = format!(
        r#"{{"s":"{POST}","app_key":"{KEY}","message_content":"x","more_data": {{"mood" : "\u597d", "n":1.50}} ,"list":[1, 2],"sign":"SIGN"}}"#
    );
    let object = r#"{"mood" : "\u597d", "n":1.50}"#;
    let over = with(&with(&plain, "more_data", object), "list", "[1, 2]");
    assert_eq!(send_json(&world, &body, &over).await, 200);
    for (object, list) in [
        (r#"{"mood":"\u597d","n":1.50}"#, "[1, 2]"),
        (r#"{"mood" : "好", "n":1.50}"#, "[1, 2]"),
        (object, "[1,2]"),
        (object, "Array"),
        ("Array", "Array"),
        ("", ""),
    ] {
        let over = with(&with(&plain, "more_data", object), "list", list);
        assert_eq!(
            send_json(&world, &body, &over).await,
            409,
            "{object} {list}"
        );
    }
}

#[tokio::test]
async fn the_key_is_signed_as_app_key_wherever_it_came_from() {
    let world = world(SignMode::Dynamic).await;
    // `_x` stands between `APPKEY` and `app_key`.
    let bare = [("s", SHOW), ("_x", "1")];
    let with_key = [("s", SHOW), ("_x", "1"), ("app_key", KEY)];
    let ask = |params: &[(&str, &str)], over: &[(&str, &str)]| {
        let digest = sign(over, SECRET);
        Call::get("/").query(&with(params, "sign", &digest))
    };
    for (over, ret) in [(&bare[..], 409), (&with_key, 200)] {
        let reply = world.send(ask(&bare, over).header("appkey", KEY)).await;
        assert_eq!((reply.status, self::ret(&reply)), (ret, ret.into()));
    }
    for (over, ret) in [(&[][..], 409), (&[("app_key", KEY)], 200)] {
        let digest = sign(over, SECRET);
        let path = Call::get("/api/App/Market_Message/Show").query(&[("sign", digest.as_str())]);
        let reply = world.send(path.header("appkey", KEY)).await;
        assert_eq!((reply.status, self::ret(&reply)), (ret, ret.into()));
    }
    for name in ["APPKEY", "HTTP_APPKEY"] {
        let params = [("s", SHOW), ("_x", "1"), (name, KEY)];
        for (over, ret) in [(&with_key[..], 200), (&params, 409), (&bare, 409)] {
            let reply = world.send(ask(&params, over)).await;
            assert_eq!((reply.status, self::ret(&reply)), (200, ret), "{name}");
        }
    }
    // Where there is an `app_key`, another spelling is a parameter like any other.
    let both = with(&with_key, "APPKEY", "other");
    let call = ask(&both, &both).header("appkey", "a third");
    assert_eq!(ret(&world.send(call).await), 200);
}

#[tokio::test]
async fn a_static_signature_is_one_text_for_every_call() {
    let world = world(SignMode::Static("Fixed-Sign-1".to_owned())).await;
    for (path, params, digest) in vectors() {
        let got = send(&world, path, &params, Some("Fixed-Sign-1")).await;
        assert_eq!(got, [200, 200], "{params:?}");
        for wrong in [
            None,
            Some(""),
            Some("fixed-sign-1"),
            Some("Fixed-Sign-"),
            Some(digest),
        ] {
            let got = send(&world, path, &params, wrong).await;
            assert_eq!(got, [409, 409], "{params:?} {wrong:?}");
        }
    }
}

#[tokio::test]
async fn without_signatures_any_or_none_is_accepted() {
    let world = world(SignMode::Off).await;
    for (path, params, digest) in vectors() {
        for any in [None, Some(""), Some("wrong"), Some(digest)] {
            let got = send(&world, path, &params, any).await;
            assert_eq!(got, [200, 200], "{params:?} {any:?}");
        }
    }
}

#[tokio::test]
async fn another_mode_counts_within_a_minute() {
    let world = World::new().await;
    let secret = &world.demo.apps[1].app_secrect;
    let params = valid(&world, POST);
    let unsigned = with(&with(&params, "s", POST), "app_key", SIGNED_APP);
    let reply = world.send(Call::post("/").form(&unsigned)).await;
    assert_refused(&reply, 409, "签名错误");
    let reply = world.send(signed(POST, SIGNED_APP, secret, &params)).await;
    assert_eq!(ret(&reply), 200);
    set_app(&world, SIGNED_APP, |app| app.sign_mode = SignMode::Off).await;
    assert_eq!(ret(&world.send(Call::post("/").form(&unsigned)).await), 200);
    set_app(&world, OPEN_APP, |app| app.sign_mode = SignMode::Dynamic).await;
    assert_eq!(ret(&world.send(post(POST, &params)).await), 409);
}

#[tokio::test]
async fn a_signed_call_stores_what_it_says() {
    let world = World::new().await;
    let secret = world.demo.apps[1].app_secrect.clone();
    let params = [("message_content", "好 & <b>\"x\"</b> +1")];
    let reply = world.send(signed(POST, SIGNED_APP, &secret, &params)).await;
    assert_eq!(ret(&reply), 200);
    let reply = world.send(signed(SHOW, SIGNED_APP, &secret, &[])).await;
    let items = &reply.json()["data"]["items"];
    assert_eq!(items[0]["message_content"], params[0].1);
    // Each app has a board of its own.
    assert_eq!(show(&world, &[]).await["total"], 0);
}
