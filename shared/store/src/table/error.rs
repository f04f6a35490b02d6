//! Failures of the store.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::aws::Foreign;
use crate::causes::{causes, one_line};

/// A failure of the store, with its cause in one line for the log. Callers of the API never see it.
#[derive(Debug)]
pub struct Error {
    cause: String,
    kind: Kind,
}

/// Kinds of failures that an operator can fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing answers at the store's address.
    NoAnswer,
    /// A write was sent, but no answer came. The write may have happened.
    Lost,
    /// A server answers that is not DynamoDB.
    Foreign,
    /// The table does not exist.
    NoTable,
    /// The table's keys are not those of Weiquan.
    OtherKeys,
    /// The credentials are unknown, have expired, or do not allow this.
    Denied,
    /// Too many callers change the same item.
    Busy,
    /// Anything else.
    Other,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.cause)
    }
}

impl std::error::Error for Error {}

impl Error {
    /// A failure with the given cause.
    pub fn new(cause: impl Into<String>) -> Self {
        Self {
            cause: cause.into(),
            kind: Kind::Other,
        }
    }

    /// Too many callers change the same item; `cause` names it.
    pub(crate) fn busy(cause: &str) -> Self {
        Self {
            cause: format!("too many callers at once: {cause}"),
            kind: Kind::Busy,
        }
    }

    /// Whether the only cause is too many callers. Nothing is broken then, and a later try succeeds.
    pub fn is_busy(&self) -> bool {
        self.kind == Kind::Busy
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The SDK's error for the call `action`. The answer's body is left out, because it may hold
    /// anything.
    pub(crate) fn sdk<E>(action: &str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let is_read = matches!(action, "GetItem" | "BatchGetItem" | "Query");
        let without_answer = if is_read { Kind::NoAnswer } else { Kind::Lost };
        let (kind, words) = match error {
            SdkError::ServiceError(failure) => {
                let status = failure.raw().status().as_u16();
                match (error.code(), status) {
                    (None, status) => {
                        let words = format!("HTTP {status}: {Foreign}");
                        (Kind::Foreign, words)
                    }
                    (Some(code), 500..) => (without_answer, said(code, error)),
                    (Some(code), _) => (refused(code, error.message()), said(code, error)),
                }
            }
            SdkError::ResponseError(failure) if is_foreign(error) => {
                let status = failure.raw().status().as_u16();
                (Kind::Foreign, format!("HTTP {status}: {Foreign}"))
            }
            SdkError::ResponseError(failure) => {
                let status = failure.raw().status().as_u16();
                let words = format!("HTTP {status} with an answer that cannot be read");
                (without_answer, words)
            }
            SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => {
                (without_answer, causes(error))
            }
            _ => (Kind::Other, causes(error)),
        };
        Self {
            cause: format!("{action}: {words}"),
            kind,
        }
    }
}

/// DynamoDB's error message, with the id that AWS gave the request.
fn said<E: ProvideErrorMetadata>(code: &str, error: &SdkError<E, HttpResponse>) -> String {
    let mut words = code.to_owned();
    if let Some(message) = error.message() {
        words = format!("{words}: {}", one_line(message));
    }
    if let Some(id) = error.meta().request_id() {
        words = format!("{words} (request {id})");
    }
    words
}

fn refused(code: &str, message: Option<&str>) -> Kind {
    match code {
        "ResourceNotFoundException" => Kind::NoTable,
        "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "InvalidClientTokenId"
        | "ExpiredTokenException"
        | "IncompleteSignatureException"
        | "MissingAuthenticationTokenException"
        | "MissingAuthenticationToken"
        | "AccessDeniedException"
        | "AccessDenied" => Kind::Denied,
        "ValidationException" if message.is_some_and(|m| m.contains("match the schema")) => {
            Kind::OtherKeys
        }
        _ => Kind::Other,
    }
}

fn is_foreign<E: std::error::Error + 'static>(error: &SdkError<E, HttpResponse>) -> bool {
    let mut next: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(cause) = next {
        if cause.is::<Foreign>() {
            return true;
        }
        next = cause.source();
    }
    false
}
