//! The declaration of an operation.

use futures_util::future::{BoxFuture, Future, FutureExt};
use serde::Serialize;
use weiquan_store::oauth::request_token::RequestToken;
use weiquan_store::oauth::token::Token;

use super::answer::{Fields, Shape};
use super::checks::Call;
use super::error::Error;
use crate::Ctx;
use crate::schema::{Failure, Param, Schema};

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

impl Operation {
    /// Whether it acts for a member, who must have allowed it.
    pub fn is_for_members(&self) -> bool {
        matches!(self.handle, Handle::Member(_))
    }
}
