//! `share/add_share`: shares a link, the successor of `add_feeds` (qzone section 8).

use futures_util::FutureExt;
use shared::Ctx;
use shared::qzone::{
    COMMENT_WIDTH, Call, Error, FeedsData, Handle, Operation, Output, Param, SUMMARY_WIDTH, Shape,
    TITLE_WIDTH, link,
};
use shared::store::feed::{self, Action};
use shared::store::oauth::{self, Token};
use shared::text::truncate_feed;

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "add_share",
    path: "/share/add_share",
    words: "shares a link",
    get: false,
    shape: Shape::Data(""),
    params: &[
        param(
            "title",
            "the link's text, cut at 36 Chinese characters",
            Some("给力视频"),
        ),
        param(
            "url",
            "the link",
            Some("http://www.tudou.com/programs/view/fkBXdGp6pYg/"),
        ),
        param("comment", "the member's own words, cut at 40", Some("好看")),
        param("summary", "what the link leads to, cut at 80", None),
        param(
            "images",
            "pictures, vertical bars between them: the first is taken, at most 255 bytes",
            None,
        ),
        param("source", "1 to 5: where it was shared; not used", None),
        param(
            "type",
            "4, the default, for a page; 5 for a video, which needs `playurl`",
            None,
        ),
        param("playurl", "the video, at most 256 bytes", None),
        param(
            "nswb",
            "1 not to share on Weibo too, which nothing does; not used",
            None,
        ),
        param("format", "`xml` instead of JSON", None),
    ],
    handle: Handle::Member(|ctx, call| handle(ctx, call).boxed()),
};

const fn param(name: &'static str, words: &'static str, example: Option<&'static str>) -> Param {
    Param {
        name,
        words,
        example,
    }
}

/// The longest address of a picture and of a video, in bytes.
const MAX_IMAGE: usize = 255;
const MAX_PLAYURL: usize = 256;

async fn handle(ctx: &Ctx, call: Call<'_, Token>) -> Result<Output, Error> {
    let data = oauth::or_use_nonce(ctx, call.nonce(), parse(&call)).await?;
    feed::publish(ctx, data.into_feed(&call.token), call.nonce(), true).await?;
    Ok(Output(vec![]))
}

fn parse(call: &Call<'_, Token>) -> Result<FeedsData, Error> {
    let https = call.consumer.https_links;
    let filled = |name: &str| Some(call.param(name)).filter(|text| !text.is_empty());
    let cut = |name: &str, width| filled(name).map(|text| truncate_feed(text, width).to_owned());
    let title = call.param("title");
    if title.trim().is_empty() {
        return Err(Error::Params);
    }
    let bounded = |url: &str, max: usize| match url.len() > max {
        true => Err(Error::Params),
        false => link(url, https),
    };
    let image = filled("images")
        .and_then(|images| images.split('|').next())
        .filter(|first| !first.is_empty());
    let (action, media) = match call.param("type") {
        "" | "4" => (Action::Common, None),
        "5" => (
            Action::Video,
            Some(bounded(call.param("playurl"), MAX_PLAYURL)?),
        ),
        _ => return Err(Error::Params),
    };
    Ok(FeedsData {
        action,
        title: truncate_feed(title, TITLE_WIDTH).to_owned(),
        url: link(call.param("url"), https)?,
        comment: cut("comment", COMMENT_WIDTH),
        summary: cut("summary", SUMMARY_WIDTH),
        picture: image.map(|url| bounded(url, MAX_IMAGE)).transpose()?,
        media,
    })
}
