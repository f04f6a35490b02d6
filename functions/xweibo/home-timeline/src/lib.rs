//! `homeTimeline`: the weibos of the caller and of those whom the caller follows, newest first. An extension: the
//! document only counts new ones.

use shared::Ctx;
use shared::store::{home, settings, timeline, weibo_list};
use shared::xweibo::{COUNT_OF_LIST, Call, Error, MAX_ID, Operation, SINCE_ID, WeiboList, answer};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "homeTimeline",
    aliases: &[],
    words: "lists the weibos of the caller and of those whom the caller follows, newest first",
    get: false,
    speaks: false,
    params: &[SINCE_ID, MAX_ID, COUNT_OF_LIST],
    file: None,
    errors: &[Error::NotNumber],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<WeiboList, Error> {
    let uid = call.uid()?;
    let mut slice = call.slice()?;
    if call.asked_count()?.is_none() {
        let wanted = settings::read(ctx, uid).await?.weibos;
        slice.count = wanted
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(slice.count);
    }
    let page = async |slice| {
        let rows = Box::pin(home::page(ctx, uid, slice)).await?;
        let page = weibo_list::page(ctx, Some(uid), rows).await?;
        weibo_list::without_blocked(ctx, uid, page).await
    };
    let listed = timeline::fill(slice, page).await?;
    WeiboList::new(ctx, &listed).await
}
