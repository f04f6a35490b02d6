//! Starts the parts of the system, and stops them.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Error, Result, anyhow};
use demo::Demo;
use dynoxide::Database;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, spawn_blocking};
use weiquan::Ctx;
use weiquan::ctx::Process;
use weiquan::pictures::Pictures;
use weiquan_store::aws;
use weiquan_store::layout;

use crate::dynamodb::serve_store;
use crate::folder::Folder;
use crate::gateway::{self, Gateway};
use crate::hosts::Hosts;
use crate::options::Options;
use crate::periodic::{do_blocking, runs_after};
use crate::table::TABLE;
use crate::{copy, cpu_limit, database, network, stream, unusable};

/// How many requests the gateway handles at the same time. Further requests wait, before their time begins. There is
/// only one database: more requests at once would only wait for it until their deadlines.
pub const AT_ONCE: usize = 64;
/// How often expired items are removed. Every item is checked.
const SWEEP: Duration = Duration::from_secs(3600);

/// A running system.
pub struct Running {
    /// The demo data with the addresses.
    pub demo: Demo,
    /// Where `demo.json` is.
    pub demo_file: PathBuf,
    /// Where the old data is that [`Options::restore`] has replaced.
    pub put_aside: Option<PathBuf>,
    /// Whether other machines can reach the gateway.
    pub is_open: bool,
    /// The running parts, in the order in which they are stopped: unfinished work needs the store.
    parts: Vec<Part>,
    _folder: Folder,
}

/// A part of the system: what stops it, and its end.
type Part = (watch::Sender<()>, JoinHandle<()>);

fn part<F: Future<Output = ()> + Send + 'static>(
    run: impl FnOnce(watch::Receiver<()>) -> F,
) -> Part {
    let (stop, stopped) = watch::channel(());
    (stop, tokio::spawn(run(stopped)))
}

impl Running {
    /// Stops the system. Running requests are finished, for a few seconds at most.
    pub async fn stop(self) {
        for (stop, part) in self.parts {
            // Without a receiver the part has already ended. Connections still open later are cut.
            let _ = stop.send(());
            let _ = tokio::time::timeout(Duration::from_secs(3), part).await;
        }
    }
}

/// Starts everything: the store, the demo data, the gateway.
pub async fn start(options: &Options) -> Result<Running> {
    let gateway = bind(options.host, options.port, "--port").await?;
    let own = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let dynamodb = bind(own, options.dynamodb_port, "--dynamodb-port").await?;
    let folder = Folder::open(options.data.as_deref())?;
    let file = folder.database();
    let put_aside = match &file {
        Some(file) if options.restore => Some(copy::restore(file)?),
        _ => None,
    };
    let opened = file.clone();
    let database = spawn_blocking(move || database::open(opened.as_deref())).await??;
    let (stop_store, stopped) = watch::channel(());
    let store = serve_store(database.clone(), dynamodb, stopped)?;

    let address = gateway.local_addr()?;
    let ctx = context(&store.url, address, folder.path(), options.docs);
    prepare(&ctx).await.map_err(|cause| match &file {
        Some(file) => unusable::failed(file, cause),
        None => cause,
    })?;
    let demo = demo::describe(&base_url(address), &store.url, TABLE);
    let demo_file = write(&demo, folder.path())?;

    let reader = stream::Reader::new(database.clone(), TABLE)?;
    let streamed = ctx.clone();
    let served = Gateway {
        ctx,
        hosts: Hosts::new(&options.allow_hosts),
        patience: options.patience,
        at_once: Semaphore::new(AT_ONCE),
    };
    let mut parts = vec![
        part(|stop| gateway::serve(gateway, served, stop)),
        part(|stop| reader.run(streamed, stop)),
        part(|stop| sweep(database, stop)),
    ];
    if let Some(file) = file {
        parts.push(part(|stop| copy::keep(file, stop)));
    }
    parts.push((stop_store, store.server));
    Ok(Running {
        demo,
        demo_file,
        put_aside,
        is_open: !address.ip().is_loopback(),
        parts,
        _folder: folder,
    })
}

/// The address by which a gateway that listens on `address` is called.
fn base_url(address: SocketAddr) -> String {
    format!("http://{}", network::named(address))
}

/// A process on the store at `store_url`, behind a gateway that listens on `address`, with its pictures in `folder`, and
/// with or without the documentation.
fn context(store_url: &str, address: SocketAddr, folder: &Path, docs: bool) -> Ctx {
    let mut process = Process::new(aws::local_client(store_url), TABLE);
    process.settings.qzone_domain = network::named(address).ip().to_string();
    let pictures_url = format!("{}/pictures", base_url(address));
    process.pictures = Pictures::folder(folder.join("pictures"), pictures_url);
    process.settings.heavy = cpu_limit::heavy;
    process.settings.docs = docs;
    Ctx::new(process)
}

/// Checks the table's layout, and writes what is missing of the demo data.
async fn prepare(ctx: &Ctx) -> Result<()> {
    layout::check(&ctx.store).await?;
    demo::seed(ctx).await?;
    Ok(())
}

/// Writes `demo.json`, and returns where it is.
fn write(demo: &Demo, folder: &Path) -> Result<PathBuf> {
    let file = folder.join("demo.json");
    let text = serde_json::to_string_pretty(demo)?;
    std::fs::write(&file, text + "\n")
        .with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// Removes expired items, as DynamoDB does within days.
async fn sweep(database: Database, mut stop: watch::Receiver<()>) {
    while runs_after(SWEEP, &mut stop).await {
        let database = database.clone();
        do_blocking(move || Ok(database.sweep_ttl().map(drop)?)).await;
    }
}

async fn bind(host: IpAddr, port: u16, option: &str) -> Result<TcpListener> {
    let bound = TcpListener::bind((host, port)).await;
    bound.map_err(|cause| match cause.kind() {
        ErrorKind::AddrInUse => {
            anyhow!("port {port} is in use: choose another with {option} N, or 0 to pick one")
        }
        ErrorKind::AddrNotAvailable => anyhow!("{host} is no address of this machine"),
        _ => Error::new(cause).context(format!("cannot listen on {host}, port {port}")),
    })
}
