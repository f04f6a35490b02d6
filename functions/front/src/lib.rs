//! `front`: the function behind `$default`. It serves what a route cannot see: operations named in
//! the query or the body, other spellings of a path, names that do not exist, and short links.
//!
//! Its lists are the only ones of all operations; the local system, the command line and the tests
//! read them.

use futures_util::future::{BoxFuture, FutureExt};
use shared::Ctx;
use shared::event::Event;
use shared::http::{Answer, Credentials, Function, Request};
use shared::{html, okay, qzone, xweibo};

/// OkayAPI's operations.
pub static OKAY: &[&okay::Operation] = &[
    &okay_post_moment::OPERATION,
    &okay_show_moment::OPERATION,
    &okay_get_my_moment::OPERATION,
    &okay_give_like::OPERATION,
    &okay_delete_moment::OPERATION,
    &okay_message_post::OPERATION,
    &okay_message_show::OPERATION,
    &okay_message_replies::OPERATION,
    &okay_user_register::OPERATION,
    &okay_user_login::OPERATION,
    &okay_user_check::OPERATION,
    &okay_user_profile::OPERATION,
    &okay_user_other_profile::OPERATION,
    &okay_user_update_ext_info::OPERATION,
    &okay_user_alter_password::OPERATION,
    &okay_user_logout::OPERATION,
    &okay_hello_world::OPERATION,
];

/// Xweibo's operations.
pub static XWEIBO: &[&xweibo::Operation] = &[
    &xweibo_update::OPERATION,
    &xweibo_repost::OPERATION,
    &xweibo_destroy::OPERATION,
    &xweibo_comment::OPERATION,
    &xweibo_reply::OPERATION,
    &xweibo_comment_destroy::OPERATION,
    &xweibo_get_comments::OPERATION,
    &xweibo_get_counts::OPERATION,
    &xweibo_create_favorite::OPERATION,
    &xweibo_delete_favorite::OPERATION,
    &xweibo_upload_pic::OPERATION,
    &xweibo_upload::OPERATION,
    &xweibo_mentions::OPERATION,
    &xweibo_user_timeline::OPERATION,
    &xweibo_show::OPERATION,
    &xweibo_sinaurl::OPERATION,
    &xweibo_create_friendship::OPERATION,
    &xweibo_delete_friendship::OPERATION,
    &xweibo_friendship::OPERATION,
    &xweibo_create_blocks::OPERATION,
    &xweibo_delete_blocks::OPERATION,
    &xweibo_friends::OPERATION,
    &xweibo_followers::OPERATION,
    &xweibo_send_direct_message::OPERATION,
    &xweibo_delete_direct_message::OPERATION,
    &xweibo_direct_messages::OPERATION,
    &xweibo_create_tags::OPERATION,
    &xweibo_delete_tags::OPERATION,
    &xweibo_get_tags::OPERATION,
    &xweibo_save_profile::OPERATION,
    &xweibo_update_profile_image::OPERATION,
    &xweibo_unread::OPERATION,
    &xweibo_clear_tip::OPERATION,
    &xweibo_setting::OPERATION,
    &xweibo_save_show::OPERATION,
    &xweibo_save_notice::OPERATION,
    &xweibo_home_timeline::OPERATION,
    &xweibo_emotions::OPERATION,
    &xweibo_get_provinces::OPERATION,
];

/// QZone's operations.
pub static QZONE: &[&qzone::Operation] = &[
    &qzone_add_feeds::OPERATION,
    &qzone_add_share::OPERATION,
    &qzone_get_user_info::OPERATION,
    &qzone_request_token::OPERATION,
    &qzone_access_token::OPERATION,
];

/// QZone's pages for members.
pub static QZONE_PAGES: &[&qzone::Page] = &[
    &qzone_authorize::PAGE,
    &qzone_grants::PAGE,
    &qzone_feeds::PAGE,
];

/// Every function, `front` last.
pub fn functions() -> impl Iterator<Item = &'static dyn Function> {
    let okay = OKAY.iter().map(|op| *op as &dyn Function);
    let xweibo = XWEIBO.iter().map(|op| *op as &dyn Function);
    let qzone = QZONE.iter().map(|op| *op as &dyn Function);
    let pages = QZONE_PAGES.iter().map(|page| *page as &dyn Function);
    okay.chain(xweibo)
        .chain(qzone)
        .chain(pages)
        .chain([&Front as &dyn Function])
}

/// The function that the gateway's routes choose for a path.
pub fn route(path: &str) -> &'static dyn Function {
    functions()
        .find(|function| function.paths().iter().any(|own| is_route(own, path)))
        .unwrap_or(&Front)
}

/// Whether `path` has the parts of `route`, where a part in braces stands for anything.
fn is_route(route: &str, path: &str) -> bool {
    let (mut route, mut path) = (route.split('/'), path.split('/'));
    loop {
        match (route.next(), path.next()) {
            (None, None) => return true,
            (Some(own), Some(part)) if own == part => {}
            (Some(own), Some(part)) if own.starts_with('{') && !part.is_empty() => {}
            _ => return false,
        }
    }
}

/// The function behind `$default`.
pub struct Front;

impl Function for Front {
    fn package(&self) -> &'static str {
        env!("CARGO_PKG_NAME")
    }

    fn paths(&self) -> Vec<String> {
        Vec::new()
    }

    fn serve<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> BoxFuture<'a, Answer> {
        async move {
            let path = squeezed(&request.path);
            if let Some(operation) = QZONE.iter().find(|op| op.path == path) {
                return operation.serve(ctx, request).await;
            }
            if let Some(page) = QZONE_PAGES.iter().find(|page| is_route(page.path, &path)) {
                return page.serve(ctx, request).await;
            }
            if path.starts_with("/qzone/") {
                return qzone::page::nobody(html::Language::of(request));
            }
            if qzone::is_addressed(&path) && !xweibo::names_operation(request) {
                return qzone::unknown(ctx, request);
            }
            if let Some(id) = xweibo::followed(request) {
                return xweibo::follow(ctx, request, id).await;
            }
            if xweibo::is_addressed(request) {
                return xweibo::dispatch(ctx, request, XWEIBO).await;
            }
            okay::dispatch(ctx, request, OKAY).await
        }
        .boxed()
    }

    /// An old-style call: the operation in the query.
    fn sample(&self, ctx: &Ctx, credentials: &Credentials) -> Event {
        okay::sample_by_name(&okay_message_show::OPERATION, ctx, credentials)
    }
}

/// A path without empty parts: clients join a host that ends in `/` with a path that begins with it.
fn squeezed(path: &str) -> String {
    path.split('/')
        .filter(|part| !part.is_empty())
        .fold(String::new(), |path, part| path + "/" + part)
}
