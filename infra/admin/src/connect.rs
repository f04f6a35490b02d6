//! The table that the command works on.

use std::time::Duration;

use anyhow::{Context, Error, Result, anyhow, bail};
use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{Builder, Region};
use weiquan::Ctx;
use weiquan::ctx::Process;
use weiquan_store::aws::{self, Place};
use weiquan_store::causes::causes;

/// How long a command may keep trying.
const PATIENCE: Duration = Duration::from_secs(60);

/// The environment's table and its place: on this machine if the address is plain HTTP and there are no credentials;
/// else on AWS, with the credentials that AWS's own tools would use.
pub async fn open() -> Result<(Ctx, Place)> {
    let table = match std::env::var_os("TABLE_NAME") {
        None => "weiquan".to_owned(),
        Some(name) => match name.into_string() {
            Ok(name) if !name.is_empty() => name,
            _ => bail!("TABLE_NAME is empty: it names the table"),
        },
    };
    let endpoint = aws::endpoint("DYNAMODB", &aws::environment).map_err(Error::msg)?;
    let has_keys = aws::environment("AWS_ACCESS_KEY_ID").is_some();
    let (client, place) = match endpoint {
        Some(address) if address.starts_with("http://") && !has_keys => {
            let place = Place {
                region: aws::LOCAL_REGION.to_owned(),
                endpoint: Some(address.clone()),
            };
            (aws::local_client(&address), place)
        }
        endpoint => on_aws(endpoint).await?,
    };
    let ctx = Ctx::new(Process::new(client, table));
    Ok((ctx.with_time(PATIENCE), place))
}

async fn on_aws(endpoint: Option<String>) -> Result<(Client, Place)> {
    let account = aws_config::defaults(aws_config::BehaviorVersion::v2026_01_12())
        .http_client(aws::trusting_http_client())
        .load()
        .await;
    let mut config = aws::settle(Builder::from(&account));
    // The SDK itself finds an address in a profile, but takes an empty variable for an address.
    let is_empty = std::env::var_os("AWS_ENDPOINT_URL_DYNAMODB").is_some_and(|url| url.is_empty());
    if endpoint.is_some() || is_empty {
        config.set_endpoint_url(endpoint.clone());
    }
    let endpoint = endpoint.or_else(|| account.endpoint_url().map(str::to_owned));
    let elsewhere = endpoint.is_some().then(|| aws::LOCAL_REGION.to_owned());
    let region = account.region().map(ToString::to_string).or(elsewhere);
    let region = region.context("no region: set AWS_REGION, such as ap-southeast-1")?;
    let keys = credentials(&account).await?;
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(10))
        .operation_timeout(Duration::from_secs(30))
        .build();
    let config = config
        .region(Region::new(region.clone()))
        .credentials_provider(keys)
        .timeout_config(timeouts)
        .build();
    Ok((Client::from_conf(config), Place { region, endpoint }))
}

/// The credentials that AWS's own tools would use.
async fn credentials(account: &SdkConfig) -> Result<Credentials> {
    const ADVICE: &str =
        "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";
    let Some(provider) = account.credentials_provider() else {
        bail!("{ADVICE} (there is no way to get them)");
    };
    provider.provide_credentials().await.map_err(|cause| {
        let cause = causes(&cause);
        // The rest lists all places that were tried.
        let cause = cause.split(". Attempted").next().unwrap_or_default();
        anyhow!("{ADVICE} ({cause})")
    })
}
