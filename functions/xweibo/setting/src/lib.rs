//! `setting`: how tips are shown (xweibo section 5.8.1).

use shared::Ctx;
use shared::store::settings::Settings;
use shared::xweibo::{Call, Error, Operation, Param, answer, trim};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "setting",
    aliases: &[],
    words: "sets how new weibos or unread counts are shown",
    get: false,
    speaks: false,
    params: &[Param {
        name: "type",
        words: "autoshow (by default) or tipshow",
        example: None,
    }],
    file: None,
    errors: &[Error::NoOptions, Error::NoSuchOption, Error::NotConfigured],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.reader().ok_or(Error::NoOptions)?;
    let settings = match trim(call.param("type")) {
        "" | "autoshow" => Settings {
            newfeed: Some(0),
            ..Settings::default()
        },
        "tipshow" => Settings {
            newmsg: Some(0),
            ..Settings::default()
        },
        _ => return Err(Error::NoSuchOption),
    };
    shared::xweibo::configure(ctx, uid, settings, None).await
}
