//! Xweibo `setting`, `saveShow` and `saveNotice` (xweibo sections 5.8.1, 5.8.3, 5.8.4, 5.10 and
//! 7.37), and what they change in other answers.

use crate::support::xweibo::*;
use crate::support::{BAI, STAR, Who, World};

const NOTHING: Failure = (2010000, "User_id or Options can not be empty");
const NO_OPTION: Failure = (2010001, "Set the option does not exist");
const FLAGS: [&str; 8] = [
    "comment",
    "dm",
    "follower",
    "mention",
    "from_user",
    "status_type",
    "newfeed",
    "notice",
];

/// Saves settings, so that they count for the next call.
async fn save(world: &World, who: Who, name: &str, params: &[(&str, &str)]) {
    done(world, who, name, params).await;
    world.pass(61);
}

/// All of the first four notices, but for these.
async fn notice(world: &World, changes: &[(&str, &str)]) {
    let mut params = FLAGS.map(|name| (name, "0"));
    for (_, value) in &mut params[..4] {
        *value = "1";
    }
    for (name, value) in &mut params {
        if let Some((_, changed)) = changes.iter().find(|(other, _)| other == name) {
            *value = changed;
        }
    }
    save(world, BAI, "saveNotice", &params).await;
}

/// How many comments a page of a weibo has that many have commented on.
async fn limit(world: &World, who: Who, weibo: &str, more: &[(&str, &str)]) -> usize {
    let params = [&[("id", weibo)][..], more].concat();
    let page = rst(&act(world, who, "getComments", &params).await);
    let length = page.as_object().unwrap().len() - 2;
    assert_eq!(page["limit"], length, "{more:?}");
    length
}

/// How many weibos a home timeline shows.
async fn feeds(world: &World, who: Who, params: &[(&str, &str)]) -> usize {
    let data = accepted(&act(world, who, "homeTimeline", params).await);
    data.as_array().unwrap().len()
}

#[tokio::test]
async fn a_way_to_show_tips_is_chosen() {
    let world = World::new().await;
    let nothing: &[(&str, &str)] = &[];
    for params in [
        nothing,
        &[("type", "")],
        &[("type", "autoshow")],
        &[("type", "tipshow")],
    ] {
        for who in [BAI, STAR, STAR] {
            done(&world, who, "setting", params).await;
        }
    }
    for kind in [
        "x",
        "0",
        "1",
        "auto",
        "autoshow2",
        "tipshow,autoshow",
        "type",
    ] {
        assert_refused(&world, BAI, "setting", &[("type", kind)], NO_OPTION).await;
    }
}

#[tokio::test]
async fn numbers_on_a_page_are_of_five() {
    let world = World::new().await;
    let (show, all) = ("saveShow", ["newmsg", "feedtotal", "commenttotal"]);
    for number in ["10", "20", "30", "40", "50"] {
        for flag in ["0", "1"] {
            let params = [
                ("newmsg", flag),
                ("feedtotal", number),
                ("commenttotal", number),
            ];
            for count in 1..=3 {
                save(&world, BAI, show, &params[..count]).await;
            }
            save(&world, BAI, show, &params[1..]).await;
        }
    }
    assert_refused(&world, BAI, show, &[], NOTHING).await;
    assert_refused(&world, BAI, show, &all.map(|name| (name, "")), NOTHING).await;
    assert_refused(&world, BAI, show, &[("count", "10")], NOTHING).await;
    let totals = ["0", "1", "9", "11", "15", "60", "100", "-10", "x", "10x"];
    for (at, values) in [
        (0, &["2", "-1", "10", "x", "01"][..]),
        (1, &totals),
        (2, &totals),
    ] {
        for value in values {
            let mut params = [("newmsg", "1"), ("feedtotal", "10"), ("commenttotal", "10")];
            params[at].1 = value;
            assert_refused(&world, BAI, show, &params, NO_OPTION).await;
            let alone = &params[at..=at];
            assert_refused(&world, BAI, show, alone, NO_OPTION).await;
        }
    }
}

#[tokio::test]
async fn the_callers_pages_have_the_length_that_was_chosen() {
    let world = World::new().await;
    let weibo = publish(&world, STAR, "哈哈").await;
    follow(&world, BAI, STAR).await;
    for number in 0..51 {
        let text = number.to_string();
        comment(&world, BAI, &weibo, &text).await;
        publish(&world, STAR, &text).await;
    }
    world.settle().await;
    let second = [("type", "2")];
    assert_eq!(limit(&world, BAI, &weibo, &second).await, 20);
    assert_eq!(feeds(&world, BAI, &[]).await, 20);
    for (feedtotal, commenttotal) in [(10, 50), (50, 30), (30, 10), (40, 20), (20, 40)] {
        let [feed, comment] = [feedtotal, commenttotal].map(|total: usize| total.to_string());
        // Each by itself, and the other stays; so do they when the tips are set.
        save(&world, BAI, "saveShow", &[("feedtotal", &*feed)]).await;
        save(&world, BAI, "saveShow", &[("commenttotal", &*comment)]).await;
        save(&world, BAI, "saveShow", &[("newmsg", "1")]).await;
        save(&world, BAI, "setting", &[("type", "tipshow")]).await;
        save(&world, BAI, "setting", &[]).await;
        save(&world, BAI, "saveNotice", &[("mention", "1")]).await;
        assert_eq!(limit(&world, BAI, &weibo, &second).await, commenttotal);
        let next = [("type", "2"), ("page", "2"), ("count", "13")];
        assert_eq!(limit(&world, BAI, &weibo, &next).await, 13);
        assert_eq!(feeds(&world, BAI, &[]).await, feedtotal);
        assert_eq!(feeds(&world, BAI, &[("count", "7")]).await, 7);
        for kind in ["", "1", "x"] {
            assert_eq!(limit(&world, BAI, &weibo, &[("type", kind)]).await, 10);
        }
        // Another's are as they were.
        assert_eq!(limit(&world, STAR, &weibo, &second).await, 20);
        assert_eq!(feeds(&world, STAR, &[]).await, 20);
    }
    let bad = [("feedtotal", "10"), ("commenttotal", "11")];
    assert_refused(&world, BAI, "saveShow", &bad, NO_OPTION).await;
    world.pass(61);
    assert_eq!(limit(&world, BAI, &weibo, &second).await, 40);
    assert_eq!(feeds(&world, BAI, &[]).await, 20);
    let newest = [("id", &*weibo), ("type", "2"), ("page", "2")];
    let page = rst(&act(&world, BAI, "getComments", &newest).await);
    assert_eq!(page["10"]["text"], "0");
    assert_eq!(page["limit"], 40);
    // Nobody has chosen anything.
    allow_anonymous(&world, "getComments").await;
    let page = rst(&act(&world, NOBODY, "getComments", &newest[..2]).await);
    assert_eq!(page["limit"], 20);
}

#[tokio::test]
async fn what_is_off_is_not_shown_but_counted() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    follow(&world, BAI, STAR).await;
    follow(&world, STAR, BAI).await;
    publish(&world, STAR, "@小白 一").await;
    comment(&world, STAR, &weibo, "一").await;
    message(&world, STAR, BAI, "一").await;
    world.settle().await;
    assert_unread(&world, BAI, &weibo, [1, 1, 1, 1, 1]).await;
    for (name, at) in [("mention", 1), ("comment", 2), ("follower", 3), ("dm", 4)] {
        let (mut off, mut only) = ([1; 5], [1, 0, 0, 0, 0]);
        off[at] = 0;
        only[at] = 1;
        let others = FLAGS[..4].iter().filter(|flag| **flag != name);
        let others: Vec<_> = others.map(|flag| (*flag, "1")).collect();
        // A missing one is off, and so is one that is 0.
        save(&world, BAI, "saveNotice", &others).await;
        assert_unread(&world, BAI, &weibo, off).await;
        save(
            &world,
            BAI,
            "saveNotice",
            &[&others[..], &[(name, "0")]].concat(),
        )
        .await;
        assert_unread(&world, BAI, &weibo, off).await;
        save(&world, BAI, "saveNotice", &[(name, "1")]).await;
        assert_unread(&world, BAI, &weibo, only).await;
    }
    for name in ["newfeed", "notice"] {
        for value in ["1", "0"] {
            save(&world, BAI, "saveNotice", &[(name, value)]).await;
            assert_unread(&world, BAI, &weibo, [1, 0, 0, 0, 0]).await;
        }
    }
    // Counted meanwhile.
    publish(&world, STAR, "@小白 二").await;
    comment(&world, STAR, &weibo, "二").await;
    message(&world, STAR, BAI, "二").await;
    world.settle().await;
    assert_unread(&world, BAI, &weibo, [2, 0, 0, 0, 0]).await;
    assert_unread(&world, STAR, "", [0, 0, 0, 1, 0]).await;
    let on = FLAGS.map(|name| (name, "1"));
    save(&world, BAI, "saveNotice", &on[..4]).await;
    assert_unread(&world, BAI, &weibo, [2, 2, 2, 1, 2]).await;

    assert_refused(&world, BAI, "saveNotice", &[], NO_NOTICE).await;
    assert_refused(&world, BAI, "saveNotice", &[("type", "1")], NO_NOTICE).await;
    let blank = FLAGS.map(|name| (name, ""));
    assert_refused(&world, BAI, "saveNotice", &blank, NO_NOTICE).await;
    for name in FLAGS {
        for value in ["2", "-1", "10", "x", "01"] {
            let params = [(name, value)];
            assert_refused(&world, BAI, "saveNotice", &params, NO_OPTION).await;
            let good = FLAGS.iter().filter(|other| **other != name);
            let good: Vec<_> = good.map(|other| (*other, "0")).collect();
            let params = [&params[..], &good].concat();
            assert_refused(&world, BAI, "saveNotice", &params, NO_OPTION).await;
        }
    }
    world.pass(61);
    assert_unread(&world, BAI, &weibo, [2, 2, 2, 1, 2]).await;
}

#[tokio::test]
async fn mentions_count_by_who_wrote_them() {
    let world = World::new().await;
    notice(&world, &[("from_user", "1")]).await;
    let theirs = publish(&world, STAR, "哈哈").await;
    let mention = async |text: &str| {
        let text = format!("@小白 {text}");
        publish(&world, STAR, &text).await;
        comment(&world, STAR, &theirs, &text).await;
    };
    mention("一").await;
    world.settle().await;
    assert_unread(&world, BAI, "", [0; 5]).await;
    // What counts is whom the caller followed when it was told.
    mention("二").await;
    world.settle().await;
    follow(&world, BAI, STAR).await;
    world.settle().await;
    assert_unread(&world, BAI, "", [0; 5]).await;
    mention("三").await;
    world.settle().await;
    assert_unread(&world, BAI, "", [0, 2, 0, 0, 0]).await;
    mention("四").await;
    world.settle().await;
    unfollow(&world, BAI, STAR).await;
    world.settle().await;
    assert_unread(&world, BAI, "", [0, 4, 0, 0, 0]).await;
    mention("五").await;
    world.settle().await;
    assert_unread(&world, BAI, "", [0, 4, 0, 0, 0]).await;
    // Being followed is not following; and without the setting everybody counts again.
    follow(&world, STAR, BAI).await;
    clear(&world, BAI, "").await;
    mention("六").await;
    world.settle().await;
    assert_unread(&world, BAI, "", [0; 5]).await;
    notice(&world, &[("from_user", "0")]).await;
    clear(&world, BAI, "").await;
    mention("七").await;
    world.settle().await;
    assert_unread(&world, BAI, "", [0, 2, 0, 0, 0]).await;
}

#[tokio::test]
async fn mentions_count_by_what_they_stand_in() {
    let world = World::new().await;
    let theirs = publish(&world, STAR, "哈哈").await;
    let mention = async |text: &str| {
        let text = format!("@小白 {text}");
        let params = [("id", &*theirs), ("text", &text), ("forward", "1")];
        publish(&world, STAR, &text).await;
        comment(&world, STAR, &theirs, &text).await;
        accepted(&act(&world, STAR, "repost", &params).await);
        rst(&act(&world, STAR, "comment", &params).await);
        world.settle().await;
    };
    mention("一").await;
    assert_unread(&world, BAI, "", [0, 5, 0, 0, 0]).await;
    clear(&world, BAI, "").await;
    notice(&world, &[("status_type", "1")]).await;
    mention("二").await;
    assert_unread(&world, BAI, "", [0, 1, 0, 0, 0]).await;
    notice(&world, &[("status_type", "1"), ("from_user", "1")]).await;
    clear(&world, BAI, "").await;
    mention("三").await;
    assert_unread(&world, BAI, "", [0; 5]).await;
    follow(&world, BAI, STAR).await;
    mention("四").await;
    assert_unread(&world, BAI, "", [0, 1, 0, 0, 0]).await;
    notice(&world, &[]).await;
    clear(&world, BAI, "").await;
    mention("五").await;
    assert_unread(&world, BAI, "", [0, 5, 0, 0, 0]).await;
}

#[tokio::test]
async fn only_members_have_settings_and_silenced_ones_do_too() {
    let world = World::new().await;
    for name in ["setting", "saveShow", "saveNotice"] {
        allow_anonymous(&world, name).await;
        for params in [&[][..], &[("type", "x"), ("dm", "2")]] {
            refused(&act(&world, NOBODY, name, params).await, NOTHING);
        }
    }
    change_member(&world, BAI, |member| member.silenced = true).await;
    let weibo = publish(&world, STAR, "哈哈").await;
    save(&world, BAI, "saveShow", &[("commenttotal", "30")]).await;
    let page = [("id", &*weibo), ("type", "2")];
    let page = rst(&act(&world, BAI, "getComments", &page).await);
    assert_eq!(page["limit"], 30);
}

#[tokio::test]
async fn settings_that_are_not_stored_say_so() {
    let world = World::new().await;
    let before = world.dump().await;
    let storm = world.faults().read_only();
    for (name, params) in [
        ("setting", &[][..]),
        ("saveShow", &[("feedtotal", "10")]),
        ("saveNotice", &[("comment", "0")]),
    ] {
        let failed = (2010002, "Update configuration fails");
        refused(&act(&world, BAI, name, params).await, failed);
    }
    drop(storm);
    assert_eq!(world.dump().await, before);
}
