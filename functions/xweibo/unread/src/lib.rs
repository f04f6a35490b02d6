//! `unread` (xweibo sections 5.5.1 and 7.8).

use serde::Serialize;
use weiquan::Ctx;
use weiquan::schema::Answer;
use weiquan::xweibo::{Call, Error, Id, Input, Operation, operation};
use weiquan_store::people::unread::{self, Kind};
use weiquan_store::weibos::home;

/// The operation.
pub static OPERATION: Operation =
    operation!("unread", "counts what the caller has not read", Input<'_> => Output, handle);

#[derive(Input)]
struct Input<'a> {
    /// The id of the newest weibo that the caller has.
    id: Id<'a>,
}

/// At most this many new weibos are counted.
const MOST: usize = 100;

#[derive(Serialize, Answer)]
struct Output {
    /// The numbers of new weibos, mentions, comments, fans and direct messages, in this order.
    unread: [u64; 5],
    /// Always `null`.
    data: Option<bool>,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<Output, Error> {
    let uid = call.uid()?;
    let newest = input.id.get();
    let (unread, home) = futures_util::join!(unread::read(&ctx.store, uid), async {
        match newest {
            Some(newest) => home::count(&ctx.store, uid, newest, MOST).await,
            None => Ok(0),
        }
    });
    let unread = unread?;
    let home = u64::try_from(home?).unwrap_or_default();
    let [mentions, comments, fans, messages] =
        [Kind::Mentions, Kind::Comments, Kind::Fans, Kind::Messages].map(|kind| unread.of(kind));
    Ok(Output {
        unread: [home, mentions, comments, fans, messages],
        data: None,
    })
}
