//! The declaration of an operation.

use futures_util::future::BoxFuture;

use super::answer::Rst;
use super::verified_call::Call;
use crate::Ctx;
use crate::schema::{Failure, Kind, Param, Schema};

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

impl Operation {
    /// The parameter that is a file.
    pub fn file(&self) -> Option<&'static str> {
        let file = self.params.iter().find(|param| param.kind == Kind::File);
        file.map(|param| param.name)
    }

    pub(super) fn is_named(&self, name: &str, route: &str) -> bool {
        let canonical = self.name.eq_ignore_ascii_case(name) && route.contains("/action.");
        canonical
            || self
                .aliases
                .iter()
                .any(|alias| alias.eq_ignore_ascii_case(name))
    }
}
