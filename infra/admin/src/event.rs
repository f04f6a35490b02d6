//! `admin event`.

use clap::Args;
use shared::ctx::Process;
use shared::{Ctx, aws};

use crate::output::Output;

#[derive(Args)]
pub struct Arguments {
    /// The function, such as okay-post-moment
    name: String,
    /// Scheme and host that the event says it was sent to
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    base_url: String,
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
    let ctx = Ctx::new(Process::new(aws::local_client("http://127.0.0.1:1"), ""));
    let demo = demo::describe(&arguments.base_url, "", "");
    let event = function.sample(&ctx, &demo.credentials());
    serde_json::to_string_pretty(&event)
        .map(Output::Text)
        .map_err(|e| e.to_string())
}
