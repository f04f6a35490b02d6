//! Options that are mistaken, repeated, cleared.

use serde_json::json;

use crate::support::admin::{call_here, done_here, said, text};
use crate::support::xweibo::{NOBODY, call_as};
use crate::support::{World, okay};

#[tokio::test]
async fn a_mistaken_operation_is_told_its_neighbours() {
    let world = World::new().await;
    let consumer = world.demo.qzone.consumer_key.clone();
    for (arguments, near) in [
        (
            &["app", "set", demo::OPEN_APP, "--close", "Register"][..],
            "App.User.Register",
        ),
        (
            &[
                "app",
                "set",
                demo::OPEN_APP,
                "--open",
                "App.Market_Mesage.Pst",
            ],
            "App.Market_Message.Post",
        ),
        (
            &["qzone", "app", "set", &consumer, "--allow", "addfeeds"],
            "add_feeds",
        ),
        (
            &[
                "qzone", "grant", &consumer, "dogstar", "--allow", "add_feed",
            ],
            "add_feeds",
        ),
    ] {
        let said = call_here(&world, arguments).await.unwrap_err();
        let (_, names) = said
            .split_once("near it are ")
            .unwrap_or_else(|| panic!("{said}"));
        assert_eq!(names.split(", ").next(), Some(near), "{said}");
    }
}

#[tokio::test]
async fn lists_take_commas_and_repetition_alike() {
    let world = World::new().await;
    let consumer = world.demo.qzone.consumer_key.clone();
    let app = ["app", "set", demo::OPEN_APP];
    let qzone = ["qzone", "app", "set", &consumer];
    let xweibo = ["xweibo", "set"];
    for (command, option, field, one, other) in [
        (
            &app[..],
            "--close",
            "closed",
            "App.Hello.World",
            "App.User.Check",
        ),
        (
            &app,
            "--ip-deny",
            "ip_deny",
            "192.0.2.1/32",
            "2001:db8::/32",
        ),
        (
            &app,
            "--ip-allow",
            "ip_allow",
            "192.0.2.1/32",
            "2001:db8::/32",
        ),
        (&qzone, "--allow", "allowed", "add_feeds", "add_share"),
        (
            &qzone,
            "--base-urls",
            "base_urls",
            "http://a.cn",
            "http://b.cn",
        ),
        (
            &qzone,
            "--callback-domains",
            "callback_domains",
            "a.cn",
            "b.cn",
        ),
        (&xweibo, "--allow-others", "allow_others", "show", "update"),
        (
            &xweibo,
            "--allow-anonymous",
            "allow_anonymous",
            "show",
            "update",
        ),
        (
            &xweibo,
            "--ip-allow",
            "ip_allow",
            "192.0.2.1/32",
            "2001:db8::/32",
        ),
        (&xweibo, "--words", "words", "bad", "坏"),
    ] {
        let both = json!([one, other]);
        let commas = format!("{one}, {other}");
        let chinese = format!("{one}，{other}、");
        for values in [&[&*commas][..], &[&chinese], &[one, other]] {
            let options: Vec<&str> = values.iter().flat_map(|value| [option, value]).collect();
            let shown = done_here(&world, &[command, &options].concat()).await;
            assert_eq!(shown[field], both, "{option} {values:?}");
            let none = if option == "--close" {
                "--open"
            } else {
                option
            };
            let nothing = if option == "--close" { &*commas } else { "" };
            let cleared = done_here(&world, &[command, &[none, nothing]].concat()).await;
            assert_eq!(cleared[field], json!([]), "{option}");
        }
    }
}

#[tokio::test]
async fn what_is_set_can_be_cleared_or_is_refused_in_words() {
    let world = World::new().await;
    let set = done_here(&world, &["xweibo", "set", "--default-member", "xiaobai"]).await;
    assert!(set["default_member"].is_u64());
    let cleared = done_here(&world, &["xweibo", "set", "--default-member", ""]).await;
    assert!(cleared["default_member"].is_null());

    let app = demo::OPEN_APP;
    assert_eq!(
        done_here(&world, &["app", "set", app, "--shards", "4"]).await["shards"],
        4
    );
    let lower = call_here(&world, &["app", "set", app, "--shards", "3"]).await;
    assert!(lower.unwrap_err().contains("--shards only grows"));
    let before = world.dump().await.len();
    let same = done_here(&world, &["app", "set", app, "--shards", "4"]).await;
    assert_eq!(
        (&same["shards"], world.dump().await.len()),
        (&json!(4), before)
    );

    for arguments in [
        &["member", "set", "xiaobai", "--password", ""][..],
        &["member", "create", "--username", "new", "--password", ""],
    ] {
        assert!(
            call_here(&world, arguments)
                .await
                .unwrap_err()
                .contains("--password")
        );
    }
    assert!(call_here(&world, &["member", "show", "new"]).await.is_err());
}

#[tokio::test]
async fn a_member_who_is_bound_moves_on_request_only() {
    let world = World::new().await;
    let bound = done_here(&world, &["member", "show", "xiaobai"]).await;
    let site_uid = text(&bound, "site_uid");
    let bind = ["xweibo", "bind", "777", "xiaobai"];
    let refused = call_here(&world, &bind).await.unwrap_err();
    assert!(
        refused.contains("--move") && refused.contains(site_uid),
        "{refused}"
    );
    let same = ["xweibo", "bind", site_uid, "xiaobai"];
    assert_eq!(done_here(&world, &same).await["site_uid"], site_uid);
    let moved = done_here(&world, &[&bind[..], &["--move"]].concat()).await;
    assert_eq!(moved["site_uid"], "777");
    let anothers = ["xweibo", "bind", "777", "dogstar", "--move"];
    assert!(
        call_here(&world, &anothers)
            .await
            .unwrap_err()
            .contains("somebody else")
    );
    let freed = ["xweibo", "bind", site_uid, "dogstar", "--move"];
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
        let (shown, warned) = said(&world, &["xweibo", "set", option, names]).await;
        let listed = json!(["getTokenAuthorizeURL", "show", "usertimelines"]);
        assert_eq!(shown[field], listed);
        let warned: Vec<_> = warned.lines().collect();
        assert_eq!(warned.len(), 2, "{warned:?}");
        assert!(warned[0].contains("there is no operation getTokenAuthorizeURL"));
        assert!(warned[1].contains("near it are userTimeline"), "{warned:?}");
        let (_, warned) = said(&world, &["xweibo", "set", option, "show"]).await;
        assert_eq!(warned, "");
    }
}

#[tokio::test]
async fn operations_are_named_in_any_case() {
    let world = World::new().await;
    let consumer = world.demo.qzone.consumer_key.clone();
    let app = ["app", "set", demo::OPEN_APP];
    let qzone = ["qzone", "app", "set", &consumer];
    let grant = ["qzone", "grant", &consumer, "dogstar"];
    let xweibo = ["xweibo", "set"];
    for (command, option, field, typed, stored) in [
        (
            &app[..],
            "--close",
            "closed",
            "app.user.CHECK，APP.Hello.World",
            &["App.Hello.World", "App.User.Check"][..],
        ),
        (
            &app,
            "--open",
            "closed",
            "APP.USER.CHECK",
            &["App.Hello.World"],
        ),
        (&qzone, "--allow", "allowed", "ADD_FEEDS", &["add_feeds"]),
        (&grant, "--allow", "allowed", "Add_Feeds", &["add_feeds"]),
        (
            &xweibo,
            "--allow-anonymous",
            "allow_anonymous",
            "GETCOMMENTS,usertimeline,Show,show",
            &["getComments", "show", "userTimeline"],
        ),
        (
            &xweibo,
            "--allow-others",
            "allow_others",
            "UPDATE,comment.Destroy",
            &["comment_destroy", "update"],
        ),
    ] {
        let (shown, warned) = said(&world, &[command, &[option, typed]].concat()).await;
        assert_eq!(shown[field], json!(stored), "{option}");
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
    let keys = [
        "--akey",
        "1000000009",
        "--skey",
        "0123456789abcdef0123456789abcdef",
    ];
    let made = done_here(&world, &[&["xweibo", "set"], &keys[..]].concat()).await;
    assert_eq!(
        (&made["past_seconds"], &made["future_seconds"]),
        (&json!(600), &json!(600))
    );
    let asked = ["xweibo", "set", "--past", "none"];
    assert_eq!(done_here(&world, &asked).await["past_seconds"], json!(null));
}
