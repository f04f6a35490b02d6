//! The local system's files: what is damaged, not ours or newer is refused and left alone; the copy; the
//! stream's records.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Stdio;

use demo::OPEN_APP;
use rusqlite::Connection;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use weiquan_store::id::{Follow, RootNumber, Uid, WeiboId};
use weiquan_store::keys::{self, Key};

use crate::support::gateway::get;
use crate::support::local::start_in;
use crate::support::xweibo::{follow, publish, unfollow};
use crate::support::{BAI, STAR, World};

/// A folder with the data of a system that has ended, and one message.
async fn written() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let local = start_in(folder.path()).await.unwrap();
    let post = format!(
        "/?s=App.Market_Message.Post&app_key={OPEN_APP}&message_key=k&message_content=kept"
    );
    assert!(
        get(&local.demo.base_url, &post)
            .await
            .contains("\"ret\":200")
    );
    local.stop().await;
    folder
}

async fn has_message(local: &local::Running) -> bool {
    let show = format!("/?s=App.Market_Message.Show&app_key={OPEN_APP}&message_key=k");
    get(&local.demo.base_url, &show).await.contains("kept")
}

/// What a start says that is refused; it changes nothing in the folder's database.
async fn refused(folder: &Path) -> String {
    let file = folder.join("weiquan.db");
    let before = fs::read(&file).ok();
    let said = start_in(folder).await.err().unwrap();
    assert_eq!(fs::read(&file).ok(), before, "{said}");
    assert!(said.contains(file.to_str().unwrap()), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

/// Overwrites the second half of the database, or its beginning.
fn damage(file: &Path, from: u64) {
    let mut opened = fs::OpenOptions::new().write(true).open(file).unwrap();
    let length = opened.metadata().unwrap().len();
    opened.seek(SeekFrom::Start(from)).unwrap();
    let count = (length - from).min(length / 2);
    let noise: Vec<u8> = (0..count).map(|place| (place * 31 % 251) as u8).collect();
    opened.write_all(&noise).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_refused_and_restored_from_its_copy() {
    let folder = written().await;
    let file = folder.path().join("weiquan.db");
    let whole = fs::read(&file).unwrap();
    for (from, words) in [
        (whole.len() as u64 / 2, "is damaged"),
        (0, "is not a database"),
    ] {
        fs::write(&file, &whole).unwrap();
        damage(&file, from);
        let said = refused(folder.path()).await;
        assert!(
            said.contains(words) && said.contains("--data DIR"),
            "{said}"
        );
    }
    fs::write(&file, &whole).unwrap();
    local::copy::make(&file).unwrap();
    for from in [whole.len() as u64 / 2, 0] {
        damage(&file, from);
        let said = refused(folder.path()).await;
        assert!(said.contains("--restore"), "{said}");
        let damaged = fs::read(&file).unwrap();
        let options = local::Options {
            data: Some(folder.path().to_owned()),
            restore: true,
            ..local::Options::default()
        };
        let local = local::start(&options).await.unwrap();
        assert!(has_message(&local).await);
        let aside = local.put_aside.clone().unwrap();
        assert_eq!(fs::read(aside.join("weiquan.db")).unwrap(), damaged);
        local.stop().await;
        fs::remove_dir_all(aside).unwrap();
    }
    // What vanished is not begun anew while there is a copy.
    fs::remove_file(&file).unwrap();
    let said = refused(folder.path()).await;
    assert!(said.contains("--restore"), "{said}");
    // A damaged copy restores nothing.
    damage(&local::copy::of(&file), 0);
    let said = local::copy::restore(&file).err().unwrap().to_string();
    assert!(said.contains("cannot restore") && !file.exists(), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_made_of_a_whole_database_alone() {
    let folder = written().await;
    let file = folder.path().join("weiquan.db");
    local::copy::make(&file).unwrap();
    let copy = fs::read(local::copy::of(&file)).unwrap();
    damage(&file, file.metadata().unwrap().len() / 2);
    assert!(local::copy::make(&file).is_err());
    assert_eq!(fs::read(local::copy::of(&file)).unwrap(), copy);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ours_or_newer_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("weiquan.db");
    fs::write(&file, "this is no database, but a text").unwrap();
    assert!(
        refused(folder.path())
            .await
            .contains("is not a database of Weiquan")
    );
    fs::remove_file(&file).unwrap();
    let other = Connection::open(&file).unwrap();
    other
        .execute_batch("CREATE TABLE letters (text TEXT)")
        .unwrap();
    drop(other);
    assert!(
        refused(folder.path())
            .await
            .contains("is not a database of Weiquan")
    );

    let folder = written().await;
    let file = folder.path().join("weiquan.db");
    let ours = Connection::open(&file).unwrap();
    let newer = "UPDATE _config SET value = '99' WHERE key = 'schema_version'";
    ours.execute_batch(newer).unwrap();
    drop(ours);
    let said = refused(folder.path()).await;
    assert!(
        said.contains("newer version") && !said.contains("remove"),
        "{said}"
    );
    // An empty file is what a first start leaves that was ended at once.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("weiquan.db"), "").unwrap();
    start_in(folder.path()).await.unwrap().stop().await;
}

fn rows(file: &Path, sql: &str) -> Vec<String> {
    let connection = Connection::open(file).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, String>(0));
    rows.unwrap().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_were_worked_off_go_and_the_next_number_is_found_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("weiquan.db");
    let world = World::new().await;
    let ctx = world.ctx.for_request("stream");
    let database = local::open(Some(&file)).unwrap();
    let put = |number: usize| {
        let item = json!({ "PK": { "S": "OTHER#x" }, "SK": { "S": number.to_string() } });
        let request = json!({ "TableName": local::TABLE, "Item": item });
        database
            .put_item(serde_json::from_value(request).unwrap())
            .unwrap();
    };
    let held = || {
        rows(
            &file,
            "SELECT sequence_number FROM _stream_records ORDER BY id",
        )
    };
    // What matches no filter: every record is read, none needs a function.
    for number in 0..250 {
        put(number);
    }
    let all = held();
    assert_eq!(all.len(), 250);
    let mut reader = local::stream::Reader::new(database.clone(), local::TABLE).unwrap();
    while reader.step(&ctx).await.unwrap() {}
    // The last one stays: the numbers go on from it.
    assert_eq!(held(), all[249..]);
    put(250);
    put(251);
    let more = held();
    assert_eq!((more.len(), &more[0]), (3, &all[249]));
    assert!(more.is_sorted());
    // Another reader goes on where that one was.
    let mut reader = local::stream::Reader::new(database.clone(), local::TABLE).unwrap();
    assert!(reader.step(&ctx).await.unwrap());
    assert!(!reader.step(&ctx).await.unwrap());
    assert_eq!(held(), more[2..]);

    // The statements of the embedded store, as it says them.
    for sql in [
        "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = 'weiquan'",
        "SELECT event_name FROM _stream_records WHERE table_name = 'weiquan' AND shard_id = 's' AND \
         CAST(sequence_number AS INTEGER) > 1 ORDER BY CAST(sequence_number AS INTEGER) ASC LIMIT 100",
    ] {
        let connection = Connection::open(&file).unwrap();
        let mut plan = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let plan = plan.query_map([], |row| row.get::<_, String>(3)).unwrap();
        let plan: Vec<_> = plan.map(Result::unwrap).collect();
        assert!(
            plan.iter().all(|step| step.contains("weiquan_sequence")),
            "{plan:?}"
        );
    }
}

#[tokio::test]
async fn the_templates_filter_passes_what_is_meant_for_somebody_and_nothing_else() {
    let filter = local::stream_filter::StreamFilter::of_template().unwrap();
    let wants_of = |key: &Key, event: &str, image: serde_json::Value| {
        let keys = json!({ "PK": { "S": key.pk }, "SK": { "S": key.sk } });
        let change = json!({ "Keys": keys, "NewImage": image });
        filter.wants(&json!({ "eventName": event, "dynamodb": change }))
    };
    let wants = |key: &Key, event: &str| wants_of(key, event, json!({}));
    let edge = Follow {
        fan: Uid::new(8),
        member: Uid::new(7),
    };
    let (weibo, fan) = (keys::weibo(WeiboId::new(7)), keys::fan(edge));
    let relation = keys::relation(edge);
    for event in ["INSERT", "MODIFY", "REMOVE"] {
        let blocked = json!({ "blocked": { "BOOL": true } });
        assert_eq!(
            wants_of(&relation, event, blocked),
            event != "REMOVE",
            "{event}"
        );
        assert!(!wants(&relation, event), "{event}");
    }
    let comment = keys::thread_root(&keys::weibo_thread(WeiboId::new(7)), RootNumber::new(1));
    for (key, events) in [
        (&weibo, ["INSERT", "REMOVE"].as_slice()),
        (&fan, &["INSERT", "REMOVE"]),
        (&comment, &["INSERT", "REMOVE"]),
    ] {
        for event in ["INSERT", "MODIFY", "REMOVE"] {
            assert_eq!(
                wants(key, event),
                events.contains(&event),
                "{key:?} {event}"
            );
        }
    }
    // Of all items of a used table, those that the function knows.
    let world = World::new().await;
    publish(&world, BAI, "one").await;
    follow(&world, BAI, STAR).await;
    world.settle().await;
    publish(&world, STAR, "@小白 two").await;
    unfollow(&world, BAI, STAR).await;
    let mut known = 0;
    for item in world.dump().await {
        let key: Key = serde_json::from_str(&item).unwrap();
        let is_known =
            keys::entity(&key).is_some_and(|entity| !matches!(entity, keys::Entity::Relation(_)));
        assert_eq!(wants(&key, "INSERT"), is_known, "{key:?}");
        assert!(!wants(&key, "MODIFY"), "{key:?}");
        known += usize::from(is_known);
    }
    assert!(known > 1, "{known}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_on_existing_data_says_nothing() {
    let folder = written().await;
    let mut child = Command::new(crate::support::binaries::binary("local").await)
        .arg("--data")
        .arg(folder.path())
        .args(["--port", "0", "--dynamodb-port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut told = [0; 4096];
    let mut out = child.stdout.take().unwrap();
    assert!(out.read(&mut told).await.unwrap() > 0);
    child.kill().await.unwrap();
    let mut said = String::new();
    let mut err = child.stderr.take().unwrap();
    err.read_to_string(&mut said).await.unwrap();
    assert_eq!(said, "");
}
