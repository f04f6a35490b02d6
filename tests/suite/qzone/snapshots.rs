//! The wire of QZone's sign-in, of its pages, and of what came after `add_feeds`.

use serde_json::json;

use crate::support::qzone::*;
use crate::support::snapshots::wire;
use crate::support::{BAI, Call, World};

macro_rules! pin {
    ($name:expr, $reply:expr) => {
        insta::assert_snapshot!($name, wire(&$reply));
    };
}

#[tokio::test]
async fn signing_in() {
    let world = World::new().await;
    pin!("request_token", ask(&world, &[]).send(&world).await);
    let forged = ask(&world, &[]).call(&world).query(&[("x", "1")]);
    pin!("request_token_forged", world.send(forged).await);
    let asked = request_token(&world, &[]).await;
    let visit = |token: &str| {
        Call::get("/oauth/qzoneoauth_authorize").query(&[
            ("oauth_consumer_key", &world.demo.qzone.consumer_key),
            ("oauth_token", token),
            ("oauth_callback", "http://localhost/back?a=1"),
        ])
    };
    let chinese = world.send(visit(&asked.token)).await;
    pin!("authorize", chinese);
    let english = visit(&asked.token).header("accept-language", "en");
    pin!("authorize_in_english", world.send(english).await);
    pin!("authorize_nothing", world.send(visit("1")).await);
    let page = open(&world, &asked.token).await;
    let allowed = world.send(allow(&world, &page, BAI)).await;
    pin!("allowed", allowed);
    let vericode = allowed.headers["location"]
        .rsplit('=')
        .next()
        .unwrap()
        .to_owned();
    pin!(
        "wrong_vericode",
        exchange(&world, &asked, "wrong").send(&world).await
    );
    pin!(
        "access_token",
        exchange(&world, &asked, &vericode).send(&world).await
    );
    let asked = request_token(&world, &[]).await;
    let page = open(&world, &asked.token).await;
    pin!("refused", world.send(refuse(&page)).await);
}

#[tokio::test]
async fn after_signing_in() {
    let world = World::new().await;
    let send = async |target, own: &[(&str, &str)]| api(&world, target, own).send(&world).await;
    pin!("user_info", send(USER_INFO, &[]).await);
    pin!(
        "user_info_as_xml",
        send(USER_INFO, &[("format", "xml")]).await
    );
    pin!(
        "user_info_refused",
        send(USER_INFO, &[("openid", "x")]).await
    );
    let link = [("title", "给力视频"), ("url", "http://a.example/?a=1&b=2")];
    pin!("share", send(SHARE, &link).await);
    pin!("shared_again", send(SHARE, &link).await);
    pin!(
        "share_without_title",
        send(SHARE, &[("format", "xml")]).await
    );
    let feed = json!({
        "action": 2, "title": "<b>", "titleurl": "http://a.example/", "comment": "好看",
        "summary": "摘要", "video": {"url": "http://v.example/", "img": "http://i.example/1.jpg"},
    });
    let feed = feed.to_string();
    world.pass(1);
    pin!(
        "add_feeds_as_json",
        send(FEED, &[("feeds_data", &feed), ("format", "json")]).await
    );
    pin!(
        "add_feeds_as_xml",
        send(FEED, &[("feeds_data", "x"), ("format", "xml")]).await
    );
    pin!("feeds", world.send(feeds_page(&world, "")).await);
    pin!(
        "feeds_as_json",
        world.send(feeds_page(&world, "format=json&count=1")).await
    );
    pin!(
        "nobodys_feeds",
        world.send(Call::get("/qzone/feeds/1")).await
    );
    pin!("grants_login", world.send(Call::get("/qzone/grants")).await);
    pin!("grants", Visitor::log_in(&world, BAI).await.reply);
}
