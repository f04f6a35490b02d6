//! The operator's command line, as a program and in this process.

use std::collections::BTreeSet;

use serde_json::Value;
use tokio::process::Command;

use crate::support::binaries::binary;
use crate::support::call::Call;
use crate::support::world::World;

/// Runs a command on the world's table; what it prints, or what it complains of.
pub async fn run(world: &World, arguments: &[&str]) -> Result<Value, String> {
    let (printed, complaint) = output(world, arguments).await;
    printed.ok_or(complaint)
}

/// What a command that succeeds prints, and what it warns of.
pub async fn said(world: &World, arguments: &[&str]) -> (Value, String) {
    let (printed, warning) = output(world, arguments).await;
    (printed.unwrap_or_else(|| panic!("{warning}")), warning)
}

pub async fn output(world: &World, arguments: &[&str]) -> (Option<Value>, String) {
    let output = Command::new(binary("admin").await)
        .args(arguments)
        .arg("--json")
        .env("AWS_ENDPOINT_URL_DYNAMODB", &world.dynamodb_url)
        .env("TABLE_NAME", local::TABLE)
        .env_remove("AWS_ACCESS_KEY_ID")
        .envs(world.keys())
        .output()
        .await
        .unwrap();
    let printed = output
        .status
        .success()
        .then(|| serde_json::from_slice(&output.stdout).unwrap());
    (printed, String::from_utf8(output.stderr).unwrap())
}

pub async fn done(world: &World, arguments: &[&str]) -> Value {
    run(world, arguments)
        .await
        .unwrap_or_else(|e| panic!("{arguments:?}: {e}"))
}

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// The `ret` of a call to Show, signed with `secret`.
pub async fn ret(world: &World, key: &str, secret: &str) -> i64 {
    let digest = weiquan_store::digest::md5_hex([key, secret]).to_uppercase();
    let pairs = [("app_key", key), ("sign", &digest)];
    let reply = world
        .send(Call::get("/api/App/Market_Message/Show").query(&pairs))
        .await;
    reply.json()["ret"].as_i64().unwrap()
}

pub async fn check_counters(world: &World) -> Result<Value, String> {
    let checked = admin::call(&world.ctx, &["check"]).await;
    checked.map_err(|cause| format!("{cause:#}"))
}

/// Every counter of the table is right.
pub async fn assert_counted(world: &World) {
    world.settle().await;
    let found = check_counters(world)
        .await
        .unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(found["wrong"], 0);
}

/// The names of all commands that have none below them.
pub fn commands() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    collect_commands(&admin::command_line(), "", &mut all);
    all
}

pub fn collect_commands(command: &clap::Command, path: &str, found: &mut BTreeSet<String>) {
    if !command.has_subcommands() {
        found.insert(path.to_owned());
    }
    for below in command.get_subcommands() {
        let path = format!("{path} {}", below.get_name());
        collect_commands(below, path.trim(), found);
    }
}

/// Runs a command in this process: its JSON, or what it complains of.
pub async fn call_here(world: &World, arguments: &[&str]) -> Result<Value, String> {
    let done = admin::call(&world.ctx, arguments).await;
    done.map_err(|cause| format!("{cause:#}"))
}

/// The JSON of a command that succeeds.
pub async fn done_here(world: &World, arguments: &[&str]) -> Value {
    let answer = call_here(world, arguments).await;
    answer.unwrap_or_else(|e| panic!("{arguments:?}: {e}"))
}
