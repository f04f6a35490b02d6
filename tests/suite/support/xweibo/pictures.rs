//! Pictures as members upload them, bytes of each kind, whole and broken, the bodies that carry
//! them, and the files that are kept.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use serde_json::{Value, json};

use crate::support::call::{Call, Reply, refs};
use crate::support::who::BAI;
use crate::support::world::World;
use crate::support::xweibo::acts::{assert_rst, rst};
use crate::support::xweibo::calls::{Fields, now, refused, signed_at};
use crate::support::xweibo::failures::Failure;

/// The address of `upload_pic` by its path.
pub const UPLOAD: &str = "/api/weibo/action.upload_pic";

/// The most bytes that a picture has.
pub const MAX: usize = 4_194_304;
pub const KINDS: [ImageFormat; 3] = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif];
pub const RED: [u8; 3] = [220, 20, 20];
pub const GREEN: [u8; 3] = [20, 180, 20];
pub const BLUE: [u8; 3] = [20, 20, 220];
pub const GRAY: [u8; 3] = [128, 128, 128];
pub const WHITE: [u8; 3] = [255, 255, 255];

/// A multipart body of text fields and then one file, with its content type.
pub fn with_file(
    fields: &[(&str, &str)],
    name: &str,
    file_name: &str,
    content_type: &str,
    bytes: &[u8],
) -> (String, Vec<u8>) {
    let boundary = boundary(bytes);
    let file = file_part(&boundary, name, file_name, content_type, bytes);
    let body = [text_parts(&boundary, fields), file, end(&boundary)].concat();
    (multipart(&boundary), body)
}

/// The same with the file before the fields.
pub fn file_first(fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let boundary = boundary(bytes);
    let file = file_part(&boundary, name, "p.jpg", "image/jpeg", bytes);
    let body = [file, text_parts(&boundary, fields), end(&boundary)].concat();
    (multipart(&boundary), body)
}

fn end(boundary: &str) -> Vec<u8> {
    format!("--{boundary}--\r\n").into_bytes()
}

fn multipart(boundary: &str) -> String {
    format!("multipart/form-data; boundary={boundary}")
}

/// One that the bytes do not contain.
fn boundary(bytes: &[u8]) -> String {
    let contains = |text: &str| bytes.windows(text.len()).any(|at| at == text.as_bytes());
    let mut all = (0..).map(|number| format!("----WeiquanBoundary{number}"));
    all.find(|boundary| !contains(boundary)).unwrap()
}

fn text_parts(boundary: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=");
    let part = |(name, value): &(&str, &str)| format!("{head}\"{name}\"\r\n\r\n{value}\r\n");
    fields.iter().map(part).collect::<String>().into_bytes()
}

fn file_part(
    boundary: &str,
    name: &str,
    file_name: &str,
    content_type: &str,
    bytes: &[u8],
) -> Vec<u8> {
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; \
         filename=\"{file_name}\"\r\nContent-Type: {content_type}\r\n\r\n"
    );
    [head.as_bytes(), bytes, b"\r\n"].concat()
}

pub fn encode(picture: &DynamicImage, kind: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, kind).unwrap();
    bytes.into_inner()
}

/// A picture of four colours: red and green above blue and gray.
pub fn quarters(width: u32, height: u32) -> DynamicImage {
    let colour = |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => RED,
        (false, true) => GREEN,
        (true, false) => BLUE,
        (false, false) => GRAY,
    };
    RgbImage::from_fn(width, height, |x, y| Rgb(colour(x, y))).into()
}

/// A small file of this kind, of four colours.
pub fn small(kind: ImageFormat) -> Vec<u8> {
    encode(&quarters(64, 32), kind)
}

/// Pixels that no kind can say in few bytes: most of the file is behind its header.
pub fn noise(kind: ImageFormat) -> Vec<u8> {
    let mut state = 1_u32;
    let pixels = RgbImage::from_fn(64, 64, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_be_bytes();
        Rgb([a, b, c])
    });
    encode(&pixels.into(), kind)
}

/// Red and nothing above a thin black and blue.
pub fn see_through() -> RgbaImage {
    RgbaImage::from_fn(64, 32, |x, y| match (x < 32, y < 16) {
        (true, true) => Rgba([220, 20, 20, 255]),
        (false, true) => Rgba([0, 0, 0, 0]),
        (true, false) => Rgba([0, 0, 0, 127]),
        (false, false) => Rgba([20, 20, 220, 255]),
    })
}

/// A GIF that shows these frames in turn.
pub fn animation(frames: Vec<RgbaImage>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder
        .encode_frames(frames.into_iter().map(Frame::new))
        .unwrap();
    drop(encoder);
    bytes
}

/// `noise` whose header tells other sides.
pub fn declared(kind: ImageFormat, width: u16, height: u16) -> Vec<u8> {
    let mut bytes = noise(kind);
    match kind {
        ImageFormat::Jpeg => {
            // The frame's header: its length, then 8 bits a sample.
            let head = [0xff, 0xc0, 0, 17, 8];
            let at = bytes.windows(5).position(|at| at == head).unwrap() + 5;
            bytes[at..at + 2].copy_from_slice(&height.to_be_bytes());
            bytes[at + 2..at + 4].copy_from_slice(&width.to_be_bytes());
        }
        ImageFormat::Png => {
            bytes[16..20].copy_from_slice(&u32::from(width).to_be_bytes());
            bytes[20..24].copy_from_slice(&u32::from(height).to_be_bytes());
            let sum = crc32(&bytes[12..29]).to_be_bytes();
            bytes[29..33].copy_from_slice(&sum);
        }
        _ => {
            bytes[6..8].copy_from_slice(&width.to_le_bytes());
            bytes[8..10].copy_from_slice(&height.to_le_bytes());
        }
    }
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |sum: u32| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
    let byte = |sum, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum));
    !bytes.iter().fold(!0, byte)
}

/// Puts segments behind the first two bytes of a JPEG, where every reader skips what it does not
/// know.
fn insert(jpeg: &[u8], segments: &[u8]) -> Vec<u8> {
    [&jpeg[..2], segments, &jpeg[2..]].concat()
}

/// A JPEG with comments that make it `length` bytes long.
pub fn padded(jpeg: &[u8], length: usize) -> Vec<u8> {
    const LONGEST: usize = 65_537;
    let mut segments = Vec::new();
    let mut missing = length - jpeg.len();
    while missing > 0 {
        // A segment is at least its own four bytes long.
        let size = if missing <= LONGEST {
            missing
        } else {
            LONGEST.min(missing - 4)
        };
        segments.extend([0xff, 0xfe]);
        segments.extend(u16::try_from(size - 2).unwrap().to_be_bytes());
        segments.resize(segments.len() + size - 4, b'x');
        missing -= size;
    }
    insert(jpeg, &segments)
}

/// A JPEG whose EXIF tells how the camera was held, 1 to 8.
pub fn held(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    // A directory of one entry: tag 0x0112, one 16-bit number.
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    insert(jpeg, &[&[0xff, 0xe1], &length[..], &exif].concat())
}

/// What stands in the middle of each quarter, row by row, is this, as far as JPEG keeps it.
#[track_caller]
pub fn assert_quarters(picture: &RgbImage, expected: [[u8; 3]; 4]) {
    let (width, height) = picture.dimensions();
    let places = [(1, 1), (3, 1), (1, 3), (3, 3)];
    for ((x, y), colour) in places.into_iter().zip(expected) {
        let Rgb(shown) = picture[(width * x / 4, height * y / 4)];
        let near = shown.iter().zip(colour).all(|(a, b)| a.abs_diff(b) <= 24);
        assert!(near, "{shown:?} is not {colour:?} at {x}, {y}");
    }
}

/// The fields of a call by the first member, signed for the name that the address spells.
pub fn fields(world: &World, target: &str, params: &[(&str, &str)]) -> Fields {
    let (_, name) = target.rsplit_once("action.").unwrap();
    signed_at(
        world,
        &world.member(BAI).site_uid,
        &now(world),
        name,
        params,
    )
}

pub fn with_picture(target: &str, fields: &Fields, bytes: &[u8]) -> Call {
    let (content_type, body) = with_file(&refs(fields), "pic", "p.jpg", "image/jpeg", bytes);
    Call::post(target).body(&content_type, &body)
}

/// Uploads as the first member.
pub async fn upload(world: &World, params: &[(&str, &str)], bytes: &[u8]) -> Reply {
    let fields = fields(world, UPLOAD, params);
    world.send(with_picture(UPLOAD, &fields, bytes)).await
}

/// The pid in an answer of success.
#[track_caller]
pub fn pid(reply: &Reply) -> String {
    let pid = rst(reply)["msg"].as_str().unwrap().to_owned();
    assert_rst(reply, &format!(r#"{{"msg":"{pid}"}}"#));
    assert_pid(&pid);
    pid
}

#[track_caller]
fn assert_pid(pid: &str) {
    assert_eq!(pid.len(), 33, "{pid}");
    let (digits, letter) = pid.split_at(32);
    let is_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    assert!(digits.bytes().all(is_hex), "{pid}");
    assert!(["j", "p", "g"].contains(&letter), "{pid}");
}

fn extension(kind: ImageFormat) -> &'static str {
    match kind {
        ImageFormat::Jpeg => "jpg",
        ImageFormat::Png => "png",
        _ => "gif",
    }
}

/// Where the three files of a picture are.
pub fn names(pid: &str, kind: ImageFormat) -> [String; 3] {
    [
        format!("thumbnail/{pid}.jpg"),
        format!("bmiddle/{pid}.jpg"),
        format!("large/{pid}.{}", extension(kind)),
    ]
}

/// Every file in the folder of pictures.
pub fn files(world: &World) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                found.insert(name.to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(world.pictures.path(), world.pictures.path(), &mut found);
    found
}

/// The thumbnail and the middle size of a picture, which are JPEG.
#[track_caller]
pub fn scaled(world: &World, pid: &str) -> [RgbImage; 2] {
    ["thumbnail", "bmiddle"].map(|size| {
        let path = world.pictures.path().join(size).join(format!("{pid}.jpg"));
        let bytes = fs::read(path).unwrap();
        image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg)
            .unwrap()
            .to_rgb8()
    })
}

/// The JSON in an answer to `callback`.
#[track_caller]
pub fn called_back(reply: &Reply, name: &str) -> Value {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let content_type = &reply.headers["content-type"];
    assert!(content_type.starts_with("text/html"), "{content_type}");
    let json = reply
        .body
        .strip_prefix(&format!("<script>{name}("))
        .and_then(|body| body.strip_suffix(");</script>"))
        .unwrap_or_else(|| panic!("{name}: {}", reply.body));
    serde_json::from_str(json).unwrap()
}

#[track_caller]
pub fn refused_back(reply: &Reply, name: &str, (errno, err): Failure) {
    let expected = json!({"rst": false, "errno": errno, "err": err});
    assert_eq!(called_back(reply, name), expected);
}

/// The calls are refused, and leave the table and the folder as they were.
pub async fn assert_all_refused(world: &World, cases: Vec<(Call, Failure)>) {
    let before = (world.dump().await, files(world));
    for (call, failure) in cases {
        refused(&world.send(call).await, failure);
    }
    assert!((world.dump().await, files(world)) == before);
}

/// The picture is refused with and without a callback, and nothing of it is kept.
pub async fn assert_not_kept(world: &World, bytes: &[u8], failure: Failure) {
    let before = (world.dump().await, files(world));
    let reply = upload(world, &[], bytes).await;
    assert_eq!(reply.json()["errno"], failure.0, "{} bytes", bytes.len());
    refused(&reply, failure);
    let reply = upload(world, &[("callback", "done")], bytes).await;
    refused_back(&reply, "done", failure);
    assert!((world.dump().await, files(world)) == before);
}
