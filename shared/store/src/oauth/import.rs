//! The data that an operator imports from the service for which the clients were written: tokens,
//! their secrets, openids.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::clients::Consumer;
use crate::members::member::{self, Member};
use crate::oauth::token::{self, Owner, Row, Token};
use crate::table::{Condition, Refusal, Transaction, Values, number, text, when};
use crate::{Store, keys};

/// What a grant allows by default.
const FIRST: &str = "add_feeds";

/// The given parts of a grant. The other parts stay as they are, or are drawn.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// `oauth_token`.
    pub token: Option<String>,
    /// `oauth_token_secret`.
    pub secret: Option<String>,
    /// The member for this consumer.
    pub openid: Option<String>,
}

/// Why nothing was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The token belongs to another consumer or member.
    Token,
    /// The openid is another member's.
    Openid,
    /// The member is banned.
    Banned,
    /// The member, or the member's grant, was changed in the meantime.
    Changed,
}

/// Lets `consumer` act for `member`, with its current token, a given one, or a new one. If the
/// token changes, the earlier one is revoked, because a member sees one token per consumer. Without
/// `allowed`, the grant covers what the member has allowed already, else `add_feeds`.
pub async fn grant(
    store: &Store,
    consumer: &Consumer,
    member: &Member,
    given: Given,
    allowed: Option<BTreeSet<String>>,
) -> Result<Token, Refusal<Refused>> {
    if member.banned {
        return Err(Refusal::Condition(Refused::Banned));
    }
    let seen = Row::read(store, member.uid, &consumer.key).await?;
    let standing = || match &seen.access_token {
        Some(_) => seen.allowed.clone(),
        None => [FIRST.to_owned()].into(),
    };
    let allowed = allowed.unwrap_or_else(standing);
    let mut token = token::token_for(store, consumer, member, allowed).await?;
    token.token = given.token.unwrap_or(token.token);
    token.secret = given.secret.unwrap_or(token.secret);
    token.openid = given.openid.unwrap_or(token.openid);

    let unchanged = member::unchanged(member, Refused::Changed);
    let member_key = keys::member(member.uid);
    let mut transaction = Transaction::new(store);
    transaction = if token.openid == token::openid_of(consumer, member) {
        transaction.check(&member_key, unchanged)
    } else {
        let mut next = member.clone();
        let (key, openid) = (consumer.key.clone(), token.openid.clone());
        next.openids.insert(key, openid);
        next.revision += 1;
        transaction.put(&member_key, &next, Some(unchanged))
    };
    if let Some(other) = seen
        .access_token
        .as_ref()
        .filter(|old| **old != token.token)
    {
        let revoked = Values::from([(":true".to_owned(), AttributeValue::Bool(true))]);
        let exists = when("attribute_exists(PK)", Refused::Changed);
        let key = keys::token(other);
        transaction = transaction.update(&key, "SET revoked = :true", revoked, Some(exists));
    }
    let ours = when(
        "attribute_not_exists(PK) OR (consumer = :consumer AND uid = :uid)",
        Refused::Token,
    );
    let ours = ours
        .with(":consumer", text(&consumer.key))
        .with(":uid", number(member.uid));
    let free = when("attribute_not_exists(PK) OR uid = :uid", Refused::Openid)
        .with(":uid", number(member.uid));
    let owner = Owner { uid: member.uid };
    transaction
        .put(&keys::token(&token.token), &token, Some(ours))
        .put(
            &keys::grant(member.uid, &consumer.key),
            &view(store, &token, seen.withdrawals),
            Some(same(&seen)),
        )
        .put(&keys::openid(&token.openid), &owner, Some(free))
        .commit()
        .await?;
    Ok(token)
}

/// The member's view of a token.
fn view(store: &Store, token: &Token, withdrawals: u64) -> Row {
    Row {
        consumer: token.consumer.clone(),
        access_token: Some(token.token.clone()),
        allowed: token.allowed.clone(),
        since: store.now().as_second(),
        withdrawals,
    }
}

/// The condition that the member's grant is still as it was read.
fn same(seen: &Row) -> Condition<Refused> {
    const WITHDRAWALS: &str = "(attribute_not_exists(withdrawals) OR withdrawals = :withdrawals)";
    let condition = match &seen.access_token {
        None => when(
            format!("{WITHDRAWALS} AND attribute_not_exists(access_token)"),
            Refused::Changed,
        ),
        Some(token) => when(
            format!("{WITHDRAWALS} AND access_token = :token"),
            Refused::Changed,
        )
        .with(":token", text(token)),
    };
    condition.with(":withdrawals", number(seen.withdrawals))
}
