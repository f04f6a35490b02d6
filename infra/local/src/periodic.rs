//! What is done again and again while the system runs.

use std::time::Duration;

use anyhow::{Error, Result};
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use weiquan_store::causes::causes;

/// Waits for `pause`, or until `stop` changes. Whether the system still runs.
pub async fn runs_after(pause: Duration, stop: &mut watch::Receiver<()>) -> bool {
    tokio::select! {
        _ = stop.changed() => false,
        () = tokio::time::sleep(pause) => true,
    }
}

/// Does `work`, which blocks its thread, and logs why it failed.
pub async fn do_blocking(work: impl FnOnce() -> Result<()> + Send + 'static) {
    let done = spawn_blocking(work).await.map_err(Error::from).flatten();
    if let Err(cause) = done {
        tracing::error!("{}", causes(&*cause));
    }
}
