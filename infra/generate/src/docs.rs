//! `functions/docs/data/`: what the pages of the documentation say, in each language.

pub mod costs;
mod errors;
mod indented;
mod kinds;
mod operations;
mod words;

use std::path::Path;

use anyhow::Result;
use serde_json::json;
use xtask::files::Files;

pub use words::Chinese;
use words::{Language, Words};

pub fn generate(files: &mut Files<'_>, root: &Path) -> Result<()> {
    write(root, |name, text| {
        files.put(&format!("functions/docs/data/{name}.json"), text)
    })?;
    Ok(())
}

/// What the tables of words lack, and what they have that nothing needs any more. An operation that is being written
/// may lack its Chinese: its pages then are in English.
pub fn unsaid(root: &Path) -> Result<Vec<String>> {
    write(root, |_name, _text| Ok(()))
}

fn write(root: &Path, mut put: impl FnMut(&str, &str) -> Result<()>) -> Result<Vec<String>> {
    let chinese = Chinese::read(root)?;
    let errors = errors::Errors::read(root)?;
    let words = Words::new(&chinese);
    for (language, name) in [(Language::English, "en"), (Language::Chinese, "zh")] {
        let words = words.in_language(language);
        let data = json!({
            "groups": errors::groups(&words, &errors),
            "operations": operations::all(root, &words, &errors)?,
        });
        put(name, &lines(&data))?;
    }
    let missing = [words.missing(), errors.missing()].concat();
    let unused = [words.unused(), errors.unused()].concat();
    let missing = missing.iter().map(|text| format!("missing: {text}"));
    let unused = unused.iter().map(|text| format!("not needed: {text}"));
    Ok(missing.chain(unused).collect())
}

/// JSON with a line for each operation, so that changes can be read.
fn lines(data: &serde_json::Value) -> String {
    let text = data.to_string();
    text.replace("{\"answer\":", "\n{\"answer\":") + "\n"
}
