//! `feeds/add_feeds` (qzone sections 1 and 5).

use weiquan::Ctx;
use weiquan::qzone::failure::PARAMS;
use weiquan::qzone::{Call, Done, Error, FeedsData, Input, Operation, Shape, operation};
use weiquan_store::oauth::token::Token;
use weiquan_store::oauth::{feed, nonce};

/// The operation.
pub static OPERATION: Operation = Operation {
    shape: Shape::Page,
    failures: &[PARAMS],
    ..operation!("feeds", "add_feeds", "publishes what a member did on a site", Member: Input<'_> => Done, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The feed as JSON: action, title, titleurl, comment, summary, img, video, audio.
    #[param(
        required,
        example = r#"{"title": "给力视频","action": 1,"titleurl": "http://www.tudou.com/programs/view/fkBXdGp6pYg/"}"#
    )]
    feeds_data: &'a str,
    /// `json` or `xml` instead of the page; an extension.
    #[param(name = "format")]
    _format: (),
}

async fn handle(ctx: &Ctx, call: Call<'_, Token>, input: Input<'_>) -> Result<Done, Error> {
    let data = FeedsData::parse(input.feeds_data, call.consumer.https_links);
    // The call was authentic, so its nonce is used up, even if the feed is refused (section 7).
    let data = nonce::or_use_nonce(&ctx.store, call.nonce(), data.map_err(Error::from)).await?;
    feed::publish(&ctx.store, data.into_feed(&call.token), call.nonce(), false).await??;
    Ok(Done {})
}
