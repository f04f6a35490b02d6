//! The local gateway's connections: kept alive, mended, bounded in time, and whom they may address.

use std::time::Duration;

use demo::OPEN_APP;
use serde_json::Value;

use crate::support::gateway::{get, post, raw, start};

/// The bodies of several answers on one connection.
fn bodies(answers: &str) -> Vec<String> {
    let mut rest = answers.as_bytes();
    let mut bodies = Vec::new();
    while !rest.is_empty() {
        let text = std::str::from_utf8(rest).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let length = head.to_lowercase();
        let length = length.split_once("content-length: ").unwrap().1;
        let length: usize = length.lines().next().unwrap().parse().unwrap();
        bodies.push(body[..length].to_owned());
        rest = &body.as_bytes()[length..];
    }
    bodies
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_on_one_connection_are_all_answered_in_order() {
    let local = start().await;
    let chunked = "POST /?s=<2> HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n\
        5\r\na=<b>\r\n15\r\nGET /?s=<no> HTTP/1.1\r\n0\r\n\r\n";
    let measured = "POST /?s=<3> HTTP/1.1\r\nHost: localhost\r\nContent-Length: 29\r\n\r\n\
        \r\n\r\nGET /?s=<no> HTTP/1.1\r\n\r\n";
    let request = format!(
        "GET /?s=<1> x HTTP/1.1\r\nHost: localhost\r\n\r\n{chunked}{measured}\
         GET /?s=\"4\" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    );
    let answers = raw(&local.demo.base_url, request.as_bytes()).await;
    let said: Vec<String> = bodies(&answers)
        .iter()
        .map(|body| serde_json::from_str::<Value>(body).unwrap()["msg"].to_string())
        .collect();
    let wanted = ["<1> x", "<2>", "<3>", "\\\"4\\\""];
    assert_eq!(said.len(), wanted.len(), "{answers}");
    for (said, wanted) in said.iter().zip(wanted) {
        let words = format!("接口服务{wanted}不存在");
        assert!(said.contains(&words), "{said}: {wanted}");
    }
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_is_said_in_the_words_of_the_family() {
    let local = start().await;
    let url = &local.demo.base_url;
    for size in [10_300, 100_000, 500_000] {
        let long = "x".repeat(size);
        let okay = get(url, &format!("/?s=App.Market_Message.Show&a=<{long}>")).await;
        assert!(
            okay.starts_with("HTTP/1.1 414 Request-URI Too Large\r\n"),
            "{okay}"
        );
        assert!(okay.ends_with("</html>\r\n"), "{okay}");
        let xweibo = get(url, &format!("/?m=api/weibo/action.update&text={long}")).await;
        assert!(xweibo.starts_with("HTTP/1.1 200"), "{xweibo}");
        assert!(xweibo.contains("\"errno\":1010005"), "{xweibo}");
        for path in ["feeds/add_feeds", "relation/add_idol"] {
            let qzone = get(url, &format!("/{path}?title={long}")).await;
            assert!(qzone.starts_with("HTTP/1.1 414"), "{qzone}");
            let words = "{\"message\":\"Request-URI Too Large\"}";
            assert!(qzone.contains(words), "{qzone}");
        }
        let head = format!("GET /?s=x HTTP/1.1\r\nHost: localhost\r\nCookie: {long}\r\n\r\n");
        let cookie = raw(url, head.as_bytes()).await;
        let words = "{\"message\":\"Request Header Fields Too Large\"}";
        assert!(cookie.starts_with("HTTP/1.1 431"), "{cookie}");
        assert!(cookie.contains(words), "{cookie}");
    }
    let lines = "a: b\r\n".repeat(150);
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n");
    let many = raw(url, many.as_bytes()).await;
    assert!(many.contains("Request Header Fields Too Large"), "{many}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_that_do_not_go_on_are_not_waited_for() {
    let options = local::Options {
        patience: local::Patience {
            head: Duration::from_millis(200),
            body: Duration::from_millis(200),
        },
        ..local::Options::default()
    };
    let local = local::start(&options).await.unwrap();
    let url = &local.demo.base_url;
    // Each of these would be waited for without end: `raw` returns when the connection is closed.
    for begun in [
        "",
        "GET /?s=x HTTP/1.1\r\nHost: local",
        "GET /?s=App.Hello.World HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ] {
        let answer = raw(url, begun.as_bytes()).await;
        assert_eq!(
            answer.contains("\"ret\":400"),
            begun.ends_with("\r\n\r\n"),
            "{answer}"
        );
    }
    let head = "POST /?s=x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345";
    let answer = raw(url, head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_not_this_machines_are_refused_unless_allowed() {
    let options = local::Options {
        allow_hosts: vec!["Old.Example.com".to_owned()],
        ..local::Options::default()
    };
    let local = local::start(&options).await.unwrap();
    let url = &local.demo.base_url;
    let greeted = |host: &str| {
        let request = format!(
            "GET /?s=App.Hello.World&name=x&app_key={OPEN_APP} HTTP/1.1\r\n{host}Connection: close\r\n\r\n"
        );
        async move { raw(url, request.as_bytes()).await }
    };
    for host in [
        "evil.test",
        "<script>",
        "127.0.0.1.evil.test:80",
        "10.1.2.3",
        "",
    ] {
        let answer = greeted(&format!("Host: {host}\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{host}: {answer}");
        assert!(answer.contains("--allow-host"), "{host}: {answer}");
    }
    for host in [
        "Host: localhost:8080\r\n",
        "Host: 127.0.0.1\r\n",
        "Host: [::1]:8080\r\n",
        "Host: old.example.com\r\n",
    ] {
        let answer = greeted(host).await;
        assert!(answer.contains("\"ret\":200"), "{host}: {answer}");
    }
    // Without a name it is no browser.
    let old = format!("GET /?s=App.Hello.World&name=x&app_key={OPEN_APP} HTTP/1.0\r\n\r\n");
    let answer = raw(url, old.as_bytes()).await;
    assert!(answer.contains("\"ret\":200"), "{answer}");
    local.stop().await;
}

/// Sends DynamoDB's port an operation with further headers.
async fn operation(url: &str, name: &str, headers: &str) -> String {
    let body = "{}";
    let request = format!(
        "POST / HTTP/1.1\r\n{headers}Connection: close\r\nAuthorization: any\r\n\
         Content-Type: application/x-amz-json-1.0\r\n\
         X-Amz-Target: DynamoDB_20120810.{name}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    raw(url, request.as_bytes()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_web_page_reaches_the_table() {
    let local = start().await;
    let url = &local.demo.dynamodb_url;
    for headers in [
        "Host: localhost\r\nOrigin: http://evil.test\r\n",
        "Host: localhost\r\nOrigin: null\r\n",
        "Host: evil.test\r\n",
        "Host: 192.0.2.1:8000\r\n",
    ] {
        let answer = operation(url, "ListTables", headers).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{headers}: {answer}");
        assert!(
            answer.contains("AccessDeniedException"),
            "{headers}: {answer}"
        );
        assert!(!answer.contains("weiquan\""), "{headers}: {answer}");
        assert!(
            !answer.to_lowercase().contains("access-control"),
            "{answer}"
        );
    }
    let preflight = "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.test\r\n\
        Access-Control-Request-Method: POST\r\nConnection: close\r\n\r\n";
    let answer = raw(url, preflight.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(
        !answer.to_lowercase().contains("access-control"),
        "{answer}"
    );
    let allowed = operation(url, "ListTables", "Host: 127.0.0.1:8000\r\n").await;
    assert!(allowed.contains("\"weiquan\""), "{allowed}");
    let unknown = operation(url, "DropEverything", "Host: localhost\r\n").await;
    assert!(unknown.contains("UnknownOperationException"), "{unknown}");
    let broken = operation(url, "GetItem", "Host: localhost\r\n").await;
    assert!(broken.starts_with("HTTP/1.1 400"), "{broken}");
    let unsigned = post(url, "/", "application/json", b"{}").await;
    assert!(unsigned.contains("UnknownOperationException"), "{unsigned}");
    local.stop().await;
}
