//! The wire of Xweibo's other operations, pinned.

use crate::support::snapshots::wire;
use crate::support::xweibo::{act, comment, id, publish, rst};
use crate::support::{BAI, STAR, World};

#[tokio::test]
async fn weibos_and_what_is_said_of_them() {
    let world = World::new().await;
    let root = publish(&world, BAI, "哈哈").await;
    let on_root = [("id", &*root)];
    let first = comment(&world, STAR, &root, "看@小白 #话题# http://example.com/").await;
    let said = [on_root[0], ("text", "好 <b>")];
    let answer = [said[0], said[1], ("cid", &*first), ("forward", "1")];
    let counts = [("ids", &*root)];
    world.settle().await;
    for (operation, params) in [
        ("comment", &said[..]),
        ("reply", &answer),
        ("repost", &said),
        ("getComments", &on_root),
        ("getCounts", &counts),
        ("createFavorite", &on_root),
        ("show", &on_root),
        ("userTimeline", &[("count", "2")]),
        ("deleteFavorite", &on_root),
        ("comment_destroy", &[("id", &first)]),
    ] {
        let name = format!("xweibo_{operation}");
        insta::assert_snapshot!(name, wire(&act(&world, STAR, operation, params).await));
    }
    let mentions = act(&world, BAI, "mentions", &[]).await;
    assert!(
        rst(&mentions)["data"].as_array().unwrap().is_empty(),
        "it was destroyed"
    );
    comment(&world, STAR, &root, "@小白").await;
    publish(&world, STAR, "@小白 http://example.com/").await;
    world.settle().await;
    insta::assert_snapshot!(
        "xweibo_mentions",
        wire(&act(&world, BAI, "mentions", &[]).await)
    );
    let shown = publish(&world, STAR, "http://example.com/2").await;
    let shown = rst(&act(&world, STAR, "show", &[("id", &shown)]).await);
    let link = shown["data"]["tx"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    insta::assert_snapshot!(
        "xweibo_sinaurl",
        wire(&act(&world, STAR, "sinaurl", &[("id", &link)]).await)
    );
    insta::assert_snapshot!(
        "xweibo_sinaurl_none",
        wire(&act(&world, STAR, "sinaurl", &[]).await)
    );
    let repost = id(&rst(&act(&world, STAR, "repost", &on_root).await)["data"]);
    insta::assert_snapshot!(
        "xweibo_destroy",
        wire(&act(&world, BAI, "destroy", &on_root).await)
    );
    insta::assert_snapshot!(
        "xweibo_show_of_destroyed",
        wire(&act(&world, STAR, "show", &[("id", &repost)]).await)
    );
}
