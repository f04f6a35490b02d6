//! `cargo run`: the whole system on this machine.

use std::error::Error;
use std::io::{IsTerminal, stderr, stdout};
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use local::{Options, Running, banner};
use tracing_subscriber::EnvFilter;
use weiquan_store::causes::causes;

/// How many threads may wait at a time for the database or for a core.
const MAX_WAITING: usize = 2048;

/// Runs Weiquan on this machine: DynamoDB's API, the HTTP gateway and every operation in one process.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where the data is stored
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".local",
        conflicts_with = "memory"
    )]
    data: PathBuf,
    /// Keep nothing
    #[arg(long)]
    memory: bool,
    /// Restore the copy of the data first, and set the present data aside
    #[arg(long, conflicts_with = "memory")]
    restore: bool,
    /// The address that the gateway listens on; 0.0.0.0 for all addresses of this machine
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: IpAddr,
    /// A name by which the gateway is called, besides its addresses and localhost; may be repeated
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// The gateway's port; 0 picks one
    #[arg(long, value_name = "N", default_value_t = 8080)]
    port: u16,
    /// The port of DynamoDB's API, for this machine alone; 0 picks one
    #[arg(long, value_name = "N", default_value_t = 8000)]
    dynamodb_port: u16,
    /// Whether the pages of the documentation, with their forms, are served
    #[arg(
        long,
        value_name = "BOOLEAN",
        default_value_t = true,
        action = clap::ArgAction::Set
    )]
    docs: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(MAX_WAITING)
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(serve(arguments)),
        Err(cause) => failed(&cause),
    }
}

/// Lines for people on a terminal, JSON elsewhere.
fn log() {
    let wanted =
        EnvFilter::try_from_default_env().unwrap_or_else(|_unset| "warn,weiquan=info".into());
    let log = tracing_subscriber::fmt()
        .with_env_filter(wanted)
        .with_writer(stderr)
        .with_target(false);
    if stderr().is_terminal() {
        log.compact().init();
    } else {
        log.json().flatten_event(true).init();
    }
}

/// Says why the program ends: the cause and its own causes, in one line.
fn failed(cause: &dyn Error) -> ExitCode {
    let cause = causes(cause);
    if stderr().is_terminal() {
        eprintln!("{cause}");
    } else {
        tracing::error!("{cause}");
    }
    ExitCode::FAILURE
}

async fn serve(arguments: Arguments) -> ExitCode {
    let options = Options {
        data: (!arguments.memory).then_some(arguments.data),
        restore: arguments.restore,
        host: arguments.host,
        allow_hosts: arguments.allow_host,
        port: arguments.port,
        dynamodb_port: arguments.dynamodb_port,
        docs: arguments.docs,
        ..Options::default()
    };
    match local::start(&options).await {
        Ok(running) => run(running).await,
        Err(cause) => failed(&*cause),
    }
}

async fn run(running: Running) -> ExitCode {
    if stdout().is_terminal() {
        println!("{}", banner::text(&running));
    } else {
        println!("{}", banner::json(&running));
    }
    if let Err(cause) = tokio::signal::ctrl_c().await {
        return failed(&cause);
    }
    running.stop().await;
    ExitCode::SUCCESS
}
