//! Which paths belong to this family, how a request reaches its operation, and how the answer goes back.

use futures_util::future::{BoxFuture, FutureExt};

use super::answer::{Fields, Shape};
use super::checks::{self, Claim, Params};
use super::error::Error;
use super::operation::{Handle, Operation};
use crate::Ctx;
use crate::http::{Answer, Function, Request};
use weiquan_store::clients::{self, Consumer};

/// The first parts of this family's paths: those of Tencent's open platform.
const ROOMS: [&str; 13] = [
    "blog", "cft_info", "feeds", "moc2", "oauth", "oauth2.0", "photo", "relation", "share",
    "shuoshuo", "t", "user", "v3",
];

/// Whether a path belongs to this family, whether or not an operation has it.
pub fn is_addressed(path: &str) -> bool {
    let first = path.split('/').find(|part| !part.is_empty());
    first.is_some_and(|room| ROOMS.contains(&room))
}

/// The answer if there is no such operation: the error for an unreadable request, in the requested format.
pub fn unknown(ctx: &Ctx, request: &Request) -> Answer {
    let refused = Err(Error::BadRequest(None));
    Shape::Data("").answer(ctx, &checks::format(request), "", refused)
}

impl Operation {
    async fn call(
        &self,
        ctx: &Ctx,
        request: &Request,
        domain: &mut String,
        client: &mut Option<String>,
    ) -> Result<Fields, Error> {
        let params = Params::collect(request, self.get, self.params)?;
        let key = params.get("oauth_consumer_key");
        let consumer = clients::find::<Consumer>(&ctx.store, key).await?;
        *client = consumer.as_ref().map(|consumer| consumer.key.to_string());
        if let Some(own) = consumer.as_ref().and_then(|c| c.domain.as_ref()) {
            domain.clone_from(own);
        }
        let claim = Claim {
            ctx,
            request,
            params: &params,
            consumer,
        };
        match self.handle {
            Handle::Site(handle) => handle(ctx, claim.of_site().await?).await,
            Handle::RequestToken(handle) => handle(ctx, claim.of_request_token().await?).await,
            Handle::Member(handle) => handle(ctx, claim.of_member(self.name).await?).await,
        }
    }
}

impl Function for Operation {
    fn package(&self) -> &'static str {
        self.package
    }

    fn paths(&self) -> Vec<String> {
        vec![self.path.to_owned()]
    }

    fn serve<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> BoxFuture<'a, Answer> {
        async move {
            let mut domain = ctx.settings.qzone_domain.clone();
            let mut client = None;
            let outcome = self.call(ctx, request, &mut domain, &mut client).await;
            let format = checks::format(request);
            let answer = self.shape.answer(ctx, &format, &domain, outcome);
            answer.of(self.name, client)
        }
        .boxed()
    }
}
