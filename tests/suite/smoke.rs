use crate::world::{Call, World};

#[tokio::test]
async fn smoke() {
    let world = World::new().await;
    let reply = world
        .send(Call::get("/?s=App.Market_Message.Show").query(&[("app_key", demo::OPEN_APP)]))
        .await;
    assert_eq!(reply.json()["ret"], 200);
}
