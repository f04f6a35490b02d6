//! What calls cost the store, as the tests have recorded it.

use std::path::Path;

use anyhow::{Context, Result};

use crate::recorded;

/// A recorded call.
pub struct Cost {
    /// The operation, by the end of its name.
    pub operation: String,
    /// What was called, if it says more.
    pub words: String,
    /// Round trips, read units and write units.
    pub numbers: [String; 3],
}

impl Cost {
    /// Whether it is a call of the operation `name`, which may be an address.
    pub fn is_of(&self, name: &str) -> bool {
        let is_end = |mark: char| {
            let rest = name.strip_suffix(self.operation.as_str());
            rest.is_some_and(|rest| rest.ends_with(mark))
        };
        name == self.operation
            || is_end('.')
            || is_end('_') && self.operation.contains('.')
            || name.split('/').rfind(|part| !part.starts_with('{')) == Some(&self.operation)
    }
}

/// The recorded rows, as Markdown.
pub fn rows(root: &Path) -> Result<String> {
    let records = ["costs", "costs_people", "costs_reposts"];
    let texts = records.map(|record| recorded::text(root, record));
    texts.into_iter().collect()
}

/// All of them.
pub fn read(root: &Path) -> Result<Vec<Cost>> {
    rows(root)?.lines().map(parse).collect()
}

/// Reads a row.
pub fn parse(row: &str) -> Result<Cost> {
    let of = || format!("the row `{row}`");
    let (operation, rest) = row
        .strip_prefix("| `")
        .and_then(|row| row.split_once('`'))
        .with_context(of)?;
    let (words, numbers) = rest.split_once(" | ").with_context(of)?;
    let mut numbers = numbers.trim_end_matches(" |").split(" | ");
    let mut next = || numbers.next().map(str::to_owned).with_context(of);
    Ok(Cost {
        operation: operation.to_owned(),
        words: words.trim_start_matches([',', ' ']).to_owned(),
        numbers: [next()?, next()?, next()?],
    })
}
