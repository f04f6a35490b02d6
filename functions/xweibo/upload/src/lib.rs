//! `upload`: publishes a weibo with a picture in one call, which Xweibo's client knows as `postImgText`. The document
//! does not name it.

use serde::Serialize;
use shared::Ctx;
use shared::xweibo::picture::{PICTURE, taken};
use shared::xweibo::{CALLBACK, Call, Draft, Error, Operation, Param, TEXT, WeiboShape, answer};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "upload",
    aliases: &[],
    words: "publishes a weibo with a picture",
    get: false,
    speaks: true,
    params: &[
        TEXT,
        Param {
            name: PICTURE.name,
            words: "the picture, as `upload_pic` takes it, or the id that it gave",
            example: None,
        },
        CALLBACK,
    ],
    file: Some(PICTURE.name),
    errors: &[
        Error::ContentNull,
        Error::Sensitive,
        Error::TextTooLong,
        Error::EmptyParameter,
        Error::NoPicture,
        Error::PictureTooLarge,
        Error::NotAPicture,
        Error::PictureType,
        Error::TooManyPixels,
        Error::PictureBroken,
        Error::TooLong,
        Error::RepeatedText,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Serialize)]
struct Output {
    data: WeiboShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let draft = Draft::new(ctx, &call).await?;
    let pid = match (call.file(), call.pid()?) {
        (Some(file), _) => taken(ctx, &call, file).await?,
        (None, Some(pid)) => pid.to_owned(),
        (None, None) => return Err(Error::EmptyParameter),
    };
    Ok(Output {
        data: draft.publish(ctx, &call, Some(pid)).await?,
    })
}
