//! `createFriendship`: follows members (xweibo section 5.2.1).

use std::collections::BTreeSet;

use shared::Ctx;
use shared::store::relation::{self, NotFollowed};
use shared::store::{Refusal, member};
use shared::xweibo::{Call, Error, Operation, Param, answer, id, ids, trim};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "createFriendship",
    aliases: &[],
    words: "follows a member, or several",
    get: false,
    speaks: true,
    params: &[
        Param {
            name: "uid",
            words: "the member's uid, or several with commas",
            example: Some("1692630323"),
        },
        Param {
            name: "type",
            words: "1 says that `uid` is one nick",
            example: None,
        },
    ],
    file: None,
    errors: &[
        Error::TooLong,
        Error::FollowNobody,
        Error::FollowUnknown,
        Error::NotFollowed,
        Error::FollowedAlready,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

/// How many members one call follows.
const MAX_FOLLOWED: usize = 100;

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let text = trim(call.param("uid"));
    if trim(call.param("type")) == "1" {
        let (author, found) = futures_util::join!(call.author(ctx), member::by_nick(ctx, text));
        author?;
        let other = if text.is_empty() {
            Err(Error::FollowNobody)
        } else {
            Ok(found?)
        };
        follow(ctx, uid, other?).await?;
        return Ok(true);
    }
    let wanted: BTreeSet<&str> = ids(text).collect();
    let mut wanted = wanted.into_iter();
    let (first, has_more) = (wanted.next().unwrap_or_default(), wanted.len() > 0);
    let (author, found) = futures_util::join!(call.author(ctx), exists(ctx, first));
    author?;
    if !has_more {
        let other = if first.is_empty() {
            Err(Error::FollowNobody)
        } else {
            Ok(found?)
        };
        follow(ctx, uid, other?).await?;
        return Ok(true);
    }
    if wanted.len() >= MAX_FOLLOWED {
        return Err(Error::TooLong);
    }
    let mut is_done = is_followed(follow(ctx, uid, found?).await)?;
    for other in wanted {
        let other = exists(ctx, other).await?;
        is_done &= is_followed(follow(ctx, uid, other).await)?;
    }
    if is_done {
        Ok(true)
    } else {
        Err(Error::NotFollowed)
    }
}

/// The member with the uid `text`.
async fn exists(ctx: &Ctx, text: &str) -> Result<Option<u64>, Error> {
    match id(text) {
        Some(uid) => Ok(member::by_uid_even_new(ctx, uid)
            .await?
            .map(|found| found.uid)),
        None => Ok(None),
    }
}

async fn follow(ctx: &Ctx, uid: u64, other: Option<u64>) -> Result<(), Error> {
    match other {
        Some(other) if other == uid => return Err(Error::FollowNobody),
        Some(other) => relation::follow(ctx, uid, other).await,
        None => return Err(Error::FollowUnknown),
    }
    .map_err(|refusal| match refusal {
        Refusal::Condition(NotFollowed::Already) => Error::FollowedAlready,
        Refusal::Condition(NotFollowed::Blocked) => Error::NotFollowed,
        Refusal::Store(error) => error.into(),
    })
}

/// Whether a member of several was followed; a failure of the store ends the call.
fn is_followed(outcome: Result<(), Error>) -> Result<bool, Error> {
    match outcome {
        Ok(()) => Ok(true),
        Err(error @ Error::Internal(_)) => Err(error),
        Err(_) => Ok(false),
    }
}
