//! The operations of Xweibo.

use std::fmt::Write;

use weiquan::xweibo;

use super::{schema, sentence};
use crate::family_params;

pub(super) fn write(out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\n## Xweibo\n\nAnswers are in `rst` of the envelope. Every operation also takes:\n\n| parameter | meaning |\n|---|---|"
    )?;
    schema::of_family(out, &family_params::XWEIBO)?;
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
        schema::failures(out, ["errno", "err"], op.failures)?;
    }
    Ok(())
}
