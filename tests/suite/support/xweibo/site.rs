//! Settings of the site's members.

use weiquan_store::members::member::{self, Member};
use weiquan_store::table::Consistency;

use crate::support::who::Who;
use crate::support::world::World;

/// Changes a member of the demo data, so that it counts for the next call.
pub async fn change_member(world: &World, index: Who, change: impl FnOnce(&mut Member)) {
    let uid = world.member(index).uid;
    let found = member::by_uid(&world.ctx.store, uid, Consistency::Strong).await;
    let old = found.unwrap().unwrap();
    let mut new = old.clone();
    change(&mut new);
    member::replace(&world.ctx.store, &old, &new)
        .await
        .unwrap()
        .unwrap();
    world.pass(61);
}
