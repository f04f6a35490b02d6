//! Names, words and mentions are compared by what is seen of them.

use weiquan_store::members::member::{self, Taken};

use crate::support::admin::done;
use crate::support::okay::{REGISTER, assert_code, assert_refused, given, post};
use crate::support::xweibo::{accepted, act, change_site, entry_ids, refused, rst, update};
use crate::support::{BAI, STAR, Who, World};

const SENSITIVE: (u64, &str) = (1_010_007, "Parameters contain sensitive characters");
const INVALID: (u64, &str) = (1_021_301, "昵称格式不正确");
const TOO_LONG: (u64, &str) = (1_010_005, "Parameter length exceeds limit");
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
        refused(&act(&world, BAI, "saveProfile", &name(nick)).await, INVALID);
    }
    assert_eq!(world.dump().await, before);
    for (mine, others) in [
        ("ΟΔΟΣ", &["οδοσ", "οδος", "Οδος"][..]),
        ("J\u{30c}on", &["\u{1f0}on", "j\u{30c}ON"]),
        ("Straße", &["STRASSE", "strasse", "ｓtrasse"]),
    ] {
        let saved = act(&world, BAI, "saveProfile", &name(mine)).await;
        // A mark that does not compose is no letter.
        if saved.json()["errno"] == INVALID.0 {
            assert!(mine.contains('\u{30c}'), "{mine}");
            continue;
        }
        assert_eq!(rst(&saved), true, "{mine}");
        for nick in others {
            refused(
                &act(&world, STAR, "saveProfile", &[("nick", nick)]).await,
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
    let mut member = member::Member::new(&world.ctx.store, "other");
    member.username = "zed\u{115f}".to_owned();
    let stored = member::create(&world.ctx.store, &member, None).await;
    assert_eq!(stored.unwrap(), Err(Taken::Username));
}

#[tokio::test]
async fn a_nick_whose_letters_and_marks_come_apart_is_composed() {
    let world = World::new().await;
    let save =
        async |who: Who, nick: &str| act(&world, who, "saveProfile", &[("nick", nick)]).await;
    let widest = "か\u{3099}".repeat(20);
    let too_wide = "か\u{3099}".repeat(21);
    for (apart, whole) in [
        ("Jose\u{301}", "José"),
        ("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}", "한글"),
        ("Vie\u{323}\u{302}t", "Việt"),
        (&*widest, &*"が".repeat(20)),
        ("e\u{301}".repeat(40).as_str(), "é".repeat(40).as_str()),
    ] {
        assert_eq!(rst(&save(BAI, apart).await), true, "{apart}");
        world.pass(61);
        // Both forms name the member, and nobody else takes either. The text stays as it came.
        for text in [format!("@{apart} a"), format!("@{whole} a")] {
            let written = accepted(&act(&world, STAR, "update", &[("text", &text)]).await);
            assert_eq!(written["tx"], text);
            world.settle().await;
            let told = entry_ids(&act(&world, BAI, "mentions", &[("count", "1")]).await);
            assert_eq!(told, [written["id"].as_str().unwrap()], "{text}");
        }
        for taken in [apart, whole, &whole.to_uppercase()] {
            refused(&save(STAR, taken).await, TAKEN);
        }
        let own = accepted(&act(&world, BAI, "update", &[("text", whole)]).await);
        assert_eq!(own["u"]["sn"], whole);
    }
    let before = world.dump().await;
    for marked in ["x\u{302}", "\u{301}", "a\u{301}\u{301}"] {
        refused(&save(BAI, marked).await, INVALID);
    }
    refused(&save(BAI, &too_wide).await, TOO_LONG);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn a_nick_that_is_made_from_a_user_name_has_its_marks() {
    let world = World::new().await;
    let password = "0123456789abcdef0123456789abcdef";
    let pairs = [
        ("username", "Zoe\u{308} Ange\u{301}lique"),
        ("password", password),
    ];
    given(&world.send(post(REGISTER, &pairs)).await, "uuid");
    let found = member::by_username(&world.ctx.store, "zoë angélique").await;
    assert_eq!(found.unwrap().unwrap().nick, "ZoëAngélique");
    let set = "member set dogstar --nick Jose\u{301}";
    assert_eq!(done(&world, set).await["nick"], "José");
}
