//! `updateProfileImage` (xweibo sections 5.4.1, 5.8 and 7.21).

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use weiquan::Ctx;
use weiquan::form_data::php;
use weiquan::pictures::{self, Kind, Refusal as BadPicture};
use weiquan::xweibo::avatar::{SIDES, name, new_version};
use weiquan::xweibo::picture::{keep, remove};
use weiquan::xweibo::{Call, Error, Failure, File, Framed, Input, Operation, operation};
use weiquan_store::members::member;

/// The operation.
pub static OPERATION: Operation = Operation {
    speaks: true,
    failures: &[NO_IMAGE, IMAGE_SIZE, IMAGE_TYPE],
    ..operation!("updateProfileImage", "takes the caller's picture", Input<'_> => bool, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The picture: a file of a multipart form, base64 or a data: URL; JPEG, PNG or GIF, at most 1 MiB.
    #[param(required)]
    image: File<'a>,
    #[param(flatten)]
    _framed: Framed<'a>,
}

const NO_IMAGE: Failure = Failure::new(
    1_021_400,
    "40009:Error: system error, does multipart has image?",
    "no `image`, or it cannot be read",
);
const IMAGE_TYPE: Failure = Failure::new(
    1_021_401,
    "40045:Error: unsupported image type, only suport JPG, GIF, PNG!",
    "the picture is neither JPEG, PNG nor GIF",
);
const IMAGE_SIZE: Failure = Failure::new(
    1_021_402,
    "40008:Error: image size error",
    "the picture is above 1 MiB, or has too many pixels",
);

/// How large a picture may be, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// Base64 with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let sent;
    let bytes = match input.image.bytes {
        None | Some([]) => {
            sent = decoded(input.image.text)?;
            &sent
        }
        Some(_) if input.image.is_partial => return Err(NO_IMAGE.into()),
        Some(file) => file,
    };
    let kind = pictures::inspect(bytes, MAX_BYTES).map_err(refused)?;
    let squares = ctx.heavy(|| squares(bytes, kind)).map_err(refused)?;
    let version = new_version(ctx);
    for (side, square) in SIDES.into_iter().zip(squares) {
        keep(ctx, &name(uid, side, &version), Kind::Jpeg, square).await?;
    }
    let changed = member::change(&ctx.store, uid, |member| {
        member.avatar = Some(version.clone())
    });
    let (old, _) = changed.await?.map_err(|_refused| Error::NotBound)?;
    // Only those who have read the member within the last minute can still show the old picture.
    if let Some(old) = old.avatar {
        let names: Vec<String> = SIDES.iter().map(|side| name(uid, *side, &old)).collect();
        let gone = names.iter().map(|name| remove(ctx, name));
        futures_util::future::join_all(gone.collect::<Vec<_>>()).await;
    }
    Ok(true)
}

/// The picture, scaled to each side.
fn squares(bytes: &[u8], kind: Kind) -> Result<Vec<Vec<u8>>, BadPicture> {
    let picture = pictures::decode(bytes, kind)?;
    SIDES.iter().map(|side| picture.square(*side)).collect()
}

/// The bytes of base64, or of a data: URL that holds base64.
fn decoded(text: &str) -> Result<Vec<u8>, Failure> {
    let base64 = match text.trim().strip_prefix("data:") {
        Some(url) => url
            .split_once(";base64,")
            .map(|(_, data)| data)
            .ok_or(NO_IMAGE)?,
        None => text,
    };
    // A form turns plus signs into spaces.
    BASE64
        .decode(php::base64(base64))
        .map_err(|_broken| NO_IMAGE)
}

fn refused(refusal: BadPicture) -> Failure {
    match refusal {
        BadPicture::TooLarge | BadPicture::TooManyPixels => IMAGE_SIZE,
        BadPicture::OtherType => IMAGE_TYPE,
        BadPicture::Empty | BadPicture::NotAPicture | BadPicture::Broken => NO_IMAGE,
    }
}
