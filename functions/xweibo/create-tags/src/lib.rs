//! `createTags` (xweibo section 5.7.3).

use serde::Serialize;
use weiquan::Ctx;
use weiquan::schema::Answer;
use weiquan::xweibo::failure::{SENSITIVE, TOO_LONG};
use weiquan::xweibo::{Call, Error, Failure, Ids, Input, OfAnyCase, Operation, operation};
use weiquan_store::people::tags::{self, TooMany};
use weiquan_store::unicode::weibo_width;

/// The operation.
pub static OPERATION: Operation = Operation {
    speaks: true,
    failures: &[NO_TAGS, SENSITIVE, TOO_LONG, TOO_MANY],
    ..operation!("createTags", "adds tags to the caller's", Input<'_> => Output, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The tags, separated by commas, each at most 14 half-widths.
    #[param(required, name = "tagName", example = "音乐")]
    tags: OfAnyCase<Ids<'a>>,
}

const NO_TAGS: Failure = Failure::new(
    1_021_500,
    "40027:Error: tags parameter is null",
    "no `tagName`",
);
const TOO_MANY: Failure = Failure::new(
    1_021_501,
    "system error",
    "the caller would have more than ten tags",
);

/// How wide a tag may be, in half-widths, and how long, in bytes.
const MAX_WIDTH: usize = 14;
const MAX_BYTES: usize = 100;

#[derive(Serialize, Answer)]
struct Output {
    /// The tags, in the order in which they were sent.
    data: Vec<Made>,
}

#[derive(Serialize, Answer)]
struct Made {
    /// The id of the tag.
    tagid: String,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<Output, Error> {
    let uid = call.uid()?;
    let texts: Vec<&str> = input.tags.0.all().collect();
    if texts.is_empty() {
        return Err(NO_TAGS.into());
    }
    if texts.iter().any(|text| call.is_sensitive(text)) {
        return Err(SENSITIVE.into());
    }
    let is_too_long = |text: &&str| weibo_width(text) > MAX_WIDTH || text.len() > MAX_BYTES;
    if texts.iter().any(is_too_long) {
        return Err(TOO_LONG.into());
    }
    let added = tags::add(&ctx.store, uid, &texts).await?;
    let added = added.map_err(|TooMany| TOO_MANY)?;
    let made = added.into_iter().map(|tag| Made {
        tagid: tag.id.to_string(),
    });
    Ok(Output {
        data: made.collect(),
    })
}
