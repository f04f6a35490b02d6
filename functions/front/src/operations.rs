//! The only lists of all operations; the local system, the command line and the tests read them.
//! Written by `cargo xtask generate` from the folders.

use weiquan::{okay, qzone, xweibo};

/// OkayAPI's operations.
pub static OKAY: &[&okay::Operation] = &[
    &okay_delete_moment::OPERATION,
    &okay_get_my_moment::OPERATION,
    &okay_give_like::OPERATION,
    &okay_hello_world::OPERATION,
    &okay_message_post::OPERATION,
    &okay_message_replies::OPERATION,
    &okay_message_show::OPERATION,
    &okay_post_moment::OPERATION,
    &okay_show_moment::OPERATION,
    &okay_user_alter_password::OPERATION,
    &okay_user_check::OPERATION,
    &okay_user_login::OPERATION,
    &okay_user_logout::OPERATION,
    &okay_user_other_profile::OPERATION,
    &okay_user_profile::OPERATION,
    &okay_user_register::OPERATION,
    &okay_user_update_ext_info::OPERATION,
];

/// Xweibo's operations.
pub static XWEIBO: &[&xweibo::Operation] = &[
    &xweibo_clear_tip::OPERATION,
    &xweibo_comment::OPERATION,
    &xweibo_comment_destroy::OPERATION,
    &xweibo_create_blocks::OPERATION,
    &xweibo_create_favorite::OPERATION,
    &xweibo_create_friendship::OPERATION,
    &xweibo_create_tags::OPERATION,
    &xweibo_delete_blocks::OPERATION,
    &xweibo_delete_direct_message::OPERATION,
    &xweibo_delete_favorite::OPERATION,
    &xweibo_delete_friendship::OPERATION,
    &xweibo_delete_tags::OPERATION,
    &xweibo_destroy::OPERATION,
    &xweibo_direct_messages::OPERATION,
    &xweibo_emotions::OPERATION,
    &xweibo_followers::OPERATION,
    &xweibo_friends::OPERATION,
    &xweibo_friendship::OPERATION,
    &xweibo_get_comments::OPERATION,
    &xweibo_get_counts::OPERATION,
    &xweibo_get_provinces::OPERATION,
    &xweibo_get_tags::OPERATION,
    &xweibo_home_timeline::OPERATION,
    &xweibo_mentions::OPERATION,
    &xweibo_reply::OPERATION,
    &xweibo_repost::OPERATION,
    &xweibo_save_notice::OPERATION,
    &xweibo_save_profile::OPERATION,
    &xweibo_save_show::OPERATION,
    &xweibo_send_direct_message::OPERATION,
    &xweibo_setting::OPERATION,
    &xweibo_show::OPERATION,
    &xweibo_sinaurl::OPERATION,
    &xweibo_unread::OPERATION,
    &xweibo_update::OPERATION,
    &xweibo_update_profile_image::OPERATION,
    &xweibo_upload::OPERATION,
    &xweibo_upload_pic::OPERATION,
    &xweibo_user_timeline::OPERATION,
];

/// QZone's operations.
pub static QZONE: &[&qzone::Operation] = &[
    &qzone_access_token::OPERATION,
    &qzone_add_feeds::OPERATION,
    &qzone_add_share::OPERATION,
    &qzone_get_user_info::OPERATION,
    &qzone_request_token::OPERATION,
];

/// QZone's pages for members.
pub static QZONE_PAGES: &[&qzone::Page] = &[
    &qzone_authorize::PAGE,
    &qzone_feeds::PAGE,
    &qzone_grants::PAGE,
];
