//! The operations of OkayAPI.

use std::fmt::Write;

use weiquan::form_data::Malformed;
use weiquan::okay::{self, Login};

use super::{schema, sentence};
use crate::family_params;

pub(super) fn write(out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\n## OkayAPI\n\nAnswers are in `data` of the envelope, after `err_code` and `err_msg`. Every operation also takes:\n\n| parameter | meaning |\n|---|---|"
    )?;
    schema::of_family(out, &family_params::OKAY)?;
    errors(out)?;
    for op in front::OKAY {
        operation(out, op)?;
    }
    Ok(())
}

fn errors(out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\n`ret` and `msg`, besides 400 for each parameter:\n\n| ret | msg |\n|---|---|"
    )?;
    for error in all_errors() {
        writeln!(out, "| {} | {} |", error.ret(), error.msg())?;
    }
    Ok(())
}

fn operation(out: &mut String, op: &okay::Operation) -> std::fmt::Result {
    schema::gap(out);
    writeln!(
        out,
        "### `{}`\n\n{}; function `{}`, `{}`.\n",
        op.name,
        sentence(op.words),
        op.package,
        op.path()
    )?;
    writeln!(
        out,
        "Login: {}.\n",
        match op.login {
            Login::Recognised =>
                "`uuid` (at most 32 characters) and `token` (64) optional; a live session is recognised, anything \
                     else is as none",
            Login::Unread => "`uuid` and `token` are accepted and not checked",
            Login::Ignored =>
                "`uuid` (at most 32 characters) and `token` (64) are accepted, and not checked otherwise",
            Login::Optional => "`uuid` and `token` optional, checked when both are sent",
            Login::Required => "`uuid` and `token` required",
        }
    )?;
    schema::params(out, op.params)?;
    if !op.answer.fields().is_empty() {
        schema::answer(out, "data", op.answer)?;
    }
    schema::failures(out, ["err_code", "err_msg"], op.failures)
}

/// The errors that every operation may return, in the order of their numbers.
pub fn all_errors() -> Vec<okay::Error> {
    vec![
        okay::Error::Malformed(Malformed::TooLarge),
        okay::Error::Malformed(Malformed::Utf8),
        okay::Error::Malformed(Malformed::Json),
        okay::Error::Malformed(Malformed::Multipart),
        okay::Error::Malformed(Malformed::Base64),
        okay::Error::BadCallback,
        okay::Error::TooMuch,
        okay::Error::NoSession,
        okay::Error::AddressDenied,
        okay::Error::AddressNotAllowed,
        okay::Error::UnknownService("…".to_owned()),
        okay::Error::UnknownApp,
        okay::Error::AppExpired,
        okay::Error::AppBanned,
        okay::Error::BadSign,
        okay::Error::QuotaUsedUp,
        okay::Error::TooManyCalls,
        okay::Error::Closed,
        okay::Error::PlanTooSmall,
        okay::Error::SubAppFailure,
        okay::Error::Internal(weiquan::Fault::new("", "")),
    ]
}
