//! Xweibo `mentions`, an extension: the weibos and comments that name the caller.

use std::collections::BTreeSet;

use crate::support::xweibo::*;
use crate::support::{BAI, STAR, World};

/// What names a member, as the lists were filled last.
async fn mentions(world: &World, who: impl Caller, params: &[(&str, &str)]) -> Vec<String> {
    listed(world, who, "mentions", params).await
}

/// Makes 21 members and gives their users of the site, and a text that names all of them: the first
/// one three times, and beside them somebody who does not exist.
async fn crowd(world: &World) -> (Vec<String>, String) {
    let mut users = Vec::new();
    let mut text = "@nobody @N00".to_owned();
    for number in 0..21 {
        let (nick, user) = (format!("n{number:02}"), format!("200{number:02}"));
        join(world, &nick, &user).await;
        text += &format!(" @{nick}");
        users.push(user);
    }
    (users, text + " @ｎ00")
}

#[tokio::test]
async fn weibos_and_comments_are_listed_whole() {
    let world = World::new().await;
    let empty = act(&world, STAR, "mentions", &[]).await;
    assert_rst(&empty, r#"{"data":[]}"#);
    let text = "<script>@dogstar";
    let weibo = publish(&world, BAI, text).await;
    let cid = comment(&world, BAI, &weibo, text).await;
    let plain = publish(&world, STAR, "哈哈").await;
    let params = [("id", &*plain), ("text", "看@DogStar")];
    let repost = id(&accepted(&act(&world, BAI, "repost", &params).await));
    let on_plain = comment(&world, STAR, &plain, "看").await;
    let params = [("id", &*plain), ("cid", &*on_plain), ("text", text)];
    let reply = id(&rst(&act(&world, BAI, "reply", &params).await)["comment"]);
    world.settle().await;

    let html = format!("&lt;script&gt;{}", name_link("dogstar")).replace('"', "\\\"");
    let shown = |cid: &str| comment_json(&world, BAI, cid, &html).replace("/30/", "/50/");
    let weibo_shown = weibo_json(&world, BAI, &weibo, text, None);
    let plain_shown = weibo_json(&world, STAR, &plain, "哈哈", None);
    let repost_shown = weibo_json(&world, BAI, &repost, "看@DogStar", Some(&plain_shown));
    let expected = format!(
        r#"{{"data":[{{"comment":{},"wb":{plain_shown}}},{{"wb":{repost_shown}}},{{"comment":{},"wb":{weibo_shown}}},{{"wb":{weibo_shown}}}]}}"#,
        shown(&reply),
        shown(&cid)
    );
    let before = world.dump().await;
    for _ in 0..2 {
        assert_rst(&act(&world, STAR, "mentions", &[]).await, &expected);
    }
    assert_rst(&act(&world, BAI, "mentions", &[]).await, r#"{"data":[]}"#);
    world.settle().await;
    assert_eq!(world.dump().await, before);

    // Marks are the caller's, and what is shown is as it is now.
    rst(&act(&world, STAR, "createFavorite", &[("id", &*weibo)]).await);
    rst(&act(&world, BAI, "createFavorite", &[("id", &*plain)]).await);
    change_member(&world, BAI, |member| member.nick = "新名字".to_owned()).await;
    let data = accepted(&act(&world, STAR, "mentions", &[]).await);
    let marks = [
        &data[0]["wb"],
        &data[1]["wb"]["rt"],
        &data[2]["wb"],
        &data[3]["wb"],
    ];
    assert_eq!(
        marks.map(|weibo| weibo["f"].as_u64().unwrap()),
        [0, 0, 1, 1]
    );
    assert_eq!(data[0]["comment"]["nick"], "新名字");
    assert_eq!(data[3]["wb"]["u"]["sn"], "新名字");
}

#[tokio::test]
async fn whoever_is_named_by_another_is_mentioned() {
    let world = World::new().await;
    join(&world, "Third", "10010").await;
    let on = publish(&world, BAI, "哈哈").await;
    let mut expected = Vec::new();
    for (text, is_mention) in [
        ("@dogstar", true),
        ("看@DogStar!", true),
        ("回复@dogstar:好", true),
        ("@ｄｏｇｓｔａｒ 好", true),
        ("@小白@dogstar", true),
        ("@@dogstar", true),
        ("@Third@dogstar", true),
        ("@dogstar @dogstar @DOGSTAR", true),
        ("\"><script>@dogstar</script>", true),
        ("http://a.cn/x @dogstar", true),
        ("dogstar", false),
        ("@ dogstar", false),
        ("a@dogstar", false),
        ("1@dogstar.com", false),
        ("@dogstar1", false),
        ("@dogstar好", false),
        ("@dogsta", false),
        ("http://a.cn/@dogstar", false),
        ("http://t.cn/@dogstar", false),
    ] {
        let params = [("id", &*on), ("text", text)];
        let made = [
            publish(&world, BAI, text).await,
            id(&accepted(&act(&world, BAI, "repost", &params).await)),
            comment(&world, BAI, &on, text).await,
        ];
        if is_mention {
            expected.splice(0..0, made.into_iter().rev());
        }
    }
    world.settle().await;
    let count = [("count", "50")];
    assert_eq!(mentions(&world, STAR, &count).await, expected);
    // Nobody mentions himself: the author's own nick was among them.
    assert_eq!(mentions(&world, BAI, &count).await.len(), 0);
    assert_eq!(mentions(&world, "10010", &[]).await.len(), 3);

    publish(&world, STAR, "@dogstar").await;
    comment(&world, STAR, &on, "@dogstar").await;
    let named = publish(&world, STAR, "@小白 @dogstar").await;
    // What only the reposted weibo says names nobody.
    accepted(&act(&world, BAI, "repost", &[("id", &*named)]).await);
    let params = [("text", "@小白 @dogstar @third")];
    let third = id(&accepted(&act(&world, "10010", "update", &params).await));
    world.settle().await;
    assert_eq!(mentions(&world, BAI, &count).await, [&*third, &*named]);
    assert_eq!(mentions(&world, STAR, &count).await[0], third);
    assert_eq!(mentions(&world, STAR, &count).await[1..], expected);
    assert_eq!(mentions(&world, "10010", &[]).await.len(), 3);
}

#[tokio::test]
async fn a_weibo_and_the_comments_made_with_it_are_one_each() {
    let world = World::new().await;
    let root = publish(&world, STAR, "哈哈").await;
    let other = publish(&world, STAR, "别的").await;
    let cid = comment(&world, STAR, &root, "看").await;
    for name in ["comment", "reply"] {
        let params = [("id", &*root), ("cid", &*cid), ("text", "@dogstar")];
        let params = [&params[..], &[("forward", "1")]].concat();
        let answer = rst(&act(&world, BAI, name, &params).await);
        let made = BTreeSet::from([id(&answer["comment"]), id(&answer["wb"])]);
        world.settle().await;
        let newest = mentions(&world, STAR, &[("count", "2")]).await;
        assert_eq!(newest.into_iter().collect::<BTreeSet<_>>(), made);
    }
    let rtids = format!("{root},{other}");
    let params = [("id", &*root), ("text", "@dogstar"), ("rtids", &*rtids)];
    let repost = id(&accepted(&act(&world, BAI, "repost", &params).await));
    world.settle().await;
    let data = accepted(&act(&world, STAR, "mentions", &[("count", "3")]).await);
    let entries = data.as_array().unwrap();
    let (comments, weibos): (Vec<_>, Vec<_>) = entries
        .iter()
        .partition(|entry| entry.get("comment").is_some());
    assert_eq!(weibos.len(), 1, "{data}");
    assert_eq!(id(&weibos[0]["wb"]), repost);
    assert_eq!(id(&weibos[0]["wb"]["rt"]), root);
    let of: BTreeSet<_> = comments.iter().map(|entry| id(&entry["wb"])).collect();
    assert_eq!(of, BTreeSet::from([root, other]));
    assert_eq!(mentions(&world, STAR, &[]).await.len(), 7);
}

#[tokio::test]
async fn what_is_destroyed_or_refused_is_not_listed() {
    let world = World::new().await;
    let on = publish(&world, STAR, "哈哈").await;
    let (mut weibos, mut comments) = (Vec::new(), Vec::new());
    for number in 0..4 {
        let text = format!("@dogstar {number}");
        weibos.push(publish(&world, BAI, &text).await);
        comments.push(comment(&world, BAI, &on, &text).await);
    }
    // Before the lists are filled and after; a comment by its author and by the host.
    for (who, cid, weibo) in [
        (BAI, &comments[3], &weibos[2]),
        (STAR, &comments[1], &weibos[0]),
    ] {
        rst(&act(&world, who, "comment_destroy", &[("id", cid.as_str())]).await);
        rst(&act(&world, BAI, "destroy", &[("id", weibo.as_str())]).await);
        world.settle().await;
        let listed = mentions(&world, STAR, &[]).await;
        assert_eq!(listed.len(), if who == BAI { 6 } else { 4 });
        assert!(!listed.contains(cid) && !listed.contains(weibo));
    }
    let left = [&*weibos[3], &*comments[2], &*weibos[1], &*comments[0]];
    assert_eq!(mentions(&world, STAR, &[]).await, left);
    change_site(&world, |site| site.words = ["bad".to_owned()].into()).await;
    for name in ["update", "repost", "comment"] {
        let params = [("id", &*on), ("text", "@dogstar bad"), ("rtids", &*on)];
        assert_refused(&world, BAI, name, &params, SENSITIVE).await;
    }
    world.settle().await;
    assert_eq!(mentions(&world, STAR, &[]).await, left);
    for weibo in [left[0], left[2]] {
        rst(&act(&world, BAI, "destroy", &[("id", weibo)]).await);
    }
    let both = [left[1], left[3]].join(",");
    rst(&act(&world, BAI, "comment_destroy", &[("id", &*both)]).await);
    world.settle().await;
    assert_rst(&act(&world, STAR, "mentions", &[]).await, r#"{"data":[]}"#);
}

#[tokio::test]
async fn of_one_text_the_first_twenty_members_count() {
    let world = World::new().await;
    let (users, text) = crowd(&world).await;
    let weibo = publish(&world, BAI, &text).await;
    let cid = comment(&world, STAR, &weibo, &text).await;
    let last = publish(&world, BAI, "@n20").await;
    world.settle().await;
    for user in &users[..20] {
        let both = [&*cid, &*weibo];
        assert_eq!(mentions(&world, user.as_str(), &[]).await, both, "{user}");
    }
    assert_eq!(mentions(&world, users[20].as_str(), &[]).await, [last]);
    let all: Vec<String> = (0..20)
        .map(|number| name_link(&format!("n{number:02}")))
        .collect();
    let (first, all, again) = (name_link("N00"), all.join(" "), name_link("ｎ00"));
    let shown = format!("@nobody {first} {all} @n20 {again}");
    assert_eq!(commented(&world, &weibo, &text).await, shown);
    assert_eq!(commented(&world, &weibo, "@n20").await, name_link("n20"));
}
