//! What is not read of a stranger's upload.

use weiquan::event::Event;
use weiquan::xweibo::sign;

use crate::support::xweibo::{NO_SIGN, UNREADABLE, WRONG_SIGN, refused};
use crate::support::{Call, World};

#[tokio::test]
async fn the_body_of_whoever_signs_the_address_wrongly_is_not_read() {
    let world = World::new().await;
    let site = &world.demo.xweibo;
    let keys = [&*site.akey, &site.skey, &site.api_key];
    let time = world.now().as_second().to_string();
    for (name, package) in [
        ("upload_pic", "xweibo-upload-pic"),
        ("updateProfileImage", "xweibo-update-profile-image"),
        ("upload", "xweibo-upload"),
    ] {
        let right = sign(keys, "10000", &time, name);
        let wrong = sign(keys, "10001", &time, name);
        // A body that nobody can read: whoever tries says so.
        for (sign, failure) in [
            (&*right, UNREADABLE),
            (&*wrong, WRONG_SIGN),
            ("", UNREADABLE),
        ] {
            let signed = [
                ("api_uid", "10000"),
                ("api_time", &*time),
                ("api_sign", sign),
            ];
            let call = Call::post(&format!("/api/weibo/action.{name}")).query(&signed);
            let call = call.header("content-type", "multipart/form-data; boundary=X");
            let mut event = Event::new(call.0, world.now());
            event.body = Some("%%%".to_owned());
            event.is_base64_encoded = true;
            for function in [package, "front"] {
                refused(
                    &world.event(&world.ctx, function, event.clone()).await,
                    failure,
                );
            }
        }
        // The form's fields can sign the call, too.
        let call =
            Call::post(&format!("/api/weibo/action.{name}")).multipart(&[("api_uid", "10000")]);
        refused(&world.send(call).await, NO_SIGN);
    }
}
