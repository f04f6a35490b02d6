//! `directMessages`: the messages that the caller sent and got, newest first. An extension: the document lists
//! none.

use serde::Serialize;
use shared::Ctx;
use shared::clock::weibo_time;
use shared::ids::made_at;
use shared::store::timeline::Slice;
use shared::store::{direct_message, member};
use shared::xweibo::{AuthorShape, COUNT_OF_LIST, CURSOR, Call, Error, Operation, answer};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "directMessages",
    aliases: &[],
    words: "lists the direct messages that the caller sent and got, newest first",
    get: false,
    speaks: false,
    params: &[CURSOR, COUNT_OF_LIST],
    file: None,
    errors: &[Error::NotNumber],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Serialize)]
struct Output {
    data: Vec<Shown>,
    next_cursor: String,
}

#[derive(Serialize)]
struct Shown {
    id: String,
    cr: String,
    text: String,
    sender: AuthorShape,
    recipient: AuthorShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let uid = call.uid()?;
    let count = call.count()?;
    // One more than is shown says whether there are more.
    let slice = Slice::new(None, call.cursor()?, count + 1);
    let mut messages = direct_message::of_member(ctx, uid, slice).await?;
    let next = messages.get(count).map(|message| message.id.to_string());
    messages.truncate(count);
    let uids = messages
        .iter()
        .flat_map(|message| [message.sender, message.recipient]);
    let people = member::authors(ctx, uids).await?;
    let shown = messages.iter().filter_map(|message| {
        Some(Shown {
            id: message.id.to_string(),
            cr: weibo_time(made_at(message.id)),
            text: message.text.clone(),
            sender: AuthorShape::new(ctx, people.get(&message.sender)?),
            recipient: AuthorShape::new(ctx, people.get(&message.recipient)?),
        })
    });
    Ok(Output {
        data: shown.collect(),
        next_cursor: next.unwrap_or_default(),
    })
}
