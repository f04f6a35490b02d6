//! `saveNotice` (xweibo section 5.8.4).

use weiquan::Ctx;
use weiquan::xweibo::failure::{NO_OPTIONS, NO_SUCH_OPTION, NOT_CONFIGURED};
use weiquan::xweibo::{Call, Error, Failure, Flag, Input, Operation, operation, store_settings};
use weiquan_store::people::settings::Settings;
use weiquan_store::people::unread::NoticeSettings;

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NO_NOTICE, NO_OPTIONS, NO_SUCH_OPTION, NOT_CONFIGURED],
    ..operation!("saveNotice", "sets what the caller gets notices of", Input<'_> => bool, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// 1 notifies of comments.
    #[param(example = "1")]
    comment: Flag<'a>,
    /// 1 notifies of direct messages.
    #[param(example = "1")]
    dm: Flag<'a>,
    /// 1 notifies of fans.
    #[param(example = "1")]
    follower: Flag<'a>,
    /// 1 notifies of mentions.
    #[param(example = "1")]
    mention: Flag<'a>,
    /// 1 counts only mentions by members whom the caller follows.
    from_user: Flag<'a>,
    /// 1 counts only mentions in weibos that are not reposts.
    status_type: Flag<'a>,
    /// How tips are shown: 0 or 1.
    newfeed: Flag<'a>,
    /// 1 notifies of system notices; there are none.
    notice: Flag<'a>,
}

const NO_NOTICE: Failure = Failure::new(1_021_100, "提醒参数不能为空", "no setting is sent");

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.reader().ok_or(NO_OPTIONS)?;
    let comment = input.comment.get()?;
    let dm = input.dm.get()?;
    let follower = input.follower.get()?;
    let mention = input.mention.get()?;
    let followed_only = input.from_user.get()?;
    let original_only = input.status_type.get()?;
    let newfeed = input.newfeed.get()?;
    let system = input.notice.get()?;
    let of_people = [comment, dm, follower, mention];
    let others = [followed_only, original_only, newfeed, system];
    if of_people.iter().chain(&others).all(Option::is_none) {
        return Err(NO_NOTICE.into());
    }
    let notice = NoticeSettings {
        comment: comment.unwrap_or(false),
        dm: dm.unwrap_or(false),
        follower: follower.unwrap_or(false),
        mention: mention.unwrap_or(false),
        followed_only: followed_only.unwrap_or(false),
        original_only: original_only.unwrap_or(false),
    };
    let settings = Settings {
        newfeed: newfeed.map(u64::from),
        ..Settings::default()
    };
    store_settings(ctx, uid, settings, Some(notice)).await
}
