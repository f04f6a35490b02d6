//! `admin event`.

use anyhow::{Context, Result};
use clap::Args;
use jiff::Timestamp;

use crate::output::Output;

#[derive(Args)]
pub struct Arguments {
    /// The function, such as okay-post-moment
    name: String,
    /// The scheme and host to which the event was sent
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    base_url: String,
    /// The time of the event, such as 2026-11-01T00:00:00Z; now by default
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
}

pub fn run(arguments: &Arguments) -> Result<Output> {
    let function = front::functions()
        .find(|function| function.package() == arguments.name)
        .with_context(|| {
            let names: Vec<_> = front::functions()
                .map(|function| function.package())
                .collect();
            format!(
                "there is no function {}; there are {}",
                arguments.name,
                names.join(", ")
            )
        })?;
    let event = demo::event(function, &arguments.base_url, arguments.at);
    Ok(Output::Text(serde_json::to_string_pretty(&event)?))
}
