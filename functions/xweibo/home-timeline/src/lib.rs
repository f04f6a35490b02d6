//! `homeTimeline`. An extension: the document only counts new weibos.

use weiquan::Ctx;
use weiquan::xweibo::failure::NOT_NUMBER;
use weiquan::xweibo::{Call, Error, Operation, WeiboList, Window, operation};
use weiquan_store::people::settings;
use weiquan_store::table::slice;
use weiquan_store::weibos::{home, list};

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NOT_NUMBER],
    ..operation!(
        "homeTimeline",
        "lists the weibos of the caller and of those whom the caller follows, newest first",
        Window<'_> => WeiboList,
        handle
    )
};

async fn handle(ctx: &Ctx, call: Call<'_>, input: Window<'_>) -> Result<WeiboList, Error> {
    let uid = call.uid()?;
    let mut slice = input.slice()?;
    if input.count.asked()?.is_none() {
        let wanted = settings::read(&ctx.store, uid).await?.weibos;
        slice.count = wanted
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(slice.count);
    }
    let page = async |slice| {
        let rows = Box::pin(home::page(&ctx.store, uid, slice)).await?;
        let page = list::page(&ctx.store, Some(uid), rows).await?;
        list::without_blocked(&ctx.store, uid, page).await
    };
    let listed = slice::fill(slice, page).await?;
    WeiboList::new(ctx, &listed).await
}
