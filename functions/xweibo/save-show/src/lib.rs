//! `saveShow`: how much a page holds (xweibo section 5.8.3, inferred).

use shared::Ctx;
use shared::store::settings::Settings;
use shared::xweibo::{Call, Error, Operation, Param, answer, trim};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "saveShow",
    aliases: &[],
    words: "sets how much pages hold",
    get: false,
    speaks: false,
    params: &[
        Param {
            name: "newmsg",
            words: "how unread counts are shown: 0 or 1",
            example: None,
        },
        Param {
            name: "feedtotal",
            words: "weibos on a page of `homeTimeline`: 10, 20, 30, 40 or 50",
            example: Some("20"),
        },
        Param {
            name: "commenttotal",
            words: "comments on a page of `getComments` of type 2: likewise",
            example: Some("20"),
        },
    ],
    file: None,
    errors: &[Error::NoOptions, Error::NoSuchOption, Error::NotConfigured],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.reader().ok_or(Error::NoOptions)?;
    let settings = Settings {
        newmsg: call.flag("newmsg")?.map(u64::from),
        weibos: page(&call, "feedtotal")?,
        comments: page(&call, "commenttotal")?,
        newfeed: None,
    };
    if settings == Settings::default() {
        return Err(Error::NoOptions);
    }
    shared::xweibo::configure(ctx, uid, settings, None).await
}

/// How much a page may hold, as the settings page offers it.
fn page(call: &Call<'_>, name: &str) -> Result<Option<u64>, Error> {
    match trim(call.param(name)) {
        "" => Ok(None),
        "10" => Ok(Some(10)),
        "20" => Ok(Some(20)),
        "30" => Ok(Some(30)),
        "40" => Ok(Some(40)),
        "50" => Ok(Some(50)),
        _ => Err(Error::NoSuchOption),
    }
}
