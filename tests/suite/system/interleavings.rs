//! Two things that meet at the worst moment: each test stops one of them where it has read and not yet
//! written.

use std::sync::Arc;

use weiquan_store::oauth::request_token::{self, NotExchanged};
use weiquan_store::oauth::{nonce, token};
use weiquan_store::people::relation::Follow;
use weiquan_store::weibos::home;

use crate::support::admin::done;
use crate::support::pauses::Pauses;
use crate::support::qzone::{
    CALLBACK, USER_INFO, Visitor, added, allow, allowed, api, assert_error, code, exchange, fields,
    grant, open, request_token,
};
use crate::support::xweibo::{act, follow, publish, rst};
use crate::support::{BAI, BOTH, STAR, World};

/// What sites may do for the first member.
async fn grants(world: &World) -> usize {
    let uid = world.member(BAI).uid;
    token::grants(&world.ctx.store, uid).await.unwrap().len()
}

#[tokio::test]
async fn a_ban_that_meets_the_exchange_of_a_token_keeps_the_site_out() {
    let world = World::new().await;
    let (asked, vericode) = allowed(&world).await;
    let who = world.member(BAI).uid.to_string();
    // The command line is built by now.
    done(&world, &format!("member show {who}")).await;
    let slow = Pauses::new(&world, 7);
    let gate = slow.hold("TransactWriteItems", &asked.token, 1);
    let call = exchange(&world, &asked, &vericode).call(&world);
    let (reply, ()) = tokio::join!(world.send_to(&slow.ctx, call), async {
        gate.reached().await;
        done(&world, &format!("member set {who} --banned true")).await;
        gate.open().await;
    });
    assert_error(&reply, "30006");
    assert_eq!(grants(&world).await, 0);
    let old = api(&world, USER_INFO, &[]).send(&world).await;
    assert_eq!(code(&old), "41003");
}

#[tokio::test]
async fn a_revocation_that_meets_a_new_grant_of_the_token_takes_that_back() {
    let world = World::new().await;
    let token = &world.demo.qzone.token;
    // Another token has taken its place.
    grant(&world, "20000000000000000002", |_| ()).await;
    let slow = Pauses::new(&world, 7);
    let gate = slow.hold("TransactWriteItems", token, 1);
    let (revoked, ()) = tokio::join!(token::revoke(&slow.ctx.store, token), async {
        gate.reached().await;
        grant(&world, token, |_| ()).await;
        gate.open().await;
    });
    assert!(revoked.unwrap());
    assert_eq!(grants(&world).await, 0);
    let (asked, vericode) = allowed(&world).await;
    assert_eq!(
        code(&exchange(&world, &asked, &vericode).send(&world).await),
        "0"
    );
}

#[tokio::test]
async fn what_a_member_took_back_does_not_come_back_through_an_older_request_token() {
    let world = World::new().await;
    let visitor = Visitor::log_in(&world, BAI).await;
    let rows = visitor.rows();
    let (asked, vericode) = allowed(&world).await;
    let (again, code_again) = allowed(&world).await;
    world.send(visitor.post(&[("revoke", &rows[0])])).await;
    // Nor once there is a new one.
    let (newer, newest) = allowed(&world).await;
    let reply = exchange(&world, &asked, &vericode).send(&world).await;
    assert_error(&reply, "30006");
    assert_eq!(grants(&world).await, 0);
    let given = fields(&exchange(&world, &newer, &newest).send(&world).await);
    assert_ne!(given["oauth_token"], world.demo.qzone.token);
    let reply = exchange(&world, &again, &code_again).send(&world).await;
    assert_error(&reply, "30006");
    assert_eq!(grants(&world).await, 1);
    assert!(
        token::revoke(&world.ctx.store, &given["oauth_token"])
            .await
            .unwrap()
    );
    let reply = exchange(&world, &again, &code_again).send(&world).await;
    assert_error(&reply, "30006");
    assert_eq!(grants(&world).await, 0);
}

#[tokio::test]
async fn what_a_member_takes_back_meets_the_exchange_of_a_token() {
    let world = World::new().await;
    for seed in [7, 8] {
        let (asked, vericode) = allowed(&world).await;
        let slow = Pauses::new(&world, seed);
        let gate = slow.hold("TransactWriteItems", &asked.token, 1);
        let call = exchange(&world, &asked, &vericode).call(&world);
        let (reply, ()) = tokio::join!(world.send_to(&slow.ctx, call), async {
            gate.reached().await;
            let uid = world.member(BAI).uid;
            for grant in token::grants(&world.ctx.store, uid).await.unwrap() {
                let token = &grant.access_token;
                assert!(token::revoke(&world.ctx.store, token).await.unwrap());
            }
            gate.open().await;
        });
        assert_error(&reply, "30006");
        assert_eq!(grants(&world).await, 0);
        let old = api(&world, USER_INFO, &[]).send(&world).await;
        assert_eq!(code(&old), "41003");
        // The next round has a grant to take back.
        let (asked, vericode) = allowed(&world).await;
        fields(&exchange(&world, &asked, &vericode).send(&world).await);
        assert_eq!(grants(&world).await, 1);
    }
}

#[tokio::test]
async fn a_token_that_is_exchanged_while_it_is_taken_back_is_gone() {
    let world = World::new().await;
    let (asked, vericode) = allowed(&world).await;
    let slow = Pauses::new(&world, 7);
    let token = &world.demo.qzone.token;
    let gate = slow.hold("TransactWriteItems", token, 1);
    let (revoked, ()) = tokio::join!(token::revoke(&slow.ctx.store, token), async {
        gate.reached().await;
        fields(&exchange(&world, &asked, &vericode).send(&world).await);
        gate.open().await;
    });
    assert!(revoked.unwrap());
    assert_eq!(grants(&world).await, 0);
    let old = api(&world, USER_INFO, &[]).send(&world).await;
    assert_eq!(code(&old), "41003");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_wrong_vericodes_at_once_the_fifth_ends_the_token() {
    let world = Arc::new(World::new().await);
    let (asked, vericode) = allowed(&world).await;
    let slow = Arc::new(Pauses::new(&world, 7));
    let gate = slow.hold("TransactWriteItems", &asked.token, 64);
    let calls: Vec<_> = (0..64)
        .map(|number: u32| {
            let call = exchange(&world, &asked, &number.to_string()).call(&world);
            let (world, slow) = (Arc::clone(&world), Arc::clone(&slow));
            tokio::spawn(async move { code(&world.send_to(&slow.ctx, call).await) })
        })
        .collect();
    gate.reached().await;
    gate.open().await;
    let mut codes = Vec::new();
    for call in calls {
        codes.push(call.await.unwrap());
    }
    let counted = codes.iter().filter(|code| *code == "30007").count();
    let ended = codes.iter().filter(|code| *code == "30006").count();
    assert_eq!((counted, ended), (5, 59), "{codes:?}");
    let last = exchange(&world, &asked, &vericode).send(&world).await;
    assert_error(&last, "30006");
}

#[tokio::test]
async fn two_sites_do_not_mind_each_others_withdrawals() {
    let world = World::new().await;
    let asked = request_token(&world, &[]).await;
    let page = open(&world, &asked.token).await;
    let reply = world.send(allow(&world, &page, STAR)).await;
    let vericode = added(&reply, CALLBACK).remove("oauth_vericode").unwrap();
    // The other member's.
    assert!(
        token::revoke(&world.ctx.store, &world.demo.qzone.token)
            .await
            .unwrap()
    );
    let given = exchange(&world, &asked, &vericode).send(&world).await;
    assert_eq!(fields(&given).len(), 5);
}

#[tokio::test]
async fn nobody_banned_is_granted_anything() {
    let world = World::new().await;
    let uid = world.member(BAI).uid;
    let token = token::find(&world.ctx.store, &world.demo.qzone.token).await;
    let token = token.unwrap().unwrap();
    done(&world, &format!("member set {uid} --banned true")).await;
    let refused = token::grant(&world.ctx.store, &token).await.unwrap_err();
    assert!(refused.to_string().contains("banned"), "{refused}");
    assert_eq!(grants(&world).await, 0);
    let (asked, vericode) = {
        let asked = request_token(&world, &[]).await;
        let found = request_token::find(&world.ctx.store, &asked.token).await;
        let found = found.unwrap().unwrap();
        let allowed = &token.allowed;
        let vericode = request_token::allow(&world.ctx.store, &found, uid, allowed).await;
        (asked, vericode.unwrap().unwrap())
    };
    let reply = exchange(&world, &asked, &vericode).send(&world).await;
    assert_error(&reply, "30006");
    let found = request_token::find(&world.ctx.store, &asked.token).await;
    let found = found.unwrap().unwrap();
    let nonce = nonce::Nonce {
        consumer: &token.consumer,
        token: &asked.token,
        timestamp: 1,
        nonce: "n",
    };
    let refused = request_token::exchange(&world.ctx.store, &found, &vericode, &token, nonce).await;
    assert_eq!(refused.unwrap(), Err(NotExchanged::NoToken));
}

#[tokio::test]
async fn what_is_destroyed_while_a_new_fans_home_is_filled_is_not_in_it() {
    let world = World::new().await;
    let [fan, author] = BOTH.map(|number| world.member(number).uid);
    let kept = publish(&world, STAR, "kept").await;
    let weibo = publish(&world, STAR, "gone").await;
    world.settle().await;
    follow(&world, BAI, STAR).await;
    let slow = Pauses::new(&world, 7);
    let gate = slow.hold("BatchWriteItem", "HOME#", 1);
    let follow = Follow {
        fan,
        member: author,
    };
    let (filled, ()) = tokio::join!(home::followed(&slow.ctx.store, follow), async {
        gate.reached().await;
        rst(&act(&world, STAR, "destroy", &[("id", &weibo)]).await);
        world.settle().await;
        gate.open().await;
    });
    filled.unwrap();
    world.settle().await;
    let items = world.dump().await;
    let rows: Vec<_> = items
        .iter()
        .filter(|item| item.contains("\"HOME#"))
        .collect();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0].contains(&kept), "{rows:?}");
}
