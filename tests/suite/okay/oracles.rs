//! Nobody gets a digest out of the service that signs a call (okayapi sections 1 and 2.2).

use demo::Sample as _;
use demo::{OPEN_APP, SIGNED_APP};
use weiquan_store::clients::{App, Plan, SignMode, Status};
use weiquan_store::digest::md5_hex;

use crate::support::okay::*;
use crate::support::{Call, Reply, World};

/// A change of an app that makes its calls fail, and how.
type Refusing = (u16, fn(&mut App));

/// Every refusal that may come before the signature has been looked at, or instead of it.
const EARLIER: [Refusing; 8] = [
    (407, |app| app.status = Status::Expired),
    (408, |app| app.status = Status::Banned),
    (417, |app| app.status = Status::SubAppFailure),
    (402, |app| app.ip_deny = vec!["0.0.0.0/0".parse().unwrap()]),
    (403, |app| {
        app.ip_allow = vec!["192.0.2.1/32".parse().unwrap()];
    }),
    (415, |app| {
        app.closed.extend([SHOW.to_owned()]);
    }),
    (416, |app| app.plan = Plan::Free),
    (413, |app| app.monthly_quota = Some(0)),
];

#[track_caller]
fn assert_no_digest(reply: &Reply, ret: u16) {
    let json = reply.json();
    assert_eq!(json["ret"], ret, "{}", reply.body);
    assert_eq!(json.get("_auth"), None, "{}", reply.body);
}

#[tokio::test]
async fn no_answer_before_a_right_signature_has_a_digest() {
    let world = World::new().await;
    for operation in front::OKAY {
        let path = operation.path();
        let call = Call::get(&path).query(&[("sign", "0")]);
        let reply = world.send(call.header("appkey", SIGNED_APP)).await;
        assert_eq!(reply.json().get("_auth"), None, "{}", reply.body);
    }
    let wrong = [("s", SHOW), ("app_key", SIGNED_APP), ("sign", "0")];
    let wrong = Call::get("/").query(&wrong);
    assert_no_digest(&world.send(wrong.clone()).await, 409);
    for (ret, change) in EARLIER {
        let world = World::new().await;
        set_app(&world, SIGNED_APP, change).await;
        assert_no_digest(&world.send(wrong.clone()).await, ret);
    }
    set_app(&world, SIGNED_APP, |app| app.per_second = Some(1)).await;
    let secret = &world.demo.apps[1].app_secrect;
    let right = signed(SHOW, SIGNED_APP, secret, &[]);
    assert_eq!(world.send(right).await.json()["ret"], 200);
    assert_no_digest(&world.send(wrong).await, 414);
}

#[tokio::test]
async fn a_refusals_digest_would_sign_nothing() {
    let world = World::new().await;
    create_app(&world, SignMode::Dynamic).await;
    let hello = Call::get("/api/App/Hello/World").query(&[("sign", "0"), ("name", "x")]);
    let refusal = world.send(hello.header("appkey", KEY)).await;
    assert_no_digest(&refusal, 409);
    let text = format!("{{}}{}", refusal.json()["_t"]);
    let auth = md5_hex([&*text, SECRET]).to_uppercase();
    for name in ["x", "A", "app_keyx"] {
        let call = Call::get("/api/App/Market_Message/Show");
        let call = call.query(&[(name, &*text), ("sign", &*auth)]);
        for call in [
            call.clone().header("appkey", KEY),
            call.clone().query(&[("APPKEY", KEY)]),
            call.clone().query(&[("app_key", KEY)]),
        ] {
            assert_no_digest(&world.send(call).await, 409);
        }
    }
}

/// What an answer to somebody else tells, cut at the app's key, which whoever wrote into it put there.
#[tokio::test]
async fn the_digest_of_an_answer_is_no_signature() {
    let world = World::new().await;
    create_app(&world, SignMode::Off).await;
    let name = format!("x{KEY}y");
    let hello = Call::get("/api/App/Hello/World").query(&[("app_key", KEY), ("name", &name)]);
    let answer = world.send(hello).await;
    let json = answer.json();
    let auth = json["_auth"].as_str().unwrap().to_uppercase();
    let (_, data) = answer.body.split_once("\"data\":").unwrap();
    let (data, _) = data.split_once(",\"msg\"").unwrap();
    let (before, after) = data.split_once(KEY).unwrap();
    let after = format!("{after}{}", json["_t"]);
    let forged = [("A", before), ("app_key", KEY), ("z", &*after)];
    assert_eq!(sign(&forged, SECRET), auth);
    set_app(&world, KEY, |app| app.sign_mode = SignMode::Dynamic).await;
    let call = Call::get("/api/App/Market_Message/Show").query(&with(&forged, "sign", &auth));
    assert_no_digest(&world.send(call).await, 409);
}

/// By how an answer's `data` begins it is told from what clients sign.
#[tokio::test]
async fn all_that_is_digested_begins_as_an_answer_does() {
    let world = World::new().await;
    let missing = with(&valid(&world, POST), "message_pid", "1");
    let dead = with(&valid(&world, MOMENT), "token", "");
    let dead = with(
        &dead,
        "token",
        "0000000000000000000000000000000000000000000000000000000000000000",
    );
    let mut replies = Vec::new();
    for (service, params) in [(POST, &missing), (MOMENT, &dead)] {
        replies.push(
            world
                .send(crate::support::okay::post(service, params))
                .await,
        );
    }
    for operation in front::OKAY {
        use weiquan::http::Function;
        let event = operation.sample(&world.ctx, &world.demo.credentials());
        replies.push(world.event(&world.ctx, operation.package(), event).await);
    }
    for reply in replies {
        assert!(reply.json().get("_auth").is_some(), "{}", reply.body);
        let (_, data) = reply.body.split_once(",\"data\":").unwrap();
        let is_known = data.starts_with("{\"err_code\":") || data.starts_with("{},");
        assert!(is_known, "{OPEN_APP}: {}", reply.body);
    }
}
