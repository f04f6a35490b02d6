//! `upload_pic`: takes the picture of a weibo to come (xweibo section 5.1.1).

use serde::Serialize;
use shared::Ctx;
use shared::pictures::{self, Kind, Refusal};
use shared::xweibo::picture::{Size, keep, new_pid, place};
use shared::xweibo::{Call, Error, Operation, Param, answer};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "upload_pic",
    aliases: &[],
    words: "takes a picture; `msg` is the `pic` that `update` takes",
    get: false,
    speaks: true,
    params: &[
        Param {
            name: "pic",
            words: "the picture: a file of a multipart form; JPEG, PNG or GIF, at most 4 MiB",
            example: None,
        },
        Param {
            name: "callback",
            words: "answers a page that calls this function of the page around it",
            example: None,
        },
    ],
    file: Some("pic"),
    errors: &[
        Error::NoPicture,
        Error::PictureTooLarge,
        Error::PictureType,
        Error::TooManyPixels,
        Error::PictureBroken,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

/// How large a picture may be, in bytes.
const MAX_BYTES: usize = 4 << 20;
/// How wide the sizes are, and how high the smallest.
const THUMBNAIL: u32 = 120;
const MIDDLE: u32 = 440;

#[derive(Serialize)]
struct Output {
    msg: String,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    call.author(ctx).await?;
    let bytes = call.file();
    let kind = pictures::inspect(bytes, MAX_BYTES).map_err(refused)?;
    let (thumbnail, middle) = ctx.heavy(|| sizes(bytes, kind)).map_err(refused)?;
    let pid = new_pid(ctx, kind);
    futures_util::try_join!(
        store(ctx, &pid, Size::Thumbnail, thumbnail),
        store(ctx, &pid, Size::Middle, middle),
        store(ctx, &pid, Size::Large, bytes.to_vec()),
    )?;
    Ok(Output { msg: pid })
}

/// The smaller sizes of a picture.
fn sizes(bytes: &[u8], kind: Kind) -> Result<(Vec<u8>, Vec<u8>), Refusal> {
    let picture = pictures::decode(bytes, kind)?;
    let thumbnail = picture.fit(THUMBNAIL, Some(THUMBNAIL))?;
    Ok((thumbnail, picture.fit(MIDDLE, None)?))
}

async fn store(ctx: &Ctx, pid: &str, size: Size, bytes: Vec<u8>) -> Result<(), Error> {
    let (name, kind): (String, Kind) = place(pid, size).ok_or(Error::PictureType)?;
    keep(ctx, &name, kind, bytes).await
}

fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Empty => Error::NoPicture,
        Refusal::TooLarge => Error::PictureTooLarge,
        Refusal::OtherType | Refusal::NotAPicture => Error::PictureType,
        Refusal::TooManyPixels => Error::TooManyPixels,
        Refusal::Broken => Error::PictureBroken,
    }
}
