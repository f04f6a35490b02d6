//! A function that does nothing: what the others' cold starts are held against. With `STORE` (host
//! and port) it first makes one plain HTTP request there, as the others open their connection.

use std::io::{Read, Write};
use std::net::TcpStream;

use lambda_http::{Error, Request, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if let Ok(store) = std::env::var("STORE") {
        let mut stream = TcpStream::connect(store)?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        stream.read_to_end(&mut Vec::new())?;
    }
    run(service_fn(|_request: Request| async { Ok::<_, Error>("") })).await
}
