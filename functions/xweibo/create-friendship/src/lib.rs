//! `createFriendship`: follows members (xweibo section 5.2.1).

use std::collections::BTreeSet;

use shared::store::relation::{self, NotFollowed};
use shared::store::{Refusal, member};
use shared::xweibo::{Call, Error, Operation, Param, answer, id, ids, trim};
use shared::{Ctx, example};

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
            example: Some(example::MEMBER),
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
    if call.is_set("type") {
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
    // What is no number is nobody's uid, each time another.
    let wanted: BTreeSet<Result<u64, &str>> = ids(text).map(|text| id(text).ok_or(text)).collect();
    if wanted.len() > 1 {
        call.author(ctx).await?;
        return follow_all(ctx, uid, wanted).await;
    }
    let one = wanted.into_iter().next();
    let (author, found) = futures_util::join!(call.author(ctx), exists(ctx, one));
    author?;
    if one.is_none() {
        return Err(Error::FollowNobody);
    }
    follow(ctx, uid, found?).await?;
    Ok(true)
}

/// Follows all of several, as far as that goes. Oneself and whom one follows already stand in nobody's way.
async fn follow_all(
    ctx: &Ctx,
    uid: u64,
    wanted: BTreeSet<Result<u64, &str>>,
) -> Result<bool, Error> {
    if wanted.len() > MAX_FOLLOWED {
        return Err(Error::TooLong);
    }
    let mut is_one_new = false;
    let mut failure = None;
    for other in wanted {
        let followed = match exists(ctx, Some(other)).await {
            Ok(found) => follow(ctx, uid, found).await,
            Err(error) => Err(error),
        };
        match followed {
            Ok(()) => is_one_new = true,
            Err(Error::FollowedAlready | Error::FollowNobody) => {}
            // Whoever hears of it asks again.
            Err(error @ (Error::Busy | Error::Internal(_))) => failure = Some(error),
            Err(_) => failure = failure.or(Some(Error::NotFollowed)),
        }
    }
    match failure {
        Some(failure) => Err(failure),
        None if is_one_new => Ok(true),
        None => Err(Error::FollowedAlready),
    }
}

/// The member with this uid.
async fn exists(ctx: &Ctx, uid: Option<Result<u64, &str>>) -> Result<Option<u64>, Error> {
    match uid {
        Some(Ok(uid)) => Ok(member::by_uid_even_new(ctx, uid)
            .await?
            .map(|found| found.uid)),
        _ => Ok(None),
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
