//! What `setting`, `saveShow` and `saveNotice` have in common.

use super::Error;
use crate::Ctx;
use crate::store::settings::{self, Settings};
use crate::store::unread::{self, Notice};

/// Stores a member's settings; 2010002 where that fails.
pub async fn configure(
    ctx: &Ctx,
    uid: u64,
    settings: Settings,
    notice: Option<Notice>,
) -> Result<bool, Error> {
    let stored = async {
        if let Some(notice) = notice {
            unread::notice(ctx, uid, notice).await?;
        }
        settings::set(ctx, uid, settings).await
    };
    stored.await.map(|()| true).map_err(|cause| {
        crate::runtime::report(ctx, &cause);
        Error::NotConfigured
    })
}
