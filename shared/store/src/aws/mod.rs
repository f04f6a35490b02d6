//! The DynamoDB client, built for short cold starts.
//!
//! In Lambda, the credentials and the region are in the environment, and Amazon's endpoints have
//! certificates of Amazon's own roots. So no provider chain is asked and no certificate store of
//! the machine is parsed; together these would take most of a cold start. If Amazon's roots are not
//! enough, as in China, the machine's are used.

mod answer;
mod place;

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

pub use self::answer::Foreign;
use self::answer::OnlyDynamoDb;
pub use self::place::{Place, domain, endpoint, environment, has_amazons_roots, region};

/// Amazon Root CA 1 to 4 and Starfield Services Root CA G2: <https://www.amazontrust.com/repository/>.
const AMAZON_ROOTS: &str = include_str!("amazon-roots.pem");
/// The region for a DynamoDB on this machine.
pub const LOCAL_REGION: &str = "us-east-1";
const TLS: Provider = Provider::Rustls(CryptoMode::Ring);

/// A client from the environment of a Lambda function: `AWS_ACCESS_KEY_ID` and its siblings, and
/// the region and the address that [`Place::of`] finds.
pub fn client_from_env() -> Result<aws_sdk_dynamodb::Client, String> {
    let place = Place::of("DYNAMODB", &environment)?;
    let mut config = config()
        .credentials_provider(EnvironmentVariableCredentialsProvider::new())
        .http_client(http_client(&place.region, place.endpoint.as_deref()))
        .region(Region::new(place.region));
    config.set_endpoint_url(place.endpoint);
    Ok(aws_sdk_dynamodb::Client::from_conf(config.build()))
}

/// A client for a DynamoDB on this machine, which checks no credentials.
pub fn local_client(endpoint: &str) -> aws_sdk_dynamodb::Client {
    aws_sdk_dynamodb::Client::from_conf(
        local_config(endpoint)
            .http_client(http_client(LOCAL_REGION, Some(endpoint)))
            .build(),
    )
}

/// The settings of [`local_client`], without an HTTP client.
pub fn local_config(endpoint: &str) -> Builder {
    config()
        .region(Region::from_static(LOCAL_REGION))
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .endpoint_url(endpoint)
}

/// The settings of every client of a function.
fn config() -> Builder {
    settle(Config::builder())
}

/// Adds the settings of every Weiquan client: a pinned behaviour version, time-outs and retries for
/// a store that answers within milliseconds, and the check that answers come from DynamoDB.
pub fn settle(config: Builder) -> Builder {
    config
        .behavior_version(BehaviorVersion::v2026_01_12())
        .interceptor(OnlyDynamoDb)
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

/// An HTTP client that trusts Amazon's roots, or the machine's if Amazon's are not enough.
pub fn http_client(region: &str, endpoint: Option<&str>) -> SharedHttpClient {
    over(trust(has_amazons_roots(region, endpoint)))
}

/// An HTTP client that trusts Amazon's roots and the machine's, for programs without a short start.
pub fn trusting_http_client() -> SharedHttpClient {
    over(amazons(TrustStore::default()))
}

fn over(roots: TrustStore) -> SharedHttpClient {
    let mut builder = aws_smithy_http_client::Builder::new().tls_provider(TLS);
    if let Some(context) = context(roots) {
        builder = builder.tls_context(context);
    }
    builder.build_https()
}

/// The connector under [`http_client`], for stores that are not reached through the SDK.
pub fn connector(
    region: &str,
    endpoint: Option<&str>,
    settings: HttpConnectorSettings,
) -> Connector {
    let mut builder = Connector::builder()
        .tls_provider(TLS)
        .connector_settings(settings);
    if let Some(context) = context(trust(has_amazons_roots(region, endpoint))) {
        builder = builder.tls_context(context);
    }
    builder.build()
}

fn trust(only_amazons: bool) -> TrustStore {
    match only_amazons {
        true => amazons(TrustStore::empty()),
        false => TrustStore::default(),
    }
}

fn amazons(store: TrustStore) -> TrustStore {
    pem_blocks(AMAZON_ROOTS).fold(store, |store, pem| store.with_pem_certificate(pem))
}

fn context(roots: TrustStore) -> Option<TlsContext> {
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
