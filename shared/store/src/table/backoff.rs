//! Waiting between tries.

use std::time::{Duration, Instant};

use crate::Store;
use crate::table::Error;

/// Waits between tries with full jitter: at first up to 10 ms, and up to a second as conflicts go
/// on. The more callers compete, the less often each tries. Ends at the request's deadline.
pub(crate) struct Backoff<'a> {
    store: &'a Store,
    ceiling_ms: u64,
}

impl<'a> Backoff<'a> {
    pub(crate) fn new(store: &'a Store) -> Self {
        Self {
            store,
            ceiling_ms: 10,
        }
    }

    /// Waits for the next try. After the deadline, fails with `cause` ([`Error::is_busy`]).
    pub(crate) async fn wait(&mut self, cause: &str) -> Result<(), Error> {
        let random = u64::from(u16::from_le_bytes(self.store.ids().bytes()));
        let pause = Duration::from_millis(random * self.ceiling_ms / u64::from(u16::MAX));
        if Instant::now() + pause >= self.store.deadline {
            return Err(Error::busy(cause));
        }
        self.ceiling_ms = (self.ceiling_ms * 2).min(1_000);
        tokio::time::sleep(pause).await;
        Ok(())
    }
}
