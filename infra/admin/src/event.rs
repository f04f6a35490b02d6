//! `admin event`.

use clap::Args;
use jiff::Timestamp;
use shared::clock::Clock;
use shared::ctx::Process;
use shared::ids::Ids;
use shared::{Ctx, aws};

use crate::output::Output;

#[derive(Args)]
pub struct Arguments {
    /// The function, such as okay-post-moment
    name: String,
    /// Scheme and host that the event says it was sent to
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    base_url: String,
    /// The time that it is made for, such as 2026-11-01T00:00:00Z; now by default
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
}

pub fn run(arguments: &Arguments) -> Result<Output, String> {
    let function = front::functions()
        .find(|function| function.package() == arguments.name)
        .ok_or_else(|| {
            let names: Vec<_> = front::functions()
                .map(|function| function.package())
                .collect();
            format!(
                "there is no function {}; there are {}",
                arguments.name,
                names.join(", ")
            )
        })?;
    // An event is made without asking the table.
    let mut process = Process::new(aws::local_client("http://127.0.0.1:1"), "");
    if let Some(time) = arguments.at {
        // The same event each time.
        process.clock = Clock::manual(time);
        process.ids = Ids::seeded(0);
    }
    let ctx = Ctx::new(process);
    let demo = demo::describe(&arguments.base_url, "", "");
    let event = function.sample(&ctx, &demo.credentials());
    serde_json::to_string_pretty(&event)
        .map(Output::Text)
        .map_err(|e| e.to_string())
}
