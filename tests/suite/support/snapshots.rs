//! Answers as snapshots hold them.

use crate::support::call::Reply;
use crate::support::world::World;

pub fn wire(reply: &Reply) -> String {
    let headers: String = reply
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    format!("{}\n{headers}\n{}", reply.status, reply.body)
}

/// A sample event of a function, which stands for a documented request.
pub async fn sample(world: &World, package: &str) -> Reply {
    world.sample(package, &world.demo).await
}
