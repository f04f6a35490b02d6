//! Xweibo `upload`: publishes a weibo with its picture.

use image::ImageFormat::{Gif, Jpeg, Png};
use weiquan::xweibo::sign;

use crate::support::xweibo::pictures::{
    MAX, assert_all_refused, declared, fields, files, names, noise, padded, pid, small, upload,
    with_file, with_picture,
};
use crate::support::xweibo::*;
use crate::support::{BAI, Call, Reply, STAR, World};

const PUBLISH: &str = "/api/weibo/action.upload";

/// Publishes as the first member, with the picture as a file.
fn publishing(world: &World, params: &[(&str, &str)], bytes: &[u8]) -> Call {
    with_picture(PUBLISH, &fields(world, PUBLISH, params), bytes)
}

/// The same with the id of a picture, or none.
async fn publish_by_id(world: &World, params: &[(&str, &str)]) -> Reply {
    act(world, BAI, "upload", params).await
}

/// The weibo shows a picture of ours that is kept; gives its id.
#[track_caller]
fn kept(world: &World, weibo: &serde_json::Value, kind: image::ImageFormat) -> String {
    let large = weibo["op"].as_str().unwrap();
    let (_, name) = large.rsplit_once('/').unwrap();
    let (pid, _) = name.split_once('.').unwrap();
    for (key, name) in ["tp", "mp", "op"].into_iter().zip(names(pid, kind)) {
        assert_eq!(weibo[key], format!("http://weiquan.test/pictures/{name}"));
        assert!(files(world).contains_key(&name), "{name}");
    }
    pid.to_owned()
}

#[tokio::test]
async fn a_weibo_is_published_with_its_picture() {
    let world = World::new().await;
    for (kind, target) in [Jpeg, Png, Gif]
        .into_iter()
        .zip(addresses(&["action.upload", "action.Upload"]))
    {
        let text = format!("看 @dogstar http://a.cn/x {target}");
        let signed = fields(&world, &target, &[("text", &*text)]);
        let call = with_picture(&target, &signed, &small(kind));
        let weibo = accepted(&world.send(call).await);
        assert!(
            weibo["tx"]
                .as_str()
                .unwrap()
                .starts_with("看 @dogstar http://weiquan.test/")
        );
        let pid = kept(&world, &weibo, kind);
        let id = weibo["id"].as_str().unwrap();
        assert_eq!(
            accepted(&act(&world, STAR, "show", &[("id", id)]).await),
            weibo
        );
        world.settle().await;
        let told = accepted(&act(&world, STAR, "mentions", &[("count", "1")]).await);
        assert_eq!(told[0]["wb"], weibo);
        // The same text with the same picture once more, by its id.
        let by_id = [("text", &*text), ("pic", &*pid)];
        refused(&publish_by_id(&world, &by_id).await, REPEATED);
        // And as a file, which is another picture.
        let again = with_picture(&target, &signed, &small(kind));
        assert_ne!(kept(&world, &accepted(&world.send(again).await), kind), pid);
    }
    let taken = pid(&upload(&world, &[], &small(Gif)).await);
    let weibo = accepted(&publish_by_id(&world, &[("text", "图"), ("pic", &*taken)]).await);
    assert_eq!(kept(&world, &weibo, Gif), taken);
    let sinas = accepted(&publish_by_id(&world, &[("text", "图"), ("pic", "1112333")]).await);
    assert!(
        sinas["op"]
            .as_str()
            .unwrap()
            .ends_with(".sinaimg.cn/large/1112333.jpg")
    );
    let most = padded(&small(Jpeg), MAX);
    kept(
        &world,
        &accepted(
            &world
                .send(publishing(&world, &[("text", "大")], &most))
                .await,
        ),
        Jpeg,
    );
}

#[tokio::test]
async fn nothing_is_published_or_kept_of_what_is_refused() {
    let world = World::new().await;
    change_site(&world, |site| site.words = ["bad".to_owned()].into()).await;
    let good = small(Png);
    let long = "汉".repeat(141);
    let text = [("text", "图")];
    let cut = &noise(Jpeg)[..500];
    let mut cases = Vec::new();
    for (params, bytes, failure) in [
        (&[][..], &good[..], NO_TEXT),
        (&[("text", " ")], &good, NO_TEXT),
        (&[("text", "so bad")], &good, SENSITIVE),
        (&[("text", &*long)], &good, TEXT_TOO_LONG),
        // The text is looked at before the picture.
        (&[("text", &*long)], b"x", TEXT_TOO_LONG),
        (&text, b"", NO_FILE),
        (&text, b"x", NO_PICTURE),
        (
            &text,
            b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
            OTHER_TYPE,
        ),
        (&text, cut, BROKEN),
        (&text, &padded(&small(Jpeg), MAX + 1), TOO_LARGE),
        (&text, &declared(Png, 10_001, 1), TOO_MANY_PIXELS),
    ] {
        cases.push((publishing(&world, params, bytes), failure));
    }
    let forged = fields(&world, "action.update", &text);
    cases.push((with_picture(PUBLISH, &forged, &good), WRONG_SIGN));
    let before = (world.dump().await, files(&world));
    let too_long = "p".repeat(256);
    for (pic, failure) in [
        ("", PARAM_EMPTY),
        (" ", PARAM_EMPTY),
        (&*too_long, PARAM_TOO_LONG),
    ] {
        refused(
            &publish_by_id(&world, &[text[0], ("pic", pic)]).await,
            failure,
        );
    }
    refused(&publish_by_id(&world, &text).await, PARAM_EMPTY);
    assert!((world.dump().await, files(&world)) == before);
    assert_all_refused(&world, cases).await;
}

#[tokio::test]
async fn a_picture_that_is_not_kept_is_not_published() {
    let world = World::new().await;
    // A file stands where the folder of pictures is to be.
    let folder = world.pictures.path();
    std::fs::remove_dir_all(folder).unwrap();
    std::fs::write(folder, b"").unwrap();
    let before = world.dump().await;
    let call = publishing(&world, &[("text", "图")], &small(Png));
    refused(&world.send(call).await, crate::support::xweibo::OUTAGE);
    assert_eq!(world.dump().await, before);
    std::fs::remove_file(folder).unwrap();
    std::fs::create_dir(folder).unwrap();
    let site = &world.demo.xweibo;
    let time = now(&world);
    let signed = sign(
        [&site.akey, &site.skey, &site.api_key],
        "10000",
        &time,
        "upload",
    );
    let pairs = [
        ("api_uid", "10000"),
        ("api_time", &*time),
        ("api_sign", &*signed),
    ];
    let (kind, body) = with_file(&[("text", "图")], "pic", "p", "image/png", &small(Png));
    let call = Call::post(PUBLISH).query(&pairs).body(&kind, &body);
    kept(&world, &accepted(&world.send(call).await), Png);
}
