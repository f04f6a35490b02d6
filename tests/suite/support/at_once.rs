//! Calls and other work that happen at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Barrier;

use crate::support::call::{Call, Reply};
use crate::support::world::World;

pub static SEEDS: AtomicU64 = AtomicU64::new(100);

/// Sends calls at the same time, each to a process of its own; the answers in their order. The
/// processes are the same ones each time: once in a world, where they make something.
pub async fn send_at_once(world: &Arc<World>, calls: Vec<Call>) -> Vec<Reply> {
    let _running = world.run_clock();
    let barrier = Arc::new(Barrier::new(calls.len()));
    let send = |(call, seed): (Call, u64)| {
        let (world, barrier) = (Arc::clone(world), Arc::clone(&barrier));
        tokio::spawn(async move {
            let process = world.another_process(seed);
            barrier.wait().await;
            world.send_to(&process, call).await
        })
    };
    // Processes of their own each time: those of the same seed would draw the same tokens.
    let first = SEEDS.fetch_add(1_000, Ordering::Relaxed);
    let tasks: Vec<_> = calls.into_iter().zip(first..).map(send).collect();
    let mut replies = Vec::new();
    for task in tasks {
        replies.push(task.await.unwrap());
    }
    replies
}

/// Runs `work` for the numbers below `count` at the same time.
pub async fn at_once<T: Send + 'static, F>(count: u64, work: impl Fn(u64) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(usize::try_from(count).unwrap()));
    let tasks: Vec<_> = (0..count)
        .map(|number| {
            let (barrier, work) = (Arc::clone(&barrier), work(number));
            tokio::spawn(async move {
                barrier.wait().await;
                work.await
            })
        })
        .collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}
