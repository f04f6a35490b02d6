//! `friends`. An extension: the document lists no members.

use weiquan::Ctx;
use weiquan::xweibo::failure::{NO_MEMBER, NOT_NUMBER};
use weiquan::xweibo::{Call, Error, Operation, UserList, UserListInput, operation};
use weiquan_store::people::relation::List;

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NOT_NUMBER, NO_MEMBER],
    ..operation!("friends", "lists whom a member follows", UserListInput<'_> => UserList, handle)
};

async fn handle(ctx: &Ctx, call: Call<'_>, input: UserListInput<'_>) -> Result<UserList, Error> {
    UserList::of(ctx, &call, &input, List::Follows).await
}
