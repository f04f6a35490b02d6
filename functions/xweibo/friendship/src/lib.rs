//! `friendship`: whether the target follows the source (xweibo sections 5.2.3 and 7.32).

use shared::store::relation::{self, Bond};
use shared::xweibo::{Call, Error, Operation, Param, Who, answer, id, trim};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "friendship",
    aliases: &[],
    words: "tells whether the target is a fan of the source",
    get: false,
    speaks: false,
    params: &[
        Param {
            name: "t_id",
            words: "the target's uid",
            example: Some(example::MEMBER),
        },
        Param {
            name: "t_name",
            words: "the target's nick, where there is no `t_id`",
            example: None,
        },
        Param {
            name: "s_id",
            words: "the source's uid; the caller by default",
            example: None,
        },
        Param {
            name: "s_name",
            words: "the source's nick, where there is no `s_id`",
            example: None,
        },
    ],
    file: None,
    errors: &[Error::NoTarget],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    // Whom uids name is read beside what they are to each other.
    let [target_id, source_id] = ["t_id", "s_id"].map(|name| trim(call.param(name)));
    let source_id = match (source_id, trim(call.param("s_name"))) {
        ("", "") => Some(call.uid()?),
        (text, _) => id(text),
    };
    let early = async {
        match (id(target_id), source_id) {
            (Some(target), Some(source)) => relation::bond(ctx, target, source).await.map(Some),
            _ => Ok(None),
        }
    };
    let (target, source, early) = futures_util::join!(
        call.who(ctx, "t_id", "t_name"),
        call.who(ctx, "s_id", "s_name"),
        early
    );
    let Who::Member(target) = target? else {
        return Err(Error::NoTarget);
    };
    let source = match source? {
        Who::Member(source) => source,
        Who::Unnamed => call.uid()?,
        Who::Unknown => return Err(Error::NoTarget),
    };
    let bond = match early? {
        Some(bond) => bond,
        None => relation::bond(ctx, target, source).await?,
    };
    Ok(bond == Bond::Follows)
}
