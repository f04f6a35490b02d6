//! QZone: methods, bodies and parameters that are no request at all (qzone sections 3, 4 and 7).

use weiquan::event::Event;
use weiquan::http::MAX_BODY;

use crate::support::qzone::*;
use crate::support::{Call, World, refs};

fn good(world: &World) -> Params {
    signed(world, params(world, &new_nonce(), DATA))
}

fn body(params: &Params) -> String {
    weiquan::form_data::encode(refs(params))
}

#[tokio::test]
async fn a_body_is_a_form() {
    let world = World::new().await;
    for content_type in [
        FORM,
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=utf-8",
        "application/x-www-form-urlencoded charset=utf-8",
        "application/x-www-form-urlencoded, application/x-www-form-urlencoded",
        "Application/X-WWW-Form-Urlencoded",
    ] {
        let call = Call::post(PATH).body(content_type, body(&good(&world)).as_bytes());
        answered(&world.send(call).await, OK);
    }
    let before = world.dump().await;
    for content_type in [
        "application/json",
        "text/plain",
        "text/html",
        "multipart/form-data; boundary=XYZ",
        "application/x-www-form-urlencoded2",
        "application/octet-stream",
        "",
    ] {
        let call = Call::post(PATH).body(content_type, body(&good(&world)).as_bytes());
        answered(&world.send(call).await, BAD_PACKET);
    }
    let mut untyped = post(&good(&world));
    untyped.0.headers.remove("content-type");
    answered(&world.send(untyped).await, BAD_PACKET);
    assert_eq!(world.dump().await, before);
    assert_eq!(feeds(&world).await.len(), 6);
}

#[tokio::test]
async fn an_empty_form_lacks_its_first_parameter_and_others_the_feed() {
    let world = World::new().await;
    let call = Call::post(PATH).body(FORM, b"");
    answered(&world.send(call).await, BAD_CONSUMER);
    let mut without = params(&world, &new_nonce(), DATA);
    remove(&mut without, "feeds_data");
    answered(&add(&world, without).await, BAD_DATA);
    answered(&publish_feed(&world, "").await, BAD_DATA);
    assert_eq!(feeds(&world).await.len(), 0);
}

#[tokio::test]
async fn an_oversized_body_gets_413_with_the_page() {
    let world = World::new().await;
    let mut fits = params(&world, &new_nonce(), DATA);
    set(&mut fits, "x", "");
    let missing = MAX_BODY - body(&signed(&world, fits.clone())).len();
    // The signature's own length on the wire depends on its letters.
    set(&mut fits, "x", &"a".repeat(missing - 100));
    let fits = signed(&world, fits);
    assert!(body(&fits).len() <= MAX_BODY);
    answered(&world.send(post(&fits)).await, OK);

    let before = world.dump().await;
    let mut large = body(&good(&world)) + "&x=";
    let missing = MAX_BODY + 1 - large.len();
    large += &"a".repeat(missing);
    let call = Call::post(PATH).body(FORM, large.as_bytes());
    answered_with(&world.send(call).await, 413, "qq.com", BAD_PACKET);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn known_and_foreign_parameters_are_taken() {
    let world = World::new().await;
    for (name, value) in [
        ("oauth_client_ip", "2130706433"),
        ("oauth_callback", "oob"),
        ("oauth_callback_confirmed", "true"),
        ("oauth_verifier", ""),
        ("oauth_verifier", "123"),
        ("oauth_body_hash", "2jmj7l5rSw0yVb/vlWAYkK/YBwk="),
        ("oauthfoo", "1"),
        ("oauth", "1"),
        ("xoauth_foo", "1"),
        ("submit", "发布\0"),
    ] {
        let mut params = params(&world, &new_nonce(), DATA);
        set(&mut params, name, value);
        answered(&add(&world, params).await, OK);
    }
    assert_eq!(feeds(&world).await.len(), 10);
}

#[tokio::test]
async fn a_body_or_query_that_is_not_utf_8_is_refused() {
    let world = World::new().await;
    let before = world.dump().await;
    for tail in [&b"&x=%FF"[..], b"&x=\xff", b"&%C0%80=1", b"&x=%B9%FE"] {
        let mut bytes = body(&good(&world)).into_bytes();
        bytes.extend_from_slice(tail);
        let call = Call::post(PATH).body(FORM, &bytes);
        answered(&world.send(call).await, BAD_PACKET);
    }
    let target = format!("{PATH}?x=%FF");
    let call = Call::post(&target).form(&refs(&good(&world)));
    answered(&world.send(call).await, BAD_PACKET);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn an_event_with_broken_base64_is_refused() {
    let world = World::new().await;
    let before = world.dump().await;
    let whole = Event::new(post(&good(&world)).0, world.now());
    let encoded = whole.body.clone().unwrap();
    let with_junk = format!("{encoded}!");
    for body in ["%%%", "====", "a", with_junk.as_str()] {
        let mut event = whole.clone();
        event.body = Some(body.to_owned());
        event.is_base64_encoded = true;
        let function = front::route(PATH).package();
        answered(&world.event(&world.ctx, function, event).await, BAD_PACKET);
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn a_form_event_may_be_plain_text() {
    let world = World::new().await;
    let params = good(&world);
    let mut event = Event::new(post(&params).0, world.now());
    event.body = Some(body(&params));
    event.is_base64_encoded = false;
    let function = front::route(PATH).package();
    answered(&world.event(&world.ctx, function, event).await, OK);
}

#[tokio::test]
async fn raw_characters_in_the_query_are_signed_as_they_stand() {
    let world = World::new().await;
    for junk in ["\"", "<script>", "{\"a\": [1]}", "a b", "汉字😀", "\\|^`"] {
        let mut params = params(&world, &new_nonce(), DATA);
        set(&mut params, "x", junk);
        let mut params = signed(&world, params);
        params.retain(|(name, _)| name != "x");
        let target = format!("{PATH}?x={junk}");
        let call = Call::post(&target).form(&refs(&params));
        answered(&world.send(call).await, OK);
    }
}
