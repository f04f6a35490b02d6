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

use clap::{Parser, Subcommand};
use output::Output;

/// Weiquan's operator: what is changed takes effect within 60 seconds.
#[derive(Parser)]
#[command(version)]
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command).await {
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

async fn run(command: Command) -> Result<Output, String> {
    match command {
        Command::Event(arguments) => event::run(&arguments),
        Command::Reference => Ok(Output::Text(reference::text())),
        Command::App(command) => app::run(&connect::ctx().await, command).await,
        Command::Member(command) => member::run(&connect::ctx().await, command).await,
        Command::Message(command) => message::run(&connect::ctx().await, command).await,
        Command::Session(command) => session::run(&connect::ctx().await, command).await,
        Command::Xweibo(command) => xweibo::run(&connect::ctx().await, command).await,
        Command::Qzone(command) => qzone::run(&connect::ctx().await, command).await,
    }
}
