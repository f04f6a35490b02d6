//! `upload_pic`: takes the picture of a weibo to come (xweibo section 5.1.1).

use serde::Serialize;
use shared::Ctx;
use shared::xweibo::picture::{PICTURE, taken};
use shared::xweibo::{CALLBACK, Call, Error, Operation, answer};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "upload_pic",
    aliases: &[],
    words: "takes a picture; `msg` is the `pic` that `update` takes",
    get: false,
    speaks: true,
    params: &[PICTURE, CALLBACK],
    file: Some(PICTURE.name),
    errors: &[
        Error::EmptyParameter,
        Error::NoPicture,
        Error::PictureTooLarge,
        Error::NotAPicture,
        Error::PictureType,
        Error::TooManyPixels,
        Error::PictureBroken,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Serialize)]
struct Output {
    msg: String,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    call.author(ctx).await?;
    let bytes = call.file().ok_or(Error::EmptyParameter)?;
    Ok(Output {
        msg: taken(ctx, &call, bytes).await?,
    })
}
