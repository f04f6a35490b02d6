//! What happens to callers who all change the same thing at once: comments on one weibo, messages in one thread, logins
//! of one member. They run in a process each, as on Lambda, and then all in one process, as in the local system.
//!
//!     cargo run -p local --example hot_item            # 16, 64, 256 and 1,024 callers
//!     cargo run -p local --example hot_item -- 300     # 300 callers
//!
//! Prints how many calls were answered, refused as too many, and failed; the calls to the store for each; and how many
//! were answered per second.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::sync::{Barrier, Semaphore, watch};
use weiquan::ctx::Process;
use weiquan::event::{Arrival, Event};
use weiquan::{Ctx, form_data, runtime, xweibo};
use weiquan_store::aws;
use weiquan_store::members::account::{self, NewLogin};
use weiquan_store::members::member;
use weiquan_store::members::member::Member;
use weiquan_store::members::session::Realm;

const HOST: &str = "weiquan.test";

enum Outcome {
    Answered,
    Refused,
    Failed,
}

#[tokio::main]
async fn main() -> Result<()> {
    let named: Vec<u64> = std::env::args().skip(1).flat_map(|n| n.parse()).collect();
    let counts = if named.is_empty() {
        vec![16, 64, 256, 1_024]
    } else {
        named
    };
    println!(
        "                  processes  callers  answered  refused  failed  calls each  a second"
    );
    for count in counts {
        for kind in ["comments", "messages", "logins"] {
            measure(kind, count, false).await?;
            measure(kind, count, true).await?;
        }
    }
    Ok(())
}

/// What is changed: the weibo, or the logins of the member.
struct Target {
    demo: demo::Demo,
    member: Member,
    weibo: String,
}

impl Target {
    /// Writes the demo data and a weibo.
    async fn make(ctx: &Ctx, store_url: &str) -> Result<Self> {
        demo::seed(ctx).await?;
        let demo = demo::describe(&format!("http://{HOST}"), store_url, local::TABLE);
        let someone = demo.members.first().context("no member")?;
        let member = member::by_uid_even_new(&ctx.store, someone.uid).await?;
        let text = [("text", "hot".to_owned())];
        let answer = call(ctx, signed(ctx, &demo, "update", &text)).await;
        let weibo = answer
            .split(r#""id":""#)
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .with_context(|| answer.clone())?;
        Ok(Self {
            member: member.context("no member")?,
            weibo: weibo.to_owned(),
            demo,
        })
    }

    /// The change of a kind by the caller `number`.
    async fn change(&self, ctx: &Ctx, kind: &str, number: u64) -> Outcome {
        match kind {
            "comments" => {
                let text = format!("comment {number}");
                let pairs = [("id", self.weibo.clone()), ("text", text)];
                let answer = call(ctx, signed(ctx, &self.demo, "comment", &pairs)).await;
                outcome(&answer, r#""errno":0"#, r#""errno":1040002"#)
            }
            "messages" => {
                let pairs = [
                    ("app_key", demo::OPEN_APP.to_owned()),
                    ("message_key", "hot".to_owned()),
                    ("message_content", format!("message {number}")),
                ];
                let arrival = post("/api/App/Market_Message/Post", &pairs);
                let answer = call(ctx, arrival).await;
                outcome(&answer, r#""err_code":0"#, r#""ret":414"#)
            }
            _ => log_in(ctx, &self.member, number).await,
        }
    }
}

async fn measure(kind: &'static str, count: u64, is_one: bool) -> Result<()> {
    let (stop, stopped) = watch::channel(());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let store = local::serve_store(local::open(None)?, listener, stopped)?;
    let process = || Ctx::new(Process::new(aws::local_client(&store.url), local::TABLE));
    let ctx = process();
    let target = Arc::new(Target::make(&ctx, &store.url).await?);
    let places = Arc::new(Semaphore::new(match is_one {
        true => local::AT_ONCE,
        false => Semaphore::MAX_PERMITS,
    }));
    let start = Arc::new(Barrier::new(usize::try_from(count).unwrap_or(1) + 1));
    let callers: Vec<_> = (0..count)
        .map(|number| {
            let ctx = if is_one { ctx.clone() } else { process() };
            let (start, places) = (Arc::clone(&start), Arc::clone(&places));
            let target = Arc::clone(&target);
            tokio::spawn(async move {
                // The connection is open, like that of a function before its first event.
                weiquan_store::table::warm_up(&ctx.store).await;
                start.wait().await;
                let _place = places.acquire().await;
                let ctx = ctx.for_request("hot");
                let outcome = target.change(&ctx, kind, number).await;
                let calls = ctx.store.meter.cost().actions.values().sum::<u32>();
                (outcome, calls)
            })
        })
        .collect();
    start.wait().await;
    let begun = Instant::now();
    let (mut answered, mut refused, mut failed, mut calls) = (0u64, 0u64, 0u64, 0u64);
    for caller in callers {
        let (outcome, made) = caller.await?;
        match outcome {
            Outcome::Answered => answered += 1,
            Outcome::Refused => refused += 1,
            Outcome::Failed => failed += 1,
        }
        calls += u64::from(made);
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{kind:<16}  {:>9}  {count:>7}  {answered:>8}  {refused:>7}  {failed:>6}  {:>10.1}  {:>8.1}",
        if is_one { 1 } else { count },
        calls as f64 / count as f64,
        answered as f64 / seconds
    );
    let _ = stop.send(());
    Ok(())
}

fn outcome(answer: &str, done: &str, busy: &str) -> Outcome {
    match answer {
        answer if answer.contains(done) => Outcome::Answered,
        answer if answer.contains(busy) => Outcome::Refused,
        _ => Outcome::Failed,
    }
}

async fn log_in(ctx: &Ctx, member: &Member, number: u64) -> Outcome {
    let login = NewLogin {
        token: &number.to_string(),
        realm: Realm::Api,
        expires_at: ctx.now() + SignedDuration::from_hours(1),
        keep_others: true,
    };
    match account::log_in(&ctx.store, member, &login).await {
        Ok(Ok(())) => Outcome::Answered,
        Err(error) if error.is_busy() => Outcome::Refused,
        Ok(Err(account::Changed)) | Err(_) => Outcome::Failed,
    }
}

async fn call(ctx: &Ctx, arrival: Arrival) -> String {
    let function = front::route(&arrival.path);
    let request = weiquan::http::Request::from(Event::new(arrival, ctx.now()));
    runtime::answer(function, ctx, &request).await.body
}

fn signed(ctx: &Ctx, demo: &demo::Demo, name: &str, pairs: &[(&str, String)]) -> Arrival {
    let time = ctx.now().as_second().to_string();
    let uid = demo.members.first().map_or("", |who| who.site_uid.as_str());
    let keys = [demo.xweibo.akey.as_str(), demo.xweibo.skey.as_str(), ""];
    let sign = xweibo::sign(keys, uid, &time, name);
    let mut all = vec![
        ("api_uid", uid.to_owned()),
        ("api_time", time),
        ("api_sign", sign),
    ];
    all.extend_from_slice(pairs);
    post(&format!("/api/weibo/action.{name}"), &all)
}

fn post(path: &str, pairs: &[(&str, String)]) -> Arrival {
    let headers = [
        ("host", HOST),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let pairs = pairs.iter().map(|(name, value)| (*name, value.as_str()));
    Arrival {
        method: "POST".to_owned(),
        path: path.to_owned(),
        query: String::new(),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        body: form_data::encode(pairs).into_bytes(),
        source_ip: "127.0.0.1".to_owned(),
        request_id: "hot".to_owned(),
    }
}
