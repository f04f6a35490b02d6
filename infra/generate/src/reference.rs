//! `docs/OPERATIONS.md`: every operation as it is declared.

mod okay;
mod qzone;
mod schema;
mod xweibo;

use anyhow::Result;
use xtask::files::Files;

pub use okay::all_errors as okay_errors;
pub use qzone::all_errors as qzone_errors;

pub fn generate(files: &mut Files<'_>) -> Result<()> {
    let mut text = String::from(
        "# Operations\n\nWritten by `cargo xtask generate` from the declarations that requests are checked against.\n",
    );
    okay::write(&mut text)?;
    xweibo::write(&mut text)?;
    qzone::write(&mut text)?;
    files.put("docs/OPERATIONS.md", &text)
}

/// A text that begins with a capital letter.
pub fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
