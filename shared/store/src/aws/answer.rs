//! Checks that answers come from DynamoDB. Other servers at the address may answer "200", too.

use aws_sdk_dynamodb::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;

/// The media type of DynamoDB's answers.
const JSON: &str = "application/x-amz-json-1.0";

/// An answer that does not come from DynamoDB.
#[derive(Debug)]
pub struct Foreign;

impl std::fmt::Display for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the answer is not DynamoDB's")
    }
}

impl std::error::Error for Foreign {}

/// Refuses successful answers that do not come from DynamoDB. The SDK takes known fields from any
/// JSON, so otherwise every write would seem to succeed.
#[derive(Debug)]
pub struct OnlyDynamoDb;

#[dyn_dispatch_hint]
impl Intercept for OnlyDynamoDb {
    fn name(&self) -> &'static str {
        "OnlyDynamoDb"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _settings: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let answer = context.response();
        let kind = answer.headers().get("content-type").unwrap_or_default();
        match answer.status().is_success() && !kind.starts_with(JSON) {
            true => Err(Foreign.into()),
            false => Ok(()),
        }
    }
}
