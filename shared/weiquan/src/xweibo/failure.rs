//! The failures that several operations share (xweibo section 4), by number. A failure of only one
//! operation is declared in that operation's file.

#![expect(missing_docs, reason = "each failure says when it is answered")]

use crate::schema::Failure;

pub const NO_WEIBO: Failure = Failure::new(
    40_031,
    "40031:Error: target weibo does not exist!",
    "there is no such weibo",
);
pub const EMPTY_PARAMETER: Failure = Failure::new(
    1_010_000,
    "Parameter can not be empty",
    "a required parameter is empty",
);
pub const NOT_NUMBER: Failure =
    Failure::new(1_010_002, "Parameter must be a number", "a number is none");
pub const TOO_LONG: Failure = Failure::new(
    1_010_005,
    "Parameter length exceeds limit",
    "a parameter is too long, or names too many",
);
pub const SENSITIVE: Failure = Failure::new(
    1_010_007,
    "Parameters contain sensitive characters",
    "a text holds a word of the site's list",
);
pub const CONTENT_NULL: Failure =
    Failure::new(1_020_000, "40012:Error: content is null!", "no `text`");
pub const TEXT_TOO_LONG: Failure = Failure::new(
    1_020_001,
    "40013:Error: text too long, please input text less than 140 characters!",
    "`text` is wider than 280 half-widths",
);
pub const REPEATED_TEXT: Failure = Failure::new(
    1_020_002,
    "40025:Error: repeated weibo text!",
    "text and picture are those of the caller's last weibo",
);
pub const NOT_A_PICTURE: Failure = Failure::new(
    1_020_100,
    "40009:Error: system error, does multipart has image?",
    "what is sent is no picture",
);
pub const PICTURE_TYPE: Failure = Failure::new(
    1_020_101,
    "40045:Error: unsupported image type, only suport JPG, GIF, PNG!",
    "the picture is neither JPEG, PNG nor GIF",
);
pub const TOO_MANY_PIXELS: Failure = Failure::new(
    1_020_102,
    "40008:Error: image size error",
    "the picture has too many pixels",
);
pub const COMMENT_ID_NULL: Failure =
    Failure::new(1_020_400, "40016:Error: weibo id is null!", "no `id`");
pub const COMMENT_NO_WEIBO: Failure = Failure::new(
    1_020_402,
    "40031:Error: target weibo does not exist!",
    "there is no such weibo",
);
pub const COMMENTS_REFUSED: Failure = Failure::new(
    1_020_404,
    "由于用户设置，你无法进行评论",
    "an author of what the call is about blocks the caller",
);
pub const NO_MEMBER: Failure = Failure::new(
    1_021_600,
    "40023:Error: user does not exists!",
    "there is no such member",
);
pub const NO_OPTIONS: Failure = Failure::new(
    2_010_000,
    "User_id or Options can not be empty",
    "no member is bound to the caller, or no setting is sent",
);
pub const NO_SUCH_OPTION: Failure = Failure::new(
    2_010_001,
    "Set the option does not exist",
    "a setting does not take that",
);
pub const NOT_CONFIGURED: Failure = Failure::new(
    2_010_002,
    "Update configuration fails",
    "the settings were not stored; the log says why",
);
pub const PICTURE_TOO_LARGE: Failure = Failure::new(
    2_010_009,
    "图片大小不能超过4M",
    "the picture is above 4 MiB",
);
pub const PICTURE_BROKEN: Failure =
    Failure::new(2_010_011, "图片已损坏", "the picture cannot be decoded");
pub const NO_PICTURE: Failure = Failure::new(
    2_010_012,
    "请选择要上传的图片",
    "the field of the picture is empty",
);
