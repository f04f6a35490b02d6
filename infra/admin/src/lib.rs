//! The operator's command line: settings of every client, members, logins, sample events.
//!
//! Works on the table `TABLE_NAME` behind `AWS_ENDPOINT_URL_DYNAMODB`, or on the AWS account of the
//! environment. What it changes takes effect within 60 seconds.

mod app;
mod connect;
mod event;
mod member;
mod message;
mod output;
mod qzone;
mod reference;
mod session;
mod value;
mod xweibo;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use output::Output;
use serde_json::Value;
use shared::Ctx;

/// Weiquan's operator: what is changed takes effect within 60 seconds.
#[derive(Parser)]
#[command(name = "admin", version)]
struct Arguments {
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// OkayAPI's apps
    #[command(subcommand)]
    App(app::Command),
    /// Members of all three families
    #[command(subcommand)]
    Member(member::Command),
    /// Messages of an app
    #[command(subcommand)]
    Message(message::Command),
    /// Logins
    #[command(subcommand)]
    Session(session::Command),
    /// The Xweibo site
    #[command(subcommand)]
    Xweibo(xweibo::Command),
    /// QZone's consumers and grants
    #[command(subcommand)]
    Qzone(qzone::Command),
    /// Print a fresh sample event of a function, signed with the demo keys
    Event(event::Arguments),
    /// Print the reference of all operations, as docs/OPERATIONS.md has it
    Reference,
}

/// Does what the process was called for, on the table of its environment, and prints the outcome.
pub async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Command::Event(arguments) => event::run(&arguments),
        Command::Reference => Ok(Output::Text(reference::text())),
        command => run(&connect::ctx().await, command).await,
    };
    match outcome {
        Ok(output) => {
            output.print(arguments.json);
            ExitCode::SUCCESS
        }
        Err(cause) => {
            eprintln!("{cause}");
            ExitCode::FAILURE
        }
    }
}

/// Does what `arguments` say, without the program's name, on the table of `ctx`: what `--json` would
/// print, or the complaint.
pub async fn call(ctx: &Ctx, arguments: &[&str]) -> Result<Value, String> {
    let arguments = std::iter::once("admin").chain(arguments.iter().copied());
    let arguments = Arguments::try_parse_from(arguments).map_err(|e| e.to_string())?;
    run(ctx, arguments.command).await.map(Output::value)
}

/// The command line as clap knows it.
pub fn command_line() -> clap::Command {
    Arguments::command()
}

async fn run(ctx: &Ctx, command: Command) -> Result<Output, String> {
    match command {
        Command::Event(arguments) => event::run(&arguments),
        Command::Reference => Ok(Output::Text(reference::text())),
        Command::App(command) => app::run(ctx, command).await,
        Command::Member(command) => member::run(ctx, command).await,
        Command::Message(command) => message::run(ctx, command).await,
        Command::Session(command) => session::run(ctx, command).await,
        Command::Xweibo(command) => xweibo::run(ctx, command).await,
        Command::Qzone(command) => qzone::run(ctx, command).await,
    }
}
