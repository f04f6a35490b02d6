//! The digests that clients send as passwords are hex digits in either case.

use weiquan_store::members::member;

use crate::support::okay::*;
use crate::support::qzone::{CALLBACK, added, open, request_token, submit_as};
use crate::support::{BAI, World};

const WRONG_OLD: &str = "密码修改失败，原密码错误或账号不存在";
const SAME: &str = "密码修改失败，不能与原来密码相同";

/// The argon2id hash of the MD5 of `before` in upper case, as it was stored when the case of digits still counted.
const OF_UPPER_CASE: &str = "$argon2id$v=19$m=19456,t=2,p=1$YW4gb2xkZXIgdmVyc2lvbg$jZiQzcNmT7xZLqd87JOopwna6fDGmQNZRvWnvBBSV/k";

/// A digest in the spellings of clients.
fn spelled(password: &str) -> [String; 3] {
    let mixed = password.chars().enumerate().map(|(at, c)| match at % 3 {
        0 => c.to_ascii_uppercase(),
        _ => c,
    });
    [
        password.to_owned(),
        password.to_uppercase(),
        mixed.collect(),
    ]
}

async fn refused(world: &World, user: &User, password: &str) {
    let names = [("username", &*user.username), ("password", password)];
    assert_code(&world.send(post(LOGIN, &names)).await, 2, WRONG);
}

/// Logs in with `password`.
async fn enter(world: &World, user: &User, password: &str) -> User {
    let as_sent = User {
        password: password.to_owned(),
        ..user.clone()
    };
    login(world, &as_sent, None).await
}

#[tokio::test]
async fn a_member_of_one_client_logs_in_with_another() {
    let world = World::new().await;
    for (number, registered) in spelled(&hashed("mine")).iter().enumerate() {
        let user = register(&world, &format!("user{number}"), registered).await;
        for password in spelled(&hashed("mine")) {
            let entered = enter(&world, &user, &password).await;
            assert!(is_live(&world, &entered).await);
        }
        for password in spelled(&hashed("others")) {
            refused(&world, &user, &password).await;
        }
    }
}

#[tokio::test]
async fn who_registered_in_upper_case_logs_in_on_the_pages() {
    let world = World::new().await;
    let user = register(&world, "upper", &hashed("mine").to_uppercase()).await;
    let asked = request_token(&world, &[]).await;
    let submitted = submit_as(&open(&world, &asked.token).await, &user.username, "mine");
    added(&world.send(submitted).await, CALLBACK);
}

#[tokio::test]
async fn a_password_is_changed_in_either_case_and_to_itself_in_none() {
    let world = World::new().await;
    let mut user = User::demo(&world, BAI);
    let new = ["new", "newer", "newest"].map(hashed);
    for (at, old) in spelled(&user.password).into_iter().enumerate() {
        for same in spelled(&user.password) {
            assert_code(&world.send(alter(&user, &old, &same)).await, 2, SAME);
        }
        let wrong = hashed("wrong").to_uppercase();
        assert_code(
            &world.send(alter(&user, &wrong, &new[at])).await,
            1,
            WRONG_OLD,
        );
        let next = spelled(&new[at])[2 - at].clone();
        assert_code(&world.send(alter(&user, &old, &next)).await, 0, "");
        user.password.clone_from(&new[at]);
        for password in spelled(&new[at]) {
            enter(&world, &user, &password).await;
        }
        // Back, for the next spelling.
        let first = User::demo(&world, BAI).password;
        assert_code(
            &world.send(alter(&user, &user.password, &first)).await,
            0,
            "",
        );
        user.password = first;
    }
}

#[tokio::test]
async fn what_is_no_digest_is_compared_as_it_is() {
    let world = World::new().await;
    for (number, password) in ["G".repeat(32), "A".repeat(31) + "-"].iter().enumerate() {
        let user = register(&world, &format!("user{number}"), password).await;
        enter(&world, &user, password).await;
        refused(&world, &user, &password.to_lowercase()).await;
    }
}

#[tokio::test]
async fn a_stored_hash_of_upper_case_digits_holds_and_is_made_anew() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    let [lower, upper, mixed] = spelled(&hashed("before"));
    let uid = world.member(BAI).uid;
    let set = async || {
        let stored = member::change(&world.ctx.store, uid, |member| {
            member.password = Some(OF_UPPER_CASE.to_owned());
        });
        stored.await.unwrap().unwrap();
    };
    set().await;
    let before = stored(&world).await;
    for wrong in [hashed("after").to_uppercase(), mixed] {
        refused(&world, &user, &wrong).await;
    }
    // Nobody can tell it from the hash of another password, until who has it has logged in once.
    refused(&world, &user, &lower).await;
    let unlimited = async || {
        let mut items = stored(&world).await;
        items.retain(|item| !item.contains("\"PK\":\"ATTEMPTS#"));
        items
    };
    assert_eq!(unlimited().await, before);
    let entered = enter(&world, &user, &upper).await;
    assert!(is_live(&world, &user).await, "who was logged in stays so");
    for password in spelled(&lower) {
        enter(&world, &user, &password).await;
    }
    assert!(is_live(&world, &entered).await);
    let hashes = stored(&world).await;
    assert!(!hashes.iter().any(|item| item.contains(OF_UPPER_CASE)));

    set().await;
    assert_code(&world.send(alter(&user, &upper, &lower)).await, 2, SAME);
    set().await;
    let new = hashed("new").to_uppercase();
    assert_code(&world.send(alter(&user, &upper, &new)).await, 0, "");
    enter(&world, &user, &hashed("new")).await;
}
