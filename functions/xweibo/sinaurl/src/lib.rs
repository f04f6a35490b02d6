//! `sinaurl`: tells where short links lead (xweibo section 5.8.2).

use std::collections::BTreeMap;

use serde::Serialize;
use shared::store::short_link::{self, is_id};
use shared::xweibo::{Call, Error, Operation, Param, bare, distinct, ids};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "sinaurl",
    aliases: &[],
    words: "tells where short links lead; answers without the envelope",
    get: true,
    speaks: false,
    params: &[Param {
        name: "id",
        words: "the links: what stands behind the last slash, with commas",
        example: Some(example::SHORT_LINK),
    }],
    file: None,
    errors: &[Error::TooLong, Error::NoLink],
    handle: |ctx, call| bare(handle(ctx, call)),
};

#[derive(Serialize)]
struct Output {
    code: &'static str,
    data: BTreeMap<String, Target>,
}

#[derive(Serialize)]
struct Target {
    url: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let wanted = distinct(ids(call.param("id")).filter(|id| is_id(id)))?;
    let found = short_link::targets(ctx, wanted).await?;
    if found.is_empty() {
        return Err(Error::NoLink);
    }
    let target = |(id, url)| (id, Target { url, kind: "url" });
    Ok(Output {
        code: "A00006",
        data: found.into_iter().map(target).collect(),
    })
}
