//! The refusals of Xweibo that several tests expect: `errno` and `err`.

/// A refusal: `errno` and `err`.
pub type Failure = (u64, &'static str);
pub const UNKNOWN_WEIBO: Failure = (40_031, "40031:Error: target weibo does not exist!");
pub const PARAM_EMPTY: Failure = (1_010_000, "Parameter can not be empty");
pub const NO_NUMBER: Failure = (1_010_002, "Parameter must be a number");
pub const UNREADABLE: Failure = (1_010_004, "Parameters for json request directly to format");
pub const PARAM_TOO_LONG: Failure = (1_010_005, "Parameter length exceeds limit");
pub const SENSITIVE: Failure = (1_010_007, "Parameters contain sensitive characters");
pub const NO_TEXT: Failure = (1_020_000, "40012:Error: content is null!");
pub const TEXT_TOO_LONG: Failure = (
    1_020_001,
    "40013:Error: text too long, please input text less than 140 characters!",
);
pub const REPEATED: Failure = (1_020_002, "40025:Error: repeated weibo text!");
pub const NO_PICTURE: Failure = (
    1_020_100,
    "40009:Error: system error, does multipart has image?",
);
pub const OTHER_TYPE: Failure = (
    1_020_101,
    "40045:Error: unsupported image type, only suport JPG, GIF, PNG!",
);
pub const TOO_MANY_PIXELS: Failure = (1_020_102, "40008:Error: image size error");
pub const NULL_ID: Failure = (1_020_400, "40016:Error: weibo id is null!");
pub const NO_WEIBO: Failure = (1_020_402, "40031:Error: target weibo does not exist!");
pub const BLOCKED: Failure = (1_020_404, "由于用户设置，你无法进行评论");
pub const REPLY_GONE: Failure = (1_020_504, "40031:Error: target weibo does not exist!");
pub const NOT_OWN_COMMENT: Failure = (1_020_601, "40015:Error: not your own comment!");
pub const FOLLOW_FAILED: Failure = (1_020_804, "关注失败");
pub const ALREADY: Failure = (1_020_805, "40303:Error: already followed");
pub const NO_FAN: Failure = (
    1_020_902,
    "40017:Error: can't send direct message to user who is not your follower!",
);
pub const MESSAGE_GONE: Failure = (1_020_904, "40010:Error: direct message does not exist!");
pub const NO_NOTICE: Failure = (1_021_100, "提醒参数不能为空");
pub const NO_MEMBER: Failure = (1_021_600, "40023:Error: user does not exists!");
pub const OUTAGE: Failure = (1_040_002, "Access Timeout or Access denied");
pub const NO_AUTHOR: Failure = (1_040_003, "Source paramter(appkey) is missing");
pub const SILENCED: Failure = (1_040_005, "40028:黑名单用户");
pub const UNKNOWN_OPERATION: Failure = (1_040_015, "接口不可用");
pub const POST_ONLY: Failure = (1_040_017, "只能使用POST方法");
pub const TOO_LARGE: Failure = (2_010_009, "图片大小不能超过4M");
pub const BROKEN: Failure = (2_010_011, "图片已损坏");
pub const NO_FILE: Failure = (2_010_012, "请选择要上传的图片");
pub const TIME: Failure = (3_010_001, "Access time failure");
pub const WRONG_SIGN: Failure = (3_010_002, "Signature is not correct");
pub const UNBOUND: Failure = (3_010_003, "Does not bind the user");
pub const NO_SIGN: Failure = (3_010_004, "Does not allow access");
