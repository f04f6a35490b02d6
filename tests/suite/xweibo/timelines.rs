//! Xweibo `show` and `userTimeline`, extensions: one weibo, and those of one member.

use serde_json::json;

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, STAR, Who, World};

/// The ids of a member's weibos, as the answer has them.
async fn timeline(world: &World, who: Who, params: &[(&str, &str)]) -> Vec<String> {
    listed(world, who, "userTimeline", params).await
}

#[tokio::test]
async fn one_weibo_is_shown_whole() {
    let world = World::new().await;
    let text = "<script>&'</script>#话题#@dogstar";
    let root = publish(&world, BAI, text).await;
    let first = repost(&world, STAR, &root, "一").await;
    let second = repost(&world, BAI, &first, "二").await;
    let forward = [("id", &*second), ("text", "三"), ("forward", "1")];
    let third = id(&rst(&act(&world, STAR, "comment", &forward).await)["wb"]);
    let rt = weibo_json(&world, BAI, &root, text, None);
    let before = world.dump().await;
    for who in [BAI, STAR, STAR] {
        for (weibo, author, text, rt) in [
            (&root, BAI, text, None),
            (&first, STAR, "一", Some(&*rt)),
            (&second, BAI, "二", Some(&*rt)),
            (&third, STAR, "三", Some(&*rt)),
        ] {
            let reply = act(&world, who, "show", &[("id", weibo.as_str())]).await;
            let shown = weibo_json(&world, author, weibo, text, rt);
            assert_rst(&reply, &format!(r#"{{"data":{shown}}}"#));
        }
    }
    assert_eq!(world.dump().await, before);
    destroy(&world, BAI, &root).await;
    let rt = destroyed_json(&root);
    let reply = act(&world, BAI, "show", &[("id", &*first)]).await;
    let shown = weibo_json(&world, STAR, &first, "一", Some(&rt));
    assert_rst(&reply, &format!(r#"{{"data":{shown}}}"#));
    let link = format!("{BASE}{}", shorten(&world, "http://a.cn/x").await);
    let picture = [("text", "看http://a.cn/x"), ("pic", "p1")];
    let weibo = accepted(&act(&world, STAR, "update", &picture).await);
    assert_eq!(weibo["tx"], format!("看{link}"));
    assert_eq!(show(&world, BAI, &id(&weibo)).await, weibo);
}

#[tokio::test]
async fn marks_of_favourites_are_the_callers() {
    let world = World::new().await;
    let root = publish(&world, BAI, "哈哈").await;
    let top = repost(&world, BAI, &root, "一").await;
    rst(&act(&world, STAR, "createFavorite", &[("id", &*root)]).await);
    rst(&act(&world, BAI, "createFavorite", &[("id", &*top)]).await);
    let uid = world.member(BAI).uid.to_string();
    for (who, of_root, of_top) in [(BAI, 0, 1), (STAR, 1, 0)] {
        let data = accepted(&act(&world, who, "userTimeline", &[("id", &*uid)]).await);
        assert_eq!(data[0]["id"], top);
        assert_eq!(data[0]["f"], of_top);
        assert_eq!(data[0]["rt"]["f"], of_root);
        assert_eq!(data[1]["f"], of_root);
        assert_eq!(data[0], show(&world, who, &top).await);
        assert_eq!(data[1], show(&world, who, &root).await);
    }
    rst(&act(&world, STAR, "deleteFavorite", &[("id", &*root)]).await);
    assert_eq!(show(&world, STAR, &root).await["f"], 0);
    assert_eq!(show(&world, STAR, &top).await["rt"]["f"], 0);
}

#[tokio::test]
async fn a_timeline_is_of_the_member_who_is_named() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let root = publish(&world, BAI, "<script>&").await;
    let theirs = publish(&world, STAR, "别的").await;
    let above = repost(&world, BAI, &theirs, "一").await;
    let gone = publish(&world, STAR, "没了").await;
    let orphan = repost(&world, BAI, &gone, "二").await;
    destroy(&world, STAR, &gone).await;
    // A comment is no weibo.
    comment(&world, BAI, &theirs, "看").await;
    let theirs_json = weibo_json(&world, STAR, &theirs, "别的", None);
    let own = [
        weibo_json(&world, BAI, &orphan, "二", Some(&destroyed_json(&gone))),
        weibo_json(&world, BAI, &above, "一", Some(&theirs_json)),
        weibo_json(&world, BAI, &root, "<script>&", None),
    ];
    let own = format!(r#"{{"data":[{}]}}"#, own.join(","));
    let other = format!(r#"{{"data":[{theirs_json}]}}"#);
    let none = r#"{"data":[]}"#.to_owned();
    let [first, second] = BOTH.map(|who| world.member(who).uid.to_string());
    let before = world.dump().await;
    let nothing: &[(&str, &str)] = &[];
    for (params, expected) in [
        (nothing, &own),
        (&[("id", ""), ("name", "")], &own),
        (&[("id", &*first)], &own),
        (&[("name", "小白")], &own),
        (&[("id", ""), ("name", "小白")], &own),
        (&[("id", &*second)], &other),
        (&[("name", "dogstar")], &other),
        (&[("name", "DogStar")], &other),
        (&[("name", "ｄｏｇＳＴＡＲ")], &other),
        (&[("id", &*second), ("name", "小白")], &other),
        (&[("id", &*second), ("name", "nobody")], &other),
        (&[("name", "ｔhird")], &none),
    ] {
        for _ in 0..2 {
            assert_rst(&act(&world, BAI, "userTimeline", params).await, expected);
        }
    }
    assert_rst(&act(&world, STAR, "userTimeline", &[]).await, &other);
    assert_eq!(world.dump().await, before);
    change_member(&world, STAR, |member| member.nick = "新名字".to_owned()).await;
    assert_eq!(timeline(&world, BAI, &[("name", "新名字")]).await, [theirs]);
}

#[tokio::test]
async fn a_timeline_tells_the_present() {
    let world = World::new().await;
    let mut left: Vec<String> = Vec::new();
    for number in 0..6 {
        let text = number.to_string();
        let made = match left.first() {
            Some(last) if number % 2 == 1 => repost(&world, BAI, last, &text).await,
            _ => publish(&world, BAI, &text).await,
        };
        left.insert(0, made);
        assert_eq!(timeline(&world, BAI, &[]).await, left);
    }
    // The newest, the oldest, one between, all.
    for at in [0, 4, 1, 0, 0, 0] {
        let gone = left.remove(at);
        destroy(&world, BAI, &gone).await;
        for who in BOTH {
            assert_eq!(timeline(&world, who, &[("name", "小白")]).await, left);
            assert_refused(&world, who, "show", &[("id", &*gone)], UNKNOWN_WEIBO).await;
        }
    }
    // Another's pages are as full as before.
    let mut all = Vec::new();
    for number in 0..30 {
        all.insert(0, publish(&world, STAR, &number.to_string()).await);
    }
    for at in (5..15).rev() {
        destroy(&world, STAR, &all.remove(at)).await;
    }
    assert_eq!(timeline(&world, STAR, &[]).await, all);
    assert_eq!(timeline(&world, STAR, &[("count", "7")]).await, all[..7]);
}

#[tokio::test]
async fn reading_needs_no_author_and_no_voice() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let uid = world.member(BAI).uid.to_string();
    let by_id = [("id", &*weibo)];
    let of_first = [("id", &*uid)];
    for who in BOTH {
        rst(&act(&world, who, "createFavorite", &by_id).await);
        change_member(&world, who, |member| member.silenced = true).await;
        assert_eq!(show(&world, who, &weibo).await["f"], 1);
        assert_eq!(timeline(&world, who, &of_first).await, [&*weibo]);
    }

    assert_needs_an_author(&world, "userTimeline", &[("id", "")]).await;
    let both = ["show".to_owned(), "userTimeline".to_owned()];
    change_site(&world, |site| site.allow_anonymous = both.clone().into()).await;
    let reply = act(&world, NOBODY, "show", &by_id).await;
    let mut shown = show(&world, BAI, &weibo).await;
    shown["f"] = json!(0);
    assert_eq!(accepted(&reply), shown);
    for params in [of_first, [("name", "小白")]] {
        let reply = act(&world, NOBODY, "userTimeline", &params).await;
        assert_eq!(accepted(&reply), json!([&shown]));
    }
    // As the default member: with marks, and a timeline of its own.
    let default = world.member(BAI).uid;
    change_site(&world, |site| {
        site.allow_anonymous.clear();
        site.allow_others = both.into();
        site.default_member = Some(default);
    })
    .await;
    shown["f"] = json!(1);
    let reply = act(&world, NOBODY, "show", &by_id).await;
    assert_eq!(accepted(&reply), shown);
    let reply = act(&world, NOBODY, "userTimeline", &[]).await;
    assert_eq!(accepted(&reply), json!([shown]));
}
