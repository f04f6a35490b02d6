//! `unread`: how much the caller has not read (xweibo sections 5.5.1 and 7.8).

use serde::Serialize;
use shared::Ctx;
use shared::store::home;
use shared::store::unread::{self, Kind};
use shared::xweibo::{Call, Error, Operation, Param, answer, id, trim};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "unread",
    aliases: &[],
    words: "counts what the caller has not read",
    get: false,
    speaks: false,
    params: &[Param {
        name: "id",
        words: "the newest weibo that the caller has",
        example: None,
    }],
    file: None,
    errors: &[],
    handle: |ctx, call| answer(handle(ctx, call)),
};

/// How many new weibos are counted at the most.
const MOST: usize = 100;

#[derive(Serialize)]
struct Output {
    unread: [u64; 5],
    data: Option<bool>,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let uid = call.uid()?;
    let newest = id(trim(call.param("id")));
    let (unread, home) = futures_util::join!(unread::read(ctx, uid), async {
        match newest {
            Some(newest) => home::count(ctx, uid, newest, MOST).await,
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
