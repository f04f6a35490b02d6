//! Commands of other tools, with the options that this project needs.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::manifests;

/// The settings of the local system, for a function that runs beside it.
const LOCAL: [(&str, &str); 7] = [
    ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000"),
    ("TABLE_NAME", "weiquan"),
    ("AWS_REGION", "us-east-1"),
    ("AWS_ACCESS_KEY_ID", "local"),
    ("AWS_SECRET_ACCESS_KEY", "local"),
    ("PICTURES_FOLDER", ".local/pictures"),
    ("PICTURES_URL", "http://127.0.0.1:8080/pictures"),
];

/// Builds every function for Lambda; `options` go to `cargo lambda build`, which builds for arm64 unless they say
/// otherwise.
pub fn build(root: &Path, options: &[String]) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(["lambda", "build", "--release", "--locked"]);
    let is_for_another = |option: &String| {
        let others = ["--x86-64", "--target", "--compiler"];
        others.iter().any(|other| option.starts_with(other))
    };
    if !options.iter().any(is_for_another) {
        command.arg("--arm64");
    }
    for package in packages(root)? {
        command.args(["--package", &package]);
    }
    // A panic ends the process, so nothing reads the unwind tables.
    command
        .args(options)
        .env("RUSTFLAGS", "-C force-unwind-tables=no");
    run(root, command)
}

/// Builds every function and deploys the stack; `options` go to `sam deploy`.
pub fn deploy(root: &Path, options: &[String]) -> Result<()> {
    build(root, &[])?;
    let mut command = Command::new("sam");
    command.arg("deploy").args(options);
    run(root, command)
}

/// Deletes the stack, but not its table and its bucket; `options` go to `sam delete`.
pub fn delete(root: &Path, options: &[String]) -> Result<()> {
    let mut command = Command::new("sam");
    command.arg("delete").args(options);
    run(root, command)
}

/// Runs the functions one by one beside the local system, on <http://127.0.0.1:9000>; `options` go to
/// `cargo lambda watch`.
pub fn local(root: &Path, options: &[String]) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(["lambda", "watch"]).args(options).envs(LOCAL);
    run(root, command)
}

/// The packages of all functions.
fn packages(root: &Path) -> Result<Vec<String>> {
    let functions = manifests::functions(root)?;
    let own = functions.iter().map(manifests::Function::package);
    Ok(own
        .chain(["docs", "fanout", "front"].map(str::to_owned))
        .collect())
}

/// Runs a command in the workspace; fails if the command fails.
pub fn run(root: &Path, mut command: Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.current_dir(root).status();
    let status = status.with_context(|| format!("starting {name}"))?;
    ensure!(status.success(), "{name}: {status}");
    Ok(())
}
