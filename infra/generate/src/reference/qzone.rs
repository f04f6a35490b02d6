//! The operations and pages of QZone.

use std::fmt::Write;

use weiquan::qzone::{self, Step};

use super::{schema, sentence};
use crate::family_params;

pub(super) fn write(out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\n## QZone\n\nIn JSON and XML the fields of an answer come after `ret` and `msg`; OAuth's two steps answer them alone, as form \
         text. Every operation also takes (`oauth_token` and `openid` where it acts for a member):\n\n\
         | parameter | meaning |\n|---|---|"
    )?;
    schema::of_family(out, &family_params::QZONE)?;
    errors(out)?;
    for op in front::QZONE {
        operation(out, op)?;
    }
    for own in front::QZONE_PAGES {
        page(out, own)?;
    }
    Ok(())
}

fn errors(out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\nErrors; only 0 and 1000 are documented. Each step has its own numbers, the pages those of the authorise page. \
         A nonce that was used before comes after everything but the operation's own parameters.\n\n\
         | request token | authorise | access token | others | msg |\n|---|---|---|---|---|"
    )?;
    let (first, second, third, api) = (
        Step::RequestToken,
        Step::Authorize,
        Step::AccessToken,
        Step::Api,
    );
    for (error, steps) in all_errors() {
        let cells = [first, second, third, api].map(|step| match steps.contains(&step) {
            true => error.wire(step).0.to_string(),
            false => String::new(),
        });
        let msg = error.wire(Step::Api).1;
        writeln!(out, "| {} | {msg} |", cells.join(" | "))?;
    }
    Ok(())
}

fn operation(out: &mut String, op: &qzone::Operation) -> std::fmt::Result {
    let method = if op.get { "GET or POST" } else { "POST" };
    schema::gap(out);
    writeln!(
        out,
        "### `{}`\n\n{}; function `{}`, {method} `{}`.\n",
        op.name,
        sentence(op.words),
        op.package,
        op.path
    )?;
    schema::params(out, op.params)?;
    if !op.answer.fields().is_empty() {
        schema::answer(out, "answer", op.answer)?;
    }
    schema::failures(out, ["ret", "msg"], op.failures)
}

fn page(out: &mut String, page: &qzone::Page) -> std::fmt::Result {
    let (path, package, words) = (page.path, page.package, page.words);
    schema::gap(out);
    writeln!(
        out,
        "### `{path}`\n\nA page: {words}; function `{package}`.\n"
    )?;
    schema::params(out, page.params)?;
    if let Some(answer) = page.answer {
        schema::answer(out, "answer", answer)?;
    }
    schema::failures(out, ["ret", "msg"], page.failures)
}

/// The errors that every call of a step may return, with their steps.
pub fn all_errors() -> Vec<(qzone::Error, &'static [Step])> {
    use Step::{AccessToken as Third, Api, Authorize as Second, RequestToken as First};
    const ALL: &[Step] = &[First, Second, Third, Api];
    const SIGNED: &[Step] = &[First, Third, Api];
    vec![
        (qzone::Error::BadRequest(None), ALL),
        (qzone::Error::Consumer, ALL),
        (qzone::Error::Nonce, SIGNED),
        (qzone::Error::Form, &[Second]),
        (qzone::Error::Version, SIGNED),
        (qzone::Error::Method, SIGNED),
        (qzone::Error::Timestamp, SIGNED),
        (qzone::Error::Token, &[Second, Third, Api]),
        (qzone::Error::Openid, &[Api]),
        (qzone::Error::Signature, SIGNED),
        (qzone::Error::Revoked, &[Api]),
        (qzone::Error::NotAuthorized, &[Api]),
        (qzone::Error::TooManyCalls, SIGNED),
    ]
}
