//! Work that occupies a core for long: as many pieces of it at a time as there are cores, in addition to all other
//! work.

use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::available_parallelism;

/// How many pieces of work are being done.
static DOING: Mutex<usize> = Mutex::new(0);
static DONE: Condvar = Condvar::new();

/// A place, given back when it is dropped.
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

/// Does `work`. The runtime moves the other tasks of this thread to another thread. The work gets a thread of its own,
/// because a thread that once took much memory keeps it while it waits.
pub fn heavy(work: &mut (dyn FnMut() + Send)) {
    tokio::task::block_in_place(|| {
        let _place = Place::take();
        std::thread::scope(|threads| {
            threads.spawn(work);
        });
    });
}
