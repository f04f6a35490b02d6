//! What each operation costs the store.

use crate::support::costs::{Table, sample};
use crate::support::okay::talk::{post, posted};
use crate::support::qzone::{CALLBACK, added, allow, exchange, feeds_page, open, request_token};
use crate::support::xweibo::{act, publish, rst};
use crate::support::{BAI, Call, Reply, STAR, World};

/// A call of OkayAPI by the app without signature.
async fn send(world: &World, operation: &str, pairs: &[(&str, &str)]) -> Reply {
    let all = [&[("app_key", demo::OPEN_APP)], pairs].concat();
    let call = Call::post(&format!("/api/App/{operation}")).form(&all);
    world.send(call).await
}

#[tokio::test]
async fn every_operation_costs_what_is_recorded() {
    let world = World::new().await;
    let text = "文".repeat(100);
    let (mut last, mut later) = (0, 0);
    for _ in 0..40 {
        last = post(&world, "page", 0, &text).await;
        for _ in 0..3 {
            post(&world, "page", last, &text).await;
        }
    }
    let full = post(&world, "full", 0, &text).await;
    for _ in 0..220 {
        later = post(&world, "full", full, &text).await;
    }
    let member = world.member(BAI);
    let login = [("uuid", &*member.uuid), ("token", &*member.token)];
    let moment = [
        ("moment_nickname", "小白"),
        ("moment_access", "0"),
        ("moment_content", &text[..180]),
    ];
    let mut newest = String::new();
    for _ in 0..21 {
        let moment = [&login[..], &moment].concat();
        newest = posted(&send(&world, "Market_Minimoments/PostMoment", &moment).await).to_string();
    }
    // The index is relied on for what is older than a few seconds.
    world.pass(10);
    // Warm: the settings of every client have been read.
    sample(&world, "okay-message-post").await;
    sample(&world, "xweibo-update").await;
    sample(&world, "qzone-add-feeds").await;

    let mut table = Table::default();
    for (name, page) in [
        ("Show, 10 messages with 30 replies, page 1 of 4", "1"),
        ("Show, the same, page 4", "4"),
    ] {
        let pairs = [("message_key", "page"), ("page", page)];
        let shown = send(&world, "Market_Message/Show", &pairs).await;
        table.row(name, shown);
    }
    for (name, pid) in [
        ("Message.Post, signed in", 0),
        ("Message.Post, a reply", last),
        ("Message.Post, a reply after the 200th", later),
    ] {
        let pid = pid.to_string();
        let message = [
            ("message_key", "page"),
            ("message_content", &*text),
            ("message_pid", &pid),
        ];
        let message = [&login[..], &message].concat();
        let posted = send(&world, "Market_Message/Post", &message).await;
        table.row(name, posted);
    }
    let full = full.to_string();
    for (name, page) in [("Replies, page 1", "1"), ("Replies, after the 200th", "21")] {
        let pairs = [("id", &*full), ("page", page)];
        let replies = send(&world, "Market_Message/Replies", &pairs).await;
        table.row(name, replies);
    }

    let posted = sample(&world, "okay-post-moment").await;
    table.row("PostMoment", posted);
    let below = ("lastid", &*newest);
    for (name, pairs) in [
        ("ShowMoment, 20 moments of 500 bytes", &[][..]),
        ("ShowMoment, from `lastid` on", &[below]),
        ("ShowMoment, signed in", &login),
        (
            "ShowMoment, signed in, from `lastid` on",
            &[login[0], login[1], below],
        ),
    ] {
        let shown = send(&world, "Market_Minimoments/ShowMoment", pairs).await;
        table.row(name, shown);
    }
    let own = send(&world, "Market_Minimoments/GetMyMoment", &login).await;
    table.row("GetMyMoment, 20 moments", own);
    let on_newest = [login[0], login[1], ("id", &newest)];
    let liked = send(&world, "Market_Minimoments/GiveLike", &on_newest).await;
    table.row("GiveLike", liked);
    let deleted = send(&world, "Market_Minimoments/DeleteMoment", &on_newest).await;
    table.row("DeleteMoment", deleted);

    for (name, package) in [
        ("Register", "okay-user-register"),
        ("Login, from a new address", "okay-user-login"),
        ("Check", "okay-user-check"),
        ("Profile", "okay-user-profile"),
        ("OtherProfile", "okay-user-other-profile"),
        ("UpdateExtInfo", "okay-user-update-ext-info"),
        ("Logout", "okay-user-logout"),
    ] {
        table.row(name, sample(&world, package).await);
    }

    let other = world.member(STAR);
    let password = weiquan_store::digest::md5_hex([&*other.password]);
    let names = [("username", &*other.username), ("password", &*password)];
    let again = [names[0], names[1], ("is_allow_many", "1")];
    send(&world, "User/Login", &again).await;
    let known = send(&world, "User/Login", &again).await;
    table.row("Login, from a known address", known);
    let own = world.member(BAI);
    let old = weiquan_store::digest::md5_hex([&*own.password]);
    let new = [
        ("username", &*own.username),
        ("old_password", &*old),
        ("new_password", &*password),
    ];
    let altered = send(&world, "User/AlterPassword", &new).await;
    assert!(altered.body.contains("\"err_code\":0"), "{}", altered.body);
    table.row("AlterPassword", altered);

    let site = &world.demo.xweibo;
    let keys = [&*site.akey, &site.skey, &site.api_key];
    let update = Call::post("/api/weibo/action.update").form(&[
        ("api_uid", "10000"),
        ("api_time", "0"),
        (
            "api_sign",
            &weiquan::xweibo::sign(keys, "10000", "0", "update"),
        ),
        ("text", "another text"),
    ]);
    table.row("update", world.send(update).await);
    let with = [("text", "@dogstar http://example.com/")];
    let with = act(&world, BAI, "update", &with).await;
    let text = rst(&with)["data"]["tx"].as_str().unwrap().to_owned();
    let link = text.rsplit('/').next().unwrap();
    table.row("update with a name and a new link", with);
    world.settle().await;
    let weibo = publish(&world, STAR, "root").await;
    let comment = [("id", &*weibo), ("text", "a comment")];
    // The authors that are shown have been read within the last minute.
    act(&world, STAR, "getComments", &[("id", &weibo)]).await;
    let first = rst(&act(&world, STAR, "comment", &comment).await)["comment"]["id"].to_string();
    act(&world, STAR, "repost", &[("id", &weibo)]).await;
    let (first, page) = (first.trim_matches('"').to_owned(), [("id", &*weibo)]);
    let mut hundred = vec![weibo.clone()];
    for number in 1..100 {
        hundred.push(publish(&world, BAI, &number.to_string()).await);
    }
    let hundred = hundred.join(",");
    let author = world.member(BAI).uid.to_string();
    let ids = [("ids", &*hundred)];
    for (name, params) in [
        ("comment", &comment[..]),
        ("reply", &[comment[0], comment[1], ("cid", &first)]),
        ("repost", &page),
        ("getComments", &page),
        ("getCounts of 100", &ids),
        ("show", &page),
        ("userTimeline of 20", &[("id", &author)]),
        ("mentions of 1 weibo", &[]),
        ("sinaurl of 1", &[("id", link)]),
        ("createFavorite", &page),
        ("deleteFavorite", &page),
        ("comment_destroy", &[("id", &first)]),
        ("destroy", &page),
    ] {
        let operation = name.split(' ').next().unwrap();
        table.row(name, act(&world, STAR, operation, params).await);
    }
    for (name, package) in [
        ("upload", "xweibo-upload"),
        ("emotions", "xweibo-emotions"),
        ("getProvinces", "xweibo-get-provinces"),
        ("add_feeds", "qzone-add-feeds"),
        ("add_share", "qzone-add-share"),
        ("get_user_info", "qzone-get-user-info"),
        ("qzoneoauth_request_token", "qzone-request-token"),
    ] {
        table.row(name, sample(&world, package).await);
    }
    let asked = request_token(&world, &[]).await;
    let page = open(&world, &asked.token).await;
    let allowed = world.send(allow(&world, &page, STAR)).await;
    let vericode = added(&allowed, CALLBACK).remove("oauth_vericode").unwrap();
    table.row("qzoneoauth_authorize, allowed", allowed);
    let access = exchange(&world, &asked, &vericode).send(&world).await;
    table.row("qzoneoauth_access_token", access);
    let listed = world.send(feeds_page(&world, "")).await;
    table.row("feeds, 2 of a member", listed);
    table.record("costs");
}
