//! Xweibo: how a form that sends a file hears of it.

use image::ImageFormat::{Gif, Png};
use serde_json::json;

use crate::support::xweibo::pictures::{
    UPLOAD, called_back, fields, files, names, refused_back, small, upload, with_file, with_picture,
};
use crate::support::xweibo::*;
use crate::support::{Call, World, refs};

const IMAGE: &str = "/api/weibo/action.updateProfileImage";
const PUBLISH: &str = "/api/weibo/action.upload";

#[tokio::test]
async fn a_callback_is_called_with_whatever_the_answer_is() {
    let world = World::new().await;
    let longest = "a".repeat(128);
    let names_of_ours = "a _ $ 1a .a parent.jsonp1 parent.Xwb.util.done_1 $.x$";
    for name in names_of_ours.split(' ').chain([&*longest]) {
        let reply = upload(&world, &[("callback", name)], &small(Gif)).await;
        let answer = called_back(&reply, name);
        let pid = answer["rst"]["msg"].as_str().unwrap();
        assert_eq!(answer, json!({"rst": {"msg": pid}, "errno": 0, "err": ""}));
        assert!(files(&world).contains_key(&names(pid, Gif)[2]), "{pid}");
        let reply = upload(&world, &[("callback", name)], b"").await;
        refused_back(&reply, name, NO_FILE);
    }
    let before = (world.dump().await, files(&world));
    let others = " |a b|a-b|a;b|a(b)|a[0]|a\n|回调|</script>|a'";
    let one_more = "a".repeat(129);
    for name in others.split('|').chain([&*one_more]) {
        for bytes in [&small(Gif)[..], b""] {
            let reply = upload(&world, &[("callback", name)], bytes).await;
            refused(&reply, UNREADABLE);
        }
    }
    let done = [("callback", "done")];
    let forged = fields(&world, "action.update", &done);
    let mut unsigned = forged.clone();
    unsigned.retain(|(name, _)| name != "api_sign");
    let nobody = signed_at(&world, NOBODY, &now(&world), "upload_pic", &done);
    for (fields, failure) in [(forged, WRONG_SIGN), (unsigned, NO_SIGN), (nobody, UNBOUND)] {
        let call = with_picture(UPLOAD, &fields, &small(Gif));
        refused_back(&world.send(call).await, "done", failure);
    }
    assert!((world.dump().await, files(&world)) == before);
}

#[tokio::test]
async fn the_addresss_callback_counts_and_an_empty_one_is_none() {
    let world = World::new().await;
    let bytes = small(Png);
    for (target, field) in [(UPLOAD, "pic"), (IMAGE, "image"), (PUBLISH, "pic")] {
        for (in_query, in_form, called) in [
            (Some("parent.cb"), Some(""), Some("parent.cb")),
            (Some("parent.cb"), None, Some("parent.cb")),
            (Some("parent.cb"), Some("other"), Some("parent.cb")),
            (Some(""), Some("parent.cb"), Some("parent.cb")),
            (None, Some("parent.jsonp1"), Some("parent.jsonp1")),
            (Some(""), Some(""), None),
            (None, Some(""), None),
            (Some(""), None, None),
        ] {
            let params: Vec<_> = [("text", "图")]
                .into_iter()
                .chain(in_form.map(|name| ("callback", name)))
                .collect();
            let signed = fields(&world, target, &params);
            let (kind, body) = with_file(&refs(&signed), field, "p", "image/png", &bytes);
            let mut call = Call::post(target).body(&kind, &body);
            if let Some(name) = in_query {
                call = call.query(&[("callback", name)]);
            }
            let reply = world.send(call).await;
            match called {
                Some(name) => assert_eq!(called_back(&reply, name)["errno"], 0),
                None => drop(rst(&reply)),
            }
        }
        // Also where nothing else can be read, and in the path.
        let broken = Call::post(&format!("{target}?callback=parent.cb"));
        let broken = broken.body("multipart/form-data", b"x");
        refused_back(&world.send(broken).await, "parent.cb", UNREADABLE);
        let signed = fields(&world, target, &[("callback", "")]);
        let (kind, body) = with_file(&refs(&signed), field, "p", "image/png", b"");
        let call = Call::post(&format!("{target}/callback-parent.cb")).body(&kind, &body);
        let reply = world.send(call).await;
        assert_ne!(called_back(&reply, "parent.cb")["errno"], 0);
    }
}
