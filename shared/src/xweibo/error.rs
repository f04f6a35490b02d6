//! Xweibo's error numbers and texts (xweibo sections 1.4, 1.7 and 4).

use crate::form::Malformed;
use crate::store;
use crate::store::weibo::Refused;

/// Every failure of a call.
#[derive(Debug)]
pub enum Error {
    /// 1010004: the query or body cannot be read.
    Malformed,
    /// 1010005: a parameter that has no limit of its own is too long.
    TooLong,
    /// 1010007: the text holds a word of the site's list.
    Sensitive,
    /// 1020000: `update` without text.
    ContentNull,
    /// 1020001: the text of `update` is wider than 280 half-widths.
    TextTooLong,
    /// 1020002: text and picture of `update` are those of the member's last weibo.
    RepeatedText,
    /// 1010000: a required parameter is empty.
    EmptyParameter,
    /// 1010002: a parameter is no number.
    NotNumber,
    /// 1020200: `repost` without id.
    RepostIdNull,
    /// 1020201: the text of `repost` is too long.
    RepostTooLong,
    /// 1020300: `destroy` without id.
    DestroyIdNull,
    /// 1020301: `destroy` of nothing.
    DestroyNoWeibo,
    /// 1020302: `destroy` of another's weibo.
    NotOwnWeibo,
    /// 1020400: `comment` or `getComments` without id.
    CommentIdNull,
    /// 1020401: `comment` without text.
    CommentNull,
    /// 1020402: `comment` on nothing, `getComments` of nothing.
    CommentNoWeibo,
    /// 1020403: the text of `comment` is too long.
    CommentTooLong,
    /// 1020500: `reply` without id.
    ReplyIdNull,
    /// 1020501: `reply` without cid.
    ReplyCommentNull,
    /// 1020502: `reply` without text.
    ReplyNull,
    /// 1020503: the text of `reply` is too long.
    ReplyTooLong,
    /// 1020504: `reply` on nothing, or to a comment of another weibo.
    ReplyNoWeibo,
    /// 1020600: `comment_destroy` without id.
    DestroyCommentNull,
    /// 1020601: `comment_destroy` of nothing, or of another's comment.
    NotOwnComment,
    /// 1020602: some of several comments were not destroyed.
    CommentsNotDestroyed,
    /// 1020700: `createFavorite` of nothing.
    FavoriteNoWeibo,
    /// 1020701: `deleteFavorite` of what is no favourite.
    NoFavorite,
    /// 1020404: the author of the weibo or comment blocks the caller: no comment, repost or favourite.
    CommentsRefused,
    /// 1020800: `createFriendship` of nobody, or of oneself.
    FollowNobody,
    /// 1020801: `createFriendship` of an unknown member.
    FollowUnknown,
    /// 1020802: `deleteFriendship` of nobody, or of an unknown uid.
    UnfollowUnknownId,
    /// 1020803: `deleteFriendship` of an unknown nick.
    UnfollowUnknownName,
    /// 1020804: the member blocks the caller, or one of several does not exist or blocks the caller.
    NotFollowed,
    /// 1020805: the caller follows the member, or all of several, already.
    FollowedAlready,
    /// 1020900: `sendDirectMessage` without text.
    MessageNull,
    /// 1020901: `sendDirectMessage` to nobody, or to oneself.
    MessageToNobody,
    /// 1020902: `sendDirectMessage` to who does not follow the caller.
    MessageToNoFan,
    /// 1020903: `deleteDirectMessage` of nothing, or of two others.
    NotOwnMessage,
    /// 1020904: `deleteDirectMessage` of a message that does not exist.
    NoMessage,
    /// 1021100: `saveNotice` without settings.
    NoNotice,
    /// 1021200: `friendship` with an unknown target or source.
    NoTarget,
    /// 1021300: the nick is another member's.
    NickTaken,
    /// 1021301: the nick holds other characters than letters, digits, `_` and `-`.
    NickInvalid,
    /// 1021400: `updateProfileImage` without a picture that can be read.
    NoImage,
    /// 1021401: the picture is of another type.
    ImageType,
    /// 1021402: the picture is above 1 MiB, or has too many pixels.
    ImageSize,
    /// 1021500: `createTags` without tags.
    NoTags,
    /// 1021501: the member would have more than ten tags.
    TooManyTags,
    /// 1021502: `deleteTags` of no tag of the caller's.
    NoSuchTag,
    /// 2010000: settings without a member, or without settings.
    NoOptions,
    /// 2010001: there is no such setting, or it does not take that.
    NoSuchOption,
    /// 2010002: the settings were not stored; the cause is in the log.
    NotConfigured,
    /// 2010004: a gender other than `m` and `f`.
    GenderInvalid,
    /// 1021600: there is no such member.
    NoMember,
    /// 1020100: what `upload_pic` or `upload` is sent is no picture.
    NotAPicture,
    /// 1020101: the picture is neither JPEG, PNG nor GIF.
    PictureType,
    /// 1020102: the picture has too many pixels.
    TooManyPixels,
    /// 1020104: the description of `saveProfile` is too long.
    DescriptionTooLong,
    /// 2010009: the picture is above 4 MiB.
    PictureTooLarge,
    /// 2010011: the picture cannot be decoded.
    PictureBroken,
    /// 2010012: the field of the picture is empty.
    NoPicture,
    /// -1: `sinaurl` of nothing.
    NoLink,
    /// 40031: `repost` or `show` of nothing.
    NoWeibo,
    /// 1040002: too many calls at once change the same thing; a later one succeeds.
    Busy,
    /// 1040002: the store or the code failed; the cause goes to the log only.
    Internal(store::Error),
    /// 1040003: an anonymous caller of an operation that needs an author.
    NoAuthor,
    /// 1040005: the member is banned, or banned from speaking where the operation speaks.
    Silenced,
    /// 1040015: there is no such operation, or the site is not set up.
    Unavailable,
    /// 1040017: the operation takes POST only.
    PostOnly,
    /// 3010000: the address is not on the site's list.
    AddressNotAllowed,
    /// 3010001: `api_time` is missing, no number, or too far off.
    TimeFailure,
    /// 3010002: the signature does not match.
    WrongSignature,
    /// 3010003: `api_uid` is bound to no member, and the operation is on no allow list.
    NotBound,
    /// 3010004: there is no `api_sign`.
    NotSigned,
}

const TOO_LONG: &str = "40013:Error: text too long, please input text less than 140 characters!";

const NO_FAN: &str = "40017:Error: can't send direct message to user who is not your follower!";

const NO_IMAGE: &str = "40009:Error: system error, does multipart has image?";
const IMAGE_TYPE: &str = "40045:Error: unsupported image type, only suport JPG, GIF, PNG!";
const IMAGE_SIZE: &str = "40008:Error: image size error";

impl Error {
    /// `errno` and `err` of the envelope.
    pub fn wire(&self) -> (i64, &'static str) {
        match self {
            Self::Malformed => (1_010_004, "Parameters for json request directly to format"),
            Self::TooLong => (1_010_005, "Parameter length exceeds limit"),
            Self::Sensitive => (1_010_007, "Parameters contain sensitive characters"),
            Self::ContentNull => (1_020_000, "40012:Error: content is null!"),
            Self::TextTooLong => (1_020_001, TOO_LONG),
            Self::RepeatedText => (1_020_002, "40025:Error: repeated weibo text!"),
            Self::EmptyParameter => (1_010_000, "Parameter can not be empty"),
            Self::NotNumber => (1_010_002, "Parameter must be a number"),
            Self::RepostIdNull => (1_020_200, "40016:Error: weibo id is null!"),
            Self::RepostTooLong => (1_020_201, TOO_LONG),
            Self::DestroyIdNull => (1_020_300, "40016:Error: weibo id is null!"),
            Self::DestroyNoWeibo => (1_020_301, "40031:Error: target weibo does not exist!"),
            Self::NotOwnWeibo => (1_020_302, "40036:Error: not your own weibo!"),
            Self::CommentIdNull => (1_020_400, "40016:Error: weibo id is null!"),
            Self::CommentNull => (1_020_401, "40012:Error: content is null!"),
            Self::CommentNoWeibo => (1_020_402, "40031:Error: target weibo does not exist!"),
            Self::CommentTooLong => (1_020_403, TOO_LONG),
            Self::ReplyIdNull => (1_020_500, "40016:Error: weibo id is null!"),
            Self::ReplyCommentNull => (1_020_501, "40020:Error: comment id is null!"),
            Self::ReplyNull => (1_020_502, "40012:Error: content is null!"),
            Self::ReplyTooLong => (1_020_503, TOO_LONG),
            Self::ReplyNoWeibo => (1_020_504, "40031:Error: target weibo does not exist!"),
            Self::DestroyCommentNull => (1_020_600, "40020:Error: comment id is null!"),
            Self::NotOwnComment => (1_020_601, "40015:Error: not your own comment!"),
            Self::CommentsNotDestroyed => (1_020_602, "删除评论失败"),
            Self::FavoriteNoWeibo => (1_020_700, "50001:Error: system error!"),
            Self::NoFavorite => (1_020_701, "40031:Error: target weibo does not exist!"),
            Self::CommentsRefused => (1_020_404, "由于用户设置，你无法进行评论"),
            Self::FollowNobody => (1_020_800, "40028:添加关注操作失败"),
            Self::FollowUnknown => (1_020_801, "40028:fuid错误"),
            Self::UnfollowUnknownId => (1_020_802, "40028:fuid错误"),
            Self::UnfollowUnknownName => (1_020_803, "40028:fuid错误"),
            Self::NotFollowed => (1_020_804, "关注失败"),
            Self::FollowedAlready => (1_020_805, "40303:Error: already followed"),
            Self::MessageNull => (1_020_900, "40012:Error: content is null!"),
            Self::MessageToNobody => (1_020_901, NO_FAN),
            Self::MessageToNoFan => (1_020_902, NO_FAN),
            Self::NotOwnMessage => (1_020_903, "40021:Error: not your own direct message!"),
            Self::NoMessage => (1_020_904, "40010:Error: direct message does not exist!"),
            Self::NoNotice => (1_021_100, "提醒参数不能为空"),
            Self::NoTarget => (
                1_021_200,
                "40026:Error: please input right target user id (or screen_name)!",
            ),
            Self::NickTaken => (1_021_300, "40028:M01129"),
            Self::NickInvalid => (1_021_301, "昵称格式不正确"),
            Self::NoImage => (1_021_400, NO_IMAGE),
            Self::ImageType => (1_021_401, IMAGE_TYPE),
            Self::ImageSize => (1_021_402, IMAGE_SIZE),
            Self::NoTags => (1_021_500, "40027:Error: tags parameter is null"),
            Self::TooManyTags => (1_021_501, "system error"),
            Self::NoSuchTag => (1_021_502, "40027:Error: tags parameter is null!"),
            Self::NoOptions => (2_010_000, "User_id or Options can not be empty"),
            Self::NoSuchOption => (2_010_001, "Set the option does not exist"),
            Self::NotConfigured => (2_010_002, "Update configuration fails"),
            Self::GenderInvalid => (2_010_004, ""),
            Self::NoMember => (1_021_600, "40023:Error: user does not exists!"),
            Self::NotAPicture => (1_020_100, NO_IMAGE),
            Self::PictureType => (1_020_101, IMAGE_TYPE),
            Self::TooManyPixels => (1_020_102, IMAGE_SIZE),
            Self::DescriptionTooLong => (1_020_104, "Parameter length exceeds limit"),
            Self::PictureTooLarge => (2_010_009, "图片大小不能超过4M"),
            Self::PictureBroken => (2_010_011, "图片已损坏"),
            Self::NoPicture => (2_010_012, "请选择要上传的图片"),
            Self::NoLink => (-1, ""),
            Self::NoWeibo => (40_031, "40031:Error: target weibo does not exist!"),
            Self::Busy | Self::Internal(_) => (1_040_002, "Access Timeout or Access denied"),
            Self::NoAuthor => (1_040_003, "Source paramter(appkey) is missing"),
            Self::Silenced => (1_040_005, "40028:黑名单用户"),
            Self::Unavailable => (1_040_015, "接口不可用"),
            Self::PostOnly => (1_040_017, "只能使用POST方法"),
            Self::AddressNotAllowed => (3_010_000, "Ip not allowed to access"),
            Self::TimeFailure => (3_010_001, "Access time failure"),
            Self::WrongSignature => (3_010_002, "Signature is not correct"),
            Self::NotBound => (3_010_003, "Does not bind the user"),
            Self::NotSigned => (3_010_004, "Does not allow access"),
        }
    }
}

impl From<Malformed> for Error {
    fn from(_malformed: Malformed) -> Self {
        Self::Malformed
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        if error.is_busy() {
            Self::Busy
        } else {
            Self::Internal(error)
        }
    }
}

impl From<crate::pictures::Error> for Error {
    fn from(error: crate::pictures::Error) -> Self {
        Self::Internal(store::Error::new(error.to_string()))
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Repeated => Self::RepeatedText,
        }
    }
}

impl<E: Into<Error>> From<store::Refusal<E>> for Error {
    fn from(refusal: store::Refusal<E>) -> Self {
        match refusal {
            store::Refusal::Condition(refused) => refused.into(),
            store::Refusal::Store(error) => error.into(),
        }
    }
}
