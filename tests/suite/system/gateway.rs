//! The local system through HTTP, byte by byte.

use demo::OPEN_APP;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use weiquan::ctx::{Ctx, Process};
use weiquan_store::aws;
use weiquan_store::clients::{self, App};

use crate::support::gateway::{get, post, raw, start};

#[tokio::test(flavor = "multi_thread")]
async fn every_family_answers_over_http() {
    let local = start().await;
    let url = &local.demo.base_url;
    let show = get(
        url,
        &format!("//?s=App.Market_Message.Show&app_key={OPEN_APP}"),
    )
    .await;
    assert!(
        show.starts_with("HTTP/1.1 200") && show.contains("\"total\":0"),
        "{show}"
    );
    assert!(
        show.contains("x-request-id: ") && show.contains("cache-control: no-store"),
        "{show}"
    );
    let update = post(
        url,
        "/index.php?m=api/weibo/action.update",
        "application/x-www-form-urlencoded",
        b"text=x",
    )
    .await;
    assert!(update.contains("\"errno\":3010004"), "{update}");
    let feed = get(url, "/feeds/add_feeds").await;
    assert!(
        feed.starts_with("HTTP/1.1 405") && feed.contains("allow: POST"),
        "{feed}"
    );
    assert!(
        feed.contains("document.domain=\"127.0.0.1\";"),
        "the page works on its own host: {feed}"
    );
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn characters_that_should_have_been_encoded_reach_the_families() {
    let local = start().await;
    let url = &local.demo.base_url;
    let message = r#"<a href="x">{1} a b</a>"#;
    let target = format!(
        "/?s=App.Market_Message.Post&app_key={OPEN_APP}&message_key=k&message_content={message}"
    );
    let posted = get(url, &target).await;
    assert!(posted.contains("\"ret\":200"), "{posted}");
    let page = get(
        url,
        &format!("/?s=App.Market_Message.Show&message_key=k&app_key={OPEN_APP}"),
    )
    .await;
    let body: serde_json::Value =
        serde_json::from_str(page.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body["data"]["items"][0]["message_content"], message);
    // Slowly, byte by byte.
    let stream = url.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(stream).await.unwrap();
    for byte in b"GET /?s=<x> HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" {
        stream.write_all(&[*byte]).await.unwrap();
        stream.flush().await.unwrap();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("接口服务<x>不存在"), "{answer}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_api_gateway_refuses_is_refused() {
    let local = start().await;
    let url = &local.demo.base_url;
    let large = post(url, "/", "text/plain", &vec![b'x'; (6 << 20) + 1]).await;
    assert!(large.starts_with("HTTP/1.1 413"), "{large}");
    let over = post(
        url,
        "/?s=App.Market_Message.Show",
        "text/plain",
        &vec![b'x'; (1 << 20) + 1],
    )
    .await;
    assert!(
        over.contains("\"ret\":400") && over.contains("1MB"),
        "{over}"
    );
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_callers_address_comes_from_the_connection() {
    let local = start().await;
    let table = Ctx::new(Process::new(
        aws::local_client(&local.demo.dynamodb_url),
        local::TABLE,
    ));
    let mut app = clients::read::<App>(&table.store, OPEN_APP)
        .await
        .unwrap()
        .unwrap();
    app.ip_allow = vec!["10.0.0.1/32".parse().unwrap()];
    clients::replace(&table.store, &app).await.unwrap();
    let request = format!(
        "GET /?s=App.Market_Message.Show&app_key={OPEN_APP} HTTP/1.1\r\nHost: localhost\r\n\
         Connection: close\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n"
    );
    let answer = raw(&local.demo.base_url, request.as_bytes()).await;
    assert!(answer.contains("\"ret\":403"), "{answer}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_ten_trees_comes_whole() {
    let local = start().await;
    let url = &local.demo.base_url;
    let text = "x".repeat(300);
    let post = async |pid: u64| {
        let target = format!(
            "/?s=App.Market_Message.Post&app_key={OPEN_APP}&message_key=k&message_pid={pid}&message_content={text}"
        );
        let reply = get(url, &target).await;
        let id = reply.split_once("\"id\":").unwrap().1;
        id.split_once('}').unwrap().0.parse::<u64>().unwrap()
    };
    for _ in 0..10 {
        let root = post(0).await;
        for _ in 0..3 {
            post(root).await;
        }
    }
    let target = format!("/?s=App.Market_Message.Show&app_key={OPEN_APP}&message_key=k");
    assert_eq!(get(url, &target).await.matches(&text).count(), 40);
    local.stop().await;
}
