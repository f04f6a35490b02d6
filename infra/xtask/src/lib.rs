//! The project's own commands, and what they share with `generate`: files that are generated from something else.

pub mod files;
pub mod manifests;
pub mod new;
pub mod run;

use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_owned()
}
