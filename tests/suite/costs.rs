//! What each operation costs the store, held against its ceiling. `cargo test costs -- --nocapture`
//! prints the table that the documents have.

use crate::qzone_authorize::{CALLBACK, added, allow, open};
use crate::qzone_oauth::{exchange, request_token};
use crate::qzone_pages::feeds;
use crate::talk::{post, posted};
use crate::world::{BASE_URL, Call, Reply, World};
use crate::xweibo_favorites::{act, publish, rst};

/// Round trips, read units, write units.
pub type Ceiling = (u32, f64, f64);

/// A sample event of `package`, as a request.
pub async fn sample(world: &World, package: &str) -> Reply {
    let function = front::functions().find(|f| f.package() == package).unwrap();
    let mut demo = world.demo.clone();
    demo.base_url = BASE_URL.to_owned();
    let event = function.sample(&world.ctx, &demo.credentials());
    world.event(&world.ctx, package, event).await
}

/// A call of OkayAPI by the app without signature.
async fn send(world: &World, operation: &str, pairs: &[(&str, &str)]) -> Reply {
    let all = [&[("app_key", demo::OPEN_APP)], pairs].concat();
    let call = Call::post(&format!("/api/App/{operation}")).form(&all);
    world.send(call).await
}

/// What a run prints and holds.
#[derive(Default)]
pub struct Table(Vec<String>);

impl Table {
    pub fn row(&mut self, operation: &str, reply: Reply, ceiling: Ceiling) {
        let is_refused = reply.body.contains("\"ret\":4")
            || reply.body.contains("\"rst\":false")
            || reply.body.contains("\"err_msg\":\"动态");
        assert!(!is_refused, "{operation}: {}", reply.body);
        let cost = reply.cost;
        let (trips, reads, writes) = (cost.round_trips, cost.read_units, cost.write_units);
        self.0.push(format!(
            "| {operation} | {trips} | {reads} | {writes} | {}, {}, {} |",
            ceiling.0, ceiling.1, ceiling.2
        ));
        let fits = trips <= ceiling.0 && reads <= ceiling.1 && writes <= ceiling.2;
        assert!(fits, "{operation}: {cost:?} is above {ceiling:?}");
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        println!("| operation | round trips | read units | write units | ceiling |");
        println!("|---|---|---|---|---|\n{}", self.0.join("\n"));
    }
}

#[tokio::test]
async fn every_operation_stays_under_its_ceiling() {
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
    let member = &world.demo.members[0];
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
    for (name, page) in [("Show, page 1 of 4", "1"), ("Show, page 4 of 4", "4")] {
        let pairs = [("message_key", "page"), ("page", page)];
        let shown = send(&world, "Market_Message/Show", &pairs).await;
        table.row(name, shown, (2, 3.5, 0.0));
    }
    for (name, pid, ceiling) in [
        ("Message.Post, root", 0, (2, 2.0, 9.0)),
        ("Message.Post, reply", last, (2, 2.0, 7.0)),
        ("Message.Post, reply after the 200th", later, (3, 3.0, 7.0)),
    ] {
        let pid = pid.to_string();
        let message = [
            ("message_key", "page"),
            ("message_content", &*text),
            ("message_pid", &pid),
        ];
        let message = [&login[..], &message].concat();
        let posted = send(&world, "Market_Message/Post", &message).await;
        table.row(name, posted, ceiling);
    }
    let full = full.to_string();
    for (name, page, ceiling) in [
        ("Replies, page 1", "1", (3, 3.0, 0.0)),
        ("Replies, behind the 200th", "21", (3, 3.0, 0.0)),
    ] {
        let pairs = [("id", &*full), ("page", page)];
        let replies = send(&world, "Market_Message/Replies", &pairs).await;
        table.row(name, replies, ceiling);
    }

    let posted = sample(&world, "okay-post-moment").await;
    table.row("PostMoment", posted, (2, 1.0, 6.0));
    let below = ("lastid", &*newest);
    for (name, pairs, ceiling) in [
        ("ShowMoment", &[][..], (1, 2.0, 0.0)),
        ("ShowMoment, from `lastid` on", &[below], (1, 2.0, 0.0)),
        ("ShowMoment, signed in", &login, (1, 3.0, 0.0)),
        (
            "ShowMoment, signed in, from `lastid` on",
            &[login[0], login[1], below],
            (1, 4.0, 0.0),
        ),
    ] {
        let shown = send(&world, "Market_Minimoments/ShowMoment", pairs).await;
        table.row(name, shown, ceiling);
    }
    let own = send(&world, "Market_Minimoments/GetMyMoment", &login).await;
    table.row("GetMyMoment", own, (2, 14.5, 0.0));
    let on_newest = [login[0], login[1], ("id", &newest)];
    let liked = send(&world, "Market_Minimoments/GiveLike", &on_newest).await;
    table.row("GiveLike", liked, (2, 1.0, 4.0));
    let deleted = send(&world, "Market_Minimoments/DeleteMoment", &on_newest).await;
    table.row("DeleteMoment", deleted, (2, 4.0, 7.0));

    for (name, package, ceiling) in [
        ("Register", "okay-user-register", (2, 1.0, 10.0)),
        ("Login, new address", "okay-user-login", (5, 4.0, 11.0)),
        ("Check", "okay-user-check", (1, 1.0, 0.0)),
        ("Profile", "okay-user-profile", (2, 3.0, 0.0)),
        ("OtherProfile", "okay-user-other-profile", (3, 2.5, 0.0)),
        ("UpdateExtInfo", "okay-user-update-ext-info", (3, 2.0, 2.0)),
        ("Logout", "okay-user-logout", (1, 0.0, 1.0)),
    ] {
        table.row(name, sample(&world, package).await, ceiling);
    }

    let other = &world.demo.members[1];
    let password = shared::secret::md5_hex([&*other.password]);
    let names = [("username", &*other.username), ("password", &*password)];
    let again = [names[0], names[1], ("is_allow_many", "1")];
    send(&world, "User/Login", &again).await;
    let known = send(&world, "User/Login", &again).await;
    table.row("Login, known address", known, (5, 4.0, 8.0));
    let own = &world.demo.members[0];
    let old = shared::secret::md5_hex([&*own.password]);
    let new = [
        ("username", &*own.username),
        ("old_password", &*old),
        ("new_password", &*password),
    ];
    let altered = send(&world, "User/AlterPassword", &new).await;
    assert!(altered.body.contains("\"err_code\":0"), "{}", altered.body);
    table.row("AlterPassword", altered, (5, 4.0, 12.0));

    let site = &world.demo.xweibo;
    let keys = [&*site.akey, &site.skey, &site.api_key];
    let update = Call::post("/api/weibo/action.update").form(&[
        ("api_uid", "10000"),
        ("api_time", "0"),
        (
            "api_sign",
            &shared::xweibo::sign(keys, "10000", "0", "update"),
        ),
        ("text", "another text"),
    ]);
    table.row("update", world.send(update).await, (3, 2.0, 6.0));
    let with = [("text", "@dogstar http://example.com/")];
    let with = act(&world, 0, "update", &with).await;
    let text = rst(&with)["data"]["tx"].as_str().unwrap().to_owned();
    let link = text.rsplit('/').next().unwrap();
    table.row("update with a name and a new link", with, (3, 3.0, 8.0));
    world.settle().await;
    let weibo = publish(&world, 1, "root").await;
    let comment = [("id", &*weibo), ("text", "a comment")];
    // The authors that are shown have been read within the last minute.
    act(&world, 1, "getComments", &[("id", &weibo)]).await;
    let first = rst(&act(&world, 1, "comment", &comment).await)["comment"]["id"].to_string();
    act(&world, 1, "repost", &[("id", &weibo)]).await;
    let (first, page) = (first.trim_matches('"').to_owned(), [("id", &*weibo)]);
    let mut hundred = vec![weibo.clone()];
    for number in 1..100 {
        hundred.push(publish(&world, 0, &number.to_string()).await);
    }
    let hundred = hundred.join(",");
    let author = world.demo.members[0].uid.to_string();
    let ids = [("ids", &*hundred)];
    for (name, params, ceiling) in [
        ("comment", &comment[..], (3, 3.5, 12.0)),
        (
            "reply",
            &[comment[0], comment[1], ("cid", &first)],
            (3, 3.5, 12.0),
        ),
        ("repost", &page, (3, 3.5, 12.0)),
        ("getComments", &page, (3, 3.5, 0.0)),
        ("getCounts of 100", &ids, (2, 52.0, 0.0)),
        ("show", &page, (2, 1.5, 0.0)),
        ("userTimeline of 20", &[("id", &author)], (5, 22.0, 0.0)),
        ("mentions of 1 weibo", &[], (4, 2.5, 0.0)),
        ("sinaurl of 1", &[("id", link)], (2, 1.0, 0.0)),
        ("createFavorite", &page, (3, 1.5, 4.0)),
        ("deleteFavorite", &page, (2, 0.5, 2.0)),
        ("comment_destroy", &[("id", &first)], (4, 3.0, 8.0)),
        ("destroy", &page, (3, 2.5, 6.0)),
    ] {
        let operation = name.split(' ').next().unwrap();
        table.row(name, act(&world, 1, operation, params).await, ceiling);
    }
    for (name, package, ceiling) in [
        ("upload", "xweibo-upload", (3, 2.0, 6.0)),
        ("emotions", "xweibo-emotions", (2, 1.0, 0.0)),
        ("getProvinces", "xweibo-get-provinces", (1, 0.5, 0.0)),
        ("add_feeds", "qzone-add-feeds", (2, 1.5, 4.0)),
        ("add_share", "qzone-add-share", (2, 1.5, 6.0)),
        ("get_user_info", "qzone-get-user-info", (3, 2.0, 2.0)),
        ("request token", "qzone-request-token", (1, 0.0, 4.0)),
    ] {
        table.row(name, sample(&world, package).await, ceiling);
    }
    let asked = request_token(&world, &[]).await;
    let page = open(&world, &asked.token).await;
    let allowed = world.send(allow(&world, &page, 1)).await;
    let vericode = added(&allowed, CALLBACK).remove("oauth_vericode").unwrap();
    table.row("authorise, allowed", allowed, (6, 5.0, 4.0));
    let access = exchange(&world, &asked, &vericode).send(&world).await;
    table.row("access token", access, (4, 3.0, 12.0));
    let listed = world.send(feeds(&world, "")).await;
    table.row("feeds, 2 of a member", listed, (2, 2.5, 0.0));
}
