//! Ranges of sort keys.

/// The sort keys of a partition of the table or its index from one to another, both included.
#[derive(Debug, Clone)]
pub struct Range {
    /// The partition key.
    pub pk: String,
    /// The first sort key, inclusive.
    pub from: String,
    /// The last sort key, inclusive.
    pub to: String,
    /// Whether to read from the last to the first.
    pub descending: bool,
}

impl Range {
    pub(super) fn new(
        pk: impl Into<String>,
        from: impl Into<String>,
        to: impl Into<String>,
    ) -> Self {
        Self {
            pk: pk.into(),
            from: from.into(),
            to: to.into(),
            descending: false,
        }
    }

    /// The whole partition `pk`, whose sort keys are letters, digits and signs of ASCII.
    pub(super) fn whole(pk: impl Into<String>) -> Self {
        Self::new(pk, " ", "~")
    }

    /// The same, read from the last to the first if `descending` is set.
    pub fn in_order(self, descending: bool) -> Self {
        Self { descending, ..self }
    }
}
