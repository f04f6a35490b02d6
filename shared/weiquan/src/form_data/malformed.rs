//! Why a request cannot be read.

/// The reason why a query or body cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// Bytes that are not UTF-8.
    Utf8,
    /// A multipart body without its boundary, or one whose last part has no head.
    Multipart,
    /// A JSON body that is not JSON.
    Json,
    /// An event whose body is marked as base64 but is not.
    Base64,
    /// A body above [`crate::http::MAX_BODY`].
    TooLarge,
}
