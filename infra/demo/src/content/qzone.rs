//! A feed of the demo member, and the request tokens that sample events name.

use weiquan::Ctx;
use weiquan_store::id::FeedId;
use weiquan_store::oauth::feed::{self, Action, Feed};
use weiquan_store::oauth::nonce::Nonce;
use weiquan_store::oauth::request_token::{self, Allowed, Lasting};
use weiquan_store::table::Error;

use super::{at, number};
use crate::{CALLER, CONSUMER, OPERATIONS, OTHER, TOKEN_SECRET};

/// A request token that nobody has allowed.
pub const REQUEST_TOKEN: &str = "10000000000000000002";
/// A request token that the other member has allowed, with its secret and its vericode.
pub const ALLOWED: (&str, &str, &str) = (
    "10000000000000000003",
    "DemoTokenSecret3",
    "0123456789abcdef0123456789abcdef",
);
const FEED: &str = "824917000000001";

/// A feed, a request token that waits for a member, and one that the other member has allowed.
pub async fn seed(ctx: &Ctx) -> Result<(), Error> {
    let id = number(FEED);
    let (feeds, _) = feed::latest(&ctx.store, CALLER.uid, Some(FeedId::new(id + 1)), 1).await?;
    if feeds.first().is_none_or(|feed| feed.id.get() != id) {
        let feed = Feed {
            id: id.into(),
            uid: CALLER.uid,
            consumer: CONSUMER.into(),
            action: Action::Common,
            title: "给力视频".to_owned(),
            url: "http://www.tudou.com/programs/view/fkBXdGp6pYg/".to_owned(),
            comment: None,
            summary: None,
            picture: None,
            media: None,
        };
        let nonce = Nonce {
            consumer: &CONSUMER.into(),
            token: "",
            timestamp: ctx.now().as_second(),
            nonce: &ctx.store.new_id().to_string(),
        };
        let at = at(ctx, id);
        feed::publish(&at, feed, nonce, false).await.map(drop)?;
    }
    let (allowed, secret, vericode) = ALLOWED;
    let by_other = Allowed {
        uid: OTHER.uid,
        operations: OPERATIONS.map(str::to_owned).into(),
        vericode,
    };
    for (token, secret, allowed) in [
        (REQUEST_TOKEN, TOKEN_SECRET, None),
        (allowed, secret, Some(by_other)),
    ] {
        if request_token::find(&ctx.store, token).await?.is_none() {
            let lasting = Lasting {
                token,
                secret,
                consumer: CONSUMER.into(),
                allowed,
            };
            request_token::put_lasting(&ctx.store, lasting).await?;
        }
    }
    Ok(())
}
