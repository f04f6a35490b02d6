//! What each operation costs the store.

use demo::Sample as _;

use crate::emulator;
use crate::qzone_authorize::{CALLBACK, added, allow, open};
use crate::qzone_oauth::{exchange, request_token};
use crate::qzone_pages::feeds;
use crate::recorded::recorded;
use crate::talk::{post, posted};
use crate::world::{BASE_URL, Call, Reply, World};
use crate::xweibo_favorites::{act, publish, rst};

/// A sample event of `package`, as a request.
pub async fn sample(world: &World, package: &str) -> Reply {
    let function = front::functions().find(|f| f.package() == package).unwrap();
    let mut demo = world.demo.clone();
    demo.base_url = BASE_URL.to_owned();
    let event = function.sample(&world.ctx, &demo.credentials());
    world.event(&world.ctx, package, event).await
}

fn columns(row: &str) -> Vec<&str> {
    let row = row.trim_start_matches("| ").trim_end_matches(" |");
    row.split(" | ").collect()
}

/// A call of OkayAPI by the app without signature.
async fn send(world: &World, operation: &str, pairs: &[(&str, &str)]) -> Reply {
    let all = [&[("app_key", demo::OPEN_APP)], pairs].concat();
    let call = Call::post(&format!("/api/App/{operation}")).form(&all);
    world.send(call).await
}

/// What calls cost, to be recorded. The record is the README's table and what later costs are held against.
#[derive(Default)]
pub struct Table(Vec<String>);

impl Table {
    /// The first word of `name` is the operation.
    pub fn row(&mut self, name: &str, reply: Reply) {
        let is_refused = reply.body.contains("\"ret\":4")
            || reply.body.contains("\"rst\":false")
            || reply.body.contains("\"err_msg\":\"动态");
        assert!(!is_refused, "{name}: {}", reply.body);
        let cost = reply.cost;
        let (trips, reads, writes) = (cost.round_trips, cost.read_units, cost.write_units);
        let end = name.find([' ', ',']).unwrap_or(name.len());
        let (operation, rest) = name.split_at(end);
        let row = format!("| `{operation}`{rest} | {trips} | {reads} | {writes} |");
        self.0.push(row);
    }

    /// Holds the costs against the record `name`. Another DynamoDB counts fewer units for reads of several items: there
    /// nothing may cost more.
    pub fn record(self, name: &str) {
        let text = self.0.join("\n");
        if emulator::address().is_none() {
            return recorded(name, &text);
        }
        let record = generate::recorded::text(&xtask::root(), name).unwrap();
        assert_eq!(text.lines().count(), record.lines().count());
        for (row, known) in text.lines().zip(record.lines()) {
            let (row, known) = (columns(row), columns(known));
            assert_eq!(row[0], known[0]);
            for column in 1..4 {
                let [cost, most] = [row[column], known[column]].map(|n| n.parse::<f64>().unwrap());
                assert!(cost <= most, "{row:?} is above {known:?}");
            }
        }
    }
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

    let other = &world.demo.members[1];
    let password = weiquan_store::digest::md5_hex([&*other.password]);
    let names = [("username", &*other.username), ("password", &*password)];
    let again = [names[0], names[1], ("is_allow_many", "1")];
    send(&world, "User/Login", &again).await;
    let known = send(&world, "User/Login", &again).await;
    table.row("Login, from a known address", known);
    let own = &world.demo.members[0];
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
    let with = act(&world, 0, "update", &with).await;
    let text = rst(&with)["data"]["tx"].as_str().unwrap().to_owned();
    let link = text.rsplit('/').next().unwrap();
    table.row("update with a name and a new link", with);
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
        table.row(name, act(&world, 1, operation, params).await);
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
    let allowed = world.send(allow(&world, &page, 1)).await;
    let vericode = added(&allowed, CALLBACK).remove("oauth_vericode").unwrap();
    table.row("qzoneoauth_authorize, allowed", allowed);
    let access = exchange(&world, &asked, &vericode).send(&world).await;
    table.row("qzoneoauth_access_token", access);
    let listed = world.send(feeds(&world, "")).await;
    table.row("feeds, 2 of a member", listed);
    table.record("costs");
}
