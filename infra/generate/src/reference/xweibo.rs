//! The operations of Xweibo.

use std::fmt::Write;

use shared::xweibo::{self, Failure};

use super::{schema, sentence};

const COMMON: [(&str, &str); 3] = [
    ("`api_uid`", "the user of the partner site"),
    ("`api_time`", "the time in seconds"),
    (
        "`api_sign`",
        "md5(App Key `#` api_uid `#` api_time `#` App Secret `#` operation `#` extra secret), lower case",
    ),
];

pub(super) fn write(out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\n## Xweibo\n\nAnswers are in `rst` of the envelope. Every operation also takes:\n\n| parameter | meaning |\n|---|---|"
    )?;
    for (name, words) in COMMON {
        writeln!(out, "| {name} | {words} |")?;
    }
    writeln!(
        out,
        "\nEvery operation may answer:\n\n| errno | err |\n|---|---|"
    )?;
    for error in xweibo::Error::of_all() {
        let (errno, err) = error.wire();
        writeln!(out, "| {errno} | {err} |")?;
    }
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
        schema::params(out, op.params)?;
        if op.bare {
            writeln!(out, "The answer of a success has no envelope.\n")?;
        }
        schema::answer(out, "rst", op.answer)?;
        if !op.failures.is_empty() {
            writeln!(out, "\n| errno | err | when |\n|---|---|---|")?;
        }
        for Failure { code, text, when } in op.failures {
            writeln!(out, "| {code} | {text} | {} |", sentence(when))?;
        }
    }
    Ok(())
}
