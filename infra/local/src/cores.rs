//! Work that takes a core for long: as much of it at a time as there are cores, beside everything else.

use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::available_parallelism;

/// How much of it is being done.
static DOING: Mutex<usize> = Mutex::new(0);
static DONE: Condvar = Condvar::new();

/// A place that is given back.
struct Place;

impl Place {
    fn take() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        let doing = DOING.lock().unwrap_or_else(PoisonError::into_inner);
        let doing = DONE.wait_while(doing, |doing| *doing >= cores);
        *doing.unwrap_or_else(PoisonError::into_inner) += 1;
        Self
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *DOING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        DONE.notify_one();
    }
}

/// Does `work`. The runtime gives what else this thread had to do to another one; the work has a thread of
/// its own, because a thread that took much memory once keeps it while it waits.
pub fn heavy(work: &mut (dyn FnMut() + Send)) {
    tokio::task::block_in_place(|| {
        let _place = Place::take();
        std::thread::scope(|threads| {
            threads.spawn(work);
        });
    });
}
