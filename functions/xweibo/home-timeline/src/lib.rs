//! `homeTimeline`. An extension: the document only counts new weibos.

use shared::Ctx;
use shared::store::{home, settings, timeline, weibo_list};
use shared::xweibo::failure::NOT_NUMBER;
use shared::xweibo::{Call, Error, Operation, WeiboList, Window, operation};

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
