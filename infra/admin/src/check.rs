//! `admin check`.

use anyhow::{Result, bail};
use serde_json::json;
use weiquan::Ctx;
use weiquan_store::audit::{self, Wrong};

use crate::output::Output;

/// Compares every counter with what it counts. What looks wrong is checked once more: while others write, a walk sees
/// some items before a change and some after it.
pub async fn run(ctx: &Ctx) -> Result<Output> {
    let mut found = audit::walk(&ctx.store).await?;
    if !found.wrong.is_empty() {
        let again = audit::walk(&ctx.store).await?;
        found.wrong.retain(|name, _| again.wrong.contains_key(name));
        found.items = again.items;
    }
    if found.wrong.is_empty() {
        return Ok(Output::fields(json!({
            "items": found.items,
            "counters": found.counters,
            "wrong": 0,
        })));
    }
    let lines = found.wrong.iter().map(|(name, wrong)| {
        let Wrong { stored, actual } = wrong;
        format!("{name}: stored {stored}, there are {actual}")
    });
    let lines: Vec<String> = lines.collect();
    bail!(
        "{} of {} counters disagree with what they count:\n{}",
        lines.len(),
        found.counters,
        lines.join("\n")
    )
}
