//! `getCounts` (xweibo section 5.5.3).

use serde::ser::{Serialize, SerializeMap, Serializer};
use weiquan::schema::{Answer, Schema};
use weiquan::xweibo::failure::{EMPTY_PARAMETER, TOO_LONG};
use weiquan::xweibo::{Call, Error, Ids, Input, Operation, id, operation};
use weiquan::{Ctx, example};
use weiquan_store::id::WeiboId;
use weiquan_store::weibos::weibo;

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[EMPTY_PARAMETER, TOO_LONG],
    ..operation!(
        "getCounts", "counts the comments and reposts of weibos", Input<'_> => Counts, handle
    )
};

#[derive(Input)]
struct Input<'a> {
    /// The weibos' ids, at most 1,000, separated by commas.
    #[param(required, example = example::WEIBO)]
    ids: Ids<'a>,
}

/// `[comments, reposts]` by id, in the order in which they were requested.
struct Counts(Vec<(String, [u64; 2])>);

impl Answer for Counts {
    const SCHEMA: Schema = Schema::Map(&<[u64; 2]>::SCHEMA);
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (id, counts) in &self.0 {
            map.serialize_entry(id, counts)?;
        }
        map.end()
    }
}

async fn handle(ctx: &Ctx, _call: Call<'_>, input: Input<'_>) -> Result<Counts, Error> {
    let asked = input.ids.distinct(|_| true)?;
    if asked.is_empty() {
        return Err(EMPTY_PARAMETER.into());
    }
    let mut known: Vec<WeiboId> = asked.iter().filter_map(|text| id(text)).collect();
    known.sort_unstable();
    known.dedup();
    let counts = weibo::counts(&ctx.store, &known).await?;
    let of = |text: &str| {
        let found = id(text).and_then(|id| counts.get(&id).copied());
        let found = found.unwrap_or_default();
        (text.to_owned(), [found.comments, found.reposts])
    };
    Ok(Counts(asked.into_iter().map(of).collect()))
}
