//! `sendDirectMessage`: sends a message to a fan (xweibo section 5.6.1).

use shared::store::Refusal;
use shared::store::direct_message::{self, NoFan};
use shared::xweibo::{Call, Error, Operation, Param, Who, answer, is_too_long, trim};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "sendDirectMessage",
    aliases: &[],
    words: "sends a direct message to a fan",
    get: false,
    speaks: true,
    params: &[
        Param {
            name: "id",
            words: "the recipient's uid",
            example: Some(example::MEMBER),
        },
        Param {
            name: "name",
            words: "the recipient's nick, where there is no `id`",
            example: None,
        },
        Param {
            name: "text",
            words: "the text",
            example: Some("你好"),
        },
    ],
    file: None,
    errors: &[
        Error::MessageNull,
        Error::MessageToNobody,
        Error::TooLong,
        Error::MessageToNoFan,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let (author, recipient) = futures_util::join!(call.author(ctx), call.who(ctx, "id", "name"));
    let author = author?;
    let text = trim(call.param("text"));
    if text.is_empty() {
        return Err(Error::MessageNull);
    }
    let recipient = match recipient? {
        Who::Unnamed => return Err(Error::MessageToNobody),
        Who::Member(uid) if uid == author.uid => return Err(Error::MessageToNobody),
        Who::Member(uid) => Some(uid),
        Who::Unknown => None,
    };
    if is_too_long(text) {
        return Err(Error::TooLong);
    }
    let recipient = recipient.ok_or(Error::MessageToNoFan)?;
    match direct_message::send(ctx, author.uid, recipient, text).await {
        Ok(()) => Ok(true),
        Err(Refusal::Condition(NoFan)) => Err(Error::MessageToNoFan),
        Err(Refusal::Store(error)) => Err(error.into()),
    }
}
