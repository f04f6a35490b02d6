//! The local system's data over restarts.

use aws_sdk_dynamodb::types::AttributeValue;
use weiquan_store::members::session::Realm;
use weiquan_store::{aws, keys};

use crate::support::BAI;
use crate::support::gateway::get;
use crate::support::local::start_in;

#[tokio::test(flavor = "multi_thread")]
async fn ended_sessions_are_made_anew_and_changed_settings_stay() {
    let folder = tempfile::tempdir().unwrap();
    let running = start_in(folder.path()).await.unwrap();
    let member = BAI.member(&running.demo).clone();
    let table = aws::local_client(&running.demo.dynamodb_url);
    let session = keys::session(
        &member.uuid.as_str().into(),
        &weiquan_store::id::TokenHash::of(&member.token),
    );
    for (key, name, value) in [
        (session, "expires_at", AttributeValue::N("1".to_owned())),
        (
            keys::app(&demo::OPEN_APP.into()),
            "status",
            AttributeValue::S("banned".to_owned()),
        ),
    ] {
        table
            .update_item()
            .table_name(local::TABLE)
            .key("PK", AttributeValue::S(key.pk))
            .key("SK", AttributeValue::S(key.sk))
            .update_expression("SET #name = :value")
            .expression_attribute_names("#name", name)
            .expression_attribute_values(":value", value)
            .send()
            .await
            .unwrap();
    }
    running.stop().await;

    let running = start_in(folder.path()).await.unwrap();
    let moment = |app: &str| {
        format!(
            "/api/App/Market_Minimoments/PostMoment?app_key={app}&uuid={}&token={}&moment_nickname=x&moment_access=0",
            member.uuid, member.token
        )
    };
    let url = &running.demo.base_url;
    assert!(
        get(url, &moment(demo::OPEN_APP))
            .await
            .contains("\"ret\":408")
    );
    let client = weiquan::Ctx::new(weiquan::ctx::Process::new(
        aws::local_client(&running.demo.dynamodb_url),
        local::TABLE,
    ));
    let found = weiquan_store::members::session::find(
        &client.store,
        Realm::Api,
        &member.uuid.as_str().into(),
        &member.token,
    )
    .await
    .unwrap();
    assert!(found.is_some(), "the demo's session lives again");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn demo_json_tells_programs_what_they_need() {
    let folder = tempfile::tempdir().unwrap();
    let running = start_in(folder.path()).await.unwrap();
    let text = std::fs::read_to_string(folder.path().join("demo.json")).unwrap();
    let demo: serde_json::Value = serde_json::from_str(&text).unwrap();
    let names = |at: &str| {
        let fields = demo.pointer(at).unwrap().as_object().unwrap();
        let mut names: Vec<_> = fields.keys().map(String::as_str).collect();
        names.sort_unstable();
        names.join(" ")
    };
    assert_eq!(
        names(""),
        "apps base_url dynamodb_url members qzone table xweibo"
    );
    assert_eq!(names("/apps/0"), "app_key app_secrect sign_mode");
    assert_eq!(
        names("/members/1"),
        "nick openid password site_uid token uid username uuid"
    );
    assert_eq!(names("/xweibo"), "akey api_key past_seconds skey");
    assert_eq!(demo["xweibo"]["past_seconds"], serde_json::Value::Null);
    assert_eq!(
        names("/qzone"),
        "consumer_key consumer_secret openid token token_secret"
    );
    assert_eq!(
        (&demo["apps"][0]["sign_mode"], &demo["apps"][1]["sign_mode"]),
        (&"off".into(), &"dynamic".into())
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_serves_one_process_of_one_version() {
    let folder = tempfile::tempdir().unwrap();
    let running = start_in(folder.path()).await.unwrap();
    let said = start_in(folder.path()).await.err().unwrap();
    assert!(said.contains("another process uses"), "{said}");
    let key = keys::schema();
    aws::local_client(&running.demo.dynamodb_url)
        .put_item()
        .table_name(local::TABLE)
        .item("PK", AttributeValue::S(key.pk))
        .item("SK", AttributeValue::S(key.sk))
        .item("version", AttributeValue::N("999".to_owned()))
        .send()
        .await
        .unwrap();
    running.stop().await;
    let said = start_in(folder.path()).await.err().unwrap();
    assert!(
        said.contains("version 999") && said.lines().count() == 1,
        "{said}"
    );
    assert!(said.contains("newer") && !said.contains("remove"), "{said}");
}
