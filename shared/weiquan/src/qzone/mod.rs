//! QZone (QQ登录): OAuth 1.0 calls, each answered in the form of its address, and the pages that members see.

mod answer;
pub mod callback;
mod checks;
mod error;
pub mod failure;
mod feeds_data;
mod input;
pub mod page;
pub mod signature;

use futures_util::future::{BoxFuture, Future, FutureExt};
use serde::Serialize;

pub use answer::{Done, Fields, Shape};
pub use checks::{Call, Params};
pub use error::{Error, Step};
pub use feeds_data::{COMMENT_WIDTH, FeedsData, SUMMARY_WIDTH, TITLE_WIDTH, link};
pub use input::Cut;
pub use page::Page;
pub use weiquan_macros::QzoneInput as Input;

use crate::Ctx;
use crate::http::{Answer, Function, Request};
pub use crate::schema::Failure;
pub use crate::schema::Nothing;
use crate::schema::{Param, Schema};
use checks::Claim;
use weiquan_store::clients::{self, Consumer};
use weiquan_store::oauth::request_token::RequestToken;
use weiquan_store::oauth::token::Token;

/// The handler of a call that was signed with `T`.
pub type Handler<T> = for<'a> fn(&'a Ctx, Call<'a, T>) -> BoxFuture<'a, Result<Fields, Error>>;

/// What a call is signed with besides the consumer's secret, and its handler.
pub enum Handle {
    /// Nothing: the first step.
    Site(Handler<()>),
    /// A request token that a member has allowed: the third step.
    RequestToken(Handler<RequestToken>),
    /// An access token.
    Member(Handler<Token>),
}

/// One documented operation. [`operation!`](crate::qzone::operation) makes this single declaration
/// of its address, parameters and answers.
pub struct Operation {
    /// The package of its function.
    pub package: &'static str,
    /// Its name. Consumers and tokens hold the names of the operations that they allow for members.
    pub name: &'static str,
    /// Its address.
    pub path: &'static str,
    /// What it does.
    pub words: &'static str,
    /// Whether it takes GET, too.
    pub get: bool,
    /// The form of its answer.
    pub shape: Shape,
    /// Its own parameters.
    pub params: &'static [Param],
    /// The fields of its answer, after `ret` and `msg` if it has those.
    pub answer: Schema,
    /// Its own failures.
    pub failures: &'static [Failure],
    /// The operation.
    pub handle: Handle,
}

/// Declares an operation: the room and name of its address, what it does, what it is signed with
/// ([`Handle`]), its parameters, its answer and its handler. By default it takes POST, answers with
/// JSON and has no failures of its own. The declaration can change that:
///
/// ```ignore
/// pub static OPERATION: Operation = Operation {
///     failures: &[PARAMS, SHARED],
///     ..operation!("share", "add_share", "shares a link", Member: Input<'_> => Done, handle)
/// };
/// ```
#[macro_export]
macro_rules! qzone_operation {
    ($room:literal, $name:literal, $words:literal, $token:ident: $input:ty => $answer:ty, $handle:ident $(,)?) => {
        $crate::qzone::Operation {
            package: env!("CARGO_PKG_NAME"),
            name: $name,
            path: concat!("/", $room, "/", $name),
            words: $words,
            get: false,
            shape: $crate::qzone::Shape::Data(""),
            params: <$input as $crate::schema::Input<$crate::qzone::Params>>::PARAMS,
            answer: <$answer as $crate::schema::Answer>::SCHEMA,
            failures: &[],
            handle: $crate::qzone::Handle::$token(|ctx, call| {
                $crate::qzone::answer(async move {
                    let input = <$input as $crate::schema::Input<_>>::read(call.params())?;
                    $handle(ctx, call, input).await
                })
            }),
        }
    };
}
pub use qzone_operation as operation;

/// Makes an operation's `handle` from a function that returns its answer.
pub fn answer<'a, T: Serialize>(
    outcome: impl Future<Output = Result<T, Error>> + Send + 'a,
) -> BoxFuture<'a, Result<Fields, Error>> {
    async { Fields::new(&outcome.await?) }.boxed()
}

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
    /// Whether it acts for a member, who must have allowed it.
    pub fn is_for_members(&self) -> bool {
        matches!(self.handle, Handle::Member(_))
    }

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
