//! Members of OkayAPI: how they register, log in, and tell of themselves.

use serde_json::json;
use weiquan_store::digest::md5_hex;

use crate::support::call::{Call, Reply};
use crate::support::okay::calls::{Params, post, with};
use crate::support::who::Who;
use crate::support::world::World;

/// What a member has told, as it stands in the answer.
pub async fn ext_info(world: &World, user: &User) -> String {
    let params = with(&user.session(), "return_data", "1");
    let body = world.send(post(PROFILE, &params)).await.body;
    let (_, rest) = body.split_once(",\"ext_info\":").unwrap();
    rest.strip_suffix("}}").unwrap().to_owned()
}

/// A call that tells something.
pub fn update(user: &User, ext_info: &str) -> Call {
    post(UPDATE, &with(&user.session(), "ext_info", ext_info))
}

pub const PROFILE: &str = "App.User.Profile";
pub const UPDATE: &str = "App.User.UpdateExtInfo";
pub const OTHER_PROFILE: &str = "App.User.OtherProfile";

/// The path of an operation.
pub fn path(service: &str) -> String {
    format!("/api/{}", service.replace('.', "/"))
}

/// There is no such member, or none that anybody is shown.
#[track_caller]
pub fn assert_nobody(reply: &Reply) {
    let data = r#""data":{"err_code":1,"err_msg":"用户不存在，或者已被封号","info":{}},"msg""#;
    assert!(reply.body.contains(data), "{}", reply.body);
    assert_eq!(reply.json()["ret"], 200);
}

pub const LOGOUT: &str = "App.User.Logout";
pub const ALTER: &str = "App.User.AlterPassword";

/// A call that changes the password.
pub fn alter(user: &User, old: &str, new: &str) -> Call {
    let names = ("username", user.username.as_str());
    post(
        ALTER,
        &[names, ("old_password", old), ("new_password", new)],
    )
}

pub const REGISTER: &str = "App.User.Register";
pub const LOGIN: &str = "App.User.Login";
pub const CHECK: &str = "App.User.Check";
pub const WRONG: &str = "登录失败，密码错误或已被封号";
pub const SLOW: &str = "登录失败次数过多，请稍后再试";

/// A member as a client knows it.
#[derive(Clone)]
pub struct User {
    pub username: String,
    /// As clients send it.
    pub password: String,
    pub uuid: String,
    pub token: String,
}

impl User {
    /// A member of the demo data, with the session that is there.
    pub fn demo(world: &World, number: Who) -> Self {
        let member = world.member(number).clone();
        Self {
            password: hashed(&member.password),
            username: member.username,
            uuid: member.uuid,
            token: member.token,
        }
    }

    /// What logs the member in.
    pub fn names(&self) -> Params<'_> {
        vec![
            ("username", self.username.as_str()),
            ("password", self.password.as_str()),
        ]
    }

    /// What shows that the member is logged in.
    pub fn session(&self) -> Params<'_> {
        vec![("uuid", self.uuid.as_str()), ("token", self.token.as_str())]
    }
}

/// A password as clients send it.
pub fn hashed(typed: &str) -> String {
    md5_hex([typed])
}

/// An answer whose `data` is this code and text, and nothing else.
#[track_caller]
pub fn assert_code(reply: &Reply, code: i64, text: &str) {
    let json = reply.json();
    assert_eq!((reply.status, &json["ret"]), (200, &json!(200)), "{json}");
    assert_eq!(json["data"], json!({"err_code": code, "err_msg": text}));
}

/// A text of an answer that succeeded.
#[track_caller]
pub fn given(reply: &Reply, name: &str) -> String {
    let json = reply.json();
    assert_eq!((reply.status, &json["ret"]), (200, &json!(200)), "{json}");
    assert_eq!(json["data"]["err_code"], 0, "{json}");
    json["data"][name].as_str().unwrap().to_owned()
}

/// Logs in, with `is_allow_many` as it is given.
pub async fn login(world: &World, user: &User, many: Option<&str>) -> User {
    let mut params = user.names();
    params.extend(many.map(|many| ("is_allow_many", many)));
    let reply = world.send(post(LOGIN, &params)).await;
    User {
        uuid: given(&reply, "uuid"),
        token: given(&reply, "token"),
        ..user.clone()
    }
}

/// Registers a member, who has no session yet.
pub async fn register(world: &World, username: &str, password: &str) -> User {
    let mut user = User {
        username: username.to_owned(),
        password: password.to_owned(),
        uuid: String::new(),
        token: String::new(),
    };
    let reply = world.send(post(REGISTER, &user.names())).await;
    user.uuid = given(&reply, "uuid");
    user
}

/// Whether a session is live, as `Check` tells it.
pub async fn is_live(world: &World, user: &User) -> bool {
    let reply = world.send(post(CHECK, &user.session())).await;
    let live = reply.json()["data"]["err_code"] == 0;
    let dead = (1, "用户未登录，或登录态已过期");
    let (code, text) = if live { (0, "") } else { dead };
    assert_code(&reply, code, text);
    live
}
