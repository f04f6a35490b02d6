//! `userTimeline`: the weibos of a member, newest first. An extension: the document lists none.

use shared::Ctx;
use shared::store::{Consistency, timeline, weibo_list};
use shared::xweibo::{
    COUNT_OF_LIST, Call, Error, MAX_ID, MEMBER_NAME, MEMBER_OR_SELF_ID, Operation, SINCE_ID,
    WeiboList, answer,
};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "userTimeline",
    aliases: &[],
    words: "lists the weibos of a member, newest first",
    get: false,
    speaks: false,
    params: &[
        MEMBER_OR_SELF_ID,
        MEMBER_NAME,
        SINCE_ID,
        MAX_ID,
        COUNT_OF_LIST,
    ],
    file: None,
    errors: &[Error::NotNumber, Error::NoMember],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<WeiboList, Error> {
    let slice = call.slice()?;
    let uid = call.who_or_self(ctx).await?;
    // Whoever has just published sees it.
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
