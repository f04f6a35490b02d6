//! The table that is worked on.

use aws_sdk_dynamodb::Client;
use shared::ctx::Process;
use shared::{Ctx, aws};

/// The table of the environment: on this machine where the endpoint is plain HTTP and there are no
/// credentials, else on AWS with the credentials that its own tools would use.
pub async fn ctx() -> Ctx {
    let table = std::env::var("TABLE_NAME").unwrap_or_else(|_unset| "weiquan".to_owned());
    let endpoint = std::env::var("AWS_ENDPOINT_URL_DYNAMODB").ok();
    let has_keys = std::env::var("AWS_ACCESS_KEY_ID").is_ok();
    let client = match endpoint {
        Some(endpoint) if endpoint.starts_with("http://") && !has_keys => {
            aws::local_client(&endpoint)
        }
        endpoint => on_aws(endpoint.as_deref()).await,
    };
    Ctx::new(Process::new(client, table))
}

async fn on_aws(endpoint: Option<&str>) -> Client {
    let http = aws::http_client(endpoint);
    let account = aws_config::defaults(aws_config::BehaviorVersion::v2026_01_12())
        .http_client(http)
        .load()
        .await;
    Client::new(&account)
}
