//! `update`: publishes a weibo (xweibo section 5.1.1).

use serde::Serialize;
use shared::Ctx;
use shared::store::weibo::{self, Weibo};
use shared::xweibo::{Call, Error, Operation, Param, WeiboShape, answer, trim};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "update",
    aliases: &[],
    words: "publishes a weibo",
    get: false,
    speaks: true,
    params: &[
        Param {
            name: "text",
            words: "the text, at most 140 Chinese characters or 280 half-widths",
            example: Some("哈哈"),
        },
        Param {
            name: "pic",
            words: "the id of a picture",
            example: None,
        },
    ],
    file: None,
    errors: &[
        Error::ContentNull,
        Error::Sensitive,
        Error::TextTooLong,
        Error::TooLong,
        Error::RepeatedText,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

/// The longest id of a picture, in bytes.
const MAX_PIC: usize = 255;

#[derive(Serialize)]
struct Output {
    data: WeiboShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let sent = sent(&call);
    let text = sent.as_ref().map_or("", |(text, _)| text);
    let (author, written) = futures_util::join!(call.author(ctx), call.written(ctx, text));
    let (author, (text, pic), written) = (author?, sent?, written?);
    let weibo = Weibo {
        pic: (!pic.is_empty()).then(|| pic.to_owned()),
        mentions: written.mentions,
        ..Weibo::new(author.uid, &written.text, &call.site.source)
    };
    let weibo = weibo::publish(ctx, weibo, text, &written.links).await?;
    Ok(Output {
        data: WeiboShape::new(ctx, &weibo, &author, false),
    })
}

/// The text and the picture's id.
fn sent<'a>(call: &'a Call<'_>) -> Result<(&'a str, &'a str), Error> {
    let text = call.text(call.param("text"), Error::ContentNull, Error::TextTooLong)?;
    let pic = trim(call.param("pic"));
    if pic.len() > MAX_PIC {
        return Err(Error::TooLong);
    }
    Ok((text, pic))
}
