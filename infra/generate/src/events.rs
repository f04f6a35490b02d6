//! `events/`: a call of each function, signed with the demo keys at a fixed time.

use anyhow::Result;
use jiff::Timestamp;
use xtask::files::Files;

/// When the events are made, in seconds since 1970: 2026-11-01T00:00:00Z.
const MADE: i64 = 1_793_491_200;
/// The address to which the events were sent: the local system.
const BASE_URL: &str = "http://127.0.0.1:8080";

/// The event of the stream, which is written by hand.
const FANOUT: &str = "fanout.json";

pub fn generate(files: &mut Files<'_>) -> Result<()> {
    let made = Timestamp::from_second(MADE)?;
    let mut names = vec![FANOUT.to_owned()];
    for function in front::functions() {
        let event = demo::event(function, BASE_URL, Some(made));
        let name = format!("{}.json", function.package());
        let text = serde_json::to_string_pretty(&event)? + "\n";
        files.put(&format!("events/{name}"), &text)?;
        names.push(name);
    }
    files.only("events", &names)
}
