//! `updateProfileImage`: the caller's picture (xweibo sections 5.4.1, 5.8 and 7.21).

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use shared::Ctx;
use shared::form::php;
use shared::pictures::{self, Kind, Refusal as BadPicture};
use shared::store::{Refusal, member};
use shared::xweibo::avatar::{SIDES, name, new_version};
use shared::xweibo::picture::{keep, remove};
use shared::xweibo::{CALLBACK, Call, Error, Operation, Param, answer};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "updateProfileImage",
    aliases: &[],
    words: "takes the caller's picture",
    get: false,
    speaks: true,
    params: &[
        Param {
            name: "image",
            words: "the picture: a file of a multipart form, base64 or a data: URL; JPEG, PNG or GIF, at most 1 MiB",
            example: None,
        },
        CALLBACK,
    ],
    file: Some("image"),
    errors: &[Error::NoImage, Error::ImageSize, Error::ImageType],
    handle: |ctx, call| answer(handle(ctx, call)),
};

/// How large a picture may be, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// Base64 with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let sent;
    let bytes = match call.file() {
        None | Some([]) => {
            sent = decoded(call.param("image"))?;
            &sent
        }
        Some(_) if call.is_file_partial() => return Err(Error::NoImage),
        Some(file) => file,
    };
    let kind = pictures::inspect(bytes, MAX_BYTES).map_err(refused)?;
    let squares = ctx.heavy(|| squares(bytes, kind)).map_err(refused)?;
    let version = new_version(ctx);
    for (side, square) in SIDES.into_iter().zip(squares) {
        keep(ctx, &name(uid, side, &version), Kind::Jpeg, square).await?;
    }
    let changed = member::change(ctx, uid, |member| member.avatar = Some(version.clone())).await;
    let (old, _) = changed.map_err(|refusal| match refusal {
        Refusal::Condition(_) => Error::NotBound,
        Refusal::Store(error) => error.into(),
    })?;
    // Whoever still shows the old one has read the member within the last minute.
    if let Some(old) = old.avatar {
        let names: Vec<String> = SIDES.iter().map(|side| name(uid, *side, &old)).collect();
        let gone = names.iter().map(|name| remove(ctx, name));
        futures_util::future::join_all(gone.collect::<Vec<_>>()).await;
    }
    Ok(true)
}

/// A picture in the size of each side.
fn squares(bytes: &[u8], kind: Kind) -> Result<Vec<Vec<u8>>, BadPicture> {
    let picture = pictures::decode(bytes, kind)?;
    SIDES.iter().map(|side| picture.square(*side)).collect()
}

/// The bytes of base64, or of a data: URL that holds base64.
fn decoded(text: &str) -> Result<Vec<u8>, Error> {
    let base64 = match text.trim().strip_prefix("data:") {
        Some(url) => url
            .split_once(";base64,")
            .map(|(_, data)| data)
            .ok_or(Error::NoImage)?,
        None => text,
    };
    // A form makes blanks of its plus signs.
    BASE64
        .decode(php::base64(base64))
        .map_err(|_broken| Error::NoImage)
}

fn refused(refusal: BadPicture) -> Error {
    match refusal {
        BadPicture::TooLarge | BadPicture::TooManyPixels => Error::ImageSize,
        BadPicture::OtherType => Error::ImageType,
        BadPicture::Empty | BadPicture::NotAPicture | BadPicture::Broken => Error::NoImage,
    }
}
