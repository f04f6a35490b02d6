//! The local system through HTTP, byte by byte.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Sends raw bytes and gives back everything that comes.
pub async fn raw(url: &str, request: &[u8]) -> String {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    // A server that refuses a body may close the connection before all of it is read.
    let _ = stream.read_to_end(&mut answer).await;
    // Pictures are no text.
    String::from_utf8_lossy(&answer).into_owned()
}

pub async fn get(url: &str, target: &str) -> String {
    raw(
        url,
        format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes(),
    )
    .await
}

pub async fn post(url: &str, target: &str, content_type: &str, body: &[u8]) -> String {
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    raw(url, &[head.as_bytes(), body].concat()).await
}

pub async fn start() -> local::Running {
    local::start(&local::Options::default()).await.unwrap()
}
