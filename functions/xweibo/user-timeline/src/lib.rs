//! `userTimeline`. An extension: the document lists no weibos.

use shared::Ctx;
use shared::store::{Consistency, timeline, weibo_list};
use shared::xweibo::failure::{NO_MEMBER, NOT_NUMBER};
use shared::xweibo::{Call, Error, Input, MemberOrCaller, Operation, WeiboList, Window, operation};

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
        let rows = timeline::of_member(ctx, uid, slice, consistency).await?;
        weibo_list::page(ctx, call.reader(), rows).await
    };
    let listed = timeline::fill(slice, page).await?;
    WeiboList::new(ctx, &listed).await
}
