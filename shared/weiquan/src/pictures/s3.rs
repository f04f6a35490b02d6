//! Pictures on S3, through the HTTP client that is also used for DynamoDB.

use std::time::Duration;

use async_trait::async_trait;
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use object_store::{BackoffConfig, ClientOptions, RetryConfig};

use weiquan_store::aws;
use weiquan_store::causes::causes;

const CONNECT: Duration = Duration::from_secs(1);
/// How long the answer to one attempt may take, including its body.
const ATTEMPT: Duration = Duration::from_secs(5);
/// The latest start of another attempt, so that the last one ends before the request gives up.
const AGAIN: Duration = Duration::from_secs(2);

/// A bucket and how to reach it.
#[derive(Clone)]
pub(super) struct Bucket {
    pub(super) name: String,
    pub(super) region: String,
    /// The address of an S3 that is not on AWS.
    pub(super) endpoint: Option<String>,
    pub(super) key_id: String,
    pub(super) secret_key: String,
    pub(super) session_token: Option<String>,
}

impl Bucket {
    pub(super) fn open(&self) -> object_store::Result<AmazonS3> {
        let connector = OurConnector {
            region: self.region.clone(),
            endpoint: self.endpoint.clone(),
        };
        let address = match &self.endpoint {
            Some(address) => address.clone(),
            // The bucket is in the host name, and not every region has the same domain.
            None => format!(
                "https://{}.s3.{}.{}",
                self.name,
                self.region,
                aws::domain(&self.region)
            ),
        };
        let mut builder = AmazonS3Builder::new()
            .with_http_connector(connector)
            .with_bucket_name(&self.name)
            .with_region(&self.region)
            .with_access_key_id(&self.key_id)
            .with_secret_access_key(&self.secret_key)
            .with_endpoint(address)
            .with_allow_http(self.endpoint.is_some())
            .with_virtual_hosted_style_request(self.endpoint.is_none())
            // One object at a time, because every kind of S3 knows the plain request.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig {
                    init_backoff: Duration::from_millis(50),
                    max_backoff: Duration::from_millis(500),
                    base: 2.0,
                },
                max_retries: 3,
                retry_timeout: AGAIN,
            });
        if let Some(token) = &self.session_token {
            builder = builder.with_token(token);
        }
        builder.build()
    }
}

#[derive(Debug)]
struct OurConnector {
    region: String,
    endpoint: Option<String>,
}

impl HttpConnector for OurConnector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(CONNECT)
            .build();
        let connector = aws::connector(&self.region, self.endpoint.as_deref(), settings);
        Ok(HttpClient::new(Service(connector)))
    }
}

#[derive(Debug)]
struct Service(Connector);

#[async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = orchestrator::HttpRequest::try_from(request.map(SdkBody::from_body_1_x))
            .map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let answer = async {
            let response = self.0.call(request).await.map_err(failed)?;
            let (parts, body) = response
                .try_into_http1x()
                .map_err(|error| HttpError::new(HttpErrorKind::Decode, error))?
                .into_parts();
            let body = ByteStream::new(body)
                .collect()
                .await
                .map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error))?;
            Ok(HttpResponse::from_parts(parts, body.into_bytes().into()))
        };
        match tokio::time::timeout(ATTEMPT, answer).await {
            Ok(answer) => answer,
            Err(elapsed) => Err(HttpError::new(HttpErrorKind::Timeout, elapsed)),
        }
    }
}

fn failed(error: ConnectorError) -> HttpError {
    let kind = if error.is_timeout() {
        HttpErrorKind::Timeout
    } else if error.is_user() {
        HttpErrorKind::Unknown
    } else {
        HttpErrorKind::Interrupted
    };
    // The error's own text is only "io error".
    HttpError::new_boxed(kind, causes(&error).into())
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::thread::{JoinHandle, spawn};

    use super::super::kind::Kind;
    use super::super::storage::{Pictures, Place};
    use super::*;

    type Request = (String, Vec<u8>);

    /// A server that returns the answers in order and reports the requests: request line and
    /// headers in lower case, and the body.
    fn serve(answers: Vec<&'static str>) -> (Pictures, JoinHandle<Vec<Request>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let bucket = Bucket {
            name: "pics".to_owned(),
            region: "eu-west-1".to_owned(),
            endpoint: Some(format!("http://{}", listener.local_addr().unwrap())),
            key_id: "AKID".to_owned(),
            secret_key: "secret".to_owned(),
            session_token: Some("the-token".to_owned()),
        };
        let asked = spawn(move || {
            let requests = answers.into_iter().map(|answer| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") {
                    assert_ne!(reader.read_line(&mut head).unwrap(), 0);
                }
                let head = head.to_lowercase();
                let length = head
                    .split_once("content-length: ")
                    .map_or(0, |(_, rest)| rest.lines().next().unwrap().parse().unwrap());
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                (head, body)
            });
            requests.collect()
        });
        let pictures = Pictures::at(Place::Bucket(bucket), "https://p.example".to_owned());
        (pictures, asked)
    }

    const STORED: &str =
        "HTTP/1.1 200 OK\r\netag: \"e\"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    const GONE: &str = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
    const BUSY: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    const ABSENT: &str = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    const DENIED: &str = "HTTP/1.1 403 Forbidden\r\ncontent-length: 19\r\nconnection: close\r\n\r\n<Code>Denied</Code>";
    const FOUND: &str = "HTTP/1.1 200 OK\r\netag: \"e\"\r\nlast-modified: Wed, 21 Oct 2015 07:28:00 GMT\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello";

    #[tokio::test]
    async fn a_picture_is_put_signed_and_typed() {
        let (pictures, asked) = serve(vec![STORED]);
        let put = pictures.put("okay/1.png", Kind::Png, b"hello".to_vec());
        put.await.unwrap();
        let (head, body) = asked.join().unwrap().remove(0);
        assert!(
            head.starts_with("put /pics/okay/1.png http/1.1\r\n"),
            "{head}"
        );
        for line in [
            "content-type: image/png",
            "cache-control: public, max-age=31536000, immutable",
            "content-length: 5",
            "x-amz-security-token: the-token",
            "x-amz-content-sha256: 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        ] {
            assert!(head.lines().any(|found| found == line), "{line} in {head}");
        }
        let signed = "authorization: aws4-hmac-sha256 credential=akid/";
        let signed = head.lines().find(|line| line.starts_with(signed)).unwrap();
        assert!(signed.contains("/eu-west-1/s3/aws4_request"), "{signed}");
        assert_eq!(body, b"hello");
    }

    #[tokio::test]
    async fn a_busy_store_is_asked_again() {
        let (pictures, asked) = serve(vec![BUSY, STORED]);
        let put = pictures.put("1.gif", Kind::Gif, b"hello".to_vec());
        put.await.unwrap();
        let asked = asked.join().unwrap();
        assert!(asked.iter().all(|(_, body)| body == b"hello"));
        assert_eq!(asked.len(), 2);
    }

    #[tokio::test]
    async fn pictures_are_read_and_deleted() {
        let (pictures, asked) = serve(vec![FOUND, ABSENT, GONE, ABSENT, DENIED]);
        assert_eq!(
            pictures.read("1.gif").await.unwrap(),
            Some(b"hello".to_vec())
        );
        assert_eq!(pictures.read("2.gif").await.unwrap(), None);
        pictures.delete("1.gif").await.unwrap();
        pictures.delete("1.gif").await.unwrap();
        let denied = pictures.delete("1.gif").await.unwrap_err().to_string();
        assert!(
            denied.contains("403") && denied.contains("Denied"),
            "{denied}"
        );
        assert!(!denied.contains("the-token"), "{denied}");
        let asked = asked.join().unwrap();
        assert!(asked[0].0.starts_with("get /pics/1.gif "));
        assert!(asked[2].0.starts_with("delete /pics/1.gif "));
    }

    #[tokio::test]
    async fn a_store_that_is_not_there_is_an_error() {
        let (pictures, asked) = serve(vec![]);
        asked.join().unwrap();
        let failed = pictures.put("1.gif", Kind::Gif, vec![1]).await.unwrap_err();
        assert!(
            failed.to_string().contains("Connection refused"),
            "{failed}"
        );
    }

    #[test]
    fn on_aws_the_bucket_is_part_of_the_host() {
        for (region, host) in [
            ("eu-west-1", "https://pics.s3.eu-west-1.amazonaws.com\""),
            (
                "cn-north-1",
                "https://pics.s3.cn-north-1.amazonaws.com.cn\"",
            ),
        ] {
            let bucket = Bucket {
                name: "pics".to_owned(),
                region: region.to_owned(),
                endpoint: None,
                key_id: "AKID".to_owned(),
                secret_key: "secret".to_owned(),
                session_token: None,
            };
            let store = format!("{:?}", bucket.open().unwrap());
            assert!(store.contains(host), "{store}");
        }
    }
}
