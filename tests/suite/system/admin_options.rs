//! Options that are mistaken, repeated, cleared.

use demo::OPEN_APP;
use serde_json::json;

use crate::support::admin::{assert_refused, call_here, done_here, fed, text};
use crate::support::xweibo::{NOBODY, call_as};
use crate::support::{World, okay};

#[tokio::test]
async fn a_mistaken_operation_is_told_its_neighbours() {
    let world = World::new().await;
    let consumer = &world.demo.qzone.consumer_key;
    for (command, wrong, near) in [
        (
            format!("app set {OPEN_APP} --close"),
            "Register",
            "App.User.Register",
        ),
        (
            format!("app set {OPEN_APP} --open"),
            "App.Market_Mesage.Pst",
            "App.Market_Message.Post",
        ),
        (
            format!("qzone app set {consumer} --allow"),
            "addfeeds",
            "add_feeds",
        ),
        (
            format!("qzone grant {consumer} dogstar --allow"),
            "add_feed",
            "add_feeds",
        ),
    ] {
        let said = call_here(&world, &format!("{command} {wrong}"))
            .await
            .unwrap_err();
        let (_, names) = said
            .split_once("near it are ")
            .unwrap_or_else(|| panic!("{said}"));
        assert_eq!(names.split(", ").next(), Some(near), "{said}");
    }
}

#[tokio::test]
async fn lists_take_commas_and_repetition_alike() {
    let world = World::new().await;
    let app = &*format!("app set {OPEN_APP}");
    let qzone = &*format!("qzone app set {}", world.demo.qzone.consumer_key);
    let xweibo = "xweibo set";
    let (first, second) = ("192.0.2.1/32", "2001:db8::/32");
    for (command, name, one, other) in [
        (app, "close", "App.Hello.World", "App.User.Check"),
        (app, "ip-deny", first, second),
        (app, "ip-allow", first, second),
        (qzone, "allow", "add_feeds", "add_share"),
        (qzone, "base-urls", "http://a.cn", "http://b.cn"),
        (qzone, "callback-domains", "a.cn", "b.cn"),
        (xweibo, "allow-others", "show", "update"),
        (xweibo, "allow-anonymous", "show", "update"),
        (xweibo, "ip-allow", first, second),
        (xweibo, "words", "bad", "坏"),
    ] {
        let commas = format!("{one}, {other}");
        let (field, cleared) = match name {
            "close" => ("closed".to_owned(), format!("--open '{commas}'")),
            "allow" => ("allowed".to_owned(), "--allow ''".to_owned()),
            _ => (name.replace('-', "_"), format!("--{name} ''")),
        };
        for options in [
            format!("--{name} '{commas}'"),
            format!("--{name} '{one}，{other}、'"),
            format!("--{name} {one} --{name} {other}"),
        ] {
            let shown = done_here(&world, &format!("{command} {options}")).await;
            assert_eq!(shown[&field], json!([one, other]), "{options}");
            let shown = done_here(&world, &format!("{command} {cleared}")).await;
            assert_eq!(shown[&field], json!([]), "{cleared}");
        }
    }
}

#[tokio::test]
async fn what_is_set_can_be_cleared_or_is_refused_in_words() {
    let world = World::new().await;
    let set = done_here(&world, "xweibo set --default-member xiaobai").await;
    assert!(set["default_member"].is_u64());
    let cleared = done_here(&world, "xweibo set --default-member ''").await;
    assert!(cleared["default_member"].is_null());

    let grow = format!("app set {OPEN_APP} --shards 4");
    assert_eq!(done_here(&world, &grow).await["shards"], 4);
    let lower = format!("app set {OPEN_APP} --shards 3");
    assert_refused(&world, &lower, "--shards only grows").await;
    let before = world.dump().await.len();
    assert_eq!(done_here(&world, &grow).await["shards"], 4);
    assert_eq!(world.dump().await.len(), before);

    for (command, words) in [
        ("member set xiaobai --password ''", "--password"),
        ("member create --username new --password ''", "--password"),
        ("member show new", "there is no member"),
    ] {
        assert_refused(&world, command, words).await;
    }
}

#[tokio::test]
async fn a_member_who_is_bound_moves_on_request_only() {
    let world = World::new().await;
    let bound = done_here(&world, "member show xiaobai").await;
    let site_uid = text(&bound, "site_uid");
    let bind = "xweibo bind 777 xiaobai";
    for words in ["--move", site_uid] {
        assert_refused(&world, bind, words).await;
    }
    let same = format!("xweibo bind {site_uid} xiaobai");
    assert_eq!(done_here(&world, &same).await["site_uid"], site_uid);
    let moved = done_here(&world, &format!("{bind} --move")).await;
    assert_eq!(moved["site_uid"], "777");
    let anothers = "xweibo bind 777 dogstar --move";
    assert_refused(&world, anothers, "somebody else").await;
    let freed = format!("xweibo bind {site_uid} dogstar --move");
    assert_eq!(done_here(&world, &freed).await["site_uid"], site_uid);
}

#[test]
fn the_command_line_is_sound() {
    admin::command_line().debug_assert();
}

#[tokio::test]
async fn names_that_no_operation_of_xweibo_has_are_taken_with_a_warning() {
    let world = World::new().await;
    for (option, field) in [
        ("--allow-anonymous", "allow_anonymous"),
        ("--allow-others", "allow_others"),
    ] {
        // The document's own example, and one that is near another.
        let names = "getTokenAuthorizeURL,show,usertimelines";
        let set = format!("xweibo set {option} {names}");
        let (shown, warned) = fed(&world, &set, "").await;
        let listed = json!(["getTokenAuthorizeURL", "show", "usertimelines"]);
        assert_eq!(shown.unwrap()[field], listed);
        let warned: Vec<_> = warned.lines().collect();
        assert_eq!(warned.len(), 2, "{warned:?}");
        assert!(warned[0].contains("there is no operation getTokenAuthorizeURL"));
        assert!(warned[1].contains("near it are userTimeline"), "{warned:?}");
        let (_, warned) = fed(&world, &format!("xweibo set {option} show"), "").await;
        assert_eq!(warned, "");
    }
}

#[tokio::test]
async fn operations_are_named_in_any_case() {
    let world = World::new().await;
    let app = &*format!("app set {OPEN_APP}");
    let key = &world.demo.qzone.consumer_key;
    let (qzone, grant) = (
        format!("qzone app set {key}"),
        format!("qzone grant {key} dogstar"),
    );
    for (command, option, field, typed, stored) in [
        (
            app,
            "--close",
            "closed",
            "app.user.CHECK，APP.Hello.World",
            json!(["App.Hello.World", "App.User.Check"]),
        ),
        (
            app,
            "--open",
            "closed",
            "APP.USER.CHECK",
            json!(["App.Hello.World"]),
        ),
        (
            &qzone,
            "--allow",
            "allowed",
            "ADD_FEEDS",
            json!(["add_feeds"]),
        ),
        (
            &grant,
            "--allow",
            "allowed",
            "Add_Feeds",
            json!(["add_feeds"]),
        ),
        (
            "xweibo set",
            "--allow-anonymous",
            "allow_anonymous",
            "GETCOMMENTS,usertimeline,Show,show",
            json!(["getComments", "show", "userTimeline"]),
        ),
        (
            "xweibo set",
            "--allow-others",
            "allow_others",
            "UPDATE,comment.Destroy",
            json!(["comment_destroy", "update"]),
        ),
    ] {
        let set = format!("{command} {option} {typed}");
        let (shown, warned) = fed(&world, &set, "").await;
        assert_eq!(shown.unwrap()[field], stored, "{option}");
        assert_eq!(warned, "", "{option}");
    }
    // What is stored is what calls are held to.
    world.pass(61);
    let target = "/api/weibo/action.userTimeline";
    let call = call_as(&world, NOBODY, target, &[("name", "小白")]);
    assert_eq!(world.send(call).await.json()["errno"], 0);
    let closed = world
        .send(okay::get("App.Hello.World", &[("name", "a")]))
        .await;
    assert_eq!(closed.json()["ret"], 415);
}

#[tokio::test]
async fn a_new_site_takes_times_of_600_seconds_on_both_sides() {
    let world = World::empty().await;
    let keys = "--akey 1000000009 --skey 0123456789abcdef0123456789abcdef";
    let made = done_here(&world, &format!("xweibo set {keys}")).await;
    assert_eq!(
        (&made["past_seconds"], &made["future_seconds"]),
        (&json!(600), &json!(600))
    );
    let asked = "xweibo set --past none";
    assert_eq!(done_here(&world, asked).await["past_seconds"], json!(null));
}
