//! What a start prints: the addresses, and a call of each family that works when it is pasted into bash, zsh or dash.

use demo::Demo;
use serde_json::json;
use weiquan::form_data::percent_encode;

use crate::system::Running;

/// The banner for programs: one line of JSON.
pub fn json(running: &Running) -> String {
    let demo = &running.demo;
    json!({
        "gateway": demo.base_url,
        "dynamodb": demo.dynamodb_url,
        "table": demo.table,
        "demo": running.demo_file,
        "put_aside": running.put_aside,
        "calls": calls(running).map(|(_, line)| line),
    })
    .to_string()
}

/// The banner for people.
pub fn text(running: &Running) -> String {
    let demo = &running.demo;
    let mut text = format!(
        "Weiquan runs.\n  gateway   {}\n  DynamoDB  {}  (table {})\n  demo data {}\n",
        demo.base_url,
        demo.dynamodb_url,
        demo.table,
        running.demo_file.display()
    );
    if let Some(folder) = &running.put_aside {
        text += &format!("  what was restored over is in {}\n", folder.display());
    }
    if running.is_open {
        text += "\nWhoever is in a network of this machine can call the gateway, also with the keys of the demo data, \
                 which everybody knows. DynamoDB's port is for this machine alone.\n";
    }
    for (title, line) in calls(running) {
        text += &format!("\n{title}\n  {line}\n");
    }
    text + "\nCtrl-C ends it."
}

/// A call of each family: what it does, and its command line.
fn calls(running: &Running) -> [(&'static str, String); 3] {
    let demo = &running.demo;
    let url = &demo.base_url;
    let app = demo.apps.first().map(|app| app.app_key.as_str());
    let app = app.unwrap_or_default();
    let message = format!(
        "curl '{url}/?s=App.Market_Message.Post' -d app_key={app} -d message_key=hello \
         --data-urlencode message_content=你好"
    );
    let site_uid = demo.members.first().map(|m| m.site_uid.as_str());
    let site_uid = site_uid.unwrap_or_default();
    let (akey, skey) = (&demo.xweibo.akey, &demo.xweibo.skey);
    let weibo = format!(
        r#"T=$(date +%s); curl '{url}/?m=api/weibo/action.update' -d api_uid={site_uid} -d api_time=$T -d api_sign=$(printf '%s' "{akey}#{site_uid}#$T#{skey}#update#" | md5sum | cut -c1-32) --data-urlencode "text=你好 $T $$""#
    );
    [
        ("OkayAPI: post a message", message),
        (
            "Xweibo: publish a weibo (this site takes any old api_time; a new one the last 600 seconds)",
            weibo,
        ),
        ("QZone: publish a feed", feed(demo)),
    ]
}

fn feed(demo: &Demo) -> String {
    let url = &demo.base_url;
    let qzone = &demo.qzone;
    let feed = r#"{"action":1,"title":"Weiquan","titleurl":"http://example.com/"}"#;
    let encoded_feed = percent_encode(feed);
    // Tencent's base string: the parameters are joined, then encoded once.
    let norm = format!(
        "feeds_data%3D{encoded_feed}%26oauth_consumer_key%3D{}%26oauth_nonce%3D@N%26\
         oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D@T%26oauth_token%3D{}%26\
         oauth_version%3D1.0%26openid%3D{}",
        qzone.consumer_key, qzone.token, qzone.openid
    );
    let base_url = percent_encode(&format!("{url}/feeds/add_feeds"));
    format!(
        r#"T=$(date +%s); N=$(openssl rand -hex 8); curl {url}/feeds/add_feeds -d oauth_consumer_key={key} -d oauth_token={token} -d oauth_nonce=$N -d oauth_timestamp=$T -d oauth_version=1.0 -d oauth_signature_method=HMAC-SHA1 -d openid={openid} --data-urlencode 'feeds_data={feed}' --data-urlencode "oauth_signature=$(printf '%s' 'POST&{base_url}&{norm}' | sed "s/@N/$N/;s/@T/$T/" | openssl dgst -sha1 -hmac '{secret}&{token_secret}' -binary | base64)""#,
        key = qzone.consumer_key,
        token = qzone.token,
        openid = qzone.openid,
        secret = qzone.consumer_secret,
        token_secret = qzone.token_secret,
    )
}
