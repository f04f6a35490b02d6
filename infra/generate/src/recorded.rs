//! What the tests have recorded: snapshots of what they measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The text of the snapshot `name`.
pub fn text(root: &Path, name: &str) -> Result<String> {
    let path = format!("tests/suite/snapshots/recorded__{name}.snap");
    let snapshot = fs::read_to_string(root.join(&path)).with_context(|| path.clone())?;
    // The text after the head that insta writes.
    let text = snapshot.splitn(3, "---\n").nth(2);
    Ok(text
        .with_context(|| format!("{path} has no text"))?
        .to_owned())
}

/// What each function uses: IAM's actions on the table and on the bucket, and what else the template must know.
pub struct Uses(BTreeMap<String, Vec<String>>);

impl Uses {
    /// What the tests have recorded.
    pub fn read(root: &Path) -> Result<Self> {
        let text = text(root, "uses")?;
        let lines = text.lines().filter_map(|line| line.split_once(": "));
        let uses = lines.map(|(package, actions)| {
            let actions = actions.split(", ").map(str::to_owned).collect();
            (package.to_owned(), actions)
        });
        Ok(Self(uses.collect()))
    }

    /// What `package` uses. A package that nobody has called yet uses what every function uses.
    pub fn of(&self, package: &str) -> Vec<String> {
        let known = self.0.get(package).cloned();
        known.unwrap_or_else(|| vec!["dynamodb:GetItem".to_owned()])
    }
}

/// The answer of a function to its sample event.
pub struct Answer {
    /// The media type.
    pub media_type: String,
    /// The body.
    pub body: String,
}

/// The recorded answers by package, one line of JSON each.
pub fn answers(root: &Path) -> Result<BTreeMap<String, Answer>> {
    let text = text(root, "answers")?;
    let answers = text.lines().map(|line| {
        let [package, media_type, body]: [String; 3] =
            serde_json::from_str(line).with_context(|| format!("the answer `{line}`"))?;
        Ok((package, Answer { media_type, body }))
    });
    answers.collect()
}
