//! What is known of a caller when the answer is made, and who may read that.

use std::sync::Arc;

use super::params::{APP_KEY, MIN_KEY, Params};
use crate::Ctx;
use crate::store::client::{self, App, CrossOrigin};

/// What is known of a caller when the answer is made.
#[derive(Default)]
pub(super) struct Caller {
    /// The calling app.
    pub(super) app: Option<Arc<App>>,
    /// The app was asked for, whether there is one or not.
    pub(super) is_looked_up: bool,
    /// Pages of other origins read what concerns the app with the flag only. What concerns no app tells
    /// nothing that anybody could not have.
    pub(super) is_careful: bool,
    /// The signature was found right.
    pub(super) is_trusted: bool,
}

/// Whether pages of other origins read what concerns `app` with the flag only.
pub(super) fn is_careful(app: &App) -> bool {
    app.cross_origin == CrossOrigin::Flag
}

/// The same of the app that a call names which was refused before that was looked up. Where the store fails, the
/// call counts as one that names none: it was refused all the same.
pub(super) async fn is_named_careful(ctx: &Ctx, params: &Params) -> bool {
    let key = params.filled(APP_KEY);
    let Some(key) = key.filter(|key| key.chars().count() >= MIN_KEY) else {
        return false;
    };
    let app = client::find::<App>(ctx, key).await;
    app.is_ok_and(|app| app.as_deref().is_some_and(is_careful))
}
