//! The whole system in one process: DynamoDB's API over embedded SQLite, the HTTP gateway, every
//! operation.

mod gateway;
pub mod stream;
mod table;

use std::fs::{File, TryLockError};
use std::future::Future;
use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use demo::Demo;
use dynoxide::Database;
use shared::ctx::Process;
use shared::pictures::Pictures;
use shared::store::schema;
use shared::{Ctx, aws};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The table's name.
pub const TABLE: &str = "weiquan";

/// Where the data lives and what is listened to.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the data; `None` keeps nothing.
    pub data: Option<PathBuf>,
    /// The gateway's port; 0 picks one.
    pub port: u16,
    /// The port of DynamoDB's API; 0 picks one.
    pub dynamodb_port: u16,
}

/// A system that runs.
pub struct Running {
    /// The demo data, with the addresses.
    pub demo: Demo,
    /// Where `demo.json` is.
    pub demo_file: PathBuf,
    gateway: (watch::Sender<()>, JoinHandle<()>),
    stream: (watch::Sender<()>, JoinHandle<()>),
    store: (watch::Sender<()>, JoinHandle<()>),
    _lock: Option<File>,
    _folder: Option<tempfile::TempDir>,
}

impl Running {
    /// Ends the system: requests that run are finished, for two seconds at the most.
    pub async fn stop(self) {
        // The store last: what is still under way needs it.
        for (stop, server) in [self.gateway, self.stream, self.store] {
            // Without a receiver the server has ended already; what is still open later is cut.
            let _ = stop.send(());
            let _ = tokio::time::timeout(Duration::from_secs(2), server).await;
        }
    }
}

/// A database behind DynamoDB's API.
pub struct Store {
    /// Where the API listens.
    pub url: String,
    /// The server; it ends with `stop`.
    pub server: JoinHandle<()>,
}

/// Serves DynamoDB's API over `database` on `listener` until `stop` changes.
pub fn serve_store(
    database: Database,
    listener: TcpListener,
    stop: watch::Receiver<()>,
) -> Result<Store, String> {
    let url = url(&listener)?;
    let server = tokio::spawn(async move {
        if let Err(cause) =
            dynoxide::server::serve_with_shutdown(listener, database, changed(stop)).await
        {
            tracing::error!("{cause}");
        }
    });
    Ok(Store { url, server })
}

async fn changed(mut stop: watch::Receiver<()>) {
    // A sender that is gone means the same.
    let _ = stop.changed().await;
}

/// Opens (or makes) the database and its table. An existing one must have this version's layout.
pub fn open(path: Option<&Path>) -> Result<Database, String> {
    let database = match path {
        None => Database::memory(),
        Some(path) => Database::new(&path.to_string_lossy()),
    }
    .map_err(|e| match path {
        Some(path) => format!("{} is not a database of Weiquan: {e}", path.display()),
        None => e.to_string(),
    })?;
    if !table::exists(&database, TABLE)? {
        table::create(&database, TABLE)?;
    }
    Ok(database)
}

/// Starts everything: the store, the demo data, the gateway.
pub async fn start(options: &Options) -> Result<Running, String> {
    let gateway = bind(options.port, "--port").await?;
    let dynamodb = bind(options.dynamodb_port, "--dynamodb-port").await?;
    let (lock, file) = match &options.data {
        None => (None, None),
        Some(folder) => (Some(lock(folder)?), Some(folder.join("weiquan.db"))),
    };
    let database = open(file.as_deref())?;
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

    let mut process = Process::new(aws::local_client(&store.url), TABLE);
    process.qzone_domain = Ipv4Addr::LOCALHOST.to_string();
    let pictures = format!("{}/pictures", url(&gateway)?);
    process.pictures = Pictures::folder(files.join("pictures"), pictures);
    let ctx = Ctx::new(process);
    schema::check(&ctx).await.map_err(|e| e.to_string())?;
    demo::seed(&ctx).await.map_err(|e| e.to_string())?;

    let demo = demo::describe(&url(&gateway)?, &store.url, TABLE);
    let demo_file = files.join("demo.json");
    let text = serde_json::to_string_pretty(&demo).map_err(|e| e.to_string())?;
    std::fs::write(&demo_file, text + "\n")
        .map_err(|e| format!("cannot write {}: {e}", demo_file.display()))?;

    let (stop_stream, stopped) = watch::channel(());
    let position = options.data.as_deref().map(|data| data.join("stream"));
    let reader = stream::Reader::new(database, TABLE, position)?;
    let streamed = tokio::spawn(reader.run(ctx.clone(), stopped));

    let (stop_gateway, stopped) = watch::channel(());
    let service = gateway::router(ctx).into_make_service_with_connect_info::<gateway::Peer>();
    let served =
        axum::serve(gateway::Mending(gateway), service).with_graceful_shutdown(changed(stopped));
    let served = tokio::spawn(finish(async move { served.await }));
    Ok(Running {
        demo,
        demo_file,
        gateway: (stop_gateway, served),
        stream: (stop_stream, streamed),
        store: (stop_store, store.server),
        _lock: lock,
        _folder: folder,
    })
}

async fn finish(server: impl Future<Output = std::io::Result<()>>) {
    if let Err(cause) = server.await {
        tracing::error!("{cause}");
    }
}

async fn bind(port: u16, option: &str) -> Result<TcpListener, String> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|e| match e.kind() {
            ErrorKind::AddrInUse => {
                format!("port {port} is in use: choose another with {option} N, or 0 to pick one")
            }
            _ => format!("cannot listen on port {port}: {e}"),
        })
}

fn url(listener: &TcpListener) -> Result<String, String> {
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    Ok(format!("http://{address}"))
}

/// Makes the folder and holds it for this process.
fn lock(folder: &Path) -> Result<File, String> {
    let cannot = |e: std::io::Error| format!("cannot write to {}: {e}", folder.display());
    std::fs::create_dir_all(folder).map_err(cannot)?;
    let lock = File::create(folder.join("lock")).map_err(cannot)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(format!("another process uses {}", folder.display())),
        Err(TryLockError::Error(e)) => Err(cannot(e)),
    }
}
