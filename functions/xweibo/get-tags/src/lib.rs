//! `getTags`. An extension: the document lists no tags.

use serde::Serialize;
use shared::Ctx;
use shared::schema::Answer;
use shared::store::tags;
use shared::xweibo::failure::NO_MEMBER;
use shared::xweibo::{Call, Error, MemberOrCaller, Operation, operation};

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
    let tags = tags::of_member(ctx, uid).await?;
    let shown = tags.into_iter().map(|tag| Shown {
        tagid: tag.id.to_string(),
        tag: tag.text,
    });
    Ok(Output {
        data: shown.collect(),
    })
}
