//! `clearTip`: the caller has read something (xweibo sections 5.5.4 and 7.9).

use shared::Ctx;
use shared::store::unread::{self, Kind};
use shared::xweibo::{Call, Error, Operation, Param, answer, trim};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "clearTip",
    aliases: &[],
    words: "sets counts of `unread` to 0",
    get: true,
    speaks: false,
    params: &[Param {
        name: "type",
        words: "1 comments, 2 mentions, 3 direct messages, 4 fans; all by default",
        example: None,
    }],
    file: None,
    errors: &[],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let kinds: &[Kind] = match trim(call.param("type")) {
        "1" => &[Kind::Comments],
        "2" => &[Kind::Mentions],
        "3" => &[Kind::Messages],
        "4" => &[Kind::Fans],
        _ => &Kind::ALL,
    };
    unread::clear(ctx, uid, kinds).await?;
    Ok(true)
}
