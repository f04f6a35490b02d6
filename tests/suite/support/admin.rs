//! The operator's command line, as a program and in this process.

use std::collections::BTreeSet;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use weiquan::Ctx;

use crate::support::binaries::binary;
use crate::support::call::Call;
use crate::support::world::World;

/// A command of the operator's, as it is typed in a shell or word by word.
pub trait Words {
    fn words(&self) -> Vec<String>;
}

impl Words for str {
    fn words(&self) -> Vec<String> {
        shlex::split(self).unwrap()
    }
}

impl Words for String {
    fn words(&self) -> Vec<String> {
        self.as_str().words()
    }
}

impl Words for [&str] {
    fn words(&self) -> Vec<String> {
        self.iter().map(|word| (*word).to_owned()).collect()
    }
}

impl<const N: usize> Words for [&str; N] {
    fn words(&self) -> Vec<String> {
        self.as_slice().words()
    }
}

impl Words for Vec<&str> {
    fn words(&self) -> Vec<String> {
        self.as_slice().words()
    }
}

/// Runs a command on the world's table; what it prints, or what it complains of.
pub async fn run(world: &World, command: &(impl Words + ?Sized)) -> Result<Value, String> {
    let (printed, complaint) = fed(world, command, "").await;
    printed.ok_or(complaint)
}

/// Runs a command that reads `input`; what it prints if it succeeds, and what it says besides.
pub async fn fed(
    world: &World,
    command: &(impl Words + ?Sized),
    input: &str,
) -> (Option<Value>, String) {
    let mut child = Command::new(binary("admin").await)
        .args(command.words())
        .arg("--json")
        .env("AWS_ENDPOINT_URL_DYNAMODB", &world.dynamodb_url)
        .env("TABLE_NAME", local::TABLE)
        .env_remove("AWS_ACCESS_KEY_ID")
        .envs(world.keys())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that reads nothing may have ended by now.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    let is_done = output.status.success();
    let printed = is_done.then(|| serde_json::from_slice(&output.stdout).unwrap());
    (printed, String::from_utf8(output.stderr).unwrap())
}

pub async fn done(world: &World, command: &(impl Words + ?Sized)) -> Value {
    let printed = run(world, command).await;
    printed.unwrap_or_else(|e| panic!("{:?}: {e}", command.words()))
}

/// Runs a command in this process: its JSON, or what it complains of.
pub async fn call_in(ctx: &Ctx, command: &(impl Words + ?Sized)) -> Result<Value, String> {
    let words = command.words();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = admin::call(ctx, &words).await;
    done.map_err(|cause| format!("{cause:#}"))
}

pub async fn call_here(world: &World, command: &(impl Words + ?Sized)) -> Result<Value, String> {
    call_in(&world.ctx, command).await
}

/// The JSON of a command that succeeds.
pub async fn done_here(world: &World, command: &(impl Words + ?Sized)) -> Value {
    let answer = call_here(world, command).await;
    answer.unwrap_or_else(|e| panic!("{:?}: {e}", command.words()))
}

/// A command is refused with a complaint that says `words`.
pub async fn assert_refused(world: &World, command: &(impl Words + ?Sized), words: &str) {
    let answer = call_here(world, command).await;
    let refused = answer.as_ref().is_err_and(|said| said.contains(words));
    assert!(refused, "{:?}: {answer:?}", command.words());
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

/// Every counter of the table is right.
pub async fn assert_counted(world: &World) {
    world.settle().await;
    assert_eq!(done_here(world, "check").await["wrong"], 0);
}

/// The names of all commands that have none below them.
pub fn commands() -> BTreeSet<String> {
    fn collect(command: &clap::Command, path: &str, found: &mut BTreeSet<String>) {
        if !command.has_subcommands() {
            found.insert(path.to_owned());
        }
        for below in command.get_subcommands() {
            let path = format!("{path} {}", below.get_name());
            collect(below, path.trim(), found);
        }
    }
    let mut all = BTreeSet::new();
    collect(&admin::command_line(), "", &mut all);
    all
}
