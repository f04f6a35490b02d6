//! `feeds/add_feeds` (qzone sections 1 and 5).

use shared::Ctx;
use shared::qzone::failure::PARAMS;
use shared::qzone::{Call, Done, Error, FeedsData, Input, Operation, Shape, operation};
use shared::store::feed;
use shared::store::oauth::{self, Token};

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
    let data = oauth::or_use_nonce(ctx, call.nonce(), data.map_err(Error::from)).await?;
    feed::publish(ctx, data.into_feed(&call.token), call.nonce(), false).await?;
    Ok(Done {})
}
