//! Homes of many: long lists of fans, authors who are merged in, writes that are left undone.

use weiquan_store::people::relation::{self, Follow};

use crate::world::World;
use crate::xweibo_calls::{accepted, change_site};
use crate::xweibo_favorites::{act, id, publish, rst};
use crate::xweibo_follows::{act_as, crowd, follow, follow_as, person, unfollow};

/// The ids in the home of a member of the demo data.
async fn home(world: &World, who: usize) -> Vec<String> {
    world.settle().await;
    let data = accepted(&act(world, who, "homeTimeline", &[("count", "50")]).await);
    data.as_array().unwrap().iter().map(id).collect()
}

async fn new_weibos(world: &World, who: usize) -> u64 {
    world.settle().await;
    rst(&act(world, who, "unread", &[("id", "1")]).await)["unread"][0]
        .as_u64()
        .unwrap()
}

async fn rows(world: &World) -> usize {
    let items = world.dump().await;
    items.iter().filter(|item| item.contains("\"HOME#")).count()
}

#[tokio::test]
async fn more_fans_than_are_read_at_once_all_hear_of_it() {
    let world = World::new().await;
    let author = world.demo.members[0].uid;
    for fan in 1..=620 {
        let new = Follow {
            fan: 5_000 + fan,
            member: author,
        };
        let followed = relation::follow(&world.ctx.store, new).await;
        followed.unwrap().unwrap();
    }
    world.settle().await;
    world.faults.unprocessed(7);
    let weibo = publish(&world, 0, "哈哈").await;
    world.settle().await;
    assert_eq!(rows(&world).await, 620);
    world.faults.unprocessed(7);
    rst(&act(&world, 0, "destroy", &[("id", &weibo)]).await);
    world.settle().await;
    assert_eq!(rows(&world).await, 0);
}

#[tokio::test]
async fn an_author_with_many_fans_is_merged_in_when_homes_are_read() {
    let world = World::new().await;
    change_site(&world, |site| site.merge_above = 2).await;
    let people = crowd(&world, 4).await;
    let star = person(&world, 1);
    follow(&world, 0, 1).await;
    follow_as(&world, &people[0], &star).await;
    let before = publish(&world, 1, "一").await;
    assert_eq!(home(&world, 0).await, std::slice::from_ref(&before));
    let copied = rows(&world).await;
    // One more, and nothing is copied any longer.
    follow_as(&world, &people[1], &star).await;
    world.settle().await;
    let after = publish(&world, 1, "二").await;
    let later = publish(&world, 1, "三").await;
    let own = publish(&world, 0, "我").await;
    let all = [own, later.clone(), after, before];
    assert_eq!(home(&world, 0).await, all);
    assert_eq!(new_weibos(&world, 0).await, 3);
    // The new fan's earlier one, and a name in each of the three homes.
    assert_eq!(rows(&world).await, copied + 1 + 3);
    // Whoever comes now reads the author, too; whoever goes reads nothing of the author.
    follow_as(&world, &people[2], &star).await;
    world.settle().await;
    let data = accepted(&act_as(&world, &people[2], "homeTimeline", &[]).await);
    assert_eq!(data.as_array().unwrap().len(), 3);
    rst(&act(&world, 1, "destroy", &[("id", &later)]).await);
    assert_eq!(new_weibos(&world, 0).await, 2);
    unfollow(&world, 0, 1).await;
    assert_eq!(home(&world, 0).await, all[..1]);
    assert_eq!(new_weibos(&world, 0).await, 0);
}

#[tokio::test]
async fn no_more_than_twenty_authors_are_merged_in() {
    let world = World::new().await;
    change_site(&world, |site| site.merge_above = 0).await;
    let stars = crowd(&world, 23).await;
    let fan = person(&world, 0);
    for star in &stars {
        follow_as(&world, &fan, star).await;
    }
    world.settle().await;
    for star in &stars {
        rst(&act_as(&world, star, "update", &[("text", "哈哈")]).await);
    }
    assert_eq!(new_weibos(&world, 0).await, 20);
    assert_eq!(home(&world, 0).await.len(), 20);
}
