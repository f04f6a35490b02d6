//! `friendship` (xweibo sections 5.2.3 and 7.32).

use weiquan::xweibo::{Call, Error, Failure, Id, Input, Operation, Who, operation};
use weiquan::{Ctx, example};
use weiquan_store::people::relation::{self, Bond, Edge};

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NO_TARGET],
    ..operation!(
        "friendship", "tells whether the target is a fan of the source", Input<'_> => bool, handle
    )
};

#[derive(Input)]
struct Input<'a> {
    /// The target's uid.
    #[param(example = example::MEMBER)]
    t_id: Id<'a>,
    /// The target's nick, if there is no `t_id`.
    t_name: &'a str,
    /// The source's uid; the caller by default.
    s_id: Id<'a>,
    /// The source's nick, if there is no `s_id`.
    s_name: &'a str,
}

const NO_TARGET: Failure = Failure::new(
    1_021_200,
    "40026:Error: please input right target user id (or screen_name)!",
    "no target is named, or target or source does not exist",
);

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    // The members named by uids are read at the same time as their relation.
    let source_id = match (input.s_id.is_missing(), input.s_name) {
        (true, "") => Some(call.uid()?),
        _ => input.s_id.get(),
    };
    let early = async {
        match (input.t_id.get(), source_id) {
            (Some(from), Some(to)) => relation::bond(&ctx.store, Edge { from, to })
                .await
                .map(Some),
            _ => Ok(None),
        }
    };
    let (target, source, early) = futures_util::join!(
        Who::find(ctx, input.t_id, input.t_name),
        Who::find(ctx, input.s_id, input.s_name),
        early
    );
    let Who::Member(target) = target? else {
        return Err(NO_TARGET.into());
    };
    let source = match source? {
        Who::Member(source) => source,
        Who::Unnamed => call.uid()?,
        Who::Unknown => return Err(NO_TARGET.into()),
    };
    let bond = match early? {
        Some(bond) => bond,
        None => {
            let edge = Edge {
                from: target,
                to: source,
            };
            relation::bond(&ctx.store, edge).await?
        }
    };
    Ok(bond == Bond::Follows)
}
