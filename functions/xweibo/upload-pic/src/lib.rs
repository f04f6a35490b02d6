//! `upload_pic` (xweibo section 5.1.1).

use serde::Serialize;
use weiquan::Ctx;
use weiquan::schema::Answer;
use weiquan::xweibo::failure::{
    EMPTY_PARAMETER, NO_PICTURE, NOT_A_PICTURE, PICTURE_BROKEN, PICTURE_TOO_LARGE, PICTURE_TYPE,
    TOO_MANY_PIXELS,
};
use weiquan::xweibo::picture::taken;
use weiquan::xweibo::{Call, Error, File, Framed, Input, Operation, operation};

/// The operation.
pub static OPERATION: Operation = Operation {
    speaks: true,
    failures: &[
        EMPTY_PARAMETER,
        NO_PICTURE,
        PICTURE_TOO_LARGE,
        NOT_A_PICTURE,
        PICTURE_TYPE,
        TOO_MANY_PIXELS,
        PICTURE_BROKEN,
    ],
    ..operation!("upload_pic", "takes the picture of a weibo to come", Input<'_> => Output, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The picture: a file of a multipart form; JPEG, PNG or GIF, at most 4 MiB.
    #[param(required)]
    pic: File<'a>,
    #[param(flatten)]
    _framed: Framed<'a>,
}

#[derive(Serialize, Answer)]
struct Output {
    /// The id of the picture, to be sent as `pic` to `update`.
    msg: String,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<Output, Error> {
    call.author(ctx).await?;
    let bytes = input.pic.bytes.ok_or(EMPTY_PARAMETER)?;
    Ok(Output {
        msg: taken(ctx, bytes, input.pic.is_partial).await?,
    })
}
