//! `cargo run`: the whole system on this machine.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use local::{Options, Running};

mod banner;

/// Runs Weiquan on this machine: DynamoDB's API, the HTTP gateway and every operation in one process.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where the data lives
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
    /// The gateway's port; 0 picks one
    #[arg(long, value_name = "N", default_value_t = 8080)]
    port: u16,
    /// The port of DynamoDB's API; 0 picks one
    #[arg(long, value_name = "N", default_value_t = 8000)]
    dynamodb_port: u16,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_unset| "warn,shared=info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let options = Options {
        data: (!arguments.memory).then_some(arguments.data),
        port: arguments.port,
        dynamodb_port: arguments.dynamodb_port,
    };
    match local::start(&options).await {
        Ok(running) => run(running).await,
        Err(cause) => {
            eprintln!("{cause}");
            ExitCode::FAILURE
        }
    }
}

async fn run(running: Running) -> ExitCode {
    println!("{}", banner::text(&running));
    if let Err(cause) = tokio::signal::ctrl_c().await {
        eprintln!("{cause}");
        return ExitCode::FAILURE;
    }
    running.stop().await;
    ExitCode::SUCCESS
}
