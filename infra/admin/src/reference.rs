//! `admin reference`: every operation as it is declared.

use std::fmt::Write;

use shared::okay::{Kind, Login};

/// The reference of all operations, in Markdown.
pub fn text() -> String {
    let mut out = String::from(
        "# Operations\n\nPrinted by `cargo run -p admin -- reference` from the declarations that requests are checked \
         against.\n",
    );
    // Writing to a string cannot fail.
    let _ = okay(&mut out)
        .and_then(|()| xweibo(&mut out))
        .and_then(|()| qzone(&mut out));
    out
}

fn okay(out: &mut String) -> std::fmt::Result {
    writeln!(out, "\n## OkayAPI")?;
    for op in front::OKAY {
        writeln!(
            out,
            "\n### `{}`\n\n{}; function `{}`, `{}`.\n",
            op.name,
            sentence(op.words),
            op.package,
            op.path()
        )?;
        writeln!(
            out,
            "Login: {}.\n",
            match op.login {
                Login::Ignored => "`uuid` and `token` are accepted and not checked",
                Login::Optional => "`uuid` and `token` optional, checked when both are sent",
                Login::Required => "`uuid` and `token` required",
            }
        )?;
        writeln!(
            out,
            "| parameter | type | required | range | meaning |\n|---|---|---|---|---|"
        )?;
        for param in op.params {
            let (kind, range) = kind(param.kind);
            let required = if param.required { "yes" } else { "" };
            writeln!(
                out,
                "| `{}` | {kind} | {required} | {range} | {} |",
                param.name, param.words
            )?;
        }
        writeln!(out, "\n| answer | meaning |\n|---|---|")?;
        for (name, words) in op.results {
            writeln!(out, "| `{name}` | {words} |")?;
        }
        for (code, words) in op.failures {
            writeln!(out, "| `err_code` {code} | {words} |")?;
        }
    }
    Ok(())
}

fn kind(kind: Kind) -> (&'static str, String) {
    match kind {
        Kind::Text {
            min: 0,
            max: usize::MAX,
        } => ("text", String::new()),
        Kind::Text { min: 0, max } => ("text", format!("at most {max} characters")),
        Kind::Text { min, max } => ("text", format!("{min} to {max} characters")),
        Kind::Int { min, max, default } => {
            let range = match (min, max) {
                (i64::MIN, i64::MAX) => String::new(),
                (min, i64::MAX) => format!("from {min}"),
                (min, max) => format!("{min} to {max}"),
            };
            let default = default.map(|value| format!("default {value}"));
            let parts: Vec<_> = [Some(range).filter(|range| !range.is_empty()), default]
                .into_iter()
                .flatten()
                .collect();
            ("int", parts.join(", "))
        }
        Kind::List => ("names with commas", String::new()),
        Kind::Object => ("JSON object", String::new()),
    }
}

fn xweibo(out: &mut String) -> std::fmt::Result {
    writeln!(out, "\n## Xweibo")?;
    for op in front::XWEIBO {
        let method = if op.get { "GET or POST" } else { "POST" };
        writeln!(
            out,
            "\n### `{}`\n\n{}; function `{}`, {method} `/api/weibo/action.{}`.\n",
            op.name,
            sentence(op.words),
            op.package,
            op.name
        )?;
        if !op.aliases.is_empty() {
            writeln!(out, "Also spelled {}.\n", op.aliases.join(", "))?;
        }
        writeln!(out, "| parameter | meaning |\n|---|---|")?;
        for param in op.params {
            writeln!(out, "| `{}` | {} |", param.name, param.words)?;
        }
        writeln!(out, "\n| errno | err |\n|---|---|")?;
        for error in op.errors {
            let (errno, err) = error.wire();
            writeln!(out, "| {errno} | {err} |")?;
        }
    }
    Ok(())
}

fn qzone(out: &mut String) -> std::fmt::Result {
    writeln!(out, "\n## QZone")?;
    for op in front::QZONE {
        writeln!(
            out,
            "\n### `{}`\n\n{}; function `{}`, POST `{}`.\n",
            op.name,
            sentence(op.words),
            op.package,
            op.path
        )?;
        writeln!(out, "| parameter | meaning |\n|---|---|")?;
        for param in op.params {
            writeln!(out, "| `{}` | {} |", param.name, param.words)?;
        }
    }
    Ok(())
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
