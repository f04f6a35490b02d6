//! Xweibo `updateProfileImage` (xweibo sections 5.4.1, 5.8 and 7.21).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use image::ImageFormat::{Gif, Jpeg, Png};
use image::{DynamicImage, RgbImage};

use crate::support::xweibo::pictures::{
    BLUE, GRAY, GREEN, KINDS, RED, assert_all_refused, assert_quarters, declared, encode, fields,
    files, noise, padded, quarters, small, upload, with_file,
};
use crate::support::xweibo::*;
use crate::support::{BAI, Call, STAR, Who, World, refs, send_at_once};

const IMAGE: &str = "/api/weibo/action.updateProfileImage";
const MAX: usize = 1_048_576;
const SIZES: [u32; 3] = [30, 50, 180];
const NO_IMAGE: Failure = (
    1021400,
    "40009:Error: system error, does multipart has image?",
);
const OTHER_TYPE: Failure = (
    1021401,
    "40045:Error: unsupported image type, only suport JPG, GIF, PNG!",
);
const TOO_LARGE: Failure = (1021402, "40008:Error: image size error");
const OTHERS: [&[u8]; 4] = [
    b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x11\x27\0\0\x11\x27\0\0\x01\0\x18\0",
    b"RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0",
    b"II*\0\x08\0\0\0",
    b"MM\0*\0\0\0\x08",
];

/// A call with the picture as a file.
fn with_image(target: &str, fields: &Fields, bytes: &[u8]) -> Call {
    let (content_type, body) = with_file(&refs(fields), "image", "p.jpg", "image/jpeg", bytes);
    Call::post(target).body(&content_type, &body)
}

/// A call of the first member with the picture as a file.
fn as_file(world: &World, bytes: &[u8]) -> Call {
    with_image(IMAGE, &fields(world, IMAGE, &[]), bytes)
}

/// A call of the first member with this text for a picture.
fn as_text(world: &World, text: &str) -> Call {
    let fields = fields(world, IMAGE, &[("image", text)]);
    Call::post(IMAGE).form(&refs(&fields))
}

/// Everything that carries a picture: a file, Base64 and a data URL, as a form and multipart.
fn carriers(world: &World, bytes: &[u8]) -> Vec<Call> {
    let text = BASE64_STANDARD.encode(bytes);
    let url = format!("data:image/png;base64,{text}");
    let multipart = |text: &str| {
        let fields = fields(world, IMAGE, &[("image", text)]);
        Call::post(IMAGE).multipart(&refs(&fields))
    };
    vec![
        as_file(world, bytes),
        as_text(world, &text),
        as_text(world, &url),
        multipart(&text),
        multipart(&url),
        // A form makes blanks of plus signs that are not encoded.
        multipart(&text.replace('+', " ")),
        as_text(world, &url.replace('+', " ")),
    ]
}

async fn is_kept(world: &World, call: Call) {
    assert_rst(&world.send(call).await, "true");
}

/// Refused however it is carried, and nothing of it is kept.
async fn assert_not_kept(world: &World, bytes: &[u8], failure: Failure) {
    let cases = carriers(world, bytes).into_iter();
    assert_all_refused(world, cases.map(|call| (call, failure)).collect()).await;
}

/// The files of a member's picture.
fn files_of(world: &World, who: Who) -> BTreeMap<String, Vec<u8>> {
    let start = format!("avatars/{}/", uid(world, who));
    let mut all = files(world);
    all.retain(|name, _| name.starts_with(&start));
    all
}

/// The one version of which a member has files, in three sizes.
#[track_caller]
fn version(world: &World, who: Who) -> String {
    let found = files_of(world, who);
    let first = found.keys().next().expect("a file");
    let (_, name) = first.rsplit_once('/').unwrap();
    let version = name.strip_suffix(".jpg").unwrap();
    let is_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    assert!(version.len() == 16 && version.bytes().all(is_hex), "{name}");
    let uid = uid(world, who);
    let wanted = SIZES.map(|size| format!("avatars/{uid}/{size}/{version}.jpg"));
    let names: BTreeSet<_> = found.keys().cloned().collect();
    assert_eq!(names, BTreeSet::from(wanted));
    version.to_owned()
}

/// A member's picture in three sizes.
#[track_caller]
fn shown(world: &World, who: Who) -> [RgbImage; 3] {
    let (files, version, uid) = (files(world), version(world, who), uid(world, who));
    SIZES.map(|size| {
        let bytes = &files[&format!("avatars/{uid}/{size}/{version}.jpg")];
        let picture = image::load_from_memory_with_format(bytes, Jpeg).unwrap();
        assert_eq!((picture.width(), picture.height()), (size, size));
        picture.to_rgb8()
    })
}

fn address(world: &World, who: Who, size: u32) -> String {
    let (uid, version) = (uid(world, who), version(world, who));
    format!("http://weiquan.test/pictures/avatars/{uid}/{size}/{version}.jpg")
}

#[tokio::test]
async fn a_picture_is_kept_in_three_squares_and_the_old_one_goes() {
    let world = World::new().await;
    let colours = quarters(360, 360);
    let mut versions = BTreeSet::new();
    rst(&upload(&world, &[], &small(Png)).await);
    let others = files(&world);
    // Neither its name nor its type says what a file is.
    for (kind, file_name, content_type) in [
        (Jpeg, "一.png", "image/png"),
        (Png, "p.gif", "text/plain"),
        (Gif, "p", "application/octet-stream"),
        // The same request again is another version.
        (Gif, "p", "application/octet-stream"),
    ] {
        let bytes = encode(&colours, kind);
        let signed = fields(&world, IMAGE, &[]);
        let (content_type, body) =
            with_file(&refs(&signed), "image", file_name, content_type, &bytes);
        is_kept(&world, Call::post(IMAGE).body(&content_type, &body)).await;
        for picture in shown(&world, BAI) {
            assert_quarters(&picture, [RED, GREEN, BLUE, GRAY]);
        }
        assert!(versions.insert(version(&world, BAI)), "{versions:?}");
        let mut after = files(&world);
        after.retain(|name, _| !name.starts_with("avatars/"));
        assert!(after == others && files_of(&world, STAR).is_empty());
    }
}

#[tokio::test]
async fn every_answer_shows_the_new_picture() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    comment(&world, BAI, &weibo, "看").await;
    follow(&world, BAI, STAR).await;
    follow(&world, STAR, BAI).await;
    message(&world, BAI, STAR, "好").await;
    let colours = quarters(200, 200).fliph();
    let params = [("id", &*weibo)];
    let detailed = [params[0], ("type", "2")];
    for kind in KINDS {
        is_kept(&world, as_file(&world, &encode(&colours, kind))).await;
        world.pass(61);
        let middle = address(&world, BAI, 50);
        let show = accepted(&act(&world, STAR, "show", &params).await);
        assert_eq!(show["u"]["p"], middle);
        let repost = accepted(&act(&world, STAR, "repost", &params).await);
        assert_eq!(repost["rt"]["u"]["p"], middle);
        assert_eq!(repost["u"]["p"], no_avatar(&world, STAR, 50));
        let page = rst(&act(&world, STAR, "getComments", &params).await);
        assert_eq!(page["0"]["profileImg"], address(&world, BAI, 30));
        assert_eq!(page["0"]["profileimg"], page["0"]["profileImg"]);
        let page = rst(&act(&world, STAR, "getComments", &detailed).await);
        assert_eq!(page["0"]["profileImg"], middle);
        for list in ["friends", "followers"] {
            let data = accepted(&act(&world, STAR, list, &[]).await);
            assert_eq!(data[0]["p"], middle, "{list}");
            let data = accepted(&act(&world, BAI, list, &[]).await);
            assert_eq!(data[0]["p"], no_avatar(&world, STAR, 50), "{list}");
        }
        let messages = accepted(&act(&world, STAR, "directMessages", &[]).await);
        assert_eq!(messages[0]["sender"]["p"], middle);
        assert_eq!(messages[0]["recipient"]["p"], no_avatar(&world, STAR, 50));
    }
}

#[tokio::test]
async fn pictures_of_all_sides_and_carried_in_every_way_become_squares() {
    let world = World::new().await;
    let wide = [(1, 1), (50, 50), (181, 179), (640, 320), (10_000, 1)];
    let high = [(29, 31), (3, 900), (1, 10_000)];
    let sides = wide.into_iter().chain(high);
    for (number, (width, height)) in sides.enumerate() {
        let bytes = encode(&quarters(width, height), KINDS[number % 3]);
        is_kept(&world, as_file(&world, &bytes)).await;
        shown(&world, BAI);
    }
    for kind in KINDS {
        let mut last = version(&world, BAI);
        for call in carriers(&world, &encode(&quarters(60, 60), kind)) {
            is_kept(&world, call).await;
            for picture in shown(&world, BAI) {
                assert_quarters(&picture, [RED, GREEN, BLUE, GRAY]);
            }
            let new = version(&world, BAI);
            assert_ne!(new, last);
            last = new;
        }
    }
    // A file stands in any place of a body, and the fields in the query.
    let signed = fields(&world, IMAGE, &[]);
    let (content_type, body) = with_file(&[], "image", "p.png", "image/png", &small(Png));
    let call = Call::post(IMAGE).body(&content_type, &body);
    is_kept(&world, call.query(&refs(&signed))).await;
}

#[tokio::test]
async fn what_is_empty_is_no_picture() {
    let world = World::new().await;
    is_kept(&world, as_file(&world, &small(Png))).await;
    let signed = fields(&world, IMAGE, &[]);
    let post = || Call::post(IMAGE);
    let (content_type, body) = with_file(&refs(&signed), "image", "p", "image/png", &small(Png));
    let (other_type, other) = with_file(&refs(&signed), "pic", "p", "image/png", &small(Png));
    let cut = post().body(&content_type, &body[..body.len() - 12]);
    let mut cases = vec![
        (post().form(&refs(&signed)), NO_IMAGE),
        (post().query(&refs(&signed)), NO_IMAGE),
        (post().body(&other_type, &other), NO_IMAGE),
        (as_file(&world, b""), NO_IMAGE),
        (cut.query(&refs(&signed)), NO_IMAGE),
    ];
    let texts = "| |%%%|汉字|====|data:|data:,|data:image/png;base64,|data:image/png;base64,%%%|\
                 /etc/passwd|C:\\avatar.png|http://weiquan.test/p.png";
    for text in texts.split('|') {
        cases.push((as_text(&world, text), NO_IMAGE));
        let fields = fields(&world, IMAGE, &[("image", text)]);
        cases.push((post().multipart(&refs(&fields)), NO_IMAGE));
    }
    assert_all_refused(&world, cases).await;
}

#[tokio::test]
async fn only_whole_pictures_of_three_kinds_are_kept() {
    let world = World::new().await;
    is_kept(&world, as_file(&world, &small(Gif))).await;
    for bytes in OTHERS {
        assert_not_kept(&world, bytes, OTHER_TYPE).await;
        let longer = [bytes, &[0; 200]].concat();
        assert_not_kept(&world, &longer, OTHER_TYPE).await;
    }
    let shifted = [b" ", &*small(Png)].concat();
    for bytes in [
        b"x".as_slice(),
        b"\xff\xd8",
        b"\xff\xd8\xffx",
        b"\x89PNG\r\n\x1a\r\0\0\0\x0dIHDR",
        b"\x89PNG\r\n\x1a\n",
        b"GIF88a\x10\0\x10\0",
        b"GIF89a\x10\0\x10\0",
        b"<html>",
        &shifted,
        &vec![0; MAX],
    ] {
        assert_not_kept(&world, bytes, NO_IMAGE).await;
    }
    for kind in KINDS {
        let bytes = noise(kind);
        assert_not_kept(&world, &bytes[..bytes.len() / 2], NO_IMAGE).await;
        assert_not_kept(&world, &bytes[..bytes.len() * 9 / 10], NO_IMAGE).await;
        is_kept(&world, as_file(&world, &bytes)).await;
    }
}

#[tokio::test]
async fn a_mebibyte_and_25_million_pixels_are_the_most() {
    let world = World::new().await;
    let most = padded(&small(Jpeg), MAX);
    for call in carriers(&world, &most) {
        is_kept(&world, call).await;
        shown(&world, BAI);
    }
    // Its size is looked at before what it is.
    let [other, text] = [OTHERS[0], b"x"].map(|bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes.resize(MAX + 1, b'x');
        bytes
    });
    for bytes in [padded(&small(Jpeg), MAX + 1), other, text] {
        assert_not_kept(&world, &bytes, TOO_LARGE).await;
    }
    // Beyond what is read of a body at all.
    for more in [300_000, 1_000_000, 3_000_000] {
        let bytes = padded(&small(Jpeg), MAX + more);
        assert_all_refused(&world, vec![(as_file(&world, &bytes), TOO_LARGE)]).await;
    }
    for kind in KINDS {
        for (width, height) in [(10_001, 1), (1, 10_001), (4_901, 5_101)] {
            let bytes = declared(kind, width, height);
            assert_not_kept(&world, &bytes, TOO_LARGE).await;
            // And its sides before whether it is whole.
            let cut = &bytes[..bytes.len() / 2];
            assert_not_kept(&world, cut, TOO_LARGE).await;
        }
    }
    assert_not_kept(&world, &declared(Png, 10_000, 2_500), NO_IMAGE).await;
    let widest = encode(&DynamicImage::new_luma8(2_500, 10_000), Png);
    is_kept(&world, as_file(&world, &widest)).await;
    shown(&world, BAI);
}

#[tokio::test]
async fn only_members_who_are_not_silenced_change_their_picture() {
    let world = World::new().await;
    let [picture, most] = [small(Png), padded(&small(Jpeg), MAX)];
    for target in ["/?m=api/weibo/action.updateprofileimage", IMAGE] {
        for bytes in [&picture, &most] {
            let fields = fields(&world, target, &[]);
            is_kept(&world, with_image(target, &fields, bytes)).await;
        }
    }
    let kept = version(&world, BAI);
    change_member(&world, BAI, |member| member.silenced = true).await;
    let silenced = world.send(as_file(&world, &picture)).await;
    refused(&silenced, SILENCED);
    assert_eq!(version(&world, BAI), kept);
    change_member(&world, BAI, |member| member.silenced = false).await;
    is_kept(&world, as_file(&world, &picture)).await;
    assert_ne!(version(&world, BAI), kept);
    let text = BASE64_STANDARD.encode(&picture);
    let params = [("image", &*text)];
    let kept = files(&world);
    let before = world.dump().await;
    let act = act(&world, BAI, "updateProfileImage", &params);
    refused(&world.faults().outage().during(act).await, OUTAGE);
    assert_eq!(world.dump().await, before);
    // A store that fails may have taken the new one: its files may stay, and the old ones do.
    let left = files(&world);
    assert!(kept.iter().all(|(name, bytes)| &left[name] == bytes));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_pictures_uploaded_at_once_one_is_left() {
    let world = Arc::new(World::new().await);
    let upload = |number: usize| as_file(&world, &small(KINDS[number % 3]));
    let calls = (0..8).map(upload).collect();
    let storm = world.storm();
    for reply in send_at_once(&world, calls).await {
        assert_rst(&reply, "true");
    }
    drop(storm);
    world.pass(61);
    let weibo = accepted(&act(&world, BAI, "update", &[("text", "哈哈")]).await);
    assert_eq!(weibo["u"]["p"], address(&world, BAI, 50));
    shown(&world, BAI);
}
