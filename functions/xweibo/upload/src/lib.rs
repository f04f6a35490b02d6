//! `upload`, which is `postImgText` in Xweibo's client. An extension: the document does not name it.

use serde::Serialize;
use weiquan::Ctx;
use weiquan::schema::Answer;
use weiquan::xweibo::failure::{
    CONTENT_NULL, EMPTY_PARAMETER, NO_PICTURE, NOT_A_PICTURE, PICTURE_BROKEN, PICTURE_TOO_LARGE,
    PICTURE_TYPE, REPEATED_TEXT, SENSITIVE, TEXT_TOO_LONG, TOO_LONG, TOO_MANY_PIXELS,
};
use weiquan::xweibo::picture::taken;
use weiquan::xweibo::{
    Call, Draft, Error, File, Framed, Input, Operation, Pid, WeiboShape, operation,
};

/// The operation.
pub static OPERATION: Operation = Operation {
    speaks: true,
    failures: &[
        CONTENT_NULL,
        SENSITIVE,
        TEXT_TOO_LONG,
        EMPTY_PARAMETER,
        NO_PICTURE,
        PICTURE_TOO_LARGE,
        NOT_A_PICTURE,
        PICTURE_TYPE,
        TOO_MANY_PIXELS,
        PICTURE_BROKEN,
        TOO_LONG,
        REPEATED_TEXT,
    ],
    ..operation!("upload", "publishes a weibo with a picture", Input<'_> => Output, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The text, at most 140 Chinese characters or 280 half-widths.
    #[param(required, example = "哈哈")]
    text: &'a str,
    /// The picture, as `upload_pic` takes it, or the id that it returned.
    #[param(required)]
    pic: File<'a>,
    #[param(flatten)]
    _framed: Framed<'a>,
}

#[derive(Serialize, Answer)]
struct Output {
    /// The weibo.
    data: WeiboShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<Output, Error> {
    let draft = Draft::new(ctx, &call, input.text).await?;
    let pid = match (input.pic.bytes, Pid(input.pic.text).get()?) {
        (Some(file), _) => taken(ctx, file, input.pic.is_partial).await?,
        (None, Some(pid)) => pid.to_owned(),
        (None, None) => return Err(EMPTY_PARAMETER.into()),
    };
    Ok(Output {
        data: draft.publish(ctx, &call, Some(pid)).await?,
    })
}
