//! `repost`: reposts a weibo (xweibo section 5.1.3).

use std::collections::BTreeSet;

use serde::Serialize;
use shared::Ctx;
use shared::store::posting::Wanted;
use shared::xweibo::{
    Call, Error, Operation, Param, WEIBO_ID, WeiboShape, answer, id, ids, repost, said, trim,
};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "repost",
    aliases: &[],
    words: "reposts a weibo",
    get: false,
    speaks: true,
    params: &[
        WEIBO_ID,
        Param {
            name: "text",
            words: "the text; 转发微博 where it is empty",
            example: Some("好"),
        },
        Param {
            name: "rtids",
            words: "weibos that get the text as a comment too, at most 10, with commas",
            example: None,
        },
    ],
    file: None,
    errors: &[
        Error::RepostIdNull,
        Error::Sensitive,
        Error::RepostTooLong,
        Error::NoWeibo,
        Error::CommentsRefused,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

/// What a repost without words says (section 7.22).
const WORDLESS: &str = "转发微博";

#[derive(Serialize)]
struct Output {
    data: WeiboShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let (author, posted) = said(ctx, &call, wanted(&call), Error::NoWeibo).await?;
    let (weibo, shown) = posted.repost.ok_or(Error::NoWeibo)?;
    let data = repost(ctx, &weibo, &author, &shown).await?;
    Ok(Output { data })
}

fn wanted(call: &Call<'_>) -> Result<Wanted, Error> {
    let target = trim(call.param("id"));
    if target.is_empty() {
        return Err(Error::RepostIdNull);
    }
    let text = match trim(call.param("text")) {
        "" => WORDLESS,
        text => call.text(text, Error::RepostIdNull, Error::RepostTooLong)?,
    };
    let target = id(target).ok_or(Error::NoWeibo)?;
    Ok(Wanted {
        text: text.to_owned(),
        comment_on: comment_on(call.param("rtids")),
        repost: Some(target),
        must: target,
        ..Wanted::default()
    })
}

/// How many comments one repost makes: they are one transaction with it.
const MAX_COMMENTS: usize = 10;

/// The first of the weibos that `rtids` names.
fn comment_on(rtids: &str) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    for id in ids(rtids).filter_map(id) {
        if found.len() < MAX_COMMENTS {
            found.insert(id);
        }
    }
    found
}
