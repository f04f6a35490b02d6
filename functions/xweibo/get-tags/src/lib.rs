//! `getTags`: the tags of a member. An extension: the document lists none.

use serde::Serialize;
use shared::Ctx;
use shared::store::tags;
use shared::xweibo::{Call, Error, MEMBER_NAME, MEMBER_OR_SELF_ID, Operation, answer};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "getTags",
    aliases: &[],
    words: "lists the tags of a member",
    get: false,
    speaks: false,
    params: &[MEMBER_OR_SELF_ID, MEMBER_NAME],
    file: None,
    errors: &[Error::NoMember],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Serialize)]
struct Output {
    data: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    tagid: String,
    tag: String,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let uid = call.who_or_self(ctx).await?;
    let tags = tags::of_member(ctx, uid).await?;
    let shown = tags.into_iter().map(|tag| Shown {
        tagid: tag.id.to_string(),
        tag: tag.text,
    });
    Ok(Output {
        data: shown.collect(),
    })
}
