//! Homes of many: long lists of fans, authors who are merged in, writes that are left undone.

use weiquan_store::id::Uid;
use weiquan_store::people::relation::{self, Follow};

use crate::support::xweibo::*;
use crate::support::{BAI, STAR, Who, World};

/// The ids in the home of a member of the demo data.
async fn home(world: &World, who: Who) -> Vec<String> {
    world.settle().await;
    let data = accepted(&act(world, who, "homeTimeline", &[("count", "50")]).await);
    data.as_array().unwrap().iter().map(id).collect()
}

async fn new_weibos(world: &World, who: Who) -> u64 {
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
    let author = world.member(BAI).uid;
    for fan in 1..=620 {
        let new = Follow {
            fan: Uid::new(5_000 + fan),
            member: author,
        };
        let followed = relation::follow(&world.ctx.store, new).await;
        followed.unwrap().unwrap();
    }
    world.settle().await;
    let storm = world.faults().unprocessed(7);
    let weibo = publish(&world, BAI, "哈哈").await;
    world.settle().await;
    assert_eq!(rows(&world).await, 620);
    drop(storm);
    let _storm = world.faults().unprocessed(7);
    rst(&act(&world, BAI, "destroy", &[("id", &weibo)]).await);
    world.settle().await;
    assert_eq!(rows(&world).await, 0);
}

#[tokio::test]
async fn an_author_with_many_fans_is_merged_in_when_homes_are_read() {
    let world = World::new().await;
    change_site(&world, |site| site.merge_above = 2).await;
    let people = crowd(&world, 4).await;
    let star = person(&world, STAR);
    follow(&world, BAI, STAR).await;
    follow_as(&world, &people[0], &star).await;
    let before = publish(&world, STAR, "一").await;
    assert_eq!(home(&world, BAI).await, std::slice::from_ref(&before));
    let copied = rows(&world).await;
    // One more, and nothing is copied any longer.
    follow_as(&world, &people[1], &star).await;
    world.settle().await;
    let after = publish(&world, STAR, "二").await;
    let later = publish(&world, STAR, "三").await;
    let own = publish(&world, BAI, "我").await;
    let all = [own, later.clone(), after, before];
    assert_eq!(home(&world, BAI).await, all);
    assert_eq!(new_weibos(&world, BAI).await, 3);
    // The new fan's earlier one, and a name in each of the three homes.
    assert_eq!(rows(&world).await, copied + 1 + 3);
    // Whoever comes now reads the author, too; whoever goes reads nothing of the author.
    follow_as(&world, &people[2], &star).await;
    world.settle().await;
    let data = accepted(&act(&world, &people[2], "homeTimeline", &[]).await);
    assert_eq!(data.as_array().unwrap().len(), 3);
    rst(&act(&world, STAR, "destroy", &[("id", &later)]).await);
    assert_eq!(new_weibos(&world, BAI).await, 2);
    unfollow(&world, BAI, STAR).await;
    assert_eq!(home(&world, BAI).await, all[..1]);
    assert_eq!(new_weibos(&world, BAI).await, 0);
}

#[tokio::test]
async fn no_more_than_twenty_authors_are_merged_in() {
    let world = World::new().await;
    change_site(&world, |site| site.merge_above = 0).await;
    let stars = crowd(&world, 23).await;
    let fan = person(&world, BAI);
    for star in &stars {
        follow_as(&world, &fan, star).await;
    }
    world.settle().await;
    for star in &stars {
        rst(&act(&world, star, "update", &[("text", "哈哈")]).await);
    }
    assert_eq!(new_weibos(&world, BAI).await, 20);
    assert_eq!(home(&world, BAI).await.len(), 20);
}
