//! A new operation: its package, still without content.

use std::path::Path;

use anyhow::{Result, bail, ensure};

use crate::files::Files;
use crate::manifests::FAMILIES;

/// Creates the package of the operation `name` of a family; `name` is spelled as callers spell it.
pub fn new(root: &Path, family: &str, name: &str) -> Result<()> {
    ensure!(
        FAMILIES.contains(&family),
        "the families are {}",
        FAMILIES.join(", ")
    );
    let folder = folder(family, name)?;
    let path = format!("functions/{family}/{folder}");
    ensure!(!root.join(&path).exists(), "{path} is there already");
    let package = format!("{family}-{folder}");
    let mut files = Files::new(root, false);
    files.put(&format!("{path}/Cargo.toml"), &manifest(&package))?;
    let main = format!(
        "fn main() -> weiquan::runtime::Outcome {{\n    weiquan::runtime::run(&{}::OPERATION)\n}}\n",
        package.replace('-', "_")
    );
    files.put(&format!("{path}/src/main.rs"), &main)?;
    files.put(&format!("{path}/src/lib.rs"), &source(family, name))?;
    files.finish()
}

/// `App.Market_Message.Post` is `message-post`, `createFriendship` is `create-friendship`.
fn folder(family: &str, name: &str) -> Result<String> {
    let own = match (family, name.split('.').collect::<Vec<_>>().as_slice()) {
        ("okay", ["App", class, method]) => {
            format!("{}-{method}", class.trim_start_matches("Market_"))
        }
        ("okay", _) => bail!("the name is like App.Class.Method"),
        _ => name.replace('.', "_"),
    };
    let mut folder = String::new();
    for (place, letter) in own.char_indices() {
        match letter {
            '_' | '-' => folder.push('-'),
            'A'..='Z' if place > 0 && !folder.ends_with('-') => {
                folder.push('-');
                folder.push(letter.to_ascii_lowercase());
            }
            'A'..='Z' | 'a'..='z' | '0'..='9' => folder.push(letter.to_ascii_lowercase()),
            other => bail!("a name has no {other:?}"),
        }
    }
    Ok(folder)
}

fn manifest(package: &str) -> String {
    format!(
        r#"[package]
name = "{package}"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[lints]
workspace = true

# The tests stand in tests/: an empty harness for each function would take minutes to build.
[lib]
test = false
doctest = false

[[bin]]
name = "{package}"
path = "src/main.rs"
test = false

[dependencies]
weiquan.workspace = true
weiquan-store.workspace = true
"#
    )
}

/// The source of an operation without parameters that only finds out who calls. It can be built and called.
fn source(family: &str, name: &str) -> String {
    let (call, answer, done, more) = match family {
        "okay" => ("Call", "Done", "Done {}", ""),
        "xweibo" => ("Call<'_>", "bool", "true", ""),
        _ => (
            "Call<'_, Token>",
            "Done",
            "Done {}",
            "use weiquan_store::oauth::nonce;\nuse weiquan_store::oauth::token::Token;\n",
        ),
    };
    // Every operation begins by finding out who calls.
    let begin = match family {
        "okay" => "call.optional_session(ctx).await?;",
        "xweibo" => "call.author(ctx).await?;",
        _ => {
            "if !nonce::use_nonce(&ctx.store, call.nonce()).await? {\n        return Err(Error::Nonce);\n    }"
        }
    };
    let (room, is_for) = match family {
        "qzone" => ("\"user\", ", "Member: "),
        _ => ("", ""),
    };
    let imports = match answer {
        "Done" => "Call, Done, Error, Nothing, Operation, operation",
        _ => "Call, Error, Nothing, Operation, operation",
    };
    format!(
        "//! `{name}`.

use weiquan::Ctx;
use weiquan::{family}::{{{imports}}};
{more}
/// The operation.
pub static OPERATION: Operation = Operation {{
    failures: &[],
    ..operation!({room}\"{name}\", \"does nothing yet\", {is_for}Nothing => {answer}, handle)
}};

async fn handle(ctx: &Ctx, call: {call}, _input: Nothing) -> Result<{answer}, Error> {{
    {begin}
    Ok({done})
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_as_those_that_are_there() {
        for (family, name, want) in [
            ("okay", "App.Market_Message.Post", "message-post"),
            ("okay", "App.User.UpdateExtInfo", "user-update-ext-info"),
            ("xweibo", "createFriendship", "create-friendship"),
            ("xweibo", "comment_destroy", "comment-destroy"),
            ("qzone", "add_feeds", "add-feeds"),
        ] {
            assert_eq!(folder(family, name).unwrap(), want);
        }
        assert!(folder("okay", "Post").is_err());
        assert!(folder("xweibo", "a/b").is_err());
    }

    #[test]
    fn nothing_is_overwritten() {
        let root = tempfile::tempdir().unwrap();
        new(root.path(), "xweibo", "fooBar").unwrap();
        let source = root.path().join("functions/xweibo/foo-bar/src/lib.rs");
        std::fs::write(&source, "mine").unwrap();
        assert!(new(root.path(), "xweibo", "fooBar").is_err());
        assert!(new(root.path(), "weibo", "fooBar").is_err());
        assert_eq!(std::fs::read(&source).unwrap(), b"mine");
    }
}
