//! OkayAPI (小白接口): how calls are addressed, checked in the documented order, and answered.

mod caller;
mod envelope;
mod error;
pub mod list;
pub mod message;
pub mod moment;
pub mod more;
mod params;
mod sample;
mod sign;
pub mod user;

use std::net::IpAddr;
use std::sync::Arc;

use futures_util::future::{BoxFuture, Future, FutureExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use caller::{Caller, is_careful, is_named_careful};
pub use envelope::{Created, Data, Done, to_json};
pub use error::{Error, Failure};
use params::{APP_KEY, MIN_KEY};
pub use params::{Kind, Param, Params, Value};
pub use sample::sample_by_name;
pub use sign::sign;

use crate::Ctx;
use crate::event::Event;
use crate::form;
use crate::http::{Answer, Credentials, Function, Request};
use crate::store::client::{self, App, Plan, Status};
use crate::store::session::{self, Realm, Session};
use crate::store::usage;

/// What an operation asks of the caller's login (okayapi section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// `uuid` and `token` are neither checked nor used.
    Unread,
    /// They are not used; a wrong length is 400.
    Ignored,
    /// A live session is recognised, anything else counts as none; a wrong length is 400.
    Recognised,
    /// Both or none: a wrong length is 400, a dead session 401.
    Optional,
    /// Both must be there.
    Required,
}

/// One documented operation: the single declaration of its name, parameters and answers.
pub struct Operation {
    /// The package of its function.
    pub package: &'static str,
    /// Its full name, such as `App.Market_Message.Show`.
    pub name: &'static str,
    /// What it does.
    pub words: &'static str,
    /// Whether it is one of the interface market's, which the free plan does not cover (416).
    pub professional: bool,
    /// Its login.
    pub login: Login,
    /// Its own parameters, in documented order.
    pub params: &'static [Param],
    /// The fields of `data` after `err_code` and `err_msg`, with their meanings.
    pub results: &'static [(&'static str, &'static str)],
    /// Its own failures.
    pub failures: &'static [Failure],
    /// The operation.
    pub handle: fn(&Ctx, Call) -> BoxFuture<'_, Result<Data, Error>>,
}

/// A call that has passed every check but that of its session.
pub struct Call {
    /// The calling app.
    pub app: Arc<App>,
    /// The caller's address as the gateway saw it.
    pub source_ip: Option<IpAddr>,
    /// `uuid` and `token`, where both were sent.
    login: Option<(String, String)>,
    input: Map<String, Json>,
}

impl Call {
    /// The checked parameters.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_value(Json::Object(self.input.clone()))
            .map_err(|e| Error::Internal(crate::store::Error::new(format!("input: {e}"))))
    }

    /// The caller's session, else 401.
    pub async fn session(&self, ctx: &Ctx) -> Result<Session, Error> {
        self.optional_session(ctx).await?.ok_or(Error::NoSession)
    }

    /// The caller's session where `uuid` and `token` were sent; 401 where they are no live session.
    pub async fn optional_session(&self, ctx: &Ctx) -> Result<Option<Session>, Error> {
        match self.live_session(ctx).await? {
            None if self.login().is_some() => Err(Error::NoSession),
            found => Ok(found),
        }
    }

    /// The caller's session, where there is a live one.
    pub async fn live_session(&self, ctx: &Ctx) -> Result<Option<Session>, Error> {
        match self.login() {
            Some((uuid, token)) => Ok(session::find(ctx, Realm::Api, uuid, token).await?),
            None => Ok(None),
        }
    }

    /// `uuid` and `token`, in upper case, where both were sent.
    pub fn login(&self) -> Option<(&str, &str)> {
        let (uuid, token) = self.login.as_ref()?;
        Some((uuid, token))
    }
}

/// Makes an operation's `handle` from a function that gives the fields of `data`.
pub fn answer<'a, T: Serialize>(
    outcome: impl Future<Output = Result<T, Error>> + Send + 'a,
) -> BoxFuture<'a, Result<Data, Error>> {
    async { Data::new(&outcome.await?) }.boxed()
}

const UUID: Param = Param::text("uuid", "the member, 32 upper-case hex digits").len(32, 32);
const TOKEN: Param = Param::text("token", "the session, 64 upper-case hex digits").len(64, 64);
/// A `uuid` that is not used: clients send shorter ones.
const UNUSED_UUID: Param = UUID.len(0, 32);
/// Hex digits that clients send in either case.
const IN_ANY_CASE: [&str; 3] = ["uuid", "token", "other_uuid"];

impl Operation {
    /// `/api/App/Market_Message/Show`.
    pub fn path(&self) -> String {
        format!("/api/{}", self.name.replace('.', "/"))
    }

    /// Whether `service` names this operation: the namespace may be left out, and a method is found
    /// whatever its case (section 3.4).
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

    fn check(&self, params: &Params) -> Result<(String, Map<String, Json>), Error> {
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
        let login: &[Param] = match self.login {
            Login::Required => &[UUID.required(), TOKEN.required()],
            Login::Optional if is_complete => &[UUID, TOKEN],
            Login::Optional | Login::Recognised | Login::Ignored if has_token => {
                &[UNUSED_UUID, TOKEN]
            }
            Login::Optional | Login::Recognised | Login::Ignored => &[UNUSED_UUID],
            Login::Unread => &[],
        };
        let mut input = params::check(login.iter().chain(self.params), params)?;
        for name in IN_ANY_CASE {
            if let Some(Json::String(text)) = input.get_mut(name) {
                text.make_ascii_uppercase();
            }
        }
        Ok((key.to_owned(), input))
    }

    /// Every check between the parameters and the session, in the order of section 4.1; the caller is trusted
    /// once the signature was found right.
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
        if ctx.usage.is_used_up(app, ctx.now()) {
            return Err(Error::QuotaUsedUp);
        }
        if let Some(limit) = app.per_second {
            // Only a call whose signature is right counts.
            let free = if signed {
                usage::take_rate(ctx, &app.key, limit).await?
            } else {
                !usage::is_rate_used_up(ctx, &app.key, limit).await?
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
        let (key, input) = self.check(params)?;
        caller.is_looked_up = true;
        let app = client::find::<App>(ctx, &key)
            .await?
            .ok_or(Error::UnknownApp)?;
        caller.is_careful = is_careful(&app);
        caller.app = Some(Arc::clone(&app));
        self.admit(ctx, request, params, &app, &mut caller.is_trusted)
            .await?;
        let call = Call {
            app: Arc::clone(&app),
            source_ip: request.source_ip,
            login: params
                .filled("uuid")
                .zip(params.filled("token"))
                .map(|(uuid, token)| (uuid.to_ascii_uppercase(), token.to_ascii_uppercase())),
            input,
        };
        let (counted, outcome) =
            futures_util::join!(usage::count(ctx, &app), (self.handle)(ctx, call));
        if let Err(cause) = counted {
            // The caller's work is done; what was not counted is kept for a later call.
            crate::runtime::report(ctx, &cause);
        }
        outcome
    }
}

/// Answers a call to one of `operations`, named by `s` or `service` (`service` wins), else by the
/// path (section 3.4).
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
    operation: Result<(&Operation, Option<form::Malformed>), Error>,
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
        service => answer.of(service, caller.app.map(|app| app.key.clone())),
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

    fn sample(&self, ctx: &Ctx, credentials: &Credentials) -> Event {
        sample::sample(self, ctx, credentials)
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
