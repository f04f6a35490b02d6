//! Xweibo `upload_pic` (xweibo section 5.1.1): which pictures are kept, in which sizes, what `update`
//! makes of them, and every refusal.

use std::collections::BTreeSet;

use image::ImageFormat::{Gif, Jpeg, Png};
use image::{DynamicImage, Rgb, RgbImage, Rgba, RgbaImage};
use serde_json::{Value, json};

use crate::support::xweibo::pictures::{
    BLUE, GRAY, GREEN, KINDS, MAX, RED, UPLOAD, WHITE, animation, assert_all_refused,
    assert_not_kept, assert_quarters, declared, encode, fields, file_first, files, held, names,
    noise, padded, pid, quarters, scaled, see_through, small, upload, with_file, with_picture,
};
use crate::support::xweibo::*;
use crate::support::{BAI, Call, STAR, World, refs};

#[tokio::test]
async fn a_picture_is_kept_whole_and_in_two_sizes_and_shown_by_weibos() {
    let world = World::new().await;
    let [jpeg, png, gif] = KINDS.map(|kind| encode(&quarters(640, 320), kind));
    // Neither its name nor its type says what a file is.
    for (bytes, kind, letter, file_name, content_type) in [
        (&jpeg, Jpeg, 'j', "一.png", "image/png"),
        (&png, Png, 'p', "p.gif", "text/plain"),
        (&gif, Gif, 'g', "p", "application/octet-stream"),
    ] {
        let before = files(&world);
        let signed = fields(&world, UPLOAD, &[]);
        let (content_type, body) = with_file(&refs(&signed), "pic", file_name, content_type, bytes);
        let call = Call::post(UPLOAD).body(&content_type, &body);
        let pid = pid(&world.send(call).await);
        assert!(pid.ends_with(letter), "{pid}");
        let after = files(&world);
        let names = names(&pid, kind);
        let is_new = |name: &&String| !before.contains_key(*name);
        let new: BTreeSet<_> = after.keys().filter(is_new).collect();
        assert_eq!(new, names.iter().collect());
        assert!(after[&names[2]] == *bytes, "{pid}");
        for (picture, sides) in scaled(&world, &pid).iter().zip([(120, 60), (440, 220)]) {
            assert_eq!(picture.dimensions(), sides);
            assert_quarters(picture, [RED, GREEN, BLUE, GRAY]);
        }

        let [tp, mp, op] = names.map(|name| json!(format!("http://weiquan.test/pictures/{name}")));
        let is_shown = |weibo: &Value| {
            assert_eq!((&weibo["tp"], &weibo["mp"]), (&tp, &mp));
            assert_eq!(weibo["op"], op);
        };
        let weibo = accepted(&act(&world, BAI, "update", &[("text", "图"), ("pic", &pid)]).await);
        is_shown(&weibo);
        let repost = accepted(&act(&world, STAR, "repost", &[("id", &*id(&weibo))]).await);
        is_shown(&repost["rt"]);
        assert_eq!(repost["tp"], Value::Null);
        let params = [("id", &*id(&weibo)), ("text", "好"), ("forward", "1")];
        is_shown(&rst(&act(&world, STAR, "comment", &params).await)["wb"]["rt"]);
    }
    // The same request again is answered again, and takes nothing away.
    let before = files(&world);
    let again = pid(&upload(&world, &[], &jpeg).await);
    let after = files(&world);
    assert!(after[&names(&again, Jpeg)[2]] == jpeg);
    let is_kept = |name: &String| after.get(name) == before.get(name);
    assert!(before.keys().all(is_kept));
}

#[tokio::test]
async fn sizes_fit_keep_their_proportions_and_never_grow() {
    let world = World::new().await;
    for (number, (sides, thumbnail, bmiddle)) in (0..).zip([
        ((120, 120), (120, 120), (120, 120)),
        ((121, 121), (120, 120), (121, 121)),
        ((1, 1), (1, 1), (1, 1)),
        ((50, 40), (50, 40), (50, 40)),
        ((240, 60), (120, 30), (240, 60)),
        ((60, 240), (30, 120), (60, 240)),
        ((440, 220), (120, 60), (440, 220)),
        ((441, 441), (120, 120), (440, 440)),
        ((880, 220), (120, 30), (440, 110)),
        ((460, 1380), (40, 120), (440, 1320)),
        ((100, 3000), (4, 120), (100, 3000)),
        ((10_000, 1), (120, 1), (440, 1)),
        ((1, 10_000), (1, 120), (1, 10_000)),
    ]) {
        let bytes = encode(&quarters(sides.0, sides.1), KINDS[number % 3]);
        let pid = pid(&upload(&world, &[], &bytes).await);
        let shown = scaled(&world, &pid).map(|picture| picture.dimensions());
        assert_eq!(shown, [thumbnail, bmiddle], "{sides:?}");
    }
}

#[tokio::test]
async fn a_picture_is_turned_as_the_camera_was_held() {
    let world = World::new().await;
    let jpeg = encode(&quarters(480, 240), Jpeg);
    for (orientation, expected) in (1..).zip([
        [RED, GREEN, BLUE, GRAY],
        [GREEN, RED, GRAY, BLUE],
        [GRAY, BLUE, GREEN, RED],
        [BLUE, GRAY, RED, GREEN],
        [RED, BLUE, GREEN, GRAY],
        [BLUE, RED, GRAY, GREEN],
        [GRAY, GREEN, BLUE, RED],
        [GREEN, GRAY, RED, BLUE],
    ]) {
        let bytes = held(&jpeg, orientation);
        let pid = pid(&upload(&world, &[], &bytes).await);
        let sides = if orientation < 5 {
            [(120, 60), (440, 220)]
        } else {
            [(60, 120), (240, 480)]
        };
        for (picture, sides) in scaled(&world, &pid).iter().zip(sides) {
            assert_eq!(picture.dimensions(), sides, "{orientation}");
            assert_quarters(picture, expected);
        }
        assert!(files(&world)[&names(&pid, Jpeg)[2]] == bytes);
    }
}

#[tokio::test]
async fn every_sort_of_pixels_is_shown_on_white_and_of_many_frames_the_first() {
    let world = World::new().await;
    let colours = quarters(64, 32);
    let see_through = see_through();
    let mut holes = see_through.clone();
    for pixel in holes.pixels_mut().filter(|pixel| pixel[3] < 255) {
        *pixel = Rgba([0, 0, 0, 0]);
    }
    let next = RgbaImage::from_pixel(64, 32, Rgba([20, 180, 20, 255]));
    let all = [RED, GREEN, BLUE, GRAY];
    let grays = all.map(|colour| {
        let gray = DynamicImage::from(RgbImage::from_pixel(1, 1, Rgb(colour))).to_luma8();
        [gray[(0, 0)][0]; 3]
    });
    let half_gray = DynamicImage::from(see_through.clone()).to_luma_alpha8();
    let [red, _, blue, _] = grays;
    for (bytes, expected) in [
        (encode(&colours.to_luma8().into(), Jpeg), grays),
        (encode(&colours.to_luma8().into(), Png), grays),
        (encode(&colours.to_luma16().into(), Png), grays),
        (encode(&colours.to_rgb16().into(), Png), all),
        (encode(&colours.to_rgba8().into(), Png), all),
        (encode(&half_gray.into(), Png), [red, WHITE, GRAY, blue]),
        (encode(&see_through.into(), Png), [RED, WHITE, GRAY, BLUE]),
        (animation(vec![holes, next]), [RED, WHITE, WHITE, BLUE]),
    ] {
        let pid = pid(&upload(&world, &[], &bytes).await);
        for picture in scaled(&world, &pid) {
            assert_eq!(picture.dimensions(), (64, 32));
            assert_quarters(&picture, expected);
        }
    }
}

#[tokio::test]
async fn every_address_takes_4_mib_and_refuses_one_byte_more() {
    let world = World::new().await;
    let most = padded(&small(Jpeg), MAX);
    let more = padded(&small(Jpeg), MAX + 1);
    for target in addresses(&["action.UPLOAD_PIC", "action.Upload_Pic"]) {
        let fields = fields(&world, &target, &[]);
        let call = with_picture(&target, &fields, &small(Gif));
        pid(&world.send(call).await);
    }
    // The query wins over the path.
    let both = "/api/weibo/action.nosuch?m=api/weibo/action.upload_pic".to_owned();
    for target in addresses(&["action.upload_pic"]).into_iter().chain([both]) {
        let fields = fields(&world, &target, &[]);
        let kept = pid(&world.send(with_picture(&target, &fields, &most)).await);
        assert!(files(&world)[&names(&kept, Jpeg)[2]] == most, "{target}");
        let call = with_picture(&target, &fields, &more);
        assert_all_refused(&world, vec![(call, TOO_LARGE)]).await;
    }
    // Beyond what is read of a body at all.
    for length in [MAX + 300_000, MAX + 1_000_000] {
        for target in [UPLOAD, "/?m=api/weibo/action.upload_pic"] {
            let fields = fields(&world, target, &[]);
            let call = with_picture(target, &fields, &padded(&small(Jpeg), length));
            assert_all_refused(&world, vec![(call, TOO_LARGE)]).await;
        }
    }
    // Other operations keep their limit.
    let signed = signed(&world, &[("text", "大")]);
    for target in [UPDATE, "/api/weibo/action.update"] {
        let call = with_picture(target, &signed, &padded(&small(Jpeg), 1 << 20));
        assert_all_refused(&world, vec![(call, UNREADABLE)]).await;
    }
}

#[tokio::test]
async fn a_file_is_looked_for_in_any_place_of_a_whole_body() {
    let world = World::new().await;
    let bytes = small(Png);
    let signed = fields(&world, UPLOAD, &[]);
    let (content_type, body) = file_first(&refs(&signed), "pic", &bytes);
    let call = Call::post(UPLOAD).body(&content_type, &body);
    pid(&world.send(call).await);
    let (content_type, body) = with_file(&[], "pic", "p.png", "image/png", &bytes);
    let call = Call::post(UPLOAD).body(&content_type, &body);
    pid(&world.send(call.query(&refs(&signed))).await);

    let cut = &body[..body.len() - 12];
    let (other_type, other) = with_file(&refs(&signed), "image", "p.png", "image/png", &bytes);
    // What browsers send where nobody has chosen a file.
    let (unnamed_type, unnamed) =
        with_file(&refs(&signed), "pic", "", "application/octet-stream", b"");
    let with_text = [refs(&signed), vec![("pic", "p.png")]].concat();
    let signed = refs(&signed);
    let post = || Call::post(UPLOAD);
    let no_boundary = post().body("multipart/form-data", &body);
    let cases = vec![
        (post().form(&signed), PARAM_EMPTY),
        (post().form(&with_text), PARAM_EMPTY),
        (post().query(&signed), PARAM_EMPTY),
        (post().multipart(&signed), PARAM_EMPTY),
        (post().multipart(&with_text), PARAM_EMPTY),
        (post().body(&other_type, &other), PARAM_EMPTY),
        (post().body(&unnamed_type, &unnamed), NO_FILE),
        (post().query(&signed).body(&content_type, cut), BROKEN),
        (no_boundary.query(&signed), UNREADABLE),
    ];
    assert_all_refused(&world, cases).await;
    assert_not_kept(&world, b"", NO_FILE).await;
}

#[tokio::test]
async fn only_the_first_bytes_say_what_a_file_is() {
    let world = World::new().await;
    let shifted = [b" ", &*small(Png)].concat();
    for bytes in [
        b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x11\x27\0\0\x11\x27\0\0\x01\0\x18\0".as_slice(),
        b"RIFF\x24\0\0\0WEBPVP8 ",
        b"II*\0\x08\0\0\0",
        b"MM\0*\0\0\0\x08",
        b"\0\0\x01\0\x01\0\x10\x10",
        b"\0\0\0\x20ftypavif",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    ] {
        assert_not_kept(&world, bytes, OTHER_TYPE).await;
    }
    for bytes in [
        b"x".as_slice(),
        b"\xff\xd8",
        b"\xff\xd8\0JFIF",
        b"\x89PNG\r\n\x1a\r\0\0\0\x0dIHDR",
        b"GIF88a\x10\0\x10\0",
        &shifted,
        &vec![0; MAX],
    ] {
        assert_not_kept(&world, bytes, NO_PICTURE).await;
    }
    for start in [
        b"\xff\xd8\xff".as_slice(),
        b"\x89PNG\r\n\x1a\n",
        b"GIF87a\x10\0\x10\0",
        b"GIF89a\x10\0\x10\0",
    ] {
        let bytes = [start, &[b'w'; 200]].concat();
        assert_not_kept(&world, &bytes, BROKEN).await;
    }
    for kind in KINDS {
        let bytes = noise(kind);
        assert_not_kept(&world, &bytes[..bytes.len() / 2], BROKEN).await;
        assert_not_kept(&world, &bytes[..bytes.len() * 9 / 10], BROKEN).await;
        pid(&upload(&world, &[], &bytes).await);
    }
    // The size is looked at before all that.
    let huge = padded(&declared(Jpeg, 10_001, 1), MAX + 1);
    for mut bytes in [b"x".to_vec(), b"\xff\xd8\xffx".to_vec(), huge] {
        bytes.resize(MAX + 1, b'x');
        assert_not_kept(&world, &bytes, TOO_LARGE).await;
    }
}

#[tokio::test]
async fn the_header_is_held_against_10_000_a_side_and_25_million_pixels() {
    let world = World::new().await;
    for kind in KINDS {
        for (width, height) in [(10_001, 1), (1, 10_001), (4_901, 5_101)] {
            let bytes = declared(kind, width, height);
            assert_not_kept(&world, &bytes, TOO_MANY_PIXELS).await;
            let cut = &bytes[..bytes.len() / 2];
            assert_not_kept(&world, cut, TOO_MANY_PIXELS).await;
        }
    }
    assert_not_kept(&world, &declared(Png, 10_000, 2_500), BROKEN).await;
    let most = encode(&DynamicImage::new_luma8(2_500, 10_000), Png);
    let pid = pid(&upload(&world, &[], &most).await);
    let shown = scaled(&world, &pid).map(|picture| picture.dimensions());
    assert_eq!(shown, [(30, 120), (440, 1760)]);
}

#[tokio::test]
async fn only_members_who_may_speak_upload() {
    let world = World::new().await;
    let bytes = small(Jpeg);
    let nobody = signed_at(&world, NOBODY, &now(&world), "upload_pic", &[]);
    let as_nobody = with_picture(UPLOAD, &nobody, &bytes);
    let default = world.member(STAR).uid;
    change_site(&world, |site| {
        site.default_member = Some(default);
        site.allow_others = ["upload_pic".to_owned()].into();
    })
    .await;
    pid(&world.send(as_nobody).await);

    change_member(&world, BAI, |member| member.silenced = true).await;
    refused(&upload(&world, &[], &bytes).await, SILENCED);
    change_member(&world, BAI, |member| member.silenced = false).await;
    pid(&upload(&world, &[], &bytes).await);
}

#[tokio::test]
async fn what_no_upload_answers_stays_opaque() {
    let world = World::new().await;
    let ours = pid(&upload(&world, &[], &small(Jpeg)).await);
    let (digits, fewer) = (&ours[..32], &ours[1..32]);
    let endings = ["", "x", "J", "jj", ".jpg"].map(|end| format!("{digits}{end}"));
    let starts = ["", "x", "g", "A", "00"].map(|start| format!("{start}{fewer}j"));
    let longest = ["p".repeat(255), "6c7bdd1bjw1d9v8z0k1n2j".to_owned()];
    for pic in endings.iter().chain(&starts).chain(&longest) {
        let weibo = accepted(&act(&world, BAI, "update", &[("text", "图"), ("pic", pic)]).await);
        for (key, size) in [("tp", "thumbnail"), ("mp", "bmiddle"), ("op", "large")] {
            let at = |host| format!("http://ww{host}.sinaimg.cn/{size}/{pic}.jpg");
            assert!((1..=4).any(|host| weibo[key] == at(host)), "{weibo}");
        }
    }
}
