//! `App.Market_Message.Replies`, an extension (okayapi section 5.3.4).

use serde::Serialize;
use weiquan::okay::message::ShownMessage;
use weiquan::okay::{Call, Error, Failure, Input, Login, Operation, operation};
use weiquan::schema::Answer;
use weiquan::{Ctx, example};
use weiquan_store::threads::replies::{self, Part};

/// The operation.
pub static OPERATION: Operation = Operation {
    professional: true,
    login: Login::Ignored,
    failures: &[NO_MESSAGE],
    ..operation!(
        "App.Market_Message.Replies", "lists all replies of a message, oldest first",
        Input => Output, handle
    )
};

const NO_MESSAGE: Failure =
    Failure::new(1, "评论不存在", "there is no such message without parent");

#[derive(Input)]
struct Input {
    /// The id of a message without a parent.
    #[param(range = 1.., example = example::MESSAGE)]
    id: u64,
    /// The page number, from 1.
    #[param(range = 1.., default = 1)]
    page: u64,
    /// Replies per page.
    #[param(range = 1..=100, default = 10)]
    perpage: u64,
    /// More fields to return, custom and system ones.
    #[param(example = "uuid,headimg")]
    more_select: Vec<String>,
}

#[derive(Serialize, Answer)]
struct Output {
    /// How many replies the message has, at any depth.
    total: u64,
    /// The replies of the page, each with its `message_pid`.
    items: Vec<ShownMessage>,
}

async fn handle(ctx: &Ctx, call: Call, input: Input) -> Result<Output, Error> {
    let part = Part {
        skip: (input.page - 1).saturating_mul(input.perpage),
        limit: input.perpage,
    };
    let page = replies::page(&ctx.store, &call.app, input.id.into(), part)
        .await?
        .ok_or(NO_MESSAGE)?;
    let select = ShownMessage::selection(input.more_select);
    let items = page
        .replies
        .iter()
        .map(|reply| ShownMessage::new(reply, &select));
    Ok(Output {
        total: page.total,
        items: items.collect::<Result<_, _>>()?,
    })
}
