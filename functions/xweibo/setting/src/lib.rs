//! `setting` (xweibo section 5.8.1).

use weiquan::Ctx;
use weiquan::xweibo::failure::{NO_OPTIONS, NO_SUCH_OPTION, NOT_CONFIGURED};
use weiquan::xweibo::{Call, Error, Input, Operation, operation, store_settings};
use weiquan_store::people::settings::Settings;

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NO_OPTIONS, NO_SUCH_OPTION, NOT_CONFIGURED],
    ..operation!(
        "setting", "sets how new weibos or unread counts are shown", Input<'_> => bool, handle
    )
};

#[derive(Input)]
struct Input<'a> {
    /// `autoshow` (by default) or `tipshow`.
    r#type: Option<&'a str>,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.reader().ok_or(NO_OPTIONS)?;
    let settings = match input.r#type {
        None | Some("autoshow") => Settings {
            newfeed: Some(0),
            ..Settings::default()
        },
        Some("tipshow") => Settings {
            newmsg: Some(0),
            ..Settings::default()
        },
        Some(_) => return Err(NO_SUCH_OPTION.into()),
    };
    store_settings(ctx, uid, settings, None).await
}
