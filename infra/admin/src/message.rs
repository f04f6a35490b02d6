//! `admin message`.

use anyhow::{Result, bail};
use clap::Subcommand;
use serde_json::json;
use weiquan::Ctx;
use weiquan_store::threads::removal;

use crate::app;
use crate::output::Output;

#[derive(Subcommand)]
pub enum Command {
    /// Delete a message; if it has replies, it stays as a tombstone and they can still be read
    Delete {
        /// The app's key
        app: String,
        /// The message's id
        id: u64,
    },
}

pub async fn run(ctx: &Ctx, command: Command) -> Result<Output> {
    let Command::Delete { app, id } = command;
    let app = app::read(ctx, &app).await?;
    match removal::remove(&ctx.store, &app, id.into()).await? {
        true => Ok(Output::fields(json!({ "id": id, "deleted": true }))),
        false => bail!("the app has no message {id}"),
    }
}
