//! `repost` (xweibo section 5.1.3).

use std::collections::BTreeSet;

use serde::Serialize;
use weiquan::schema::Answer;
use weiquan::xweibo::failure::{COMMENTS_REFUSED, NO_WEIBO, SENSITIVE};
use weiquan::xweibo::{
    Call, Error, Failure, Id, Ids, Input, Operation, WeiboShape, id, operation, post_remark, repost,
};
use weiquan::{Ctx, example};
use weiquan_store::id::WeiboId;
use weiquan_store::weibos::posting::Draft;

/// The operation.
pub static OPERATION: Operation = Operation {
    speaks: true,
    failures: &[NO_ID, SENSITIVE, TOO_LONG, NO_WEIBO, COMMENTS_REFUSED],
    ..operation!("repost", "reposts a weibo", Input<'_> => Output, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The weibo's id.
    #[param(required, example = example::WEIBO)]
    id: Id<'a>,
    /// The text; 转发微博 if it is empty.
    #[param(example = "好")]
    text: Option<&'a str>,
    /// The ids of weibos that also get the text as a comment, at most 10, separated by commas.
    rtids: Ids<'a>,
}

const NO_ID: Failure = Failure::new(1_020_200, "40016:Error: weibo id is null!", "no `id`");
const TOO_LONG: Failure = Failure::new(
    1_020_201,
    "40013:Error: text too long, please input text less than 140 characters!",
    "`text` is wider than 280 half-widths",
);

/// The text of a repost without words (section 7.22).
const WORDLESS: &str = "转发微博";

#[derive(Serialize, Answer)]
struct Output {
    /// The repost.
    data: WeiboShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<Output, Error> {
    let (author, posted) = post_remark(ctx, &call, draft(&call, &input), NO_WEIBO).await?;
    let made = posted.repost.ok_or(NO_WEIBO)?;
    let data = repost(ctx, &made, &author).await?;
    Ok(Output { data })
}

fn draft(call: &Call<'_>, input: &Input<'_>) -> Result<Draft, Error> {
    if input.id.is_missing() {
        return Err(NO_ID.into());
    }
    let text = match input.text {
        None => WORDLESS,
        Some(text) => call.text(text, NO_ID, TOO_LONG)?,
    };
    let target = input.id.or(NO_ID, NO_WEIBO)?;
    Ok(Draft {
        comment_on: comment_on(input.rtids),
        repost: Some(target),
        ..Draft::about(target, text)
    })
}

/// How many comments one repost makes. They are written in one transaction with it.
const MAX_COMMENTS: usize = 10;

/// The first weibos that `rtids` names.
fn comment_on(rtids: Ids<'_>) -> BTreeSet<WeiboId> {
    let mut found = BTreeSet::new();
    for id in rtids.all().filter_map(id) {
        if found.len() < MAX_COMMENTS {
            found.insert(id);
        }
    }
    found
}
