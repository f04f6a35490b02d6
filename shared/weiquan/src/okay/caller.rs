//! What is known about a caller when the answer is made, and who may read the answer.

use std::sync::Arc;

use super::params::{APP_KEY, MIN_KEY, Params};
use crate::Ctx;
use weiquan_store::clients::{self, App, CrossOrigin};

/// What is known about a caller when the answer is made.
#[derive(Default)]
pub(super) struct Caller {
    /// The calling app.
    pub(super) app: Option<Arc<App>>,
    /// The app was looked up, whether it exists or not.
    pub(super) is_looked_up: bool,
    /// Pages of other origins need the flag to read what concerns the app. An answer that concerns
    /// no app holds nothing secret.
    pub(super) is_careful: bool,
    /// The signature was correct.
    pub(super) is_trusted: bool,
}

/// Whether pages of other origins need the flag to read what concerns `app`.
pub(super) fn is_careful(app: &App) -> bool {
    app.cross_origin == CrossOrigin::Flag
}

/// The same for the app that a call names, if the call was refused before the app was looked up. If
/// the store fails, the call counts as one that names no app, because it was refused anyway.
pub(super) async fn is_named_careful(ctx: &Ctx, params: &Params) -> bool {
    let key = params.filled(APP_KEY);
    let Some(key) = key.filter(|key| key.chars().count() >= MIN_KEY) else {
        return false;
    };
    let app = clients::find::<App>(&ctx.store, key).await;
    app.is_ok_and(|app| app.as_deref().is_some_and(is_careful))
}
