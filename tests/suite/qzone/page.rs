//! QZone: the page that answers, whatever happened (qzone section 3).

use serde_json::{Value, json};

use crate::support::qzone::*;
use crate::support::{Call, Reply, World};

async fn publish(world: &World, data: &str) -> Reply {
    add(world, params(world, &new_nonce(), data)).await
}

#[test]
fn the_page_of_these_tests_is_the_documented_one() {
    assert_eq!(
        frame_page("qq.com", OK),
        "<html>\n   <head>\n      \
         <meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\" />\n   </head>\n   \
         <body>\n      <script type=\"text/javascript\">\n          \
         document.domain=\"qq.com\";\n          \
         frameElement.callback( {\"ret\":\"0\",\"type\":\"\",\"msg\":\"ok\"} );\n      \
         </script>\n   </body>\n</html>\n"
    );
}

#[tokio::test]
async fn a_consumer_may_have_a_domain_or_none() {
    let world = World::new().await;
    for (domain, shown) in [
        (None, "qq.com"),
        (Some("weiquan.test"), "weiquan.test"),
        (Some(""), ""),
    ] {
        change_consumer(&world, |consumer| {
            consumer.domain = domain.map(str::to_owned);
        })
        .await;
        let reply = publish(&world, DATA).await;
        answered_with(&reply, 200, shown, OK);
        assert_eq!(reply.body.contains("document.domain"), !shown.is_empty());
        let reply = publish(&world, "{}").await;
        answered_with(&reply, 200, shown, BAD_DATA);
        let unsigned = post(&params(&world, &new_nonce(), DATA));
        answered_with(&world.send(unsigned).await, 200, shown, BAD_SIGNATURE);
        // Whose page it would be is not known.
        let mut stranger = params(&world, &new_nonce(), DATA);
        set(&mut stranger, "oauth_consumer_key", "200009");
        answered(&add(&world, stranger).await, BAD_CONSUMER);
    }
}

#[tokio::test]
async fn the_only_parentheses_are_those_of_the_callback() {
    let world = World::new().await;
    let injection = r#"{"action":1,"title":"<script>(1)</script>","titleurl":"http://e.cn/)("}"#;
    let mut stranger = params(&world, &new_nonce(), DATA);
    set(&mut stranger, "oauth_consumer_key", "(\")</script>");
    for (reply, outcome) in [
        (publish(&world, injection).await, OK),
        (publish(&world, ")(").await, BAD_DATA),
        (add(&world, stranger).await, BAD_CONSUMER),
        (world.send(Call::get(PATH)).await, BAD_PACKET),
    ] {
        assert_callback(&reply, outcome);
    }
}

/// What a parser finds between the first `(` and the last `)`.
#[track_caller]
fn assert_callback(reply: &Reply, (ret, msg): Outcome) {
    let (before, rest) = reply.body.split_once('(').unwrap();
    let (argument, after) = rest.rsplit_once(')').unwrap();
    assert!(before.ends_with("frameElement.callback"), "{before}");
    let callback: Value = serde_json::from_str(argument).unwrap();
    assert_eq!(callback, json!({"ret": ret, "type": "", "msg": msg}));
    assert!(!(argument.to_owned() + after).contains(['(', ')']));
}

#[tokio::test]
async fn an_outage_is_told_as_busy_and_stores_nothing() {
    let world = World::new().await;
    // Once before the process has read the consumer, once after.
    for _ in 0..2 {
        let before = world.dump().await;
        let call = post(&signed(&world, params(&world, &new_nonce(), DATA)));
        answered(
            &world
                .faults()
                .outage()
                .during(world.send(call.clone()))
                .await,
            BUSY,
        );
        assert_eq!(world.dump().await, before);
        // The nonce is still good.
        answered(&world.send(call).await, OK);
    }
    assert_eq!(feeds(&world).await.len(), 2);
}
