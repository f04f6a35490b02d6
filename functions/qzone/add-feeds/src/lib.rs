//! `feeds/add_feeds`: publishes what a member did on a site (qzone sections 1 and 5).

use futures_util::FutureExt;
use shared::Ctx;
use shared::qzone::{Call, Error, FeedsData, Handle, Operation, Output, Param, Shape};
use shared::store::feed;
use shared::store::oauth::{self, Token};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "add_feeds",
    path: "/feeds/add_feeds",
    words: "publishes what a member did on a site",
    get: false,
    shape: Shape::Page,
    params: &[
        Param {
            name: "feeds_data",
            words: "the feed as JSON: action, title, titleurl, comment, summary, img, video, audio",
            example: Some(
                r#"{"title": "给力视频","action": 1,"titleurl": "http://www.tudou.com/programs/view/fkBXdGp6pYg/"}"#,
            ),
        },
        Param {
            name: "format",
            words: "`json` or `xml` instead of the page; an extension",
            example: None,
        },
    ],
    handle: Handle::Member(|ctx, call| handle(ctx, call).boxed()),
};

async fn handle(ctx: &Ctx, call: Call<'_, Token>) -> Result<Output, Error> {
    let data = FeedsData::parse(call.param("feeds_data"), call.consumer.https_links);
    // The call was authentic: its nonce is used up whatever the feed is (section 7).
    let data = oauth::or_use_nonce(ctx, call.nonce(), data).await?;
    feed::publish(ctx, data.into_feed(&call.token), call.nonce(), false).await?;
    Ok(Output(vec![]))
}
