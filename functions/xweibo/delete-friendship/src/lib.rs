//! `deleteFriendship` (xweibo section 5.2.2).

use weiquan::xweibo::{Call, Error, Failure, Flag, Id, Input, Operation, Who, operation};
use weiquan::{Ctx, example};
use weiquan_store::people::relation::{self, Follow};

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[UNKNOWN_ID, UNKNOWN_NAME],
    ..operation!(
        "deleteFriendship", "stops following a member, or removes a fan", Input<'_> => bool, handle
    )
};

#[derive(Input)]
struct Input<'a> {
    /// The member's uid.
    #[param(example = example::FOLLOWED)]
    id: Id<'a>,
    /// The member's nick, if there is no `id`.
    name: &'a str,
    /// 1 removes the member from the caller's fans.
    is_follower: Flag<'a>,
}

const UNKNOWN_ID: Failure = Failure::new(
    1_020_802,
    "40028:fuid错误",
    "neither `id` nor `name`, or no member has that uid",
);
const UNKNOWN_NAME: Failure = Failure::new(1_020_803, "40028:fuid错误", "no member has that nick");

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let other = match Who::find(ctx, input.id, input.name).await? {
        Who::Member(other) => other,
        Who::Unknown if input.id.is_missing() => return Err(UNKNOWN_NAME.into()),
        Who::Unknown | Who::Unnamed => return Err(UNKNOWN_ID.into()),
    };
    let (fan, member) = match input.is_follower.is_set() {
        true => (other, uid),
        false => (uid, other),
    };
    relation::unfollow(&ctx.store, Follow { fan, member }).await?;
    Ok(true)
}
