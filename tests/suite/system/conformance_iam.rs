//! What each function does: IAM's actions, and what takes a core for long.

use demo::Sample as _;
use std::collections::{BTreeMap, BTreeSet};

use weiquan_store::clients::{self, App, Consumer};

use crate::support::qzone::{
    CALLBACK, SHARE, Visitor, added, allow, api, exchange, feeds_page, open, refuse, request_token,
};
use crate::support::recorded::recorded;
use crate::support::sources::packages;
use crate::support::xweibo::{act, publish, rst};
use crate::support::{BAI, BOTH, Call, Reply, STAR, World};

/// Calls that make every function do all that it can do to the table.
async fn everything(world: &World) -> BTreeMap<String, BTreeSet<String>> {
    let mut app = clients::read::<App>(&world.ctx.store, demo::SIGNED_APP)
        .await
        .unwrap()
        .unwrap();
    app.monthly_quota = Some(1_000);
    app.per_second = Some(500);
    clients::replace(&world.ctx.store, &app).await.unwrap();
    let key = &world.demo.qzone.consumer_key;
    let consumer = clients::read::<Consumer>(&world.ctx.store, key)
        .await
        .unwrap();
    let mut consumer = consumer.unwrap();
    consumer.per_second = Some(500);
    clients::replace(&world.ctx.store, &consumer).await.unwrap();
    let mut seen = BTreeMap::<String, BTreeSet<String>>::new();
    let mut note = |package: &str, reply: &Reply| {
        let actions = reply.cost.actions.keys().map(|action| (*action).to_owned());
        // What a transaction needs is the actions in it.
        let actions = actions.filter(|action| action != "dynamodb:TransactWriteItems");
        seen.entry(package.to_owned()).or_default().extend(actions);
    };
    for function in front::functions().filter(|function| function.package() != "front") {
        let event = function.sample(&world.ctx, &world.demo.credentials());
        let package = function.package();
        note(
            package,
            &world.event(&world.ctx, package, event.clone()).await,
        );
        // Front runs every operation too.
        let again = function.sample(&world.ctx, &world.demo.credentials());
        note("front", &world.event(&world.ctx, "front", again).await);
    }
    // The second picture of a member takes the place of the first.
    let picture = "xweibo-update-profile-image";
    note(
        picture,
        &crate::support::costs::sample(world, picture).await,
    );
    let member = world.member(STAR);
    let session = [
        ("app_key", demo::OPEN_APP),
        ("uuid", &member.uuid),
        ("token", &member.token),
    ];
    let moment = [("moment_nickname", "n"), ("moment_access", "0")];
    let moment = Call::post("/api/App/Market_Minimoments/PostMoment")
        .form(&[&session[..], &moment[..]].concat());
    let moment = crate::support::okay::talk::posted(&world.send(moment).await).to_string();
    let root = crate::support::okay::talk::post(world, "", 0, "root")
        .await
        .to_string();
    // The index is relied on for what is older than a few seconds.
    world.pass(10);
    let password = weiquan_store::digest::md5_hex([&*member.password]);
    let names = [
        ("username", &*member.username),
        ("password", &*password),
        ("is_allow_many", "0"),
    ];
    let own = world.member(BAI);
    let old = weiquan_store::digest::md5_hex([&*own.password]);
    let altered = [
        ("username", &*own.username),
        ("old_password", &*old),
        ("new_password", &*password),
    ];
    let on_root = [("message_content", "x"), ("message_pid", root.as_str())];
    for (operation, params) in [
        ("Market_Message/Post", &on_root[..]),
        ("Market_Message/Show", &[]),
        ("Market_Message/Replies", &[("id", &root)]),
        ("Market_Minimoments/GetMyMoment", &[]),
        ("Market_Minimoments/GiveLike", &[("id", &moment)]),
        ("Market_Minimoments/DeleteMoment", &[("id", &moment)]),
        ("User/AlterPassword", &altered),
        // The last: it ends the session.
        ("User/Login", &names),
    ] {
        let path = format!("/api/App/{operation}");
        let call = Call::post(&path).form(&[&session[..], params].concat());
        let reply = world.send(call).await;
        assert!(reply.body.contains("\"err_code\":0"), "{}", reply.body);
        note(front::route(&path).package(), &reply);
        note("front", &reply);
    }
    for path in ["/docs", "/openapi.json"] {
        note(front::DOCS, &world.send(Call::get(path)).await);
    }
    let more = [xweibo(world).await, people(world).await, qzone(world).await].concat();
    for (package, reply) in more {
        assert!(reply.status < 400, "{package}: {}", reply.body);
        note(package, &reply);
        if package != "fanout" {
            note("front", &reply);
        }
    }
    seen
}

/// What the fan-out of all that has happened costs.
async fn settle(world: &World) -> Reply {
    let blank = world.send(Call::get("/")).await;
    let cost = world.settle().await;
    Reply { cost, ..blank }
}

/// What members say about weibos.
async fn xweibo(world: &World) -> Vec<(&'static str, Reply)> {
    let root = publish(world, STAR, "root").await;
    let mut replies = Vec::new();
    let said = [("text", "@小白 @dogstar http://example.com/")];
    replies.push(("xweibo-update", act(world, BAI, "update", &said).await));
    replies.push(("fanout", settle(world).await));
    let with_picture = [&said[..], &[("pic", "p")]].concat();
    replies.push((
        "xweibo-upload",
        act(world, BAI, "upload", &with_picture).await,
    ));
    for (package, name) in [
        ("xweibo-user-timeline", "userTimeline"),
        ("xweibo-mentions", "mentions"),
    ] {
        // Authors are kept for a minute.
        world.pass(61);
        replies.push((package, act(world, STAR, name, &[]).await));
    }
    let mut reply_to = String::new();
    for (package, name, params) in [
        (
            "xweibo-comment",
            "comment",
            &[("text", "a"), ("forward", "1")][..],
        ),
        (
            "xweibo-repost",
            "repost",
            &[("text", "b"), ("rtids", &root)],
        ),
        ("xweibo-get-comments", "getComments", &[]),
        ("xweibo-show", "show", &[]),
        ("xweibo-create-favorite", "createFavorite", &[]),
        ("xweibo-delete-favorite", "deleteFavorite", &[]),
    ] {
        // Authors are kept for a minute.
        world.pass(61);
        let reply = act(world, BAI, name, &[params, &[("id", &*root)]].concat()).await;
        if name == "comment" {
            reply_to = rst(&reply)["comment"]["id"].as_str().unwrap().to_owned();
        }
        rst(&reply);
        replies.push((package, reply));
    }
    let answer = [("id", &*root), ("cid", &reply_to), ("text", "c")];
    replies.push(("xweibo-reply", act(world, BAI, "reply", &answer).await));
    let counts = act(world, STAR, "getCounts", &[("ids", &root)]).await;
    replies.push(("xweibo-get-counts", counts));
    let gone = act(world, STAR, "comment_destroy", &[("id", &reply_to)]).await;
    replies.push(("xweibo-comment-destroy", gone));
    let repost = act(world, STAR, "repost", &[("id", &root)]).await;
    let repost = rst(&repost)["data"]["id"].as_str().unwrap().to_owned();
    for id in [&repost, &root] {
        let gone = act(world, STAR, "destroy", &[("id", id)]).await;
        rst(&gone);
        replies.push(("xweibo-destroy", gone));
    }
    replies
}

/// What members do with each other.
async fn people(world: &World) -> Vec<(&'static str, Reply)> {
    let [own, other] = BOTH.map(|who| world.member(who).uid.to_string());
    let mut replies = Vec::new();
    let mut told = String::new();
    let root = publish(world, STAR, "to be reposted").await;
    for (who, package, name, params) in [
        // Whom the sample event follows.
        (
            BAI,
            "xweibo-delete-friendship",
            "deleteFriendship",
            &[("name", "dogstar")][..],
        ),
        (
            STAR,
            "xweibo-create-friendship",
            "createFriendship",
            &[("uid", &*own)],
        ),
        (
            BAI,
            "xweibo-create-friendship",
            "createFriendship",
            &[("uid", "dogstar"), ("type", "1")],
        ),
        (STAR, "xweibo-repost", "repost", &[("id", &root)]),
        (STAR, "xweibo-update", "update", &[("text", "for fans")]),
        (BAI, "xweibo-friends", "friends", &[]),
        (BAI, "xweibo-followers", "followers", &[]),
        (
            BAI,
            "xweibo-friendship",
            "friendship",
            &[("t_name", "dogstar")],
        ),
        (
            BAI,
            "xweibo-send-direct-message",
            "sendDirectMessage",
            &[("name", "dogstar"), ("text", "x")],
        ),
        (STAR, "xweibo-direct-messages", "directMessages", &[]),
        (BAI, "xweibo-home-timeline", "homeTimeline", &[]),
        (BAI, "xweibo-unread", "unread", &[("id", "1")]),
        (BAI, "xweibo-get-tags", "getTags", &[("name", "dogstar")]),
        (
            BAI,
            "xweibo-save-profile",
            "saveProfile",
            &[("nick", "新名")],
        ),
        (
            BAI,
            "xweibo-create-blocks",
            "createBlocks",
            &[("name", "dogstar")],
        ),
        (
            BAI,
            "xweibo-delete-blocks",
            "deleteBlocks",
            &[("id", &other)],
        ),
        // Neither follows the other now.
        (
            BAI,
            "xweibo-create-blocks",
            "createBlocks",
            &[("name", "dogstar")],
        ),
        (
            BAI,
            "xweibo-delete-blocks",
            "deleteBlocks",
            &[("id", &other)],
        ),
        (
            BAI,
            "xweibo-create-friendship",
            "createFriendship",
            &[("uid", &other)],
        ),
        (
            BAI,
            "xweibo-delete-friendship",
            "deleteFriendship",
            &[("name", "dogstar")],
        ),
    ] {
        // Authors are kept for a minute.
        world.pass(61);
        let reply = act(world, who, name, params).await;
        rst(&reply);
        if name == "directMessages" {
            told = rst(&reply)["data"][0]["id"].as_str().unwrap().to_owned();
        }
        replies.push((package, reply));
        if name == "update" {
            replies.push(("fanout", settle(world).await));
        }
    }
    replies.push(("fanout", settle(world).await));
    // Whoever was mentioned is not, where the weibo is gone.
    let named = [("text", "@新名 x")];
    let named = act(world, STAR, "update", &named).await;
    let id = rst(&named)["data"]["id"].as_str().unwrap().to_owned();
    replies.push(("fanout", settle(world).await));
    act(world, STAR, "destroy", &[("id", &id)]).await;
    replies.push(("fanout", settle(world).await));
    let gone = act(world, STAR, "deleteDirectMessage", &[("id", &told)]).await;
    replies.push(("xweibo-delete-direct-message", gone));
    let tag = act(world, STAR, "createTags", &[("tagName", "x")]).await;
    let id = rst(&tag)["data"][0]["tagid"].as_str().unwrap().to_owned();
    replies.push(("xweibo-create-tags", tag));
    let gone = act(world, STAR, "deleteTags", &[("tag_id", &id)]).await;
    replies.push(("xweibo-delete-tags", gone));
    replies.push((
        "xweibo-get-comments",
        act(world, STAR, "getComments", &[("id", "1"), ("type", "2")]).await,
    ));
    replies
}

/// What sites and members do with each other.
async fn qzone(world: &World) -> Vec<(&'static str, Reply)> {
    let mut replies = Vec::new();
    let asked = request_token(world, &[]).await;
    let page = open(world, &asked.token).await;
    replies.push(("qzone-authorize", world.send(refuse(&page)).await));
    let asked = request_token(world, &[]).await;
    let page = open(world, &asked.token).await;
    let allowed = world.send(allow(world, &page, STAR)).await;
    let vericode = added(&allowed, CALLBACK).remove("oauth_vericode").unwrap();
    replies.push(("qzone-authorize", allowed));
    for vericode in ["wrong", &vericode] {
        let reply = exchange(world, &asked, vericode).send(world).await;
        replies.push(("qzone-access-token", reply));
    }
    let link = [("title", "t"), ("url", "http://a.example/")];
    let share = api(world, SHARE, &link).send(world).await;
    replies.push(("qzone-add-share", share));
    let listed = world.send(feeds_page(world, "")).await;
    replies.push(("qzone-feeds", listed));
    let visitor = Visitor::log_in(world, STAR).await;
    let row = visitor.rows().remove(0);
    for pairs in [[("revoke", &*row)], [("logout", "1")]] {
        replies.push(("qzone-grants", world.send(visitor.post(&pairs)).await));
    }
    replies.push(("qzone-grants", visitor.reply));
    replies
}

/// What each function does is recorded: the template allows that and nothing else.
#[tokio::test]
async fn every_function_does_what_is_recorded() {
    let world = World::new().await;
    let mut seen = everything(&world).await;
    // The settings, and the read that opens the connection. The documentation has neither.
    for (package, actions) in &mut seen {
        let (docs, read) = ("nothing", "dynamodb:GetItem");
        actions.insert(if package == front::DOCS { docs } else { read }.to_owned());
    }
    let all = packages().into_iter().chain(["fanout".to_owned()]);
    assert_eq!(seen.keys().cloned().collect::<BTreeSet<_>>(), all.collect());
    let lines = seen.iter().map(|(package, actions)| {
        let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
        format!("{package}: {}", actions.join(", "))
    });
    recorded("uses", &lines.collect::<Vec<_>>().join("\n"));
}
