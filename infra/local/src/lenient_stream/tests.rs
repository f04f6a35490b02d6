//! Which parts of a request are changed, and which are not.

use tokio::io::AsyncReadExt;

use super::*;

/// What is read if `sent` arrives in pieces of `size` bytes.
fn read(sent: &[u8], size: usize) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut stream = LenientStream::new(tokio_pieces(sent, size));
        let mut read = Vec::new();
        stream.read_to_end(&mut read).await.unwrap();
        String::from_utf8(read).unwrap()
    })
}

struct Pieces(Vec<Vec<u8>>);

fn tokio_pieces(sent: &[u8], size: usize) -> Pieces {
    Pieces(sent.chunks(size).rev().map(<[u8]>::to_vec).collect())
}

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(piece) = self.0.pop() {
            out.put_slice(&piece);
        }
        Poll::Ready(Ok(()))
    }
}

#[test]
fn every_request_line_is_made_valid_and_nothing_else_changes() {
    let sent = b"GET /?a=<b> c HTTP/1.1\r\nX: <?>\r\n\r\n\r\n\
        POST /?\"=1 HTTP/1.1\r\nContent-Length: 24\r\n\r\nGET /?<x> HTTP/1.1\r\n\r\n--\
        POST /?q=a b HTTP/1.1\nTransfer-Encoding: Chunked\n\n5;x=<y>\r\nG ?<>\r\n16\r\n\
        GET /?<x> HTTP/1.1\r\n\r\n\r\n0\r\nT: <t>\r\n\r\n\
        GET /?d=>& HTTP/1.1\r\n\r\n";
    let want = String::from_utf8(sent.to_vec()).unwrap();
    let want = want
        .replacen("<b> c", "%3Cb%3E%20c", 1)
        .replacen("\r\n\r\n\r\n", "\r\n\r\n", 1)
        .replacen("?\"=1", "?%22=1", 1)
        .replacen("a b", "a%20b", 1)
        .replacen("d=>&", "d=%3E&", 1);
    for size in [1, 2, 3, 7, 100, 1000] {
        assert_eq!(read(sent, size), want, "{size}");
    }
}

#[test]
fn what_is_no_request_is_passed_on() {
    for sent in [
        "",
        "GET /?<",
        "\u{16}\u{3}\u{1}?< HTTP/",
        "GET /?a\r\nb: c\r\n\r\nGET /?< HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\nGET /?< HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nGET /?< HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nz\r\nGET /?< HTTP/1.1\r\n\r\n",
    ] {
        for size in [1, 1000] {
            assert_eq!(read(sent.as_bytes(), size), sent, "{sent}");
        }
    }
}

#[test]
fn a_head_that_is_too_long_is_read_to_its_end_and_shortened() {
    let long = "x".repeat(MAX_HEAD + 10);
    let many = "a: b\r\n".repeat(MAX_LINES + 1);
    for (line, rest, want) in [
        (
            format!("GET /?q={long} HTTP/1.1\r\n"),
            "a: b\r\n".to_owned(),
            KEPT_TARGET,
        ),
        (
            "GET /?q=<1> HTTP/1.1\r\n".to_owned(),
            format!("a: {long}\r\n"),
            15,
        ),
        ("GET /?q=<1> HTTP/1.1\r\n".to_owned(), many, 15),
    ] {
        for size in [1, 1000] {
            let read = read(format!("{line}{rest}\r\n").as_bytes(), size);
            let (target, rest) = read.split_once(" HTTP/1.1\r\n").unwrap();
            assert_eq!(target.len(), want);
            assert_eq!(rest, "x-weiquan-shortened: 1\r\nconnection: close\r\n\r\n");
        }
    }
    // A head without an end, too.
    let endless = "y".repeat(MAX_HEAD + MAX_SKIPPED + 10);
    assert!(read(endless.as_bytes(), 1000).contains("x-weiquan-shortened"));
}
