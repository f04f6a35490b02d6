//! Names, words and mentions are compared by what is seen of them.

use shared::store::Refusal;
use shared::store::member::{self, Taken};

use crate::okay::{assert_refused, post};
use crate::okay_users::{REGISTER, assert_code, given};
use crate::world::World;
use crate::xweibo_calls::{accepted, change_site, refused, update};
use crate::xweibo_favorites::{act, rst};

const SENSITIVE: (u64, &str) = (1_010_007, "Parameters contain sensitive characters");
const INVALID: (u64, &str) = (1_021_301, "昵称格式不正确");
const TAKEN: (u64, &str) = (1_021_300, "40028:M01129");

#[tokio::test]
async fn a_word_is_found_in_every_spelling_that_looks_like_it() {
    let world = World::new().await;
    change_site(&world, |site| {
        site.words = ["badword", "ＳＴＲＡＳＳＥ", "坏 词", "ΟΔΟΣ", "\u{200b}"]
            .map(str::to_owned)
            .into();
    })
    .await;
    for text in [
        "a badword",
        "BadWord",
        "ｂａｄｗｏｒｄ",
        "bad\u{200b}word",
        "b\u{ad}adw\u{2060}ord",
        "bad\u{fe0f}word",
        "ⓑⓐⓓⓦⓞⓡⓓ",
        "die Straße",
        "坏\u{3000}词",
        "οδος",
    ] {
        refused(&update(&world, &[("text", text)]).await, SENSITIVE);
    }
    for text in ["bad word", "b-a-d", "坏", "好"] {
        accepted(&update(&world, &[("text", text)]).await);
    }
}

#[tokio::test]
async fn a_nick_shows_all_its_letters_and_is_nobody_elses() {
    let world = World::new().await;
    let name = |nick: &'static str| [("nick", nick)];
    let before = world.dump().await;
    for nick in [
        "\u{3164}",
        "\u{115f}",
        "\u{1160}",
        "\u{ffa0}",
        "dogstar\u{3164}",
        "\u{ffa0}dogstar",
        "dog\u{200b}star",
        "dog\u{34f}star",
    ] {
        refused(&act(&world, 0, "saveProfile", &name(nick)).await, INVALID);
    }
    assert_eq!(world.dump().await, before);
    for (mine, others) in [
        ("ΟΔΟΣ", &["οδοσ", "οδος", "Οδος"][..]),
        ("J\u{30c}on", &["\u{1f0}on", "j\u{30c}ON"]),
        ("Straße", &["STRASSE", "strasse", "ｓtrasse"]),
    ] {
        let saved = act(&world, 0, "saveProfile", &name(mine)).await;
        // A mark that does not compose is no letter.
        if saved.json()["errno"] == INVALID.0 {
            assert!(mine.contains('\u{30c}'), "{mine}");
            continue;
        }
        assert_eq!(rst(&saved), true, "{mine}");
        for nick in others {
            refused(
                &act(&world, 1, "saveProfile", &[("nick", nick)]).await,
                TAKEN,
            );
        }
        let seen = accepted(&update(&world, &[("text", &format!("@{}", others[0]))]).await);
        assert!(seen["id"].is_string());
    }
}

#[tokio::test]
async fn a_user_name_is_seen_and_is_nobody_elses() {
    let world = World::new().await;
    let register = async |name: &str| {
        let password = "0123456789abcdef0123456789abcdef";
        let pairs = [("username", name), ("password", password)];
        world.send(post(REGISTER, &pairs)).await
    };
    for (name, others) in [
        ("ΟΔΟΣ", ["οδος", "οδοσ"]),
        ("J\u{30c}", ["\u{1f0}", "j\u{30c}"]),
        ("zed\u{3164}", ["zed", "Z\u{200b}ed"]),
    ] {
        given(&register(name).await, "uuid");
        for other in others {
            assert_code(&register(other).await, 1, "用户已注册，不能重复注册");
        }
    }
    let before = world.dump().await.len();
    for blank in [
        "\u{3164}",
        "\u{115f}\u{1160}",
        "\u{ffa0}",
        "\u{200b}\u{200d}",
    ] {
        assert_refused(&register(blank).await, 400, "username.len应该大于或等于1");
    }
    assert_eq!(world.dump().await.len(), before);
    let mut member = member::Member::new(&world.ctx, "other");
    member.username = "zed\u{115f}".to_owned();
    let stored = member::create(&world.ctx, &member, None).await;
    assert!(matches!(stored, Err(Refusal::Condition(Taken::Username))));
}
