//! The data that an operator imports from the service for which the clients were written: tokens,
//! their secrets, openids.

use std::collections::BTreeSet;

use crate::clients::Consumer;
use crate::id::Openid;
use crate::members::member::{self, Member};
use crate::oauth::token::{self, Owner, Row, Token};
use crate::table::{Condition, Error, Transaction, number, text, when};
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
    pub openid: Option<Openid>,
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
) -> Result<Result<Token, Refused>, Error> {
    if member.banned {
        return Ok(Err(Refused::Banned));
    }
    let seen = Row::read(store, member.uid, &consumer.key).await?;
    let allowed = allowed.unwrap_or_else(|| match &seen.access_token {
        Some(_) => seen.allowed.clone(),
        None => [FIRST.to_owned()].into(),
    });
    let mut token = token::token_for(store, consumer, member, allowed).await?;
    token.token = given.token.unwrap_or(token.token);
    token.secret = given.secret.unwrap_or(token.secret);
    token.openid = given.openid.unwrap_or(token.openid);

    let transaction = keeping_openid(Transaction::new(store), consumer, member, &token.openid);
    let transaction = revoking_other(transaction, &seen, &token.token);
    let granted = transaction
        .put(&keys::token(&token.token), &token, Some(ours(&token)))
        .put(
            &keys::grant(member.uid, &consumer.key),
            &Row::of(store, &token, seen.withdrawals),
            Some(same(&seen)),
        )
        .put(
            &keys::openid(&token.openid),
            &Owner { uid: member.uid },
            Some(free(member)),
        )
        .commit()
        .await?;
    Ok(granted.map(|()| token))
}

/// Adds to a transaction that the member is unchanged and, if `openid` is not the one that the member has for the
/// consumer, that it is from now on.
fn keeping_openid<'a>(
    transaction: Transaction<'a, Refused>,
    consumer: &Consumer,
    member: &Member,
    openid: &Openid,
) -> Transaction<'a, Refused> {
    let (key, unchanged) = (
        keys::member(member.uid),
        member::unchanged(member, Refused::Changed),
    );
    if *openid == token::openid_of(consumer, member) {
        return transaction.check(&key, unchanged);
    }
    let mut next = member.clone();
    next.openids.insert(consumer.key.clone(), openid.clone());
    next.revision += 1;
    transaction.put(&key, &next, Some(unchanged))
}

/// Adds to a transaction that the member's earlier token is revoked, if it is another one.
fn revoking_other<'a>(
    transaction: Transaction<'a, Refused>,
    seen: &Row,
    token: &str,
) -> Transaction<'a, Refused> {
    match &seen.access_token {
        Some(other) if other != token => {
            let exists = when("attribute_exists(PK)", Refused::Changed);
            transaction.change(&keys::token(other), token::revocation(), Some(exists))
        }
        _ => transaction,
    }
}

/// The condition that the token is new, or belongs to the same consumer and member.
fn ours(token: &Token) -> Condition<Refused> {
    let ours = when(
        "attribute_not_exists(PK) OR (consumer = :consumer AND uid = :uid)",
        Refused::Token,
    );
    ours.with(":consumer", text(token.consumer.to_string()))
        .with(":uid", number(token.uid))
}

/// The condition that the openid is new, or the member's.
fn free(member: &Member) -> Condition<Refused> {
    when("attribute_not_exists(PK) OR uid = :uid", Refused::Openid).with(":uid", number(member.uid))
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
