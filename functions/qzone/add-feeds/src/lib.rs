//! `feeds/add_feeds`: publishes what a member did on a site (qzone sections 1 and 5).

use futures_util::FutureExt;
use shared::Ctx;
use shared::qzone::{Call, Error, FeedsData, Operation, Param};
use shared::store::feed::{self, Feed};
use shared::store::oauth;

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "add_feeds",
    path: "/feeds/add_feeds",
    words: "publishes what a member did on a site",
    params: &[Param {
        name: "feeds_data",
        words: "the feed as JSON: action, title, titleurl, comment, summary, img, video, audio",
        example: Some(
            r#"{"title": "给力视频","action": 1,"titleurl": "http://www.tudou.com/programs/view/fkBXdGp6pYg/"}"#,
        ),
    }],
    handle: |ctx, call| handle(ctx, call).boxed(),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<(), Error> {
    let data = match FeedsData::parse(call.param("feeds_data"), call.consumer.https_links) {
        Ok(data) => data,
        // The call was authentic: its nonce is used up all the same (section 7).
        Err(error) => {
            let is_first = oauth::use_nonce(ctx, call.nonce()).await?;
            return Err(if is_first { error } else { Error::Nonce });
        }
    };
    let feed = Feed {
        id: 0,
        uid: call.token.uid,
        consumer: call.consumer.key.clone(),
        action: data.action,
        title: data.title,
        url: data.url,
        comment: data.comment,
        summary: data.summary,
        picture: data.picture,
        media: data.media,
    };
    feed::publish(ctx, feed, call.nonce()).await?;
    Ok(())
}
