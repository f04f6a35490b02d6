//! The operator's command line: settings of every client, members, logins, sample events.
//!
//! Works on the table `TABLE_NAME` at `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL`, or in the environment's AWS
//! account. Changes take effect within 60 seconds.

mod app;
mod check;
mod connect;
mod event;
mod failure;
mod init;
mod member;
mod message;
mod output;
mod qzone;
mod session;
mod value;
mod xweibo;

use std::process::ExitCode;

use anyhow::{Error, Result, bail};
use clap::{CommandFactory, Parser, Subcommand};
use failure::placed;
use output::Output;
use serde_json::Value;
use weiquan::Ctx;
use weiquan_store::aws::{LOCAL_REGION, Place};
use weiquan_store::layout;

/// The operator's commands of Weiquan. Changes take effect within 60 seconds.
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
    /// Report what a new table lacks (an app, the Xweibo site, a QZone consumer), and create it
    Init(init::Arguments),
    /// Read the whole table and compare every counter with what it counts; changes nothing
    Check,
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
}

impl Command {
    /// Whether the command changes nothing in the table.
    fn only_reads(&self) -> bool {
        match self {
            Self::Init(arguments) => arguments.only_reads(),
            Self::App(command) => command.only_reads(),
            Self::Member(command) => command.only_reads(),
            Self::Xweibo(command) => command.only_reads(),
            Self::Qzone(command) => command.only_reads(),
            Self::Message(_) | Self::Session(_) => false,
            Self::Check | Self::Event(_) => true,
        }
    }
}

/// Runs the command of this process on the table of its environment, and prints the outcome.
pub async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match at_once(&arguments.command) {
        Some(outcome) => print(outcome, arguments.json),
        None => match connect::open().await {
            Ok((ctx, place)) => {
                let outcome = run(&ctx, arguments.command).await;
                print(
                    outcome.map_err(|cause| placed(cause, &place, ctx.store.table())),
                    arguments.json,
                )
            }
            Err(cause) => print(Err(cause), arguments.json),
        },
    }
}

fn print(outcome: Result<Output>, json: bool) -> ExitCode {
    match outcome {
        Ok(output) => {
            output.print(json);
            ExitCode::SUCCESS
        }
        Err(cause) => {
            eprintln!("{cause:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs `arguments`, without the program's name, on the table of `ctx`. Returns what `--json` would print.
pub async fn call(ctx: &Ctx, arguments: &[&str]) -> Result<Value> {
    let arguments = std::iter::once("admin").chain(arguments.iter().copied());
    let command = Arguments::try_parse_from(arguments)
        .map_err(|refused| Error::msg(refused.to_string()))?
        .command;
    if let Some(outcome) = at_once(&command) {
        return outcome.map(Output::value);
    }
    let place = Place {
        region: LOCAL_REGION.to_owned(),
        endpoint: None,
    };
    let outcome = run(ctx, command).await.map(Output::value);
    outcome.map_err(|cause| placed(cause, &place, ctx.store.table()))
}

/// The command line as clap defines it.
pub fn command_line() -> clap::Command {
    Arguments::command()
}

/// Runs what needs no table.
fn at_once(command: &Command) -> Option<Result<Output>> {
    match command {
        Command::Event(arguments) => Some(event::run(arguments)),
        _ => None,
    }
}

async fn run(ctx: &Ctx, command: Command) -> Result<Output> {
    let version = layout::found(&ctx.store).await?;
    if let Some(version) = version.filter(|version| *version != layout::VERSION) {
        bail!(
            "the table {} has layout {version}, this program knows layout {}: take the program of the \
             version that runs there",
            ctx.store.table(),
            layout::VERSION
        );
    }
    let marks = version.is_none() && !command.only_reads();
    let outcome = match command {
        Command::Init(arguments) => init::run(ctx, &arguments).await,
        Command::Check => check::run(ctx).await,
        Command::App(command) => app::run(ctx, command).await,
        Command::Member(command) => member::run(ctx, command).await,
        Command::Message(command) => message::run(ctx, command).await,
        Command::Session(command) => session::run(ctx, command).await,
        Command::Xweibo(command) => xweibo::run(ctx, command).await,
        Command::Qzone(command) => qzone::run(ctx, command).await,
        Command::Event(_) => bail!("this needs no table"),
    }?;
    if marks {
        // The command has been carried out, and its output may be the only place where a secret is shown. If this
        // fails, the next change marks the table.
        let _ = layout::mark(&ctx.store).await;
    }
    Ok(outcome)
}
