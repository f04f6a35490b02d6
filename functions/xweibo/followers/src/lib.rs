//! `followers`. An extension: the document lists no members.

use shared::Ctx;
use shared::store::relation::List;
use shared::xweibo::failure::{NO_MEMBER, NOT_NUMBER};
use shared::xweibo::{Call, Error, Operation, UserList, UserListInput, operation};

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NOT_NUMBER, NO_MEMBER],
    ..operation!("followers", "lists a member's fans", UserListInput<'_> => UserList, handle)
};

async fn handle(ctx: &Ctx, call: Call<'_>, input: UserListInput<'_>) -> Result<UserList, Error> {
    UserList::of(ctx, &call, &input, List::Fans).await
}
