//! Answers as snapshots hold them.

use crate::support::call::Reply;
use crate::support::world::World;
use demo::Sample as _;

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
    let function = front::functions().find(|f| f.package() == package).unwrap();
    let event = function.sample(&world.ctx, &world.demo.credentials());
    world.event(&world.ctx, package, event).await
}
