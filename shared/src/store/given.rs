//! What an operator brings along from the service that clients were written for: tokens, their secrets,
//! openids.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;

use super::client::Consumer;
use super::keys;
use super::member::{self, Member};
use super::oauth::{self, Grant, Owner, Token};
use super::table::{Values, number, text};
use super::transaction::{Refusal, Transaction, absent, when};
use crate::Ctx;

/// What is given of a grant; the rest stays as it is, or is drawn.
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
    /// The token is of another consumer or member.
    Token,
    /// The openid is another member's.
    Openid,
    /// The member, or what the member allowed, changed meanwhile.
    Changed,
}

/// Lets `consumer` act for `member`: with the token that it has, a given one, or a new one. A token that
/// was good before and is another is taken back, because a member is shown one for each consumer.
pub async fn grant(
    ctx: &Ctx,
    consumer: &Consumer,
    member: &Member,
    given: Given,
    allowed: BTreeSet<String>,
) -> Result<Token, Refusal<Refused>> {
    let seen = oauth::grant_of(ctx, member.uid, &consumer.key).await?;
    let mut token = oauth::token_for(ctx, consumer, member, allowed).await?;
    token.token = given.token.unwrap_or(token.token);
    token.secret = given.secret.unwrap_or(token.secret);
    token.openid = given.openid.unwrap_or(token.openid);

    let mut transaction = Transaction::new(ctx);
    let unchanged = member::unchanged(member, Refused::Changed);
    transaction = if token.openid == oauth::openid_of(consumer, member) {
        transaction.check(&keys::member(member.uid), unchanged)
    } else {
        let mut next = member.clone();
        next.openids
            .insert(consumer.key.clone(), token.openid.clone());
        next.revision += 1;
        transaction.put(&keys::member(member.uid), &next, Some(unchanged))
    };
    let ours = when(
        "attribute_not_exists(PK) OR (consumer = :consumer AND uid = :uid)",
        Refused::Token,
    );
    let ours = ours
        .with(":consumer", text(&consumer.key))
        .with(":uid", number(member.uid));
    transaction = transaction.put(&keys::token(&token.token), &token, Some(ours));
    let same = match &seen {
        None => absent(Refused::Changed),
        Some(seen) => {
            when("access_token = :token", Refused::Changed).with(":token", text(&seen.access_token))
        }
    };
    let view = Grant {
        consumer: consumer.key.clone(),
        access_token: token.token.clone(),
        allowed: token.allowed.clone(),
        since: ctx.now().as_second(),
    };
    transaction = transaction.put(&keys::grant(member.uid, &consumer.key), &view, Some(same));
    if let Some(seen) = seen.filter(|seen| seen.access_token != token.token) {
        let revoked = Values::from([(":true".to_owned(), AttributeValue::Bool(true))]);
        let exists = when("attribute_exists(PK)", Refused::Changed);
        transaction = transaction.update(
            &keys::token(&seen.access_token),
            "SET revoked = :true",
            revoked,
            Some(exists),
        );
    }
    let free = when("attribute_not_exists(PK) OR uid = :uid", Refused::Openid)
        .with(":uid", number(member.uid));
    let owner = Owner { uid: member.uid };
    transaction
        .put(&keys::openid(&token.openid), &owner, Some(free))
        .commit()
        .await?;
    Ok(token)
}
