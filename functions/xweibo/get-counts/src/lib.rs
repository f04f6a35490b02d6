//! `getCounts`: comments and reposts of weibos (xweibo section 5.5.3).

use serde::ser::{Serialize, SerializeMap, Serializer};
use shared::store::weibo;
use shared::xweibo::{Call, Error, Operation, Param, answer, distinct, id, ids};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "getCounts",
    aliases: &[],
    words: "counts the comments and reposts of weibos",
    get: false,
    speaks: false,
    params: &[Param {
        name: "ids",
        words: "the weibos, at most 1,000, with commas",
        example: Some(example::WEIBO),
    }],
    file: None,
    errors: &[Error::EmptyParameter, Error::TooLong],
    handle: |ctx, call| answer(handle(ctx, call)),
};

/// `[comments, reposts]` by id, in the order in which they were asked for.
struct Counts(Vec<(String, [u64; 2])>);

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (id, counts) in &self.0 {
            map.serialize_entry(id, counts)?;
        }
        map.end()
    }
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Counts, Error> {
    let asked = distinct(ids(call.param("ids")))?;
    if asked.is_empty() {
        return Err(Error::EmptyParameter);
    }
    let mut known: Vec<u64> = asked.iter().filter_map(|text| id(text)).collect();
    known.sort_unstable();
    known.dedup();
    let counts = weibo::counts(ctx, &known).await?;
    let of = |text: &str| {
        let (comments, reposts) = id(text)
            .and_then(|id| counts.get(&id).copied())
            .unwrap_or_default();
        (text.to_owned(), [comments, reposts])
    };
    Ok(Counts(asked.into_iter().map(of).collect()))
}
