//! The whole system in one process: DynamoDB's API on embedded SQLite, the HTTP gateway, every operation.

pub mod banner;
pub mod copy;
mod cores;
mod dynamodb;
pub mod filter;
mod gateway;
mod hosts;
mod mended;
mod network;
mod store;
pub mod stream;
mod table;
mod tokens;
mod too_long;

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use demo::Demo;
use dynoxide::Database;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use weiquan::Ctx;
use weiquan::ctx::Process;
use weiquan::pictures::Pictures;
use weiquan_store::aws;
use weiquan_store::layout;

use gateway::Gateway;
use hosts::Hosts;
pub use store::open;

/// The table's name.
pub const TABLE: &str = "weiquan";
/// How many requests the gateway handles at the same time. Further requests wait, before their time begins. There is
/// only one database: more requests at once would only wait for it until their deadlines.
pub const AT_ONCE: usize = 64;
/// How often expired items are removed. Every item is checked.
const SWEEP: Duration = Duration::from_secs(3600);

/// Where the data is stored, and the addresses and ports to listen on.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the data; with `None` nothing is kept.
    pub data: Option<PathBuf>,
    /// Whether the copy of the data is restored first.
    pub restore: bool,
    /// The address on which the gateway listens.
    pub host: IpAddr,
    /// The names by which the gateway is called, besides its addresses and `localhost`.
    pub allow_hosts: Vec<String>,
    /// The gateway's port; 0 picks one.
    pub port: u16,
    /// The port of DynamoDB's API, for this machine alone; 0 picks one.
    pub dynamodb_port: u16,
    /// How long the gateway waits for a caller to continue the head of a request, or its body.
    pub patience: Patience,
}

/// How long a caller may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a head, or for the next request on a connection.
    pub head: Duration,
    /// For a body.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(20),
            body: Duration::from_secs(60),
        }
    }
}

impl Default for Options {
    /// Nothing is kept, and any free ports of this machine are used.
    fn default() -> Self {
        Self {
            data: None,
            restore: false,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            allow_hosts: Vec::new(),
            port: 0,
            dynamodb_port: 0,
            patience: Patience::default(),
        }
    }
}

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
    _lock: Option<File>,
    _folder: Option<tempfile::TempDir>,
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

/// A database served with DynamoDB's API.
pub struct Store {
    /// The address of the API.
    pub url: String,
    /// The server. It ends when `stop` changes.
    pub server: JoinHandle<()>,
}

/// Serves DynamoDB's API for `database` on `listener` until `stop` changes.
pub fn serve_store(
    database: Database,
    listener: TcpListener,
    stop: watch::Receiver<()>,
) -> Result<Store, String> {
    let url = url(&listener)?;
    let service = dynamodb::router(database);
    let served = axum::serve(listener, service).with_graceful_shutdown(changed(stop));
    let server = tokio::spawn(async move {
        if let Err(cause) = served.await {
            tracing::error!("{cause}");
        }
    });
    Ok(Store { url, server })
}

async fn changed(mut stop: watch::Receiver<()>) {
    // A dropped sender means the same.
    let _ = stop.changed().await;
}

/// Starts everything: the store, the demo data, the gateway.
pub async fn start(options: &Options) -> Result<Running, String> {
    let gateway = bind(options.host, options.port, "--port").await?;
    let own = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let dynamodb = bind(own, options.dynamodb_port, "--dynamodb-port").await?;
    let (lock, file) = match &options.data {
        None => (None, None),
        Some(folder) => (Some(lock(folder)?), Some(folder.join("weiquan.db"))),
    };
    let put_aside = match &file {
        Some(file) if options.restore => Some(copy::restore(file)?),
        _ => None,
    };
    let opened = file.clone();
    let opened = tokio::task::spawn_blocking(move || open(opened.as_deref())).await;
    let database = opened.map_err(|e| e.to_string())??;
    let (stop_store, stopped) = watch::channel(());
    let store = serve_store(database.clone(), dynamodb, stopped)?;
    let folder = match &options.data {
        Some(_) => None,
        None => Some(tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?),
    };
    let files = options
        .data
        .as_deref()
        .or(folder.as_ref().map(tempfile::TempDir::path))
        .unwrap_or(Path::new("."));

    let at = gateway.local_addr().map_err(|e| e.to_string())?;
    let base_url = format!("http://{}", network::named(at));
    let mut process = Process::new(aws::local_client(&store.url), TABLE);
    process.settings.qzone_domain = network::named(at).ip().to_string();
    process.pictures = Pictures::folder(files.join("pictures"), format!("{base_url}/pictures"));
    process.settings.heavy = cores::heavy;
    let ctx = Ctx::new(process);
    let within = |cause: weiquan_store::table::Error| match &file {
        Some(file) => store::failed(file, &cause.to_string()),
        None => cause.to_string(),
    };
    layout::check(&ctx.store).await.map_err(within)?;
    demo::seed(&ctx).await.map_err(within)?;

    let demo = demo::describe(&base_url, &store.url, TABLE);
    let demo_file = files.join("demo.json");
    let text = serde_json::to_string_pretty(&demo).map_err(|e| e.to_string())?;
    std::fs::write(&demo_file, text + "\n")
        .map_err(|e| format!("cannot write {}: {e}", demo_file.display()))?;

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
        is_open: !at.ip().is_loopback(),
        parts,
        _lock: lock,
        _folder: folder,
    })
}

/// Removes expired items, as DynamoDB does within days.
async fn sweep(database: Database, mut stop: watch::Receiver<()>) {
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
        let database = database.clone();
        match tokio::task::spawn_blocking(move || database.sweep_ttl()).await {
            Ok(Ok(_)) => {}
            Ok(Err(cause)) => tracing::error!("{cause}"),
            Err(cause) => tracing::error!("{cause}"),
        }
    }
}

async fn bind(host: IpAddr, port: u16, option: &str) -> Result<TcpListener, String> {
    TcpListener::bind((host, port))
        .await
        .map_err(|e| match e.kind() {
            ErrorKind::AddrInUse => {
                format!("port {port} is in use: choose another with {option} N, or 0 to pick one")
            }
            ErrorKind::AddrNotAvailable => format!("{host} is no address of this machine"),
            _ => format!("cannot listen on {host}, port {port}: {e}"),
        })
}

fn url(listener: &TcpListener) -> Result<String, String> {
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    Ok(format!("http://{address}"))
}

/// How often the folder's lock is tried again. A process that is about to execute another program still holds, for a
/// moment, the lock of the process from which it was forked.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(25);

/// Creates the folder and locks it for this process.
fn lock(folder: &Path) -> Result<File, String> {
    let cannot = |e: std::io::Error| match e.kind() {
        ErrorKind::StorageFull => store::full(folder),
        _ => format!("cannot write to {}: {e}", folder.display()),
    };
    std::fs::create_dir_all(folder).map_err(cannot)?;
    let lock = File::create(folder.join("lock")).map_err(cannot)?;
    for tries in 0.. {
        match lock.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if tries < LOCK_TRIES => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::WouldBlock) => {
                return Err(format!("another process uses {}", folder.display()));
            }
            Err(TryLockError::Error(e)) => return Err(cannot(e)),
        }
    }
    Ok(lock)
}
