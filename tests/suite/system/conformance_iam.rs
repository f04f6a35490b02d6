//! What each function does: IAM's actions, and what takes a core for long.

use demo::Sample as _;
use std::collections::{BTreeMap, BTreeSet};

use weiquan_store::clients::{self, App, Consumer};

use crate::support::costs::sample;
use crate::support::okay::talk;
use crate::support::qzone::{
    CALLBACK, SHARE, Visitor, added, allow, api, exchange, feeds_page, open, refuse, request_token,
};
use crate::support::recorded::recorded;
use crate::support::sources::packages;
use crate::support::xweibo::{act, publish, rst};
use crate::support::{BAI, BOTH, Call, Reply, STAR, Who, World};

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
        note(package, &world.event(&world.ctx, package, event).await);
        // Front runs every operation too.
        let again = function.sample(&world.ctx, &world.demo.credentials());
        note("front", &world.event(&world.ctx, "front", again).await);
    }
    // The second picture of a member takes the place of the first.
    let picture = "xweibo-update-profile-image";
    note(picture, &sample(world, picture).await);
    let member = world.member(STAR);
    let session = [
        ("app_key", demo::OPEN_APP),
        ("uuid", &member.uuid),
        ("token", &member.token),
    ];
    let moment = [("moment_nickname", "n"), ("moment_access", "0")];
    let moment = Call::post("/api/App/Market_Minimoments/PostMoment")
        .form(&[&session[..], &moment[..]].concat());
    let moment = talk::posted(&world.send(moment).await).to_string();
    let root = talk::post(world, "", 0, "root").await.to_string();
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

type Done = Vec<(&'static str, Reply)>;

/// A call of Xweibo that is not refused, with the function that answers it.
async fn act_as(
    world: &World,
    who: Who,
    name: &str,
    params: &[(&str, &str)],
) -> (&'static str, Reply) {
    let package = front::route(&format!("/api/weibo/action.{name}")).package();
    let reply = act(world, who, name, params).await;
    rst(&reply);
    (package, reply)
}

/// What members say about weibos.
async fn xweibo(world: &World) -> Done {
    let root = publish(world, STAR, "root").await;
    let mut replies = Vec::new();
    let said = [("text", "@小白 @dogstar http://example.com/"), ("pic", "p")];
    replies.push(act_as(world, BAI, "update", &said[..1]).await);
    replies.push(("fanout", settle(world).await));
    replies.push(act_as(world, BAI, "upload", &said).await);
    for name in ["userTimeline", "mentions"] {
        // Authors are kept for a minute.
        world.pass(61);
        replies.push(act_as(world, STAR, name, &[]).await);
    }
    let mut reply_to = String::new();
    for (name, params) in [
        ("comment", &[("text", "a"), ("forward", "1")][..]),
        ("repost", &[("text", "b"), ("rtids", &root)]),
        ("getComments", &[]),
        ("show", &[]),
        ("createFavorite", &[]),
        ("deleteFavorite", &[]),
    ] {
        // Authors are kept for a minute.
        world.pass(61);
        let params = [params, &[("id", &*root)]].concat();
        let done = act_as(world, BAI, name, &params).await;
        if name == "comment" {
            reply_to = rst(&done.1)["comment"]["id"].as_str().unwrap().to_owned();
        }
        replies.push(done);
    }
    let answer = [("id", &*root), ("cid", &reply_to), ("text", "c")];
    replies.push(act_as(world, BAI, "reply", &answer).await);
    replies.push(act_as(world, STAR, "getCounts", &[("ids", &root)]).await);
    replies.push(act_as(world, STAR, "comment_destroy", &[("id", &reply_to)]).await);
    let repost = act(world, STAR, "repost", &[("id", &root)]).await;
    let repost = rst(&repost)["data"]["id"].as_str().unwrap().to_owned();
    for id in [&repost, &root] {
        replies.push(act_as(world, STAR, "destroy", &[("id", id)]).await);
    }
    replies
}

/// What members do with each other.
async fn people(world: &World) -> Done {
    let [own, other] = BOTH.map(|who| world.member(who).uid.to_string());
    let mut replies = Vec::new();
    let mut told = String::new();
    let root = publish(world, STAR, "to be reposted").await;
    for (who, name, params) in [
        // Whom the sample event follows.
        (BAI, "deleteFriendship", &[("name", "dogstar")][..]),
        (STAR, "createFriendship", &[("uid", &*own)]),
        (
            BAI,
            "createFriendship",
            &[("uid", "dogstar"), ("type", "1")],
        ),
        (STAR, "repost", &[("id", &root)]),
        (STAR, "update", &[("text", "for fans")]),
        (BAI, "friends", &[]),
        (BAI, "followers", &[]),
        (BAI, "friendship", &[("t_name", "dogstar")]),
        (
            BAI,
            "sendDirectMessage",
            &[("name", "dogstar"), ("text", "x")],
        ),
        (STAR, "directMessages", &[]),
        (BAI, "homeTimeline", &[]),
        (BAI, "unread", &[("id", "1")]),
        (BAI, "getTags", &[("name", "dogstar")]),
        (BAI, "saveProfile", &[("nick", "新名")]),
        (BAI, "createBlocks", &[("name", "dogstar")]),
        (BAI, "deleteBlocks", &[("id", &other)]),
        // Neither follows the other now.
        (BAI, "createBlocks", &[("name", "dogstar")]),
        (BAI, "deleteBlocks", &[("id", &other)]),
        (BAI, "createFriendship", &[("uid", &other)]),
        (BAI, "deleteFriendship", &[("name", "dogstar")]),
    ] {
        // Authors are kept for a minute.
        world.pass(61);
        let done = act_as(world, who, name, params).await;
        if name == "directMessages" {
            told = rst(&done.1)["data"][0]["id"].as_str().unwrap().to_owned();
        }
        replies.push(done);
        if name == "update" {
            replies.push(("fanout", settle(world).await));
        }
    }
    replies.push(("fanout", settle(world).await));
    // Whoever was mentioned is not, where the weibo is gone.
    let named = act(world, STAR, "update", &[("text", "@新名 x")]).await;
    let id = rst(&named)["data"]["id"].as_str().unwrap().to_owned();
    replies.push(("fanout", settle(world).await));
    act(world, STAR, "destroy", &[("id", &id)]).await;
    replies.push(("fanout", settle(world).await));
    replies.push(act_as(world, STAR, "deleteDirectMessage", &[("id", &told)]).await);
    let tag = act_as(world, STAR, "createTags", &[("tagName", "x")]).await;
    let id = rst(&tag.1)["data"][0]["tagid"].as_str().unwrap().to_owned();
    replies.push(tag);
    replies.push(act_as(world, STAR, "deleteTags", &[("tag_id", &id)]).await);
    let comments = [("id", "1"), ("type", "2")];
    let comments = act(world, STAR, "getComments", &comments).await;
    replies.push(("xweibo-get-comments", comments));
    replies
}

/// What sites and members do with each other.
async fn qzone(world: &World) -> Done {
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
