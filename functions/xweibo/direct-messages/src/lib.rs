//! `directMessages`. An extension: the document lists no messages.

use serde::Serialize;
use weiquan::Ctx;
use weiquan::schema::Answer;
use weiquan::xweibo::failure::NOT_NUMBER;
use weiquan::xweibo::{AuthorShape, Call, Count, Error, Input, Number, Operation, operation};
use weiquan_store::clock::weibo_time;
use weiquan_store::members::member;
use weiquan_store::people::direct_message;
use weiquan_store::table::slice::Slice;

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NOT_NUMBER],
    ..operation!(
        "directMessages",
        "lists the direct messages that the caller sent and got, newest first",
        Input<'_> => Output,
        handle
    )
};

#[derive(Input)]
struct Input<'a> {
    /// Where to continue: the `next_cursor` of the last answer.
    cursor: Number<'a>,
    /// How many messages, at most 50; 20 by default and for 0.
    count: Count<'a>,
}

#[derive(Serialize, Answer)]
struct Output {
    /// The messages, in order.
    data: Vec<Shown>,
    /// The `cursor` of the next page; empty on the last page.
    next_cursor: String,
}

#[derive(Serialize, Answer)]
struct Shown {
    /// Its id.
    id: String,
    /// When it was sent, such as `Thu Dec 09 00:34:00 +0800 2010`.
    cr: String,
    /// The text.
    text: String,
    /// Who sent it.
    sender: AuthorShape,
    /// Who received it.
    recipient: AuthorShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<Output, Error> {
    let uid = call.uid()?;
    let count = input.count.get()?;
    // One more than is shown, to find out whether there are more.
    let slice = Slice::new(None, input.cursor.get()?, count + 1);
    let mut messages = direct_message::of_member(&ctx.store, uid, slice).await?;
    let next = messages.get(count).map(|message| message.id.to_string());
    messages.truncate(count);
    let uids = messages
        .iter()
        .flat_map(|message| [message.sender, message.recipient]);
    let people = member::authors(&ctx.store, uids).await?;
    let shown = messages.iter().filter_map(|message| {
        Some(Shown {
            id: message.id.to_string(),
            cr: weibo_time(message.id.made_at()),
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
