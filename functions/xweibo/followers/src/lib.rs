//! `followers`: lists a member's fans. An extension: the document lists none.

use shared::Ctx;
use shared::store::relation::List;
use shared::xweibo::{
    COUNT_OF_LIST, CURSOR, Call, Error, MEMBER_NAME, MEMBER_OR_SELF_ID, Operation, UserList, answer,
};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "followers",
    aliases: &[],
    words: "lists a member's fans",
    get: false,
    speaks: false,
    params: &[MEMBER_OR_SELF_ID, MEMBER_NAME, CURSOR, COUNT_OF_LIST],
    file: None,
    errors: &[Error::NotNumber, Error::NoMember],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<UserList, Error> {
    UserList::of(ctx, &call, List::Fans).await
}
