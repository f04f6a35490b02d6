//! One grant for each member and site: what is taken back is all that there is.

use std::collections::HashSet;
use std::sync::Arc;

use weiquan_store::clients::{self, Consumer};
use weiquan_store::oauth::token;

use crate::support::okay::{CHECK, get};
use crate::support::qzone::*;
use crate::support::{BAI, Call, World, send_at_once};

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_on_several_machines_gives_the_site_one_token() {
    let world = Arc::new(World::new().await);
    let demo = &world.demo.qzone.token;
    assert!(token::revoke(&world.ctx.store, demo).await.unwrap());
    let mut exchanges = Vec::new();
    for _ in 0..4 {
        let asked = request_token(&world, &[]).await;
        let page = open(&world, &asked.token).await;
        let allowed = world.send(allow(&world, &page, BAI)).await;
        let vericode = added(&allowed, CALLBACK).remove("oauth_vericode").unwrap();
        exchanges.push(exchange(&world, &asked, &vericode).call(&world));
    }
    let replies = world
        .faults()
        .conflicts(20)
        .during(send_at_once(&world, exchanges))
        .await;
    let given: Vec<_> = replies.iter().map(fields).collect();
    let tokens: HashSet<_> = given.iter().map(|fields| &fields["oauth_token"]).collect();
    assert!(tokens.len() == 1 && !tokens.contains(demo), "{tokens:?}");

    let works = async || {
        let (token, secret) = (&given[0]["oauth_token"], &given[0]["oauth_token_secret"]);
        let mut call = api(&world, USER_INFO, &[("oauth_token", token)]);
        call.secret = secret.clone();
        code(&call.send(&world).await)
    };
    assert_eq!(works().await, "0");
    let visitor = Visitor::log_in(&world, BAI).await;
    let rows = visitor.rows();
    assert_eq!(rows.len(), 1);
    world.send(visitor.post(&[("revoke", &rows[0])])).await;
    assert_eq!(works().await, "41003");
}

#[tokio::test]
async fn a_login_of_the_page_is_none_of_okayapi_and_the_other_way_round() {
    let world = World::new().await;
    let visitor = Visitor::log_in(&world, BAI).await;
    let (uuid, token) = visitor.session.split_once('.').unwrap();
    let check = |token: &str| {
        let session = [("uuid", uuid), ("token", token)];
        let call = get(CHECK, &session);
        world.send(call)
    };
    assert_eq!(check(token).await.json()["data"]["err_code"], 1);
    let member = world.member(BAI);
    assert_eq!(check(&member.token).await.json()["data"]["err_code"], 0);
    let cookie = format!("qzone_session={uuid}.{}", member.token);
    let page = Call::get("/qzone/grants").header("cookie", &cookie);
    let page = world.send(page).await;
    assert!(page.body.contains("name=\"password\""), "{}", page.body);
}

#[tokio::test]
async fn a_name_that_nobody_can_have_is_no_failure_inside() {
    let world = World::new().await;
    let visitor = Visitor::log_in(&world, BAI).await;
    let before = world.dump().await;
    for name in ["\u{fdfa}".repeat(114), "x".repeat(5_000), String::new()] {
        let names = [("username", name.as_str()), ("password", "x")];
        let cookie = format!("qzone_csrf={}", visitor.csrf);
        let reply = world
            .send(visitor.post(&names).header("cookie", &cookie))
            .await;
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn what_a_site_signed_is_where_the_member_goes() {
    let world = World::new().await;
    let signed = "http://www.weiquan.test/signed";
    let asked = request_token(&world, &[("oauth_callback", signed)]).await;
    let visit = |callback: &'static str| {
        let call = Call::get("/oauth/qzoneoauth_authorize").query(&[
            ("oauth_consumer_key", &world.demo.qzone.consumer_key),
            ("oauth_token", &asked.token),
            ("oauth_callback", callback),
        ]);
        world.send(call)
    };
    assert_eq!(visit("").await.status, 200);
    assert_eq!(visit("http://www.weiquan.test/signed").await.status, 200);
    let other = visit("http://evil.weiquan.test/").await;
    assert!(other.status == 400 && other.body.contains("21006"));
}

#[tokio::test]
async fn what_was_sent_before_does_not_use_a_limit_up() {
    let world = World::new().await;
    let key = world.demo.qzone.consumer_key.clone();
    let consumer = clients::read::<Consumer>(&world.ctx.store, &key);
    let mut consumer = consumer.await.unwrap().unwrap();
    consumer.per_second = Some(2);
    clients::replace(&world.ctx.store, &consumer).await.unwrap();
    world.pass(61);
    let call = api(&world, USER_INFO, &[]);
    assert_eq!(code(&call.send(&world).await), "0");
    for _ in 0..5 {
        assert_eq!(code(&call.send(&world).await), "40002");
    }
    assert_eq!(code(&call.anew().send(&world).await), "0");
    assert_eq!(code(&call.anew().send(&world).await), "1001");
}
