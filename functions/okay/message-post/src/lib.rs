//! `App.Market_Message.Post`: posts a message or a reply (okayapi section 7.1).

use serde::Deserialize;
use shared::Ctx;
use shared::okay::message::{COLUMNS, check_size};
use shared::okay::{Call, Created, Error, Failure, Login, Operation, Param, answer, more};
use shared::store::Refusal;
use shared::store::message::{self, Message, Refused};
use shared::store::sequence::{self, Kind};
use shared::store::usage;

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.Market_Message.Post",
    words: "posts a message or a reply",
    professional: true,
    login: Login::Optional,
    params: &[
        Param::text("message_content", "the text, HTML allowed")
            .required()
            .example("写得真好"),
        Param::text("message_nickname", "the name shown")
            .len(0, 32)
            .example("dogstar"),
        Param::text(
            "message_key",
            "what the message is about, such as an article's id",
        )
        .len(0, 64)
        .example("article-42"),
        Param::int("message_pid", "the message that it answers; 0 for none").range(
            0,
            i64::MAX,
            Some(0),
        ),
        Param::object("more_data", "custom fields")
            .example(r#"{"headimg":"http://example.com/1.png"}"#),
    ],
    results: &[("id", "the id of the new message")],
    failures: &[NO_PARENT, TOO_DEEP, TOO_MANY],
    handle: |ctx, call| answer(handle(ctx, call)),
};

const NO_PARENT: Failure = (1, "父级评论不存在");
const TOO_DEEP: Failure = (2, "评论层级过深");
const TOO_MANY: Failure = (3, "发表过于频繁，请稍后再试");

#[derive(Deserialize)]
struct Input {
    message_content: String,
    #[serde(default)]
    message_nickname: String,
    #[serde(default)]
    message_key: String,
    message_pid: u64,
    more_data: Option<String>,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<Created, Error> {
    let input: Input = call.input()?;
    let more = more::stored(input.more_data.as_deref(), &COLUMNS)?;
    let message = Message {
        nickname: input.message_nickname,
        content: input.message_content,
        pid: input.message_pid,
        key: input.message_key,
        more,
        ..Message::default()
    };
    check_size(&message)?;
    let (session, place, id) = futures_util::join!(
        call.optional_session(ctx),
        message::place(ctx, &call.app, &message.key, message.pid),
        sequence::next(ctx, &call.app, Kind::Messages)
    );
    let (session, place, id) = (session?, place.map_err(refused)?, id?);
    if let (None, Some(limit)) = (&session, call.app.anonymous_per_minute)
        && !usage::take_anonymous(ctx, &call.app.key, call.source_ip, limit).await?
    {
        return Err(TOO_MANY.into());
    }
    let message = Message {
        id,
        uuid: session.map(|session| session.uuid),
        ..message
    };
    let id = message::post(ctx, &call.app, place, message)
        .await
        .map_err(refused)?;
    Ok(Created { id })
}

fn refused(refusal: Refusal<Refused>) -> Error {
    match refusal {
        Refusal::Condition(Refused::NoParent) => NO_PARENT.into(),
        Refusal::Condition(Refused::TooDeep) => TOO_DEEP.into(),
        Refusal::Condition(Refused::TooLarge) => Error::TooMuch,
        Refusal::Store(error) => error.into(),
    }
}
