//! Failures that no caller can mend: their causes go to the log, and never to a caller.

use std::error::Error;
use std::fmt;

use weiquan_store::table;

/// A failure of the store, of the place for pictures, or of the code, with everything that caused it:
/// [`causes`](weiquan_store::causes::causes) makes one line of it for the log.
#[derive(Debug)]
pub enum Fault {
    /// The store failed. The error's text has its causes already, without what the answer of a server held.
    Store(table::Error),
    /// Something else failed.
    Other {
        /// What failed.
        action: &'static str,
        /// Why it failed.
        cause: Box<dyn Error + Send + Sync>,
    },
}

impl Fault {
    /// A failure of `action`, with its cause: an error or a text.
    pub fn new(action: &'static str, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Other {
            action,
            cause: cause.into(),
        }
    }

    /// Whether the only cause is too many callers. Nothing is broken then, and a later try succeeds.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_busy())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Other { action, .. } => f.write_str(action),
        }
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(error) => error.source(),
            Self::Other { cause, .. } => Some(&**cause),
        }
    }
}

impl From<table::Error> for Fault {
    fn from(error: table::Error) -> Self {
        Self::Store(error)
    }
}

#[cfg(test)]
mod tests {
    use weiquan_store::causes::causes;

    use super::*;

    #[test]
    fn a_fault_keeps_its_cause_and_says_it_in_one_line() {
        let unreadable = serde_json::from_str::<u8>("\n[").unwrap_err();
        let fault = Fault::new("custom fields", unreadable);
        let source = fault.source().unwrap();
        assert!(source.is::<serde_json::Error>());
        assert_eq!(causes(&fault), format!("custom fields: {source}"));
        assert!(!fault.is_busy());
        let fault = Fault::from(table::Error::new("no table"));
        assert_eq!(causes(&fault), "no table");
    }
}
