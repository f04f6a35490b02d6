//! `createFriendship` (xweibo section 5.2.1).

use std::collections::BTreeSet;

use weiquan::xweibo::failure::TOO_LONG;
use weiquan::xweibo::{Call, Error, Failure, Flag, Ids, Input, Operation, id, operation};
use weiquan::{Ctx, example};
use weiquan_store::id::Uid;
use weiquan_store::members::member;
use weiquan_store::people::relation::{self, Follow, NotFollowed};

/// The operation.
pub static OPERATION: Operation = Operation {
    speaks: true,
    failures: &[TOO_LONG, NOBODY, UNKNOWN, REFUSED, ALREADY],
    ..operation!("createFriendship", "follows a member, or several", Input<'_> => bool, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The member's uid, or several separated by commas.
    #[param(required, example = example::MEMBER)]
    uid: Ids<'a>,
    /// 1 means that `uid` is one nick.
    r#type: Flag<'a>,
}

const NOBODY: Failure = Failure::new(
    1_020_800,
    "40028:添加关注操作失败",
    "no `uid`, or the caller's own",
);
const UNKNOWN: Failure = Failure::new(1_020_801, "40028:fuid错误", "there is no such member");
const REFUSED: Failure = Failure::new(
    1_020_804,
    "关注失败",
    "the member blocks the caller; of several, one does not exist or blocks the caller",
);
const ALREADY: Failure = Failure::new(
    1_020_805,
    "40303:Error: already followed",
    "the caller follows the member, or all of several, already",
);

/// How many members one call follows.
const MAX_FOLLOWED: usize = 100;

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    if input.r#type.is_set() {
        let nick = input.uid.0;
        let (author, found) =
            futures_util::join!(call.author(ctx), member::by_nick(&ctx.store, nick));
        author?;
        let other = if nick.is_empty() {
            Err(NOBODY.into())
        } else {
            found.map_err(Error::from)
        };
        follow(ctx, uid, other?).await?;
        return Ok(true);
    }
    // A text that is not a number is nobody's uid; each such text counts as a different one.
    let wanted: BTreeSet<Result<Uid, &str>> =
        input.uid.all().map(|text| id(text).ok_or(text)).collect();
    if wanted.len() > 1 {
        call.author(ctx).await?;
        return follow_all(ctx, uid, wanted).await;
    }
    let one = wanted.into_iter().next();
    let (author, found) = futures_util::join!(call.author(ctx), exists(ctx, one));
    author?;
    if one.is_none() {
        return Err(NOBODY.into());
    }
    follow(ctx, uid, found?).await?;
    Ok(true)
}

/// Follows as many of several members as possible. The caller, and members already followed, do not make the call fail.
async fn follow_all(
    ctx: &Ctx,
    uid: Uid,
    wanted: BTreeSet<Result<Uid, &str>>,
) -> Result<bool, Error> {
    if wanted.len() > MAX_FOLLOWED {
        return Err(TOO_LONG.into());
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
            Err(Error::Failed(ALREADY | NOBODY)) => {}
            // The caller learns of this failure and can try again.
            Err(error @ (Error::Busy | Error::Internal(_))) => failure = Some(error),
            Err(_) => failure = failure.or(Some(REFUSED.into())),
        }
    }
    match failure {
        Some(failure) => Err(failure),
        None if is_one_new => Ok(true),
        None => Err(ALREADY.into()),
    }
}

/// The member with this uid.
async fn exists(ctx: &Ctx, uid: Option<Result<Uid, &str>>) -> Result<Option<Uid>, Error> {
    match uid {
        Some(Ok(uid)) => Ok(member::by_uid_even_new(&ctx.store, uid)
            .await?
            .map(|found| found.uid)),
        _ => Ok(None),
    }
}

async fn follow(ctx: &Ctx, fan: Uid, member: Option<Uid>) -> Result<(), Error> {
    let member = member.ok_or(UNKNOWN)?;
    if member == fan {
        return Err(NOBODY.into());
    }
    let followed = relation::follow(&ctx.store, Follow { fan, member }).await?;
    Ok(followed.map_err(refused)?)
}

fn refused(refused: NotFollowed) -> Failure {
    match refused {
        NotFollowed::Already => ALREADY,
        NotFollowed::Blocked => REFUSED,
    }
}
