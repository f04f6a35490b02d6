//! The declaration of an operation, and the checks of its parameters.

use futures_util::future::{BoxFuture, Future, FutureExt};
use serde::Serialize;

use super::data::Data;
use super::error::Error;
use super::input;
use super::params::{APP_KEY, MIN_KEY, Params};
use super::verified_call::Call;
use crate::Ctx;
use crate::schema::{Failure, Kind, Param, Schema};

/// What an operation requires of the caller's login (okayapi section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// `uuid` and `token` are neither checked nor used.
    Unread,
    /// They are not used. A wrong length is 400.
    Ignored,
    /// A live session is recognised; anything else counts as none. A wrong length is 400.
    Recognised,
    /// Both or none. A wrong length is 400, a dead session 401.
    Optional,
    /// Both are required.
    Required,
}

/// One documented operation. [`operation!`](crate::okay::operation) makes this single declaration
/// of its name, parameters and answers.
pub struct Operation {
    /// The package of its function.
    pub package: &'static str,
    /// Its full name, such as `App.Market_Message.Show`.
    pub name: &'static str,
    /// What it does.
    pub words: &'static str,
    /// Whether it belongs to the interface market, which the free plan does not cover (416).
    pub professional: bool,
    /// The login that it requires.
    pub login: Login,
    /// Its own parameters, in documented order.
    pub params: &'static [Param],
    /// The fields of `data` after `err_code` and `err_msg`.
    pub answer: Schema,
    /// Its own failures.
    pub failures: &'static [Failure],
    /// Reads its parameters; 400 if they break a rule.
    pub read: fn(&Params) -> Result<Handle, Error>,
}

/// An operation whose parameters are read, ready to be called once.
pub type Handle =
    Box<dyn for<'a> FnOnce(&'a Ctx, Call) -> BoxFuture<'a, Result<Data, Error>> + Send>;

/// Declares an operation: its name, what it does, its parameters, its answer and its handler. By default it needs
/// no login, is in every plan and has no failures of its own. The declaration can change that:
///
/// ```ignore
/// pub static OPERATION: Operation = Operation {
///     login: Login::Required,
///     ..operation!("App.User.Check", "tells whether a login is alive", Nothing => Done, handle)
/// };
/// ```
#[macro_export]
macro_rules! okay_operation {
    ($name:literal, $words:literal, $input:ty => $answer:ty, $handle:ident $(,)?) => {
        $crate::okay::Operation {
            package: env!("CARGO_PKG_NAME"),
            name: $name,
            words: $words,
            professional: false,
            login: $crate::okay::Login::Unread,
            params: <$input as $crate::schema::Input<$crate::okay::Params>>::PARAMS,
            answer: <$answer as $crate::schema::Answer>::SCHEMA,
            failures: &[],
            read: |params| {
                let input = <$input as $crate::schema::Input<_>>::read(params)?;
                Ok(Box::new(move |ctx, call| {
                    $crate::okay::answer($handle(ctx, call, input))
                }))
            },
        }
    };
}
pub use okay_operation as operation;

/// Makes an operation's `handle` from a function that returns the fields of `data`.
pub fn answer<'a, T: Serialize>(
    outcome: impl Future<Output = Result<T, Error>> + Send + 'a,
) -> BoxFuture<'a, Result<Data, Error>> {
    async { Ok(Data::new(&outcome.await?)?) }.boxed()
}

/// One of the two parameters of a login.
const fn login(name: &'static str, min: usize, max: usize, required: bool) -> Param {
    Param {
        name,
        kind: Kind::Text { min, max },
        required,
        ..Param::NONE
    }
}

impl Operation {
    /// `/api/App/Market_Message/Show`.
    pub fn path(&self) -> String {
        format!("/api/{}", self.name.replace('.', "/"))
    }

    /// Whether `service` names this operation. The namespace may be left out, and the case of a
    /// method does not matter (section 3.4).
    pub(super) fn is_named(&self, service: &str) -> bool {
        let parts: Vec<&str> = service.split('.').collect();
        let own: Vec<&str> = self.name.split('.').collect();
        match (own.as_slice(), parts.as_slice()) {
            ([space, class, method], [s, c, m]) => {
                s == space && c == class && m.eq_ignore_ascii_case(method)
            }
            ([space, class, method], [c, m]) => {
                *space == "App" && c == class && m.eq_ignore_ascii_case(method)
            }
            _ => false,
        }
    }

    pub(super) fn check(&self, params: &Params) -> Result<(String, Handle), Error> {
        let key = params.text(APP_KEY).ok_or(Error::Missing(APP_KEY))?;
        let (min, len) = (MIN_KEY, key.chars().count());
        if len < min {
            return Err(Error::TooShort {
                name: APP_KEY,
                min,
                len,
            });
        }
        let has_token = params.filled("token").is_some();
        let is_complete = has_token && params.filled("uuid").is_some();
        // Clients send shorter ones if the login is not used.
        let shortest = match self.login {
            Login::Required => 32,
            Login::Optional if is_complete => 32,
            _ => 0,
        };
        let is_required = self.login == Login::Required;
        if self.login != Login::Unread {
            input::text(params, &login("uuid", shortest, 32, is_required))?;
            if is_required || has_token {
                input::text(params, &login("token", 64, 64, is_required))?;
            }
        }
        Ok((key.to_owned(), (self.read)(params)?))
    }
}
