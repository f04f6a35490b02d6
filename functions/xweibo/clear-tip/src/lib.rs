//! `clearTip` (xweibo sections 5.5.4 and 7.9).

use weiquan::Ctx;
use weiquan::xweibo::{Call, Error, Input, Operation, operation};
use weiquan_store::people::unread::{self, Kind};

/// The operation.
pub static OPERATION: Operation = Operation {
    get: true,
    ..operation!("clearTip", "sets counts of `unread` to 0", Input<'_> => bool, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// 1 for comments, 2 for mentions, 3 for direct messages, 4 for fans; all by default.
    r#type: &'a str,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let kinds: &[Kind] = match input.r#type {
        "1" => &[Kind::Comments],
        "2" => &[Kind::Mentions],
        "3" => &[Kind::Messages],
        "4" => &[Kind::Fans],
        _ => &Kind::ALL,
    };
    unread::clear(&ctx.store, uid, kinds).await?;
    Ok(true)
}
