//! The address of an AWS service, read from the environment in the SDK's order.

use http::Uri;
use http::uri::Scheme;

/// Reads a variable of the environment. An empty one counts as unset.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The process's environment.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The place of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The region.
    pub region: String,
    /// The service's address, if it is not AWS's own.
    pub endpoint: Option<String>,
}

impl Place {
    /// The place of `service`, such as `DYNAMODB`. The region is `AWS_REGION` or else
    /// `AWS_DEFAULT_REGION`. The address is `AWS_ENDPOINT_URL_<service>` or else
    /// `AWS_ENDPOINT_URL`, unless `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is `true`.
    ///
    /// Fails if the address is not valid. The error is a line that names its variable.
    pub fn of(service: &str, get: Variables) -> Result<Self, String> {
        Ok(Self {
            region: region(get).unwrap_or_else(|| "us-east-1".to_owned()),
            endpoint: endpoint(service, get)?,
        })
    }
}

/// The region of the environment.
pub fn region(get: Variables) -> Option<String> {
    get("AWS_REGION").or_else(|| get("AWS_DEFAULT_REGION"))
}

/// The address of a service from the environment, as described at [`Place::of`].
pub fn endpoint(service: &str, get: Variables) -> Result<Option<String>, String> {
    let ignored = get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    if ignored.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let names = [
        format!("AWS_ENDPOINT_URL_{service}"),
        "AWS_ENDPOINT_URL".to_owned(),
    ];
    let found = names
        .iter()
        .find_map(|name| get(name).map(|value| (name, value)));
    match found {
        Some((_, address)) if is_address(&address) => Ok(Some(address)),
        Some((name, other)) => Err(format!(
            "{name}: {other} is no address: it begins with http:// or https://, as http://127.0.0.1:8000"
        )),
        None => Ok(None),
    }
}

fn is_address(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else {
        return false;
    };
    let scheme = uri.scheme();
    let is_web = scheme == Some(&Scheme::HTTP) || scheme == Some(&Scheme::HTTPS);
    is_web && uri.host().is_some_and(|host| !host.is_empty())
}

/// The domain of AWS's services in `region`.
pub fn domain(region: &str) -> &'static str {
    const DOMAINS: [(&str, &str); 6] = [
        ("cn-", "amazonaws.com.cn"),
        ("eusc-", "amazonaws.eu"),
        ("us-iso-", "c2s.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("us-isof-", "csp.hci.ic.gov"),
        ("eu-isoe-", "cloud.adc-e.uk"),
    ];
    let found = DOMAINS.iter().find(|(start, _)| region.starts_with(start));
    found.map_or("amazonaws.com", |(_, domain)| domain)
}

/// Whether the server in `region`, at `endpoint` if there is one, has a certificate of Amazon's own
/// roots. Partitions such as China's may not have one, nor may other providers.
pub fn has_amazons_roots(region: &str, endpoint: Option<&str>) -> bool {
    match endpoint {
        None => domain(region) == "amazonaws.com",
        Some(address) => address.parse::<Uri>().is_ok_and(|uri| {
            let host = uri.host().unwrap_or_default();
            uri.scheme() == Some(&Scheme::HTTP) || host.ends_with(".amazonaws.com")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(service: &str, variables: &[(&str, &str)]) -> Result<Place, String> {
        Place::of(service, &|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found
                .map(|(_, value)| (*value).to_owned())
                .filter(|value| !value.is_empty())
        })
    }

    #[test]
    fn the_services_own_variable_comes_first() {
        const BOTH: &str = "AWS_ENDPOINT_URL";
        const OWN: &str = "AWS_ENDPOINT_URL_DYNAMODB";
        const S3: &str = "AWS_ENDPOINT_URL_S3";
        const IGNORE: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
        for (variables, dynamodb, s3) in [
            (&[][..], None, None),
            (
                &[(BOTH, "http://a:1")],
                Some("http://a:1"),
                Some("http://a:1"),
            ),
            (&[(OWN, "http://b")], Some("http://b"), None),
            (
                &[(BOTH, "http://a"), (OWN, "https://b/")],
                Some("https://b/"),
                Some("http://a"),
            ),
            (
                &[(BOTH, "http://a"), (OWN, ""), (S3, "http://[::1]:9")],
                Some("http://a"),
                Some("http://[::1]:9"),
            ),
            (
                &[(BOTH, "http://a"), (OWN, "http://b"), (IGNORE, "TRUE")],
                None,
                None,
            ),
            (&[(BOTH, "nonsense"), (IGNORE, "true")], None, None),
            (
                &[(BOTH, "http://a"), (IGNORE, "false")],
                Some("http://a"),
                Some("http://a"),
            ),
        ] {
            let found = |service| of(service, variables).unwrap().endpoint;
            assert_eq!(found("DYNAMODB").as_deref(), dynamodb, "{variables:?}");
            assert_eq!(found("S3").as_deref(), s3, "{variables:?}");
        }
        for region in [
            &[("AWS_REGION", "cn-north-1"), ("AWS_DEFAULT_REGION", "x")][..],
            &[("AWS_DEFAULT_REGION", "cn-north-1")],
        ] {
            assert_eq!(of("S3", region).unwrap().region, "cn-north-1");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_by_its_variables_name() {
        for wrong in [
            "127.0.0.1:8000",
            "localhost",
            "ftp://a",
            "http://",
            "http://a b",
            "http:/a",
            "//a",
        ] {
            for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"] {
                let said = of("DYNAMODB", &[(name, wrong)]).unwrap_err();
                assert!(said.starts_with(&format!("{name}: {wrong} ")), "{said}");
                assert_eq!(said.lines().count(), 1);
            }
        }
    }

    #[test]
    fn amazons_roots_are_enough_where_amazon_answers() {
        for (region, endpoint, wanted) in [
            ("us-east-1", None, true),
            ("us-gov-west-1", None, true),
            ("cn-north-1", None, false),
            ("cn-northwest-1", None, false),
            ("eusc-de-east-1", None, false),
            ("us-isob-east-1", None, false),
            (
                "eu-west-1",
                Some("https://dynamodb.eu-west-1.amazonaws.com/"),
                true,
            ),
            (
                "cn-north-1",
                Some("https://dynamodb.cn-north-1.amazonaws.com.cn"),
                false,
            ),
            ("eu-west-1", Some("https://amazonaws.com.example"), false),
            (
                "eu-west-1",
                Some("https://example.com/.amazonaws.com"),
                false,
            ),
            ("cn-north-1", Some("http://127.0.0.1:8000"), true),
        ] {
            let found = has_amazons_roots(region, endpoint);
            assert_eq!(found, wanted, "{region} {endpoint:?}");
        }
        assert_eq!(domain("cn-north-1"), "amazonaws.com.cn");
        assert_eq!(domain("us-iso-east-1"), "c2s.ic.gov");
    }
}
