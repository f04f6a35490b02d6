//! What the operations of `App.User` share (okayapi section 7.3).

use std::net::IpAddr;

use serde::Serialize;
use serde_json::value::RawValue;

use super::custom_fields::{self, raw};
use super::data::to_json;
use super::error::Error;
use super::input::Object;
use crate::schema::{Answer, Failure, Schema};
use weiquan_store::clock::date_time_at;
use weiquan_store::members::member::Member;
use weiquan_store::table::MAX_ITEM;

/// Ten attempts with a wrong password within a minute.
pub const TOO_MANY_ATTEMPTS: Failure = Failure::new(
    3,
    "登录失败次数过多，请稍后再试",
    "ten attempts with a wrong password within a minute",
);

/// No member has that uuid, or the member is banned.
pub const NO_MEMBER: Failure = Failure::new(
    1,
    "用户不存在，或者已被封号",
    "no member has that uuid, or the member is banned",
);

/// `role`.
pub fn role(member: &Member) -> &'static str {
    if member.admin { "admin" } else { "user" }
}

/// The fields of `new` over those of `old`, as the text of a JSON object; 400 above 32 KiB.
pub fn merged(old: Option<&str>, new: &Object) -> Result<String, Error> {
    let mut fields = custom_fields::parse(old)?;
    fields.extend(custom_fields::parse(Some(&new.0))?);
    let text = to_json(&fields)?;
    if text.len() > MAX_ITEM {
        return Err(Error::TooMuch);
    }
    Ok(text)
}

/// `data` of an operation that changes what apps have stored about a member.
#[derive(Serialize, Answer)]
pub struct ExtInfo {
    /// All fields after that.
    #[answer(schema = Schema::Map(&Schema::Any))]
    ext_info: Box<RawValue>,
}

impl ExtInfo {
    /// The stored text.
    pub fn new(text: String) -> Result<Self, Error> {
        Ok(Self {
            ext_info: raw(text)?,
        })
    }
}

/// `data` of a profile.
#[derive(Serialize, Answer)]
pub struct Profile {
    /// The member.
    info: Info,
}

#[derive(Serialize, Answer)]
struct Info {
    /// The id of 32 digits.
    uuid: String,
    /// The name to log in with.
    username: String,
    /// `user` or `admin`.
    role: &'static str,
    /// The same in Chinese.
    rolename: &'static str,
    /// 0; 1 of a banned member.
    status: u8,
    /// When the member registered, such as `2018-12-02 11:21:27`.
    register_time: String,
    /// From which address; empty where it is not known, or not the caller's.
    register_ip: String,
    /// What apps have stored of the member.
    #[answer(schema = Schema::Map(&Schema::Any))]
    ext_info: Box<RawValue>,
}

impl Profile {
    /// A member's profile, with the address to show and the stored `ext_info`.
    pub fn new(
        member: &Member,
        register_ip: Option<IpAddr>,
        ext_info: Option<String>,
    ) -> Result<Self, Error> {
        Ok(Self {
            info: Info {
                uuid: member.uuid.to_string(),
                username: member.username.clone(),
                role: role(member),
                rolename: if member.admin {
                    "管理员"
                } else {
                    "普通用户"
                },
                status: u8::from(member.banned),
                register_time: date_time_at(member.registered_at),
                register_ip: register_ip.map(|ip| ip.to_string()).unwrap_or_default(),
                ext_info: raw(ext_info.unwrap_or_else(|| "{}".to_owned()))?,
            },
        })
    }
}
