//! The answers of OkayAPI when a call fails (okayapi sections 4.2 and 8).

use serde::Serialize;

use super::data::Data;
use crate::fault::Fault;
use crate::form_data::Malformed;
use crate::schema::Failure;
use weiquan_store::moments::moment::TooLarge;
use weiquan_store::table;

/// Every failure of a call.
#[derive(Debug)]
pub enum Error {
    /// 400: the query or body cannot be read.
    Malformed(Malformed),
    /// 400: a required parameter is absent.
    Missing(&'static str),
    /// 400: a text has fewer characters than required.
    TooShort {
        /// The parameter.
        name: &'static str,
        /// How many it must have at least.
        min: usize,
        /// How many it has.
        len: usize,
    },
    /// 400: a text has more characters than allowed.
    TooLong {
        /// The parameter.
        name: &'static str,
        /// How many it may have.
        max: usize,
        /// How many it has.
        len: usize,
    },
    /// 400: a number is below its range.
    TooSmall {
        /// The parameter.
        name: &'static str,
        /// The least value.
        min: i64,
        /// Its value.
        value: i64,
    },
    /// 400: a number is above its range.
    TooLarge {
        /// The parameter.
        name: &'static str,
        /// The largest value.
        max: i64,
        /// Its value.
        value: i64,
    },
    /// 400: a parameter is not the required JSON.
    NotJson(&'static str),
    /// 400: the name of a JSONP callback holds something other than letters, digits, `_`, `.`, `$`.
    BadCallback,
    /// 400: the data to store is above 32 KiB.
    TooMuch,
    /// 404: there is no such operation.
    UnknownService(String),
    /// 406: there is no such app.
    UnknownApp,
    /// 407: the app has expired.
    AppExpired,
    /// 408: the app is banned.
    AppBanned,
    /// 402: the address is on the app's deny list.
    AddressDenied,
    /// 403: the address is not on the app's allow list.
    AddressNotAllowed,
    /// 415: the app's owner has switched the operation off.
    Closed,
    /// 416: the app's plan does not cover the operation.
    PlanTooSmall,
    /// 417: something is wrong with the sub-app.
    SubAppFailure,
    /// 413: the month's calls are used up.
    QuotaUsedUp,
    /// 414: too many calls in this second, or too many simultaneous calls that change the same item.
    TooManyCalls,
    /// 409: the signature is wrong or absent.
    BadSign,
    /// 401: no live session.
    NoSession,
    /// 200 with its `err_code` and `err_msg`.
    Business(Failure),
    /// The same with fields of its own.
    WithFields(Failure, Data),
    /// 500: the store or the code failed. The cause goes only to the log.
    Internal(Fault),
}

impl Error {
    /// A failure with the fields of `output`.
    pub fn with_fields(failure: Failure, output: &impl Serialize) -> Self {
        match Data::failed(failure, output) {
            Ok(data) => Self::WithFields(failure, data),
            Err(fault) => fault.into(),
        }
    }

    /// `ret` of the envelope.
    pub fn ret(&self) -> u16 {
        match self {
            Self::Business(_) | Self::WithFields(..) => 200,
            Self::Malformed(_)
            | Self::Missing(_)
            | Self::TooShort { .. }
            | Self::TooLong { .. }
            | Self::TooSmall { .. }
            | Self::TooLarge { .. }
            | Self::NotJson(_)
            | Self::BadCallback
            | Self::TooMuch => 400,
            Self::NoSession => 401,
            Self::AddressDenied => 402,
            Self::AddressNotAllowed => 403,
            Self::UnknownService(_) => 404,
            Self::UnknownApp => 406,
            Self::AppExpired => 407,
            Self::AppBanned => 408,
            Self::BadSign => 409,
            Self::QuotaUsedUp => 413,
            Self::TooManyCalls => 414,
            Self::Closed => 415,
            Self::PlanTooSmall => 416,
            Self::SubAppFailure => 417,
            Self::Internal(_) => 500,
        }
    }

    /// `msg` of the envelope.
    pub fn msg(&self) -> String {
        let words = match self {
            Self::Business(failure) | Self::WithFields(failure, _) => {
                return failure.text.to_owned();
            }
            Self::Internal(_) => return "小白接口异常".to_owned(),
            Self::Malformed(Malformed::Utf8) => "参数错误，不是合法的UTF-8编码".to_owned(),
            Self::Malformed(Malformed::Multipart) => "参数错误，multipart格式不正确".to_owned(),
            Self::Malformed(Malformed::Json) => "参数错误，请求体的JSON格式不正确".to_owned(),
            Self::Malformed(Malformed::Base64) => "参数错误，请求体无法解码".to_owned(),
            Self::Malformed(Malformed::TooLarge) => "参数错误，请求体超过1MB".to_owned(),
            Self::Missing(name) => format!("缺少必要参数{name}"),
            Self::TooShort { name, min, len } => {
                format!("{name}.len应该大于或等于{min}, 但现在{name}.len = {len}")
            }
            Self::TooLong { name, max, len } => {
                format!("{name}.len应该小于等于{max}, 但现在{name}.len = {len}")
            }
            Self::TooSmall { name, min, value } => {
                format!("{name}应该大于或等于{min}, 但现在{name} = {value}")
            }
            Self::TooLarge { name, max, value } => {
                format!("{name}应该小于等于{max}, 但现在{name} = {value}")
            }
            Self::NotJson(name) => format!("参数{name}的JSON数据格式错误"),
            Self::BadCallback => "参数callback只能包含字母、数字、_、.和$".to_owned(),
            Self::TooMuch => "参数错误，内容超过32KB".to_owned(),
            Self::UnknownService(name) => {
                let name: String = name.chars().take(100).collect();
                format!("接口服务{name}不存在")
            }
            Self::UnknownApp => "非法app_key，请核对你所在的接口域名".to_owned(),
            Self::AppExpired => "当前应用已过期".to_owned(),
            Self::AppBanned => "当前应用存在异常，已被封号".to_owned(),
            Self::AddressDenied => "IP已被黑名单拦截".to_owned(),
            Self::AddressNotAllowed => "IP未命中白名单".to_owned(),
            Self::Closed => "接口已被开发者关闭".to_owned(),
            Self::PlanTooSmall => "权限不足，个人免费版套餐无法使用专业版接口".to_owned(),
            Self::SubAppFailure => "子应用异常".to_owned(),
            Self::QuotaUsedUp => "本月接口流量超出，已被临时冻结".to_owned(),
            Self::TooManyCalls => "并发过高".to_owned(),
            Self::BadSign => "签名错误".to_owned(),
            Self::NoSession => "登录会话已过期，请重新登录".to_owned(),
        };
        format!("客户端非法请求：{words}")
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Business(failure)
    }
}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        if fault.is_busy() {
            Self::TooManyCalls
        } else {
            Self::Internal(fault)
        }
    }
}

impl From<table::Error> for Error {
    fn from(error: table::Error) -> Self {
        Fault::from(error).into()
    }
}

impl From<TooLarge> for Error {
    fn from(_refused: TooLarge) -> Self {
        Self::TooMuch
    }
}
