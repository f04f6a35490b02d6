//! Functions, template, routes, events, documents: none may know something that another does not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use shared::event::Event;
use shared::store::client::{self, App, Consumer};
use shared::store::query::INDEX_QUERY;

use crate::qzone_authorize::{CALLBACK, added, allow, open, refuse};
use crate::qzone_oauth::{SHARE, api, exchange, request_token};
use crate::qzone_pages::{Visitor, feeds};
use crate::world::{Call, Reply, World};
use crate::xweibo_favorites::{act, publish, rst};

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn packages() -> BTreeSet<String> {
    front::functions()
        .map(|function| function.package().to_owned())
        .collect()
}

/// `okay-post-moment` is `OkayPostMoment` in the template.
fn logical_id(package: &str) -> String {
    package
        .split('-')
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect()
}

fn resources() -> Value {
    let mut template: Value = serde_saphyr::from_str(&read("template.yaml")).unwrap();
    template["Resources"].take()
}

/// The template's functions by logical id.
fn template() -> BTreeMap<String, Value> {
    let resources = resources();
    resources
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function")
        .map(|(id, resource)| (id.clone(), resource["Properties"].clone()))
        .collect()
}

#[test]
fn every_folder_of_functions_is_known() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join("functions");
    assert!(root.join("fanout").exists());
    let mut found = BTreeSet::from(["front".to_owned()]);
    for family in ["okay", "xweibo", "qzone"] {
        for folder in std::fs::read_dir(root.join(family)).unwrap() {
            found.insert(format!(
                "{family}-{}",
                folder.unwrap().file_name().to_str().unwrap()
            ));
        }
    }
    assert_eq!(found, packages());
}

#[test]
fn the_template_has_every_function_with_its_routes() {
    let template = template();
    let mut ids: BTreeSet<_> = packages()
        .iter()
        .map(|package| logical_id(package))
        .collect();
    ids.insert("Fanout".to_owned());
    assert_eq!(template.keys().cloned().collect::<BTreeSet<_>>(), ids);
    for function in front::functions() {
        let properties = &template[&logical_id(function.package())];
        let code = format!("target/lambda/{}/", function.package());
        assert_eq!(properties["CodeUri"], code);
        let routes: BTreeSet<_> = properties["Events"]
            .as_object()
            .unwrap()
            .values()
            .map(|event| {
                assert_eq!(event["Properties"]["Method"], "ANY");
                event["Properties"]["Path"].as_str().unwrap().to_owned()
            })
            .collect();
        let mut paths: BTreeSet<_> = function.paths().into_iter().collect();
        if paths.is_empty() {
            paths.insert("$default".to_owned());
        }
        assert_eq!(routes, paths, "{}", function.package());
    }
}

#[test]
fn the_failures_of_every_function_are_heard_of() {
    let resources = resources();
    let watched: Vec<&Value> = resources
        .as_object()
        .unwrap()
        .iter()
        .filter(|(id, _)| id.starts_with("FunctionErrors"))
        .flat_map(|(_, alarm)| {
            let metrics = alarm["Properties"]["Metrics"].as_array().unwrap();
            assert!(metrics.len() <= 10, "an alarm takes no more");
            metrics.iter().skip(1)
        })
        .map(|metric| &metric["MetricStat"]["Metric"]["Dimensions"][0]["Value"])
        .collect();
    for package in packages().into_iter().chain(["fanout".to_owned()]) {
        let id = logical_id(&package);
        assert!(watched.iter().any(|watched| **watched == id), "{id}");
        let logs = format!("{id}Logs");
        let function = &resources[&id]["Properties"];
        assert_eq!(function["LoggingConfig"]["LogGroup"], logs, "{id}");
        let name = resources[&logs]["Properties"]["LogGroupName"].as_str();
        assert!(name.unwrap().ends_with(&format!("/{package}")), "{id}");
        let filter = &resources[format!("{id}Failures")]["Properties"];
        assert_eq!(filter["LogGroupName"], logs, "{id}");
    }
}

#[test]
fn cargo_lambda_watch_answers_the_same_addresses() {
    let manifest = read("Cargo.toml");
    for function in front::functions() {
        for path in function.paths() {
            let line = format!("\"{path}\" = \"{}\"", function.package());
            assert!(manifest.contains(&line), "Cargo.toml lacks {line}");
        }
    }
}

#[test]
fn every_function_has_an_event_and_is_in_the_documents() {
    let (readme, operations) = (read("README.md"), read("docs/OPERATIONS.md"));
    for package in packages() {
        let event: Event = serde_json::from_str(&read(&format!("events/{package}.json"))).unwrap();
        assert_eq!(event.version, "2.0");
        assert!(readme.contains(&package), "README.md lacks {package}");
        assert!(
            package == "front" || operations.contains(&package),
            "docs/OPERATIONS.md lacks {package}"
        );
    }
}

#[tokio::test]
async fn the_events_are_what_the_command_line_prints() {
    for package in packages() {
        let printed =
            crate::binaries::admin(&["event", &package, "--at", "2026-11-01T00:00:00Z"]).await;
        let file = format!("events/{package}.json");
        assert_eq!(
            printed,
            read(&file),
            "run: cargo run -p admin -- event {package} --at 2026-11-01T00:00:00Z > {file}"
        );
    }
}

#[tokio::test]
async fn the_reference_is_what_the_declarations_say() {
    let printed = crate::binaries::admin(&["reference"]).await;
    assert_eq!(
        printed,
        read("docs/OPERATIONS.md"),
        "run: cargo run -p admin -- reference > docs/OPERATIONS.md"
    );
}

/// Calls that make every function do all that it can do to the table.
async fn everything(world: &World) -> BTreeMap<String, BTreeSet<String>> {
    let mut app = client::read::<App>(&world.ctx, demo::SIGNED_APP)
        .await
        .unwrap()
        .unwrap();
    app.monthly_quota = Some(1_000);
    app.per_second = Some(500);
    client::replace(&world.ctx, &app.key, &app).await.unwrap();
    let key = &world.demo.qzone.consumer_key;
    let consumer = client::read::<Consumer>(&world.ctx, key).await.unwrap();
    let mut consumer = consumer.unwrap();
    consumer.per_second = Some(500);
    client::replace(&world.ctx, key, &consumer).await.unwrap();
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
    let member = &world.demo.members[1];
    let session = [
        ("app_key", demo::OPEN_APP),
        ("uuid", &member.uuid),
        ("token", &member.token),
    ];
    let moment = [("moment_nickname", "n"), ("moment_access", "0")];
    let moment = Call::post("/api/App/Market_Minimoments/PostMoment")
        .form(&[&session[..], &moment[..]].concat());
    let moment = crate::talk::posted(&world.send(moment).await).to_string();
    let root = crate::talk::post(world, "", 0, "root").await.to_string();
    // The index is relied on for what is older than a few seconds.
    world.pass(10);
    let password = shared::secret::md5_hex([&*member.password]);
    let names = [("username", &*member.username), ("password", &*password)];
    let on_root = [("message_content", "x"), ("message_pid", root.as_str())];
    for (operation, params) in [
        ("Market_Message/Post", &on_root[..]),
        ("Market_Message/Show", &[]),
        ("Market_Message/Replies", &[("id", &root)]),
        ("Market_Minimoments/GetMyMoment", &[]),
        ("Market_Minimoments/GiveLike", &[("id", &moment)]),
        ("Market_Minimoments/DeleteMoment", &[("id", &moment)]),
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
    let batch = serde_json::from_str(&read("events/fanout.json")).unwrap();
    let ctx = world.ctx.for_request("stream");
    fanout::handle(&ctx, batch).await;
    let told = Reply {
        cost: ctx.meter.cost(),
        ..world.send(Call::get("/")).await
    };
    note("fanout", &told);
    let more = [xweibo(world).await, qzone(world).await].concat();
    for (package, reply) in more {
        assert!(reply.status < 400, "{package}: {}", reply.body);
        note(package, &reply);
        note("front", &reply);
    }
    seen
}

/// What members say about weibos.
async fn xweibo(world: &World) -> Vec<(&'static str, Reply)> {
    let root = publish(world, 1, "root").await;
    let mut replies = Vec::new();
    let said = [("text", "@小白 @dogstar http://example.com/")];
    replies.push(("xweibo-update", act(world, 0, "update", &said).await));
    world.settle().await;
    for (package, name) in [
        ("xweibo-user-timeline", "userTimeline"),
        ("xweibo-mentions", "mentions"),
    ] {
        // Authors are kept for a minute.
        world.pass(61);
        replies.push((package, act(world, 1, name, &[]).await));
    }
    let mut reply_to = String::new();
    for (package, name, params) in [
        (
            "xweibo-comment",
            "comment",
            &[("text", "a"), ("forward", "1")][..],
        ),
        ("xweibo-repost", "repost", &[("text", "b")]),
        ("xweibo-get-comments", "getComments", &[]),
        ("xweibo-show", "show", &[]),
        ("xweibo-create-favorite", "createFavorite", &[]),
        ("xweibo-delete-favorite", "deleteFavorite", &[]),
    ] {
        // Authors are kept for a minute.
        world.pass(61);
        let params = [params, &[("id", &*root)]].concat();
        let reply = act(world, 1, name, &params).await;
        if name == "comment" {
            reply_to = rst(&reply)["comment"]["id"].as_str().unwrap().to_owned();
        }
        rst(&reply);
        replies.push((package, reply));
    }
    let answer = [("id", &*root), ("cid", &reply_to), ("text", "c")];
    replies.push(("xweibo-reply", act(world, 1, "reply", &answer).await));
    let counts = act(world, 1, "getCounts", &[("ids", &root)]).await;
    replies.push(("xweibo-get-counts", counts));
    let gone = act(world, 1, "comment_destroy", &[("id", &reply_to)]).await;
    replies.push(("xweibo-comment-destroy", gone));
    let repost = act(world, 1, "repost", &[("id", &root)]).await;
    let repost = rst(&repost)["data"]["id"].as_str().unwrap().to_owned();
    for id in [&repost, &root] {
        let gone = act(world, 1, "destroy", &[("id", id)]).await;
        rst(&gone);
        replies.push(("xweibo-destroy", gone));
    }
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
    let allowed = world.send(allow(world, &page, 1)).await;
    let vericode = added(&allowed, CALLBACK).remove("oauth_vericode").unwrap();
    replies.push(("qzone-authorize", allowed));
    for vericode in ["wrong", &vericode] {
        let reply = exchange(world, &asked, vericode).send(world).await;
        replies.push(("qzone-access-token", reply));
    }
    let link = [("title", "t"), ("url", "http://a.example/")];
    let share = api(world, SHARE, &link).send(world).await;
    replies.push(("qzone-add-share", share));
    let listed = world.send(feeds(world, "")).await;
    replies.push(("qzone-feeds", listed));
    let visitor = Visitor::log_in(world, 1).await;
    let row = visitor.rows().remove(0);
    for pairs in [[("revoke", &*row)], [("logout", "1")]] {
        let reply = world.send(visitor.post(&pairs)).await;
        replies.push(("qzone-grants", reply));
    }
    replies.push(("qzone-grants", visitor.reply));
    replies
}

#[tokio::test]
async fn every_function_may_do_what_it_does_and_nothing_else() {
    let world = World::new().await;
    let mut seen = everything(&world).await;
    let mut wrong = BTreeMap::new();
    for (package, actions) in &mut seen {
        // The settings, and the read that opens the connection.
        actions.insert("dynamodb:GetItem".to_owned());
        let asks_index = actions.remove(INDEX_QUERY);
        if asks_index {
            actions.insert("dynamodb:Query".to_owned());
        }
        let statement = &template()[&logical_id(package)]["Policies"][0]["Statement"][0];
        let resources = statement["Resource"].to_string();
        assert_eq!(resources.contains("index/GSI1"), asks_index, "{package}");
        let allowed: BTreeSet<_> = statement["Action"]
            .as_array()
            .unwrap()
            .iter()
            .map(|action| action.as_str().unwrap().to_owned())
            .collect();
        if &allowed != actions {
            wrong.insert(package.clone(), actions.clone());
        }
    }
    assert_eq!(
        wrong,
        BTreeMap::new(),
        "the template allows these something else"
    );
    seen.remove("fanout");
    assert_eq!(seen.keys().cloned().collect::<BTreeSet<_>>(), packages());
}
