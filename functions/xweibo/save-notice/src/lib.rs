//! `saveNotice`: of what the caller wants to be told (xweibo section 5.8.4).

use shared::Ctx;
use shared::store::settings::Settings;
use shared::store::unread::Notice;
use shared::xweibo::{Call, Error, Operation, Param, answer};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "saveNotice",
    aliases: &[],
    words: "sets of what the caller is told",
    get: false,
    speaks: false,
    params: &[
        Param {
            name: "comment",
            words: "1 tells of comments",
            example: Some("1"),
        },
        Param {
            name: "dm",
            words: "1 tells of direct messages",
            example: Some("1"),
        },
        Param {
            name: "follower",
            words: "1 tells of fans",
            example: Some("1"),
        },
        Param {
            name: "mention",
            words: "1 tells of mentions",
            example: Some("1"),
        },
        Param {
            name: "from_user",
            words: "1 counts mentions only by members whom the caller follows",
            example: None,
        },
        Param {
            name: "status_type",
            words: "1 counts mentions only in weibos that are no reposts",
            example: None,
        },
        Param {
            name: "newfeed",
            words: "how tips are shown: 0 or 1",
            example: None,
        },
        Param {
            name: "notice",
            words: "1 tells of system notices, of which there are none",
            example: None,
        },
    ],
    file: None,
    errors: &[
        Error::NoNotice,
        Error::NoOptions,
        Error::NoSuchOption,
        Error::NotConfigured,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.reader().ok_or(Error::NoOptions)?;
    let mut flags = [None; 8];
    for (flag, param) in flags.iter_mut().zip(OPERATION.params) {
        *flag = call.flag(param.name)?;
    }
    if flags.iter().all(Option::is_none) {
        return Err(Error::NoNotice);
    }
    // There are no system notices.
    let [
        comment,
        dm,
        follower,
        mention,
        from_user,
        status_type,
        newfeed,
        _notice,
    ] = flags;
    let notice = Notice {
        comment: comment.unwrap_or(false),
        dm: dm.unwrap_or(false),
        follower: follower.unwrap_or(false),
        mention: mention.unwrap_or(false),
        followed_only: from_user.unwrap_or(false),
        original_only: status_type.unwrap_or(false),
    };
    let settings = Settings {
        newfeed: newfeed.map(u64::from),
        ..Settings::default()
    };
    shared::xweibo::configure(ctx, uid, settings, Some(notice)).await
}
