//! `App.Market_Message.Replies`: lists all replies of a message, an extension (okayapi section 5.3.4).

use serde::Deserialize;
use shared::okay::list::{Page, object, selection};
use shared::okay::message::{fields, is_shown};
use shared::okay::{Call, Error, Failure, Login, Operation, Param, answer};
use shared::store::replies;
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.Market_Message.Replies",
    words: "lists all replies of a message, oldest first",
    professional: true,
    login: Login::Ignored,
    params: &[
        Param::int("id", "the message without parent")
            .range(1, i64::MAX, None)
            .required()
            .example(example::MESSAGE),
        Param::int("page", "the page, from 1").range(1, i64::MAX, Some(1)),
        Param::int("perpage", "replies on a page").range(1, 100, Some(10)),
        Param::list("more_select", "further fields, custom and system ones")
            .example("uuid,headimg"),
    ],
    results: &[
        ("total", "how many replies the message has, at any depth"),
        ("items", "the page, each reply with its `message_pid`"),
    ],
    failures: &[NO_MESSAGE],
    handle: |ctx, call| answer(handle(ctx, call)),
};

const NO_MESSAGE: Failure = (1, "评论不存在");

#[derive(Deserialize)]
struct Input {
    id: u64,
    page: u64,
    perpage: u64,
    more_select: Vec<String>,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<Page, Error> {
    let input: Input = call.input()?;
    let skip = (input.page - 1).saturating_mul(input.perpage);
    let page = replies::page(ctx, &call.app, input.id, skip, input.perpage)
        .await?
        .ok_or(NO_MESSAGE)?;
    let select = selection(input.more_select, is_shown);
    let items = page
        .replies
        .iter()
        .map(|reply| object(fields(reply, &select)?));
    Page::new(page.total, items)
}
