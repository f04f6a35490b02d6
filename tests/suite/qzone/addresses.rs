//! QZone: what is signed besides the body, and over which address (qzone sections 2.3 and 5).

use crate::support::qzone::*;
use crate::support::{BASE_URL, Call, World, refs};

#[tokio::test]
async fn parameters_in_the_query_are_collected_and_signed() {
    let world = World::new().await;
    let mut all = params(&world, &new_nonce(), DATA);
    set(&mut all, "x", "1 +2");
    let good = signed(&world, all);
    let (query, body): (Params, Params) = good
        .into_iter()
        .partition(|(name, _)| ["x", "openid", "feeds_data"].contains(&name.as_str()));
    let call = Call::post(PATH).query(&refs(&query)).form(&refs(&body));
    answered(&world.send(call.clone()).await, OK);

    let added = call.query(&[("y", "1")]);
    answered(&world.send(added).await, BAD_SIGNATURE);
    let good = signed(&world, params(&world, &new_nonce(), DATA));
    let again = post(&good).query(&[("openid", "0123456789ABCDEF0123456789ABCDEF")]);
    answered(&world.send(again).await, BAD_PACKET);
    // What says the same in both places is signed once.
    let again = post(&good).query(&[("openid", world.demo.qzone.openid.as_str())]);
    answered(&world.send(again).await, OK);
    assert_eq!(feeds(&world).await.len(), 2);
}

#[tokio::test]
async fn an_authorization_header_plays_no_part() {
    let world = World::new().await;
    for header in [
        "OAuth realm=\"x\", oauth_nonce=\"1\", oauth_signature=\"bad\", oauth_foo=\"\"",
        "OAuth \"\"\"",
        "Bearer abc",
        "",
    ] {
        let good = signed(&world, params(&world, &new_nonce(), DATA));
        let call = post(&good).header("authorization", header);
        answered(&world.send(call).await, OK);
    }
    let good = signed(&world, params(&world, &new_nonce(), DATA));
    let (in_header, in_body): (Params, Params) = good
        .into_iter()
        .partition(|(name, _)| name.starts_with("oauth_"));
    let pairs: Vec<_> = in_header
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\"", enc(value)))
        .collect();
    let call = post(&in_body).header("authorization", &format!("OAuth {}", pairs.join(", ")));
    answered(&world.send(call).await, BAD_CONSUMER);
    assert_eq!(feeds(&world).await.len(), 4);
}

#[tokio::test]
async fn a_configured_address_is_the_only_one() {
    let world = World::new().await;
    let public = ["http://openapi.qzone.qq.com", "https://api.example.com"];
    change_consumer(&world, |consumer| {
        consumer.base_urls = public.map(str::to_owned).into();
    })
    .await;
    for (base, outcome) in [
        (public[0], OK),
        (public[1], OK),
        (BASE_URL, BAD_SIGNATURE),
        ("https://openapi.qzone.qq.com", BAD_SIGNATURE),
        ("http://openapi.qzone.qq.com:8080", BAD_SIGNATURE),
        ("", BAD_SIGNATURE),
    ] {
        let url = format!("{base}{PATH}");
        let good = signed_at(&world, &url, params(&world, &new_nonce(), DATA));
        answered(&world.send(post(&good)).await, outcome);
    }
    assert_eq!(feeds(&world).await.len(), 2);
}

#[tokio::test]
async fn without_a_setting_the_gateways_address_is_signed() {
    let world = World::new().await;
    for (proto, host, base) in [
        ("http", "weiquan.test", "http://weiquan.test"),
        ("https", "weiquan.test", "https://weiquan.test"),
        ("http", "WeiQuan.TEST", "http://weiquan.test"),
        ("http", "weiquan.test:80", "http://weiquan.test"),
        ("https", "weiquan.test:443", "https://weiquan.test"),
        ("http", "weiquan.test:443", "http://weiquan.test:443"),
        ("https", "weiquan.test:80", "https://weiquan.test:80"),
        ("http", "127.0.0.1:8080", "http://127.0.0.1:8080"),
    ] {
        let url = format!("{base}{PATH}");
        let good = signed_at(&world, &url, params(&world, &new_nonce(), DATA));
        let call = post(&good)
            .header("host", host)
            .header("x-forwarded-proto", proto);
        answered(&world.send(call).await, OK);
    }
    let stored = feeds(&world).await.len();

    let evil = signed_at(
        &world,
        &format!("http://evil.test{PATH}"),
        params(&world, &new_nonce(), DATA),
    );
    let call = post(&evil).header("x-forwarded-host", "evil.test");
    answered(&world.send(call).await, BAD_SIGNATURE);
    assert_eq!(feeds(&world).await.len(), stored);
}

#[tokio::test]
async fn a_bare_question_mark_is_not_signed() {
    let world = World::new().await;
    let good = signed(&world, params(&world, &new_nonce(), DATA));
    let call = Call::post("/feeds/add_feeds?").form(&refs(&good));
    answered(&world.send(call).await, OK);
}
