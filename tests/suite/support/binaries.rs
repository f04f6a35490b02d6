//! The binaries that tests start, and what they answer.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;
use tokio::sync::OnceCell;

/// The functions that are started as processes here: one of each kind. The gate starts all of them, as
/// they are released.
pub const STARTED: [&str; 6] = [
    "front",
    "okay-hello-world",
    "okay-post-moment",
    "qzone-add-feeds",
    "qzone-authorize",
    "xweibo-update-profile-image",
];

/// What else is.
pub const PROGRAMS: [&str; 3] = ["admin", "fanout", "local"];

pub static BINARIES: OnceCell<HashMap<String, PathBuf>> = OnceCell::const_new();

/// The path of a binary, built when the first test asks.
pub async fn binary(name: &str) -> PathBuf {
    let binaries = BINARIES
        .get_or_init(|| async {
            let names = STARTED.into_iter().chain(PROGRAMS);
            // With the tests among the targets the features, and so what is built, stay the same.
            let built = Command::new(std::env::var("CARGO").unwrap())
                .args(["build", "--workspace", "--tests", "--message-format=json"])
                .args(names.flat_map(|name| ["--bin", name]))
                // Who asks libtest for times sets it; it would have everything built anew.
                .env_remove("RUSTC_BOOTSTRAP")
                .stderr(Stdio::inherit())
                .output()
                .await
                .unwrap();
            assert!(built.status.success());
            String::from_utf8(built.stdout)
                .unwrap()
                .lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap())
                .filter(|message| {
                    message["target"]["kind"][0] == "bin" && message["profile"]["test"] == false
                })
                .filter_map(|message| {
                    let name = message["target"]["name"].as_str()?.to_owned();
                    Some((name, message["executable"].as_str()?.into()))
                })
                .collect()
        })
        .await;
    binaries[name].clone()
}

/// What the command line prints.
pub async fn admin(arguments: &[&str]) -> String {
    let printed = Command::new(binary("admin").await)
        .args(arguments)
        .output()
        .await
        .unwrap();
    assert!(
        printed.status.success(),
        "{}",
        String::from_utf8_lossy(&printed.stderr)
    );
    String::from_utf8(printed.stdout).unwrap()
}

/// What an answer is of: of a page for people the HTTP status, else the family's number; of OkayAPI the
/// operation's own too.
pub fn outcome(content_type: &str, status: u16, body: &str) -> Result<(), String> {
    let says = |part: &str| body.contains(part);
    let good = match content_type {
        "application/json" if says("\"code\":") => says("\"code\":\"A00006\""),
        "application/json" if says("\"errno\":") => says("\"errno\":0,"),
        "text/plain; charset=utf-8" => says("oauth_token=") && !says("error_code="),
        "text/html; charset=utf-8" if !says("\"ret\":") => status == 200,
        _ if says("\"err_code\":") => says("\"ret\":200") && says("\"err_code\":0"),
        _ => ["\"ret\":200", "\"ret\":0", "\"ret\":\"0\""]
            .into_iter()
            .any(says),
    };
    if good {
        Ok(())
    } else {
        Err(format!("{content_type} {status}: {body}"))
    }
}
