//! `App.Market_Message.Post` (okayapi section 7.1).

use weiquan::Ctx;
use weiquan::okay::message::{check_size, is_column};
use weiquan::okay::{
    Call, Created, Error, Failure, Input, Login, Object, Operation, custom_fields, operation,
};
use weiquan_store::clients::{sequence, usage};
use weiquan_store::threads::message::{self, Message, NoPlace, NotPosted};

/// The operation.
pub static OPERATION: Operation = Operation {
    professional: true,
    login: Login::Optional,
    failures: &[NO_PARENT, TOO_DEEP, TOO_MANY],
    ..operation!("App.Market_Message.Post", "posts a message or a reply", Input => Created, handle)
};

const NO_PARENT: Failure = Failure::new(
    1,
    "父级评论不存在",
    "there is no message `message_pid`, or it is deleted",
);
const TOO_DEEP: Failure =
    Failure::new(2, "评论层级过深", "replies would nest deeper than they may");
const TOO_MANY: Failure = Failure::new(
    3,
    "发表过于频繁，请稍后再试",
    "somebody without login posts more in a minute than the app allows",
);

#[derive(Input)]
struct Input {
    /// The text; HTML is allowed.
    #[param(example = "写得真好")]
    message_content: String,
    /// The displayed name.
    #[param(len = ..=32, example = "dogstar")]
    message_nickname: Option<String>,
    /// What the message is about, such as an article's id.
    #[param(len = ..=64, example = "article-42")]
    message_key: Option<String>,
    /// The id of the message that this one answers; 0 for none.
    #[param(range = 0.., default = 0)]
    message_pid: u64,
    /// Custom fields.
    #[param(example = r#"{"headimg":"http://example.com/1.png"}"#)]
    more_data: Option<Object>,
}

async fn handle(ctx: &Ctx, call: Call, input: Input) -> Result<Created, Error> {
    let more = custom_fields::stored(input.more_data.as_ref(), is_column)?;
    let message = Message {
        nickname: input.message_nickname.unwrap_or_default(),
        content: input.message_content,
        pid: input.message_pid.into(),
        key: input.message_key.unwrap_or_default(),
        more,
        ..Message::default()
    };
    check_size(&message)?;
    let (session, place, id) = futures_util::join!(
        call.optional_session(ctx),
        message::place(&ctx.store, &call.app, &message.key, message.pid),
        sequence::next(&ctx.store, &call.app)
    );
    let (session, place, id) = (session?, place?.map_err(no_place)?, id?);
    if let (None, Some(limit)) = (&session, call.app.anonymous_per_minute)
        && !usage::take_anonymous(&ctx.store, &call.app.key, call.source_ip, limit).await?
    {
        return Err(TOO_MANY.into());
    }
    let message = Message {
        id,
        uuid: session.map(|session| session.uuid),
        ..message
    };
    let id = message::post(&ctx.store, &call.app, place, message)
        .await?
        .map_err(not_posted)?;
    Ok(Created { id: id.get() })
}

fn no_place(refused: NoPlace) -> Failure {
    match refused {
        NoPlace::NoParent => NO_PARENT,
        NoPlace::TooDeep => TOO_DEEP,
    }
}

fn not_posted(refused: NotPosted) -> Error {
    match refused {
        NotPosted::NoParent => NO_PARENT.into(),
        NotPosted::TooLarge => Error::TooMuch,
    }
}
