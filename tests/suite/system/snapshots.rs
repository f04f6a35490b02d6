//! Every documented answer as it goes over the wire: status, headers, body.

use demo::Sample as _;
use weiquan::qzone::signature;
use weiquan_store::clients::{self, App, Consumer, Plan, Site, Status};
use weiquan_store::oauth::token;

use crate::support::okay::talk::{call, post};
use crate::support::snapshots::{sample, wire};
use crate::support::{BAI, Call, Reply, World};

macro_rules! snapshot {
    ($name:expr, $reply:expr) => {
        insta::assert_snapshot!($name, wire(&$reply));
    };
}

#[tokio::test]
async fn okayapi() {
    let world = World::new().await;
    // The tree of the document's example: three roots, two replies, two replies to a reply.
    let mut ids = Vec::new();
    for parent in [None, None, None, Some(1), Some(1), Some(3), Some(3)] {
        world.pass(1);
        let parent = parent.map_or(0, |at: usize| ids[at]);
        ids.push(post(&world, "article", parent, "test").await);
    }
    let show = |more: &[(&str, &str)]| {
        let pairs = [
            &[("app_key", demo::OPEN_APP), ("message_key", "article")],
            more,
        ]
        .concat();
        Call::get("/?s=App.Market_Message.Show").query(&pairs)
    };
    let selected = ("more_select", "uuid,add_time,mood");
    for (name, more) in [
        ("okay_show", &[][..]),
        (
            "okay_show_newest_first",
            &[("order", "2"), ("perpage", "1")],
        ),
        (
            "okay_show_data_only",
            &[("return_data", "1"), ("page", "9")],
        ),
        ("okay_show_jsonp", &[("callback", "cb"), ("page", "9")]),
        (
            "okay_show_allow_origin",
            &[("yesapi_allow_origin", "1"), ("page", "9")],
        ),
        ("okay_show_select", &[selected, ("perpage", "1")]),
    ] {
        snapshot!(name, world.send(show(more)).await);
    }
    snapshot!("okay_post", sample(&world, "okay-message-post").await);
    snapshot!("okay_post_moment", sample(&world, "okay-post-moment").await);
    let no_parent = [("message_content", "x"), ("message_pid", "99")];
    for (name, operation, params) in [
        ("okay_post_without_parent", "Post", &no_parent[..]),
        ("okay_400", "Post", &[]),
        ("okay_400_data_only", "Post", &[("return_data", "1")]),
        ("okay_404", "Shows", &[]),
    ] {
        let operation = format!("App.Market_Message.{operation}");
        snapshot!(name, call(&world, &operation, params).await);
    }
    let unknown = Call::get("/api/App/Market_Message/Show").header("appkey", &"X".repeat(32));
    snapshot!("okay_406_in_the_header", world.send(unknown).await);
    let unsigned =
        Call::get("/api/App/Market_Message/Show").query(&[("app_key", demo::SIGNED_APP)]);
    snapshot!("okay_409", world.send(unsigned).await);
    let _storm = world.faults().outage();
    snapshot!("okay_500", world.send(show(&[])).await);
}

type Change = fn(&mut App);

#[tokio::test]
async fn okayapi_refusals() {
    let world = World::new().await;
    let show = || Call::get("/api/App/Market_Message/Show").query(&[("app_key", demo::OPEN_APP)]);
    let nobody = [
        ("app_key", demo::OPEN_APP),
        ("uuid", &"0".repeat(32)),
        ("token", &"0".repeat(64)),
        ("moment_nickname", "x"),
        ("moment_access", "0"),
    ];
    let moment = Call::post("/api/App/Market_Minimoments/PostMoment").form(&nobody);
    snapshot!("okay_401", world.send(moment).await);
    let preflight = Call::new("OPTIONS", "/?yesapi_allow_origin=1");
    snapshot!("okay_preflight", world.send(preflight).await);
    let changes: [(&str, Change); 9] = [
        ("okay_402", |app| {
            app.ip_deny = vec!["203.0.113.0/24".parse().unwrap()]
        }),
        ("okay_403", |app| {
            app.ip_allow = vec!["192.0.2.1/32".parse().unwrap()]
        }),
        ("okay_407", |app| app.status = Status::Expired),
        ("okay_408", |app| app.status = Status::Banned),
        ("okay_413", |app| app.monthly_quota = Some(0)),
        ("okay_414", |app| app.per_second = Some(1)),
        ("okay_415", |app| {
            app.closed = ["App.Market_Message.Show".to_owned()].into()
        }),
        ("okay_416", |app| app.plan = Plan::Free),
        ("okay_417", |app| app.status = Status::SubAppFailure),
    ];
    let plain = clients::read::<App>(&world.ctx.store, demo::OPEN_APP)
        .await
        .unwrap()
        .unwrap();
    for (revision, (name, change)) in changes.into_iter().enumerate() {
        let mut app = plain.clone();
        app.revision = revision as u64;
        change(&mut app);
        clients::replace(&world.ctx.store, &app).await.unwrap();
        world.pass(60);
        if name == "okay_414" {
            world.send(show()).await;
        }
        let reply = world.send(show()).await;
        assert!(
            name.ends_with(&reply.json()["ret"].to_string()),
            "{name}: {}",
            reply.body
        );
        insta::assert_snapshot!(name, wire(&reply));
    }
}

/// Answers to the sample request with one parameter changed before it is signed.
async fn signed_update(world: &World, changes: &[(&str, &str)]) -> Reply {
    let site = &world.demo.xweibo;
    let time = world.now().as_second().to_string();
    let uid = changes.iter().find(|(name, _)| *name == "api_uid");
    let uid = uid.map_or("10000", |(_, uid)| uid);
    let keys = [&*site.akey, &site.skey, &site.api_key];
    let sign = weiquan::xweibo::sign(keys, uid, &time, "update");
    let fields = [
        ("api_uid", uid),
        ("api_time", &time),
        ("api_sign", &sign),
        ("text", "x"),
    ];
    let pairs: Vec<_> = fields.iter().chain(changes).copied().collect();
    world
        .send(Call::post("/api/weibo/action.update").form(&pairs))
        .await
}

#[tokio::test]
async fn xweibo_refusals() {
    let world = World::new().await;
    let mut site = clients::read::<Site>(&world.ctx.store, ())
        .await
        .unwrap()
        .unwrap();
    site.words = ["bad".to_owned()].into();
    clients::replace(&world.ctx.store, &site).await.unwrap();
    for (name, param, value) in [
        ("xweibo_1010007", "text", "bad"),
        ("xweibo_1020000", "text", " "),
        ("xweibo_1020001", "text", &*"x".repeat(281)),
        ("xweibo_1010005", "pic", &"x".repeat(256)),
        ("xweibo_3010001", "api_time", "soon"),
        ("xweibo_3010002", "api_sign", "0"),
        ("xweibo_3010003", "api_uid", "nobody"),
    ] {
        snapshot!(name, signed_update(&world, &[(param, value)]).await);
    }
    let broken = Call::post("/api/weibo/action.update")
        .body("application/x-www-form-urlencoded", b"text=%ff");
    snapshot!("xweibo_1010004", world.send(broken).await);
    crate::support::xweibo::change_member(&world, BAI, |member| member.silenced = true).await;
    snapshot!("xweibo_1040005", signed_update(&world, &[]).await);
    site.revision += 1;
    site.allow_anonymous = ["update".to_owned()].into();
    clients::replace(&world.ctx.store, &site).await.unwrap();
    world.pass(60);
    snapshot!(
        "xweibo_1040003",
        signed_update(&world, &[("api_uid", "nobody")]).await
    );
    site.revision += 1;
    site.ip_allow = vec!["192.0.2.1/32".parse().unwrap()];
    clients::replace(&world.ctx.store, &site).await.unwrap();
    world.pass(60);
    snapshot!("xweibo_3010000", signed_update(&world, &[]).await);
}

#[tokio::test]
async fn qzone_refusals() {
    let world = World::new().await;
    let function = front::functions()
        .find(|f| f.package() == "qzone-add-feeds")
        .unwrap();
    let event = function.sample(&world.ctx, &world.demo.credentials());
    let request = weiquan::http::Request::from(event);
    let fields = request.body_pairs().unwrap();
    let with = |name: &str, value: &str| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(own, old)| (own.as_str(), if own == name { value } else { old.as_str() }))
            .collect();
        Call::post("/feeds/add_feeds").form(&fields)
    };
    for (code, name, value) in [
        ("qzone_40001", "oauth_consumer_key", "1"),
        ("qzone_40002", "oauth_nonce", "a\tb"),
        ("qzone_40003", "oauth_version", "2.0"),
        ("qzone_40004", "oauth_signature_method", "PLAINTEXT"),
        ("qzone_40005", "oauth_timestamp", "1"),
        ("qzone_40006", "oauth_token", "1"),
        ("qzone_40007", "openid", "1"),
        ("qzone_41000", "feeds_data", "{}"),
    ] {
        insta::assert_snapshot!(code, wire(&world.send(with(name, value)).await));
    }
    let twice = with("", "").query(&[("openid", "1")]);
    snapshot!("qzone_41002", world.send(twice).await);
    let mut empty: Vec<(String, String)> = fields.clone();
    empty.retain(|(name, _)| name != "oauth_signature" && name != "feeds_data");
    let url = format!("{}/feeds/add_feeds", crate::support::BASE_URL);
    let base = signature::base_string(signature::Form::TENCENT, "POST", &url, &empty);
    let (consumer, token) = (
        &world.demo.qzone.consumer_secret,
        &world.demo.qzone.token_secret,
    );
    let sign = signature::sign(&base, consumer, token);
    empty.push(("oauth_signature".to_owned(), sign));
    let empty: Vec<_> = empty
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let feedless = || Call::post("/feeds/add_feeds").form(&empty);
    snapshot!("qzone_1000", world.send(feedless()).await);
    snapshot!("qzone_40002_used", world.send(feedless()).await);
    let key = &world.demo.qzone.consumer_key;
    let mut consumer = clients::read::<Consumer>(&world.ctx.store, key)
        .await
        .unwrap()
        .unwrap();
    consumer.allowed.clear();
    clients::replace(&world.ctx.store, &consumer).await.unwrap();
    world.pass(60);
    snapshot!("qzone_41001", world.send(feedless()).await);
    assert!(
        token::revoke(&world.ctx.store, &world.demo.qzone.token)
            .await
            .unwrap()
    );
    snapshot!("qzone_41003", world.send(feedless()).await);
    let large = Call::post("/feeds/add_feeds").body(
        "application/x-www-form-urlencoded",
        &vec![b'x'; (1 << 20) + 1],
    );
    snapshot!("qzone_413", world.send(large).await);
}

#[tokio::test]
async fn xweibo() {
    let world = World::new().await;
    snapshot!("xweibo_update", sample(&world, "xweibo-update").await);
    snapshot!(
        "xweibo_update_repeated",
        sample(&world, "xweibo-update").await
    );
    for (name, call) in [
        (
            "xweibo_not_signed",
            Call::post("/?m=api/weibo/action.update"),
        ),
        ("xweibo_unknown", Call::post("/?m=api/weibo/action.nothing")),
        ("xweibo_get", Call::get("/?m=api/weibo/action.update")),
    ] {
        snapshot!(name, world.send(call).await);
    }
    let _storm = world.faults().outage();
    world.pass(61);
    snapshot!("xweibo_outage", sample(&world, "xweibo-update").await);
}

#[tokio::test]
async fn qzone() {
    let world = World::new().await;
    snapshot!("qzone_ok", sample(&world, "qzone-add-feeds").await);
    snapshot!("qzone_get", world.send(Call::get("/feeds/add_feeds")).await);
    snapshot!(
        "qzone_no_consumer",
        world.send(Call::post("/feeds/add_feeds").form(&[])).await
    );
    let _storm = world.faults().outage();
    snapshot!("qzone_outage", sample(&world, "qzone-add-feeds").await);
}
