//! What an operator is told if a command fails.

use anyhow::{Error, anyhow};
use weiquan_store::aws::Place;
use weiquan_store::table::{self, Kind};

/// The failure of a command on `table` at `place`, in one line. A failure of the store says where the store is, and what
/// to do.
pub fn placed(cause: Error, place: &Place, table: &str) -> Error {
    let Some(kind) = cause.downcast_ref().map(table::Error::kind) else {
        return cause;
    };
    let dynamodb = match &place.endpoint {
        Some(address) => format!("DynamoDB at {address}"),
        None => format!("DynamoDB in {}", place.region),
    };
    match kind {
        Kind::NoAnswer => cause.context(format!("{dynamodb} does not answer")),
        Kind::Foreign => {
            anyhow!("{dynamodb} is another program: {cause:#}; see AWS_ENDPOINT_URL_DYNAMODB")
        }
        Kind::NoTable => {
            anyhow!("{dynamodb} has no table {table}: set TABLE_NAME and AWS_REGION to the stack's")
        }
        Kind::OtherKeys => {
            anyhow!("the table {table} of {dynamodb} is not Weiquan's: its keys are not PK and SK")
        }
        Kind::Denied => cause.context(format!("{dynamodb} refuses the credentials")),
        Kind::Lost => anyhow!(
            "{dynamodb} did not say whether it is done: {cause:#}; look before you try again"
        ),
        Kind::Busy | Kind::Other => cause,
    }
}
