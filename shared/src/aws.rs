//! The DynamoDB client, made for short cold starts.
//!
//! In Lambda, credentials and region stand in the environment, and Amazon's endpoints carry
//! certificates of Amazon's own roots: no provider chain is asked and no machine's certificate
//! store is parsed; together they would take most of a cold start.

use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Builder, Config, Credentials, Region, SharedHttpClient,
};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::HttpConnectorSettings;

/// Amazon Root CA 1 to 4 and Starfield Services Root CA G2: <https://www.amazontrust.com/repository/>.
const AMAZON_ROOTS: &str = include_str!("amazon-roots.pem");
const TLS: Provider = Provider::Rustls(CryptoMode::Ring);

/// A client from the environment of a Lambda function: `AWS_REGION`, `AWS_ACCESS_KEY_ID` and its
/// siblings, and `AWS_ENDPOINT_URL_DYNAMODB` where the table is not on AWS.
pub fn client_from_env() -> aws_sdk_dynamodb::Client {
    let endpoint = std::env::var("AWS_ENDPOINT_URL_DYNAMODB").ok();
    let region = std::env::var("AWS_REGION")
        .or_else(|_unset| std::env::var("AWS_DEFAULT_REGION"))
        .unwrap_or_else(|_unset| "us-east-1".to_owned());
    let mut config = config()
        .region(Region::new(region))
        .credentials_provider(EnvironmentVariableCredentialsProvider::new())
        .http_client(http_client(endpoint.as_deref()));
    if let Some(endpoint) = endpoint {
        config = config.endpoint_url(endpoint);
    }
    aws_sdk_dynamodb::Client::from_conf(config.build())
}

/// A client of a DynamoDB on this machine, which checks no credentials.
pub fn local_client(endpoint: &str) -> aws_sdk_dynamodb::Client {
    aws_sdk_dynamodb::Client::from_conf(
        local_config(endpoint)
            .http_client(http_client(Some(endpoint)))
            .build(),
    )
}

/// The settings of [`local_client`], without an HTTP client.
pub fn local_config(endpoint: &str) -> Builder {
    config()
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .endpoint_url(endpoint)
}

/// The settings that every client of Weiquan has: behaviour pinned, time-outs and retries for a
/// store that answers within milliseconds.
fn config() -> Builder {
    Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(Duration::from_secs(1))
                .operation_attempt_timeout(Duration::from_millis(1500))
                .operation_timeout(Duration::from_secs(5))
                .build(),
        )
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(4)
                .with_initial_backoff(Duration::from_millis(25))
                .with_max_backoff(Duration::from_millis(500)),
        )
}

/// An HTTP client that trusts Amazon's roots; the machine's instead where `endpoint` is an `https`
/// address of anybody else.
pub fn http_client(endpoint: Option<&str>) -> SharedHttpClient {
    let mut builder = aws_smithy_http_client::Builder::new().tls_provider(TLS);
    if let Some(context) = trust(endpoint) {
        builder = builder.tls_context(context);
    }
    builder.build_https()
}

/// What is below [`http_client`], for stores with which the SDK does not speak.
pub fn connector(endpoint: Option<&str>, settings: HttpConnectorSettings) -> Connector {
    let mut builder = Connector::builder()
        .tls_provider(TLS)
        .connector_settings(settings);
    if let Some(context) = trust(endpoint) {
        builder = builder.tls_context(context);
    }
    builder.build()
}

fn trust(endpoint: Option<&str>) -> Option<TlsContext> {
    let elsewhere = |url: &str| {
        url.starts_with("https://") && !url.trim_end_matches('/').ends_with(".amazonaws.com")
    };
    let roots = if !endpoint.is_some_and(elsewhere) {
        pem_blocks(AMAZON_ROOTS).fold(TrustStore::empty(), |store, pem| {
            store.with_pem_certificate(pem)
        })
    } else {
        TrustStore::default()
    };
    // Building a context from a trust store cannot fail in this version of the crate.
    TlsContext::builder().with_trust_store(roots).build().ok()
}

fn pem_blocks(text: &str) -> impl Iterator<Item = String> {
    text.split_inclusive("-----END CERTIFICATE-----")
        .filter(|block| block.contains("BEGIN"))
        .map(|block| block.trim_start().to_owned() + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_roots_are_trusted() {
        let blocks: Vec<_> = pem_blocks(AMAZON_ROOTS).collect();
        assert_eq!(blocks.len(), 5);
        assert!(
            blocks
                .iter()
                .all(|b| b.starts_with("-----BEGIN CERTIFICATE-----"))
        );
    }
}
