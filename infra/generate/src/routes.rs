//! The addresses that `cargo lambda watch` answers: those of the deployed API.

use anyhow::Result;
use xtask::files::Files;

pub fn generate(files: &mut Files<'_>) -> Result<()> {
    let mut routes = String::new();
    for function in front::functions() {
        for path in function.paths() {
            routes += &format!("\"{path}\" = \"{}\"\n", function.package());
        }
    }
    routes += "\"/\" = \"front\"\n\"/{*path}\" = \"front\"\n";
    files.put_region("Cargo.toml", "# <routes>", "# </routes>", &routes)
}
