//! OkayAPI (小白接口): how calls are addressed, checked in the documented order, and answered.

mod call;
mod caller;
mod envelope;
mod error;
mod input;
pub mod list;
pub mod message;
pub mod moment;
pub mod more;
mod params;
mod sign;
pub mod user;

use std::sync::Arc;

use futures_util::future::{BoxFuture, Future, FutureExt};
use serde::Serialize;
pub use weiquan_macros::OkayInput as Input;

pub use call::Call;
use caller::{Caller, is_careful, is_named_careful};
pub use envelope::{Created, Data, Done, to_json};
pub use error::Error;
pub use input::{Filled, Object, UpperHex};
use params::{APP_KEY, MIN_KEY};
pub use params::{Params, Value};
pub use sign::sign;

use crate::Ctx;
use crate::form_data;
use crate::http::{Answer, Function, Request};
pub use crate::schema::{Failure, Nothing};
use crate::schema::{Kind, Param, Schema};
use weiquan_store::clients::usage;
use weiquan_store::clients::{self, App, Plan, Status};

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
    fn is_named(&self, service: &str) -> bool {
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

    fn check(&self, params: &Params) -> Result<(String, Handle), Error> {
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

    /// Makes every check between the parameters and the session, in the order of section 4.1. The
    /// caller is trusted once the signature is found correct.
    async fn admit(
        &self,
        ctx: &Ctx,
        request: &Request,
        params: &Params,
        app: &App,
        is_trusted: &mut bool,
    ) -> Result<(), Error> {
        match app.status {
            Status::Expired => return Err(Error::AppExpired),
            Status::Banned => return Err(Error::AppBanned),
            Status::Active | Status::SubAppFailure => {}
        }
        let is_in = |list: &[ipnet::IpNet]| {
            request
                .source_ip
                .is_some_and(|ip| list.iter().any(|net| net.contains(&ip)))
        };
        if is_in(&app.ip_deny) {
            return Err(Error::AddressDenied);
        }
        if !app.ip_allow.is_empty() && !is_in(&app.ip_allow) {
            return Err(Error::AddressNotAllowed);
        }
        if app.closed.contains(self.name) {
            return Err(Error::Closed);
        }
        if self.professional && app.plan == Plan::Free {
            return Err(Error::PlanTooSmall);
        }
        if app.status == Status::SubAppFailure {
            return Err(Error::SubAppFailure);
        }
        let signed = sign::is_right(app, params);
        *is_trusted = signed;
        if usage::is_used_up(&ctx.store, app) {
            return Err(Error::QuotaUsedUp);
        }
        if let Some(limit) = app.per_second {
            // Only a call with a correct signature counts.
            let free = if signed {
                usage::take_rate(&ctx.store, &app.key, limit).await?
            } else {
                !usage::is_rate_used_up(&ctx.store, &app.key, limit).await?
            };
            if !free {
                return Err(Error::TooManyCalls);
            }
        }
        if signed { Ok(()) } else { Err(Error::BadSign) }
    }

    async fn call(
        &self,
        ctx: &Ctx,
        request: &Request,
        params: &Params,
        caller: &mut Caller,
    ) -> Result<Data, Error> {
        let (key, handle) = self.check(params)?;
        caller.is_looked_up = true;
        let app = clients::find::<App>(&ctx.store, key.as_str())
            .await?
            .ok_or(Error::UnknownApp)?;
        caller.is_careful = is_careful(&app);
        caller.app = Some(Arc::clone(&app));
        self.admit(ctx, request, params, &app, &mut caller.is_trusted)
            .await?;
        let call = Call::new(Arc::clone(&app), request.source_ip, params);
        let (counted, outcome) =
            futures_util::join!(usage::count(&ctx.store, &app), handle(ctx, call));
        if let Err(cause) = counted {
            // The call has succeeded. Calls that are not counted yet are kept for a later one.
            crate::runtime::report(ctx, &cause);
        }
        outcome
    }
}

/// Answers a call to one of `operations`. It is named by `s` or `service` (`service` wins), else by
/// the path (section 3.4).
pub async fn dispatch(ctx: &Ctx, request: &Request, operations: &[&Operation]) -> Answer {
    let (params, malformed) = Params::collect(request);
    let service = params
        .filled("service")
        .or_else(|| params.filled("s"))
        .map(str::to_owned)
        .unwrap_or_else(|| service_of(&request.path));
    let operation = operations.iter().find(|op| op.is_named(&service)).copied();
    let outcome = match (operation, malformed) {
        // The name may be in the part that cannot be read.
        (None, Some(malformed)) if service.is_empty() => Err(Error::Malformed(malformed)),
        (None, _) => Err(Error::UnknownService(service)),
        (Some(operation), malformed) => Ok((operation, malformed)),
    };
    respond(ctx, request, &params, outcome).await
}

/// Whether the address of a request is one of this family, whatever it names: an operation's name in the query, or a
/// path on which old clients call.
pub fn is_addressed(request: &Request, operations: &[&Operation]) -> bool {
    let names = |name| form_data::last(request.query.as_bytes(), name).is_some();
    let first = request.path.split('/').find(|part| !part.is_empty());
    let is_old = match first {
        None | Some("api" | "index.php" | "App") => true,
        Some(first) => first.starts_with("App."),
    };
    let service = service_of(&request.path);
    is_old || names("service") || names("s") || operations.iter().any(|op| op.is_named(&service))
}

/// `App.X.Y` of `/api/App/X/Y` or `/App/X/Y`; empty for `/` and `/index.php`.
fn service_of(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let parts = parts.strip_prefix(&["api"]).unwrap_or(&parts);
    match parts {
        ["index.php"] => String::new(),
        parts => parts.join("."),
    }
}

async fn respond(
    ctx: &Ctx,
    request: &Request,
    params: &Params,
    operation: Result<(&Operation, Option<form_data::Malformed>), Error>,
) -> Answer {
    if request.method == "OPTIONS" {
        return envelope::preflight(request);
    }
    let shape = envelope::Shape::new(params);
    let mut caller = Caller::default();
    let mut service = "";
    let outcome = match operation {
        Err(error) => Err(error),
        Ok((operation, malformed)) => {
            service = operation.name;
            match (malformed, shape.check()) {
                (Some(malformed), _) => Err(Error::Malformed(malformed)),
                (None, Err(error)) => Err(error),
                (None, Ok(())) => operation.call(ctx, request, params, &mut caller).await,
            }
        }
    };
    if !caller.is_looked_up && !shape.asks_for_origins {
        caller.is_careful = is_named_careful(ctx, params).await;
    }
    let answer = shape.answer(ctx, service, &caller, outcome);
    match service {
        "" => answer,
        service => answer.of(service, caller.app.map(|app| app.key.to_string())),
    }
}

impl Function for Operation {
    fn package(&self) -> &'static str {
        self.package
    }

    fn paths(&self) -> Vec<String> {
        vec![self.path()]
    }

    fn serve<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> BoxFuture<'a, Answer> {
        async move {
            let (params, malformed) = Params::collect(request);
            respond(ctx, request, &params, Ok((self, malformed))).await
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_by_path() {
        for (path, service) in [
            ("/", ""),
            ("///", ""),
            ("/index.php", ""),
            ("/api/App/Market_Message/Show", "App.Market_Message.Show"),
            ("//api//App/Market_Message/Show", "App.Market_Message.Show"),
            ("/App/Hello/World", "App.Hello.World"),
        ] {
            assert_eq!(service_of(path), service);
        }
    }
}
