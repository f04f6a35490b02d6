//! `App.Market_Message.Post`: posts a message or a reply (okayapi section 7.1).

use serde::Deserialize;
use shared::Ctx;
use shared::okay::{Call, Created, Error, Login, Operation, Param, answer, more};
use shared::store::Refusal;
use shared::store::message::{self, Message, Refused};

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
    failures: &[NO_PARENT, TOO_DEEP],
    handle: |ctx, call| answer(handle(ctx, call)),
};

const NO_PARENT: (i64, &str) = (1, "父级评论不存在");
const TOO_DEEP: (i64, &str) = (2, "评论层级过深");

/// The columns of a message: no custom field has their names.
const COLUMNS: [&str; 5] = [
    "message_nickname",
    "message_content",
    "message_post_time",
    "message_pid",
    "message_key",
];

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

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Created, Error> {
    let input: Input = call.input()?;
    let more = more::stored(input.more_data.as_deref(), &COLUMNS)?;
    let place = message::place(ctx, &call.app, &input.message_key, input.message_pid);
    let (session, place) = futures_util::join!(call.optional_session(ctx), place);
    let message = Message {
        nickname: input.message_nickname,
        content: input.message_content,
        uuid: session?.map(|session| session.uuid),
        pid: input.message_pid,
        key: input.message_key,
        more,
        ..Message::default()
    };
    let id = message::post(ctx, &call.app, place.map_err(refused)?, message)
        .await
        .map_err(refused)?;
    Ok(Created { id })
}

fn refused(refusal: Refusal<Refused>) -> Error {
    match refusal {
        Refusal::Condition(Refused::NoParent) => Error::Business(NO_PARENT.0, NO_PARENT.1),
        Refusal::Condition(Refused::TooDeep) => Error::Business(TOO_DEEP.0, TOO_DEEP.1),
        Refusal::Condition(Refused::TooLarge) => Error::TooMuch,
        Refusal::Store(error) => error.into(),
    }
}
