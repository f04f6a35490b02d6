//! `sendDirectMessage` (xweibo section 5.6.1).

use weiquan::xweibo::failure::TOO_LONG;
use weiquan::xweibo::{Call, Error, Failure, Id, Input, Operation, Who, is_too_long, operation};
use weiquan::{Ctx, example};
use weiquan_store::people::direct_message::{self, NoFan, Route};

/// The operation.
pub static OPERATION: Operation = Operation {
    speaks: true,
    failures: &[NO_TEXT, NOBODY, TOO_LONG, NO_FAN],
    ..operation!("sendDirectMessage", "sends a direct message to a fan", Input<'_> => bool, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The recipient's uid.
    #[param(example = example::MEMBER)]
    id: Id<'a>,
    /// The recipient's nick, if there is no `id`.
    name: &'a str,
    /// The text.
    #[param(required, example = "你好")]
    text: &'a str,
}

const NO_TEXT: Failure = Failure::new(1_020_900, "40012:Error: content is null!", "no `text`");
const NOBODY: Failure = Failure::new(
    1_020_901,
    "40017:Error: can't send direct message to user who is not your follower!",
    "neither `id` nor `name`, or the caller's own",
);
const NO_FAN: Failure = Failure::new(
    1_020_902,
    "40017:Error: can't send direct message to user who is not your follower!",
    "there is no such member, or none who follows the caller",
);

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let (author, recipient) =
        futures_util::join!(call.author(ctx), Who::find(ctx, input.id, input.name));
    let author = author?;
    if input.text.is_empty() {
        return Err(NO_TEXT.into());
    }
    let recipient = match recipient? {
        Who::Unnamed => return Err(NOBODY.into()),
        Who::Member(uid) if uid == author.uid => return Err(NOBODY.into()),
        Who::Member(uid) => Some(uid),
        Who::Unknown => None,
    };
    if is_too_long(input.text) {
        return Err(TOO_LONG.into());
    }
    let route = Route {
        sender: author.uid,
        recipient: recipient.ok_or(NO_FAN)?,
    };
    let sent = direct_message::send(&ctx.store, route, input.text).await?;
    sent.map_err(|NoFan| NO_FAN)?;
    Ok(true)
}
