//! `deleteFriendship`: ends a follow (xweibo section 5.2.2).

use shared::store::relation;
use shared::xweibo::{Call, Error, MEMBER_ID, MEMBER_NAME, Operation, Param, Who, answer, trim};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "deleteFriendship",
    aliases: &[],
    words: "stops following a member, or removes a fan",
    get: false,
    speaks: false,
    params: &[
        MEMBER_ID.example(example::FOLLOWED),
        MEMBER_NAME,
        Param {
            name: "is_follower",
            words: "1 removes the member from the caller's fans",
            example: None,
        },
    ],
    file: None,
    errors: &[Error::UnfollowUnknownId, Error::UnfollowUnknownName],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let other = match call.who(ctx, "id", "name").await? {
        Who::Member(other) => other,
        Who::Unknown if trim(call.param("id")).is_empty() => {
            return Err(Error::UnfollowUnknownName);
        }
        Who::Unknown | Who::Unnamed => return Err(Error::UnfollowUnknownId),
    };
    if call.is_set("is_follower") {
        relation::unfollow(ctx, other, uid).await?;
    } else {
        relation::unfollow(ctx, uid, other).await?;
    }
    Ok(true)
}
