//! QZone: pictures, videos and audio of a feed (qzone section 5).

use serde_json::json;

use crate::support::World;
use crate::support::qzone::{Stored, assert_feed_refused, feed, smallest, stored_feed};

#[tokio::test]
async fn the_first_picture_of_a_common_feed_counts() {
    let world = World::new().await;
    for (img, picture) in [
        (json!({"url1": "http://i/1.jpg"}), Some("http://i/1.jpg")),
        (
            json!({"url1": "http://i/1", "url2": 5, "url3": "ftp://x"}),
            Some("http://i/1"),
        ),
        (json!({}), None),
        (json!({"url2": "http://i/2.jpg"}), None),
    ] {
        let feed = stored_feed(&world, &feed(1, "img", img)).await;
        assert_eq!(feed.picture.as_deref(), picture);
        assert_eq!(feed.media, None);
    }
    let too_long = format!("http://e.cn/{}", "a".repeat(2048 - 11));
    for img in [
        json!("http://i/1.jpg"),
        json!(5),
        json!(true),
        json!(["http://i/1.jpg"]),
        json!({"url1": 5}),
        json!({"url1": "ftp://i/1.jpg"}),
        json!({"url1": "javascript:alert(1)"}),
        json!({"url1": too_long}),
    ] {
        assert_feed_refused(&world, &feed(1, "img", img)).await;
    }
}

#[tokio::test]
async fn video_and_audio_need_an_address() {
    let world = World::new().await;
    for (number, name) in [(2, "video"), (3, "audio")] {
        let absent = feed(number, "x", json!(1));
        assert_eq!(stored_feed(&world, &absent).await, smallest(name));
        let media = json!({"url": "http://m/1"});
        let feed_without_picture = stored_feed(&world, &feed(number, name, media)).await;
        assert_eq!(
            feed_without_picture,
            Stored {
                media: Some("http://m/1".to_owned()),
                ..smallest(name)
            }
        );
        let too_long = format!("http://e.cn/{}", "a".repeat(2048 - 11));
        for media in [
            json!({}),
            json!({"img": "http://m/1.jpg"}),
            json!({"url": ""}),
            json!({"url": 5}),
            json!({"url": "m/1"}),
            json!({"url": "rtmp://m/1"}),
            json!({"url": "http://m/1", "img": "ftp://m/1.jpg"}),
            json!({"url": "http://m/1", "img": 5}),
            json!({"url": too_long}),
            json!("http://m/1"),
            json!(["http://m/1"]),
            json!(1),
        ] {
            assert_feed_refused(&world, &feed(number, name, media)).await;
        }
    }
}

#[tokio::test]
async fn what_belongs_to_another_action_is_not_looked_at() {
    let world = World::new().await;
    for (number, action, others) in [
        (1, "common", ["video", "audio"]),
        (2, "video", ["img", "audio"]),
        (3, "audio", ["img", "video"]),
    ] {
        for other in others {
            for value in [
                json!(5),
                json!("x"),
                json!({"url": "ftp://x", "url1": 5}),
                json!({"url": "http://x/", "url1": "http://x/", "img": "http://x/"}),
            ] {
                let data = feed(number, other, value);
                assert_eq!(stored_feed(&world, &data).await, smallest(action));
            }
        }
    }
}
