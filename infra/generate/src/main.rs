//! `cargo xtask generate`, the part that knows the operations.

use anyhow::Result;
use clap::Parser;
use xtask::files::Files;

/// Write what is generated from the declarations.
#[derive(Parser)]
struct Arguments {
    /// Write nothing; fail if something would change
    #[arg(long)]
    check: bool,
}

fn main() -> Result<()> {
    let root = xtask::root();
    let mut files = Files::new(&root, Arguments::parse().check);
    generate::generate(&mut files, &root)?;
    files.finish()
}
