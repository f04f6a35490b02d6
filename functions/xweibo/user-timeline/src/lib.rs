//! `userTimeline`. An extension: the document lists no weibos.

use weiquan::Ctx;
use weiquan::xweibo::failure::{NO_MEMBER, NOT_NUMBER};
use weiquan::xweibo::{
    Call, Error, Input, MemberOrCaller, Operation, WeiboList, Window, operation,
};
use weiquan_store::table::{Consistency, slice};
use weiquan_store::weibos::{list, timeline};

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NOT_NUMBER, NO_MEMBER],
    ..operation!(
        "userTimeline", "lists the weibos of a member, newest first", Input<'_> => WeiboList, handle
    )
};

#[derive(Input)]
struct Input<'a> {
    #[param(flatten)]
    member: MemberOrCaller<'a>,
    #[param(flatten)]
    window: Window<'a>,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<WeiboList, Error> {
    let slice = input.window.slice()?;
    let uid = input.member.find(ctx, &call).await?;
    // A member who has just published sees it.
    let consistency = if call.reader() == Some(uid) {
        Consistency::Strong
    } else {
        Consistency::Eventual
    };
    let page = async |slice| {
        let rows = timeline::of_member(&ctx.store, uid, slice, consistency).await?;
        list::page(&ctx.store, call.reader(), rows).await
    };
    let listed = slice::fill(slice, page).await?;
    WeiboList::new(ctx, &listed).await
}
