//! `getTags`. An extension: the document lists no tags.

use serde::Serialize;
use weiquan::Ctx;
use weiquan::schema::Answer;
use weiquan::xweibo::failure::NO_MEMBER;
use weiquan::xweibo::{Call, Error, MemberOrCaller, Operation, operation};
use weiquan_store::people::tags;

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NO_MEMBER],
    ..operation!("getTags", "lists the tags of a member", MemberOrCaller<'_> => Output, handle)
};

#[derive(Serialize, Answer)]
struct Output {
    /// The tags.
    data: Vec<Shown>,
}

#[derive(Serialize, Answer)]
struct Shown {
    /// Its id.
    tagid: String,
    /// Its text.
    tag: String,
}

async fn handle(ctx: &Ctx, call: Call<'_>, member: MemberOrCaller<'_>) -> Result<Output, Error> {
    let uid = member.find(ctx, &call).await?;
    let tags = tags::of_member(&ctx.store, uid).await?;
    let shown = tags.into_iter().map(|tag| Shown {
        tagid: tag.id.to_string(),
        tag: tag.text,
    });
    Ok(Output {
        data: shown.collect(),
    })
}
