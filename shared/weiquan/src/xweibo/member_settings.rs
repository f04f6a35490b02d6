//! What `setting`, `saveShow` and `saveNoticeSettings` have in common.

use super::error::Error;
use super::failure;
use crate::Ctx;
use weiquan_store::id::Uid;
use weiquan_store::people::settings::{self, Settings};
use weiquan_store::people::unread::NoticeSettings;

/// Stores a member's settings; 2010002 if that fails.
pub async fn store_settings(
    ctx: &Ctx,
    uid: Uid,
    settings: Settings,
    notice: Option<NoticeSettings>,
) -> Result<bool, Error> {
    match settings::set(&ctx.store, uid, settings, notice).await {
        Ok(()) => Ok(true),
        Err(cause) => {
            crate::runtime::report(ctx, &cause);
            Err(failure::NOT_CONFIGURED.into())
        }
    }
}
