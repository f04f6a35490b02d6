//! What a start prints: the addresses, and a call of each family that works when pasted.

use local::Running;
use shared::form::percent_encode;

/// The banner.
pub fn text(running: &Running) -> String {
    let demo = &running.demo;
    let (url, table) = (&demo.base_url, &demo.table);
    let app = demo
        .apps
        .first()
        .map(|app| app.app_key.as_str())
        .unwrap_or_default();
    let site_uid = demo
        .members
        .first()
        .map(|m| m.site_uid.as_str())
        .unwrap_or_default();
    let (akey, skey) = (&demo.xweibo.akey, &demo.xweibo.skey);
    let qzone = &demo.qzone;
    let feed = r#"{"action":1,"title":"Weiquan","titleurl":"http://example.com/"}"#;
    let encoded_feed = percent_encode(feed);
    // Tencent's base string: the parameters joined, then encoded once.
    let norm = |nonce: &str, time: &str| {
        format!(
            "feeds_data%3D{encoded_feed}%26oauth_consumer_key%3D{}%26oauth_nonce%3D{nonce}%26\
             oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D{time}%26oauth_token%3D{}%26\
             oauth_version%3D1.0%26openid%3D{}",
            qzone.consumer_key, qzone.token, qzone.openid
        )
    };
    let base_url = percent_encode(&format!("{url}/feeds/add_feeds"));
    format!(
        r#"Weiquan runs.
  gateway   {url}
  DynamoDB  {dynamodb}  (table {table})
  demo data {file}

OkayAPI: post a message
  curl '{url}/?s=App.Market_Message.Post' -d app_key={app} -d message_key=hello --data-urlencode message_content=你好

Xweibo: publish a weibo
  T=$(date +%s); curl '{url}/?m=api/weibo/action.update' -d api_uid={site_uid} -d api_time=$T -d api_sign=$(printf '%s' "{akey}#{site_uid}#$T#{skey}#update#" | md5sum | cut -c1-32) --data-urlencode "text=你好 $(date +%T.%N)"

QZone: publish a feed
  T=$(date +%s); N=$RANDOM$RANDOM; curl {url}/feeds/add_feeds -d oauth_consumer_key={key} -d oauth_token={token} -d oauth_nonce=$N -d oauth_timestamp=$T -d oauth_version=1.0 -d oauth_signature_method=HMAC-SHA1 -d openid={openid} --data-urlencode 'feeds_data={feed}' --data-urlencode "oauth_signature=$(printf '%s' 'POST&{base_url}&{norm}' | sed "s/@N/$N/;s/@T/$T/" | openssl dgst -sha1 -hmac '{secret}&{token_secret}' -binary | base64)"

Ctrl-C ends it."#,
        dynamodb = demo.dynamodb_url,
        file = running.demo_file.display(),
        key = qzone.consumer_key,
        token = qzone.token,
        openid = qzone.openid,
        norm = norm("@N", "@T"),
        secret = qzone.consumer_secret,
        token_secret = qzone.token_secret,
    )
}
