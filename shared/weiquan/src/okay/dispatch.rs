//! How a request reaches its operation, and how the answer goes back.

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};

use super::caller::{Caller, is_careful, is_named_careful};
use super::data::Data;
use super::envelope;
use super::error::Error;
use super::operation::Operation;
use super::params::Params;
use super::verified_call::Call;
use crate::Ctx;
use crate::form_data;
use crate::http::{Answer, Function, Request};
use weiquan_store::clients::{self, App, usage};

impl Operation {
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
