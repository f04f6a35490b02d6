//! The wire of OkayAPI's moments and members.

use crate::support::okay::talk::{call, post, posted};
use crate::support::snapshots::{sample, wire};
use crate::support::{BAI, World};

macro_rules! pin {
    ($name:expr, $reply:expr) => {
        insta::assert_snapshot!($name, wire(&$reply));
    };
}

#[tokio::test]
async fn okayapi_moments() {
    let world = World::new().await;
    let member = world.member(BAI);
    let session = [("uuid", &*member.uuid), ("token", &*member.token)];
    let moment = async |operation: &str, params: &[(&str, &str)]| {
        let service = format!("App.Market_Minimoments.{operation}");
        call(&world, &service, &[&session[..], params].concat()).await
    };
    let first = [
        ("moment_nickname", "小白"),
        ("moment_access", "0"),
        ("moment_content", "今天天气真好"),
        ("moment_picture1", "http://example.com/1.png"),
        ("moment_picture3", "http://example.com/3.png"),
        ("moment_lat", "23.1"),
        ("more_data", r#"{"mood":"好"}"#),
    ];
    let posted = posted(&moment("PostMoment", &first).await).to_string();
    let bare = [("moment_nickname", "小白"), ("moment_access", "2")];
    moment("PostMoment", &bare).await;
    let id = ("id", posted.as_str());
    pin!("okay_give_like", moment("GiveLike", &[id]).await);
    let more = [("more_select", "uuid,mood,moment_access,nothing")];
    pin!("okay_show_moment", moment("ShowMoment", &more).await);
    pin!(
        "okay_get_my_moment",
        moment("GetMyMoment", &[("perpage", "1")]).await
    );
    pin!("okay_delete_moment", moment("DeleteMoment", &[id]).await);
    pin!(
        "okay_delete_moment_again",
        moment("DeleteMoment", &[id]).await
    );
    pin!("okay_like_no_moment", moment("GiveLike", &[id]).await);
    let root = post(&world, "k", 0, "root").await;
    post(&world, "k", root, "reply").await;
    let root = [("id", &*root.to_string())];
    pin!(
        "okay_replies",
        call(&world, "App.Market_Message.Replies", &root).await
    );
}

#[tokio::test]
async fn okayapi_members() {
    let world = World::with_content().await;
    for package in [
        "okay-user-register",
        "okay-user-login",
        "okay-user-check",
        "okay-user-profile",
        "okay-user-other-profile",
        "okay-user-update-ext-info",
        "okay-user-alter-password",
        "okay-user-logout",
        "okay-hello-world",
    ] {
        pin!(package.replace('-', "_"), sample(&world, package).await);
    }
    pin!(
        "okay_registered_again",
        sample(&world, "okay-user-register").await
    );
    pin!(
        "okay_checked_after_logout",
        sample(&world, "okay-user-check").await
    );
    pin!(
        "okay_wrong_password",
        sample(&world, "okay-user-login").await
    );
    pin!(
        "okay_profile_after_logout",
        sample(&world, "okay-user-profile").await
    );
}
