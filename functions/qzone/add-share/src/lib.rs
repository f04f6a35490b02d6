//! `share/add_share`, the successor of `add_feeds` (qzone section 8).

use weiquan::Ctx;
use weiquan::qzone::failure::{PARAMS, SHARED};
use weiquan::qzone::{
    COMMENT_WIDTH, Call, Cut, Done, Error, Failure, FeedsData, Input, Operation, SUMMARY_WIDTH,
    TITLE_WIDTH, link, operation,
};
use weiquan_store::oauth::feed::{self, Action};
use weiquan_store::oauth::nonce;
use weiquan_store::oauth::token::Token;
use weiquan_store::unicode::truncate_feed;

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[PARAMS, SHARED],
    ..operation!("share", "add_share", "shares a link", Member: Input<'_> => Done, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The link's text, cut at 36 Chinese characters.
    #[param(required, example = "给力视频")]
    title: &'a str,
    /// The link.
    #[param(required, example = "http://www.tudou.com/programs/view/fkBXdGp6pYg/")]
    url: &'a str,
    /// The member's own words, cut at 40 Chinese characters.
    #[param(example = "好看")]
    comment: Cut<'a, COMMENT_WIDTH>,
    /// A summary of what the link leads to, cut at 80 Chinese characters.
    summary: Cut<'a, SUMMARY_WIDTH>,
    /// Pictures, separated by vertical bars; the first one is used, at most 255 bytes.
    images: &'a str,
    /// Where it was shared, 1 to 5; not used.
    #[param(name = "source")]
    _source: (),
    /// 4 for a page, by default; 5 for a video, which needs `playurl`.
    r#type: &'a str,
    /// The video, at most 256 bytes.
    playurl: &'a str,
    /// 1 not to share on Weibo too; not used, because nothing is shared there.
    #[param(name = "nswb")]
    _nswb: (),
    /// `xml` instead of JSON.
    #[param(name = "format")]
    _format: (),
}

/// The longest address of a picture and of a video, in bytes.
const MAX_IMAGE: usize = 255;
const MAX_PLAYURL: usize = 256;

async fn handle(ctx: &Ctx, call: Call<'_, Token>, input: Input<'_>) -> Result<Done, Error> {
    let data = data(&input, call.consumer.https_links).map_err(Error::from);
    let data = nonce::or_use_nonce(&ctx.store, call.nonce(), data).await?;
    feed::publish(&ctx.store, data.into_feed(&call.token), call.nonce(), true).await??;
    Ok(Done {})
}

fn data(input: &Input<'_>, https: bool) -> Result<FeedsData, Failure> {
    if input.title.trim().is_empty() {
        return Err(PARAMS);
    }
    let bounded = |url: &str, max: usize| match url.len() > max {
        true => Err(PARAMS),
        false => link(url, https),
    };
    let (action, media) = match input.r#type {
        "" | "4" => (Action::Common, None),
        "5" => (Action::Video, Some(bounded(input.playurl, MAX_PLAYURL)?)),
        _ => return Err(PARAMS),
    };
    let image = input.images.split('|').next();
    let image = image.filter(|first| !first.is_empty());
    Ok(FeedsData {
        action,
        title: truncate_feed(input.title, TITLE_WIDTH).to_owned(),
        url: link(input.url, https)?,
        comment: input.comment.to_owned(),
        summary: input.summary.to_owned(),
        picture: image.map(|url| bounded(url, MAX_IMAGE)).transpose()?,
        media,
    })
}
