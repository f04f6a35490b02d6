//! Every documented answer as it goes over the wire: status, headers, body.

use crate::talk::{call, post};
use crate::world::{Call, Reply, World};

fn wire(reply: &Reply) -> String {
    let headers: String = reply
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    format!("{}\n{headers}\n{}", reply.status, reply.body)
}

macro_rules! snapshot {
    ($name:literal, $reply:expr) => {
        insta::assert_snapshot!($name, wire(&$reply));
    };
}

/// A sample event of a function, which stands for a documented request.
async fn sample(world: &World, package: &str) -> Reply {
    let function = front::functions().find(|f| f.package() == package).unwrap();
    let event = function.sample(&world.ctx, &world.demo.credentials());
    world.event(&world.ctx, package, event).await
}

#[tokio::test]
async fn okayapi() {
    let world = World::new().await;
    // The tree of the document's example: three roots, two replies, two replies to a reply.
    let mut ids = Vec::new();
    for parent in [None, None, None, Some(1), Some(1), Some(3), Some(3)] {
        world.pass(1);
        let parent = parent.map_or(0, |at: usize| ids[at]);
        ids.push(post(&world, "article", parent, "test").await);
    }
    let show = |more: &[(&str, &str)]| {
        let pairs = [
            &[("app_key", demo::OPEN_APP), ("message_key", "article")],
            more,
        ]
        .concat();
        Call::get("/?s=App.Market_Message.Show").query(&pairs)
    };
    snapshot!("okay_show", world.send(show(&[])).await);
    snapshot!(
        "okay_show_newest_first",
        world.send(show(&[("order", "2"), ("perpage", "1")])).await
    );
    snapshot!(
        "okay_show_data_only",
        world
            .send(show(&[("return_data", "1"), ("page", "9")]))
            .await
    );
    snapshot!(
        "okay_show_jsonp",
        world.send(show(&[("callback", "cb"), ("page", "9")])).await
    );
    snapshot!(
        "okay_show_allow_origin",
        world
            .send(show(&[("yesapi_allow_origin", "1"), ("page", "9")]))
            .await
    );
    snapshot!(
        "okay_show_select",
        world
            .send(show(&[
                ("more_select", "uuid,add_time,mood"),
                ("perpage", "1")
            ]))
            .await
    );
    snapshot!("okay_post", sample(&world, "okay-message-post").await);
    snapshot!("okay_post_moment", sample(&world, "okay-post-moment").await);
    let no_parent = [("message_content", "x"), ("message_pid", "1")];
    snapshot!(
        "okay_post_without_parent",
        call(&world, "App.Market_Message.Post", &no_parent).await
    );
    snapshot!(
        "okay_400",
        call(&world, "App.Market_Message.Post", &[]).await
    );
    snapshot!(
        "okay_400_data_only",
        call(&world, "App.Market_Message.Post", &[("return_data", "1")]).await
    );
    snapshot!(
        "okay_404",
        call(&world, "App.Market_Message.Shows", &[]).await
    );
    let unknown = Call::get("/api/App/Market_Message/Show").header("appkey", &"X".repeat(32));
    snapshot!("okay_406_in_the_header", world.send(unknown).await);
    let unsigned =
        Call::get("/api/App/Market_Message/Show").query(&[("app_key", demo::SIGNED_APP)]);
    snapshot!("okay_409", world.send(unsigned).await);
    world.faults.outage(true);
    snapshot!("okay_500", world.send(show(&[])).await);
}

#[tokio::test]
async fn xweibo() {
    let world = World::new().await;
    snapshot!("xweibo_update", sample(&world, "xweibo-update").await);
    snapshot!(
        "xweibo_update_repeated",
        sample(&world, "xweibo-update").await
    );
    snapshot!(
        "xweibo_not_signed",
        world.send(Call::post("/?m=api/weibo/action.update")).await
    );
    snapshot!(
        "xweibo_unknown",
        world.send(Call::post("/?m=api/weibo/action.nothing")).await
    );
    snapshot!(
        "xweibo_get",
        world.send(Call::get("/?m=api/weibo/action.update")).await
    );
    world.faults.outage(true);
    world.pass(61);
    snapshot!("xweibo_outage", sample(&world, "xweibo-update").await);
}

#[tokio::test]
async fn qzone() {
    let world = World::new().await;
    snapshot!("qzone_ok", sample(&world, "qzone-add-feeds").await);
    snapshot!("qzone_get", world.send(Call::get("/feeds/add_feeds")).await);
    snapshot!(
        "qzone_no_consumer",
        world.send(Call::post("/feeds/add_feeds").form(&[])).await
    );
    world.faults.outage(true);
    snapshot!("qzone_outage", sample(&world, "qzone-add-feeds").await);
}
