//! Why a command failed.

use weiquan_store::aws::Place;
use weiquan_store::table::{Error, Kind};

/// Why a command did nothing, or not everything.
#[derive(Debug)]
pub enum Failure {
    /// A message for the operator.
    Said(String),
    /// The store failed.
    Store(Error),
}

impl From<String> for Failure {
    fn from(words: String) -> Self {
        Self::Said(words)
    }
}

impl From<&str> for Failure {
    fn from(words: &str) -> Self {
        Self::Said(words.to_owned())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl Failure {
    /// One line for the operator who works on `table` at `place`.
    pub fn words(self, place: &Place, table: &str) -> String {
        let error = match self {
            Self::Said(words) => return words,
            Self::Store(error) => error,
        };
        let dynamodb = match &place.endpoint {
            Some(address) => format!("DynamoDB at {address}"),
            None => format!("DynamoDB in {}", place.region),
        };
        match error.kind() {
            Kind::NoAnswer => format!("{dynamodb} does not answer: {error}"),
            Kind::Foreign => {
                format!("{dynamodb} is another program: {error}; see AWS_ENDPOINT_URL_DYNAMODB")
            }
            Kind::NoTable => format!(
                "{dynamodb} has no table {table}: set TABLE_NAME and AWS_REGION to the stack's"
            ),
            Kind::OtherKeys => format!(
                "the table {table} of {dynamodb} is not Weiquan's: its keys are not PK and SK"
            ),
            Kind::Denied => format!("{dynamodb} refuses the credentials: {error}"),
            Kind::Lost => format!(
                "{dynamodb} did not say whether it is done: {error}; look before you try again"
            ),
            Kind::Busy | Kind::Other => error.to_string(),
        }
    }
}
