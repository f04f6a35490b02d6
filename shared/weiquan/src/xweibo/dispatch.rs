//! How a request reaches its operation, and how the answer goes back.

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};

use super::admission::admit;
use super::answer::{Rst, envelope, framed};
use super::error::Error;
use super::failure;
use super::operation::Operation;
use super::params::{CALLBACK, Params};
use super::route::{ROUTE, route, spelled};
use super::verified_call::Call;
use crate::Ctx;
use crate::form_data;
use crate::http::{Answer, Function, Request};
use crate::script::is_function;
use weiquan_store::clients::{self, Site};

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
