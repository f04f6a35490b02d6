//! `createTags`: adds tags to the caller's (xweibo section 5.7.3).

use serde::Serialize;
use shared::Ctx;
use shared::store::Refusal;
use shared::store::tags::{self, NotChanged};
use shared::text::weibo_width;
use shared::xweibo::{Call, Error, Operation, Param, answer, ids};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "createTags",
    aliases: &[],
    words: "adds tags to the caller's",
    get: false,
    speaks: true,
    params: &[Param {
        name: "tagName",
        words: "the tags, with commas, each at most 14 half-widths",
        example: Some("音乐"),
    }],
    file: None,
    errors: &[
        Error::NoTags,
        Error::Sensitive,
        Error::TooLong,
        Error::TooManyTags,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

/// How wide a tag may be, in half-widths; and how long, in bytes.
const MAX_WIDTH: usize = 14;
const MAX_BYTES: usize = 100;

#[derive(Serialize)]
struct Output {
    data: Vec<Made>,
}

#[derive(Serialize)]
struct Made {
    tagid: String,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let uid = call.uid()?;
    let texts: Vec<&str> = ids(call.param_of_any_case("tagName")).collect();
    if texts.is_empty() {
        return Err(Error::NoTags);
    }
    if texts.iter().any(|text| call.is_sensitive(text)) {
        return Err(Error::Sensitive);
    }
    let is_too_long = |text: &&str| weibo_width(text) > MAX_WIDTH || text.len() > MAX_BYTES;
    if texts.iter().any(is_too_long) {
        return Err(Error::TooLong);
    }
    match tags::add(ctx, uid, &texts).await {
        Ok(added) => {
            let made = added.into_iter().map(|tag| Made {
                tagid: tag.id.to_string(),
            });
            Ok(Output {
                data: made.collect(),
            })
        }
        Err(Refusal::Condition(NotChanged::TooMany | NotChanged::NoTag)) => Err(Error::TooManyTags),
        Err(Refusal::Store(error)) => Err(error.into()),
    }
}
