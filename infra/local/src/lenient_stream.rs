//! A connection that accepts what old clients send: it makes their requests readable for the HTTP library. API Gateway accepts `"`, `<`, `>` and spaces in a
//! query, and answers in words that a request line is too long; the library does neither.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::http::HeaderName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The maximum size of a head that is passed on whole.
const MAX_HEAD: usize = 64 << 10;
/// How much more of a head is read and skipped.
const MAX_SKIPPED: usize = 1 << 20;
/// How much of the target of a longer head is passed on: more than any function accepts.
const KEPT_TARGET: usize = 16 << 10;
/// The maximum number of header lines that the library reads.
const MAX_LINES: usize = 100;
/// The maximum length of a line between chunks.
const MAX_CHUNK_LINE: usize = 4 << 10;

/// The header that marks a shortened head.
pub const SHORTENED: HeaderName = HeaderName::from_static("x-weiquan-shortened");

/// A connection whose request lines are made valid. It finds the end of a request from its head, as the library does. What
/// is not a request is passed on unchanged, for the library to refuse.
pub struct LenientStream<S> {
    stream: S,
    stage: Stage,
    /// Bytes received and not yet examined.
    taken: Vec<u8>,
    /// Bytes ready to be read.
    ready: Vec<u8>,
    /// How many of the ready bytes have been read.
    given: usize,
    ended: bool,
}

enum Stage {
    /// A head comes next; so many bytes of it are known not to contain its end.
    Head(usize),
    /// A head is to be shortened to these bytes; so many bytes of it were skipped.
    Long(Vec<u8>, usize),
    /// So many bytes of a body come next.
    Body(u64),
    /// The length of a chunk comes next.
    Chunk,
    /// So many bytes of a chunk come next, with the end of its line.
    InChunk(u64),
    /// The lines after the last chunk come next.
    Trailer,
    /// Nothing that can be parsed.
    Other,
}

impl<S> LenientStream<S> {
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            stage: Stage::Head(0),
            taken: Vec::new(),
            ready: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    /// Moves the bytes that have been examined to those that are ready.
    fn advance(&mut self) {
        while !self.taken.is_empty() {
            let next = match std::mem::replace(&mut self.stage, Stage::Other) {
                Stage::Head(known) => self.head(known),
                Stage::Long(head, skipped) => self.long(head, skipped),
                Stage::Body(left) => self.pass(left, Stage::Body, Stage::Head(0)),
                Stage::Chunk => self.line(
                    |line| match chunk_length(line) {
                        Some(0) => Stage::Trailer,
                        Some(length) => Stage::InChunk(length.saturating_add(2)),
                        None => Stage::Other,
                    },
                    Stage::Chunk,
                ),
                Stage::InChunk(left) => self.pass(left, Stage::InChunk, Stage::Chunk),
                Stage::Trailer => self.line(
                    |line| match line {
                        b"\n" | b"\r\n" => Stage::Head(0),
                        _ => Stage::Trailer,
                    },
                    Stage::Trailer,
                ),
                Stage::Other => {
                    self.ready.append(&mut self.taken);
                    (Stage::Other, false)
                }
            };
            self.stage = next.0;
            if !next.1 {
                return;
            }
        }
    }

    /// The stage after a head, and whether to continue.
    fn head(&mut self, known: usize) -> (Stage, bool) {
        if known == 0 {
            // There may be empty lines between requests.
            let blank = self
                .taken
                .iter()
                .take_while(|b| matches!(**b, b'\r' | b'\n'));
            let blank = blank.count();
            self.taken.drain(..blank);
        }
        let Some(end) = end_of_head(&self.taken, known) else {
            if self.taken.len() <= MAX_HEAD {
                return (Stage::Head(self.taken.len().saturating_sub(3)), false);
            }
            let head = shortened(&self.taken);
            return (Stage::Long(head, 0), true);
        };
        let head: Vec<u8> = self.taken.drain(..end).collect();
        if end > MAX_HEAD || lines(&head) > MAX_LINES {
            self.ready.extend(shortened(&head));
            return (Stage::Other, true);
        }
        let valid = with_valid_query(&head);
        let stage = after(&valid);
        self.ready.extend(valid);
        (stage, true)
    }

    /// Reads the rest of a head that is too long, so that its sender reads the answer.
    fn long(&mut self, head: Vec<u8>, skipped: usize) -> (Stage, bool) {
        let end = end_of_head(&self.taken, 0);
        let skipped = skipped + self.taken.len();
        if end.is_none() && skipped < MAX_SKIPPED {
            let kept = self.taken.len().saturating_sub(3);
            self.taken.drain(..kept);
            return (Stage::Long(head, skipped), false);
        }
        self.taken.drain(..end.unwrap_or(self.taken.len()));
        self.ready.extend(head);
        (Stage::Other, true)
    }

    fn pass(&mut self, left: u64, more: fn(u64) -> Stage, then: Stage) -> (Stage, bool) {
        let count = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(self.taken.len());
        self.ready.extend(self.taken.drain(..count));
        match left.saturating_sub(count as u64) {
            0 => (then, true),
            left => (more(left), false),
        }
    }

    fn line(&mut self, then: impl FnOnce(&[u8]) -> Stage, same: Stage) -> (Stage, bool) {
        match self.taken.iter().position(|b| *b == b'\n') {
            Some(end) => {
                let line: Vec<u8> = self.taken.drain(..=end).collect();
                let stage = then(&line);
                self.ready.extend(line);
                (stage, true)
            }
            None if self.taken.len() > MAX_CHUNK_LINE => (Stage::Other, true),
            None => (same, false),
        }
    }
}

/// Where the head ends, searched for from `from` on.
fn end_of_head(bytes: &[u8], from: usize) -> Option<usize> {
    let mut line = from;
    while let Some(end) = bytes.get(line..)?.iter().position(|b| *b == b'\n') {
        line += end + 1;
        let rest = bytes.get(line..)?;
        if rest.starts_with(b"\n") {
            return Some(line + 1);
        }
        if rest.starts_with(b"\r\n") {
            return Some(line + 2);
        }
    }
    None
}

fn lines(head: &[u8]) -> usize {
    // The request line and the empty line are not counted.
    head.iter()
        .filter(|b| **b == b'\n')
        .count()
        .saturating_sub(2)
}

fn request_line(head: &[u8]) -> (&[u8], &[u8]) {
    let end = head.iter().position(|b| *b == b'\n').unwrap_or(head.len());
    head.split_at(end)
}

/// Percent-encodes the characters that are not allowed in the query of a request line.
fn with_valid_query(head: &[u8]) -> Vec<u8> {
    let (line, rest) = request_line(head);
    let (Some(start), Some(stop)) = (
        line.iter().position(|b| *b == b'?'),
        line.windows(6).rposition(|part| part == b" HTTP/"),
    ) else {
        return head.to_vec();
    };
    let mut valid = Vec::with_capacity(head.len());
    for (at, &byte) in line.iter().enumerate() {
        match byte {
            b' ' | b'"' | b'<' | b'>' if (start..stop).contains(&at) => {
                valid.extend_from_slice(format!("%{byte:02X}").as_bytes());
            }
            _ => valid.push(byte),
        }
    }
    valid.extend_from_slice(rest);
    valid
}

/// The replacement for a head that is too long: the beginning of its request line.
fn shortened(head: &[u8]) -> Vec<u8> {
    let (line, _) = request_line(head);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let end = line.windows(6).rposition(|part| part == b" HTTP/");
    let kept = end.unwrap_or(line.len()).min(KEPT_TARGET);
    let (kept, _) = line.split_at(kept);
    let mut head = kept.to_vec();
    head.extend_from_slice(b" HTTP/1.1\r\n");
    head.extend_from_slice(SHORTENED.as_str().as_bytes());
    head.extend_from_slice(b": 1\r\nconnection: close\r\n\r\n");
    with_valid_query(&head)
}

/// What comes after a head.
fn after(head: &[u8]) -> Stage {
    let mut headers = [httparse::EMPTY_HEADER; MAX_LINES];
    let mut request = httparse::Request::new(&mut headers);
    if !matches!(request.parse(head), Ok(httparse::Status::Complete(_))) {
        return Stage::Other;
    }
    let value = |name: &str| {
        let header = request
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name));
        header.map(|header| {
            String::from_utf8_lossy(header.value)
                .trim()
                .to_ascii_lowercase()
        })
    };
    match (value("transfer-encoding"), value("content-length")) {
        (Some(encoding), _) if encoding == "chunked" => Stage::Chunk,
        (Some(_), _) => Stage::Other,
        (None, Some(length)) => length.parse().map_or(Stage::Other, |length| match length {
            0 => Stage::Head(0),
            length => Stage::Body(length),
        }),
        (None, None) => Stage::Head(0),
    }
}

fn chunk_length(line: &[u8]) -> Option<u64> {
    let line = std::str::from_utf8(line).ok()?;
    let length = line.split(';').next()?.trim();
    u64::from_str_radix(length, 16).ok()
}

impl<S: AsyncRead + Unpin> AsyncRead for LenientStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.given == self.ready.len() {
            self.ready.clear();
            self.given = 0;
            if self.ended {
                return Poll::Ready(Ok(()));
            }
            let mut chunk = [0; 8 << 10];
            let mut chunk = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut chunk))?;
            self.taken.extend_from_slice(chunk.filled());
            if chunk.filled().is_empty() {
                self.ended = true;
                self.stage = Stage::Other;
            }
            self.advance();
        }
        let rest = self.ready.get(self.given..).unwrap_or_default();
        let count = rest.len().min(out.remaining());
        out.put_slice(rest.get(..count).unwrap_or_default());
        self.given += count;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for LenientStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
