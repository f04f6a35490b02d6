//! Writes what follows from the operations' declarations and from what the tests have measured: the template, the
//! routes of `cargo lambda watch`, the reference, the OpenAPI description, the READMEs' tables, the sample events.

mod declared;
pub mod docs;
mod events;
mod family_params;
mod http_client;
mod openapi;
mod readme;
pub mod recorded;
mod reference;
mod routes;
mod template;

use std::path::Path;

use anyhow::Result;
use xtask::files::Files;

/// Writes or compares all generated files.
pub fn generate(files: &mut Files<'_>, root: &Path) -> Result<()> {
    template::generate(files, root)?;
    routes::generate(files)?;
    events::generate(files)?;
    reference::generate(files)?;
    openapi::generate(files, root)?;
    docs::generate(files, root)?;
    http_client::generate(files)?;
    readme::generate(files, root)
}
