//! Xweibo 2.1: how calls are addressed, signed, bound to a member, and answered.

mod admission;
mod answer;
pub mod avatar;
mod call;
mod configure;
mod draft;
mod error;
pub mod failure;
mod input;
mod list;
mod markup;
mod params;
mod people;
pub mod picture;
mod redirect;
mod route;
mod said;
mod shape;
mod written;

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};

use admission::admit;
pub use admission::sign;
pub use answer::{Rst, answer};
use answer::{envelope, framed};
pub use call::{Call, is_too_long};
pub use configure::configure;
pub use draft::{Draft, Pid};
pub use error::Error;
pub use input::{
    AvatarSize, Count, File, Flag, Framed, Id, Ids, MemberOrCaller, Number, OfAnyCase, Who, Window,
    id, trim,
};
pub use list::{WeiboList, shapes};
pub use params::Params;
pub use people::{UserList, UserListInput};
pub use redirect::{follow, followed, names_operation};
use route::{ROUTE, route, spelled};
pub use said::{Said, about, said};
pub use shape::{AuthorShape, Comment, CommentList, WeiboShape, repost};
pub use weiquan_macros::XweiboInput as Input;
pub use written::Written;

use crate::Ctx;
use crate::form_data;
use crate::http::{Answer, Function, Request};
pub use crate::schema::{Failure, Nothing};
use crate::schema::{Kind, Param, Schema};
use crate::script::is_function;
use weiquan_store::clients::{self, Site};
use weiquan_store::members::member::{self, Bound};

/// One documented operation. [`operation!`](crate::xweibo::operation) makes this single declaration
/// of its name, parameters and answers.
pub struct Operation {
    /// The package of its function.
    pub package: &'static str,
    /// Its canonical name, such as `update`.
    pub name: &'static str,
    /// Other spellings in the document (section 7.1).
    pub aliases: &'static [&'static str],
    /// What it does.
    pub words: &'static str,
    /// Whether it may be called with GET.
    pub get: bool,
    /// Whether it changes what others read. A member who is banned from speaking is refused (1040005).
    pub speaks: bool,
    /// Whether its successful answers have no envelope.
    pub bare: bool,
    /// Its own parameters. If there is a file among them, the body may be larger than otherwise.
    pub params: &'static [Param],
    /// `rst` of its answer, or the whole answer if there is no envelope.
    pub answer: Schema,
    /// Its own failures.
    pub failures: &'static [Failure],
    /// The operation.
    pub handle: for<'a> fn(&'a Ctx, Call<'a>) -> BoxFuture<'a, Rst>,
}

/// Declares an operation: its name, what it does, its parameters, its answer and its handler. By
/// default it takes only POST, changes nothing that others read and has no failures of its own. The
/// declaration can change that:
///
/// ```ignore
/// pub static OPERATION: Operation = Operation {
///     speaks: true,
///     failures: &[NO_ID, failure::SENSITIVE],
///     ..operation!("comment", "comments on a weibo", Input<'_> => Said, handle)
/// };
/// ```
#[macro_export]
macro_rules! xweibo_operation {
    ($name:literal, $words:literal, $input:ty => $answer:ty, $handle:ident) => {
        $crate::xweibo::Operation {
            package: env!("CARGO_PKG_NAME"),
            name: $name,
            aliases: &[],
            words: $words,
            get: false,
            speaks: false,
            bare: false,
            params: <$input as $crate::schema::Input<$crate::xweibo::Params>>::PARAMS,
            answer: <$answer as $crate::schema::Answer>::SCHEMA,
            failures: &[],
            handle: |ctx, call| {
                $crate::xweibo::answer(async move {
                    let input = call.input::<$input>()?;
                    let answer: Result<$answer, _> = $handle(ctx, call, input).await;
                    answer
                })
            },
        }
    };
}
pub use xweibo_operation as operation;

/// The parameter that names a function of the page, which gets the answer to a file sent by the
/// page's form. The parameter is read from the address first.
const CALLBACK: &str = "callback";

/// Whether a request is addressed to this family: by `m`, unless that is a parameter of a call that
/// names its OkayAPI service, or by the path.
pub fn is_addressed(request: &Request) -> bool {
    let names = |name| form_data::last(request.query.as_bytes(), name).is_some();
    route(request)
        .is_some_and(|route| route.starts_with("api/") || !(names("s") || names("service")))
}

/// The answer to a call that is too long to be read at all.
pub fn too_long(ctx: &Ctx) -> Answer {
    envelope(ctx, Err(failure::TOO_LONG.into()), false)
}

/// Answers a request with the operation that its address names.
pub async fn dispatch(ctx: &Ctx, request: &Request, operations: &[&Operation]) -> Answer {
    let route = route(request).unwrap_or_default();
    let operation = spelled(&route).and_then(|name| {
        operations
            .iter()
            .find(|operation| operation.is_named(name, &route))
    });
    match operation {
        Some(operation) => operation.serve(ctx, request).await,
        None => envelope(ctx, Err(Error::Unavailable), false),
    }
}

impl Operation {
    /// The parameter that is a file.
    pub fn file(&self) -> Option<&'static str> {
        let file = self.params.iter().find(|param| param.kind == Kind::File);
        file.map(|param| param.name)
    }

    fn is_named(&self, name: &str, route: &str) -> bool {
        let canonical = self.name.eq_ignore_ascii_case(name) && route.contains("/action.");
        canonical
            || self
                .aliases
                .iter()
                .any(|alias| alias.eq_ignore_ascii_case(name))
    }

    /// The name by which a call names this operation, and its parameters. If the operation takes a
    /// file and the address is signed, a wrong signature is refused before the body is read.
    async fn named<'a>(
        &'a self,
        ctx: &Ctx,
        request: &Request,
        route: Option<&'a str>,
    ) -> Result<(&'a str, Params), Error> {
        let name = match route {
            // `m` takes precedence over the path of the request, and may name another operation.
            Some(route) => spelled(route).filter(|name| self.is_named(name, route)),
            None => Some(self.name),
        }
        .ok_or(Error::Unavailable)?;
        if request.method != "POST" && !(self.get && request.method == "GET") {
            return Err(Error::PostOnly);
        }
        if self.file().is_some() {
            let address = Params::of_address(request)?;
            if !address.get("api_sign").is_empty() {
                self.site(ctx, request, name, &address).await?;
            }
        }
        Ok((name, Params::collect(request, self.file())?))
    }

    /// The site, after it has admitted the call.
    async fn site(
        &self,
        ctx: &Ctx,
        request: &Request,
        name: &str,
        params: &Params,
    ) -> Result<Arc<Site>, Error> {
        let site = clients::find::<Site>(&ctx.store, ())
            .await?
            .ok_or(Error::Unavailable)?;
        admit(ctx, request, params, &site, [name, self.name])?;
        Ok(site)
    }

    async fn call(&self, ctx: &Ctx, request: &Request, name: &str, params: &Params) -> Rst {
        let site = self.site(ctx, request, name, params).await?;
        let call = Call {
            site: &site,
            uid: self.uid(ctx, &site, params.get("api_uid")).await?,
            params,
            speaks: self.speaks,
            origin: request.origin(),
        };
        let callback = params.get(CALLBACK);
        if self.file().is_some() && !callback.is_empty() && !is_function(callback) {
            return Err(Error::Malformed);
        }
        (self.handle)(ctx, call).await
    }

    /// The member bound to `api_uid` (section 1.3), if any. 1040005 if the member may not act.
    async fn uid(&self, ctx: &Ctx, site: &Site, api_uid: &str) -> Result<Option<u64>, Error> {
        match member::bound_to(&ctx.store, api_uid).await? {
            Some(bound) => self.allow(&bound).map(Some),
            None if site.allow_others.contains(self.name) => {
                let uid = site.default_member.ok_or(Error::NotBound)?;
                match member::by_uid_even_new(&ctx.store, uid).await? {
                    Some(member) => self.allow(&Bound::from(&member)).map(Some),
                    None => Ok(Some(uid)),
                }
            }
            None if site.allow_anonymous.contains(self.name) => Ok(None),
            None => Err(Error::NotBound),
        }
    }
}

impl Operation {
    /// A banned member may do nothing. A silenced member may do nothing that others read.
    fn allow(&self, bound: &Bound) -> Result<u64, Error> {
        if bound.banned || (self.speaks && bound.silenced) {
            return Err(Error::Silenced);
        }
        Ok(bound.uid)
    }
}

impl Function for Operation {
    fn package(&self) -> &'static str {
        self.package
    }

    fn paths(&self) -> Vec<String> {
        vec![format!("/{ROUTE}action.{}", self.name)]
    }

    fn serve<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> BoxFuture<'a, Answer> {
        async move {
            let route = route(request);
            let (outcome, callback) = match self.named(ctx, request, route.as_deref()).await {
                Ok((name, params)) => {
                    let outcome = self.call(ctx, request, name, &params).await;
                    (outcome, params.get(CALLBACK).to_owned())
                }
                Err(error) => {
                    let callback = form_data::last(request.query.as_bytes(), CALLBACK);
                    (Err(error), callback.unwrap_or_default())
                }
            };
            let answer = envelope(ctx, outcome, self.bare).of(self.name, None);
            if self.file().is_some() && is_function(&callback) {
                framed(answer, &callback)
            } else {
                answer
            }
        }
        .boxed()
    }
}
