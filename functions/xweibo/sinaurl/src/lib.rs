//! `sinaurl` (xweibo section 5.8.2).

use std::collections::BTreeMap;

use serde::Serialize;
use weiquan::schema::Answer;
use weiquan::xweibo::failure::TOO_LONG;
use weiquan::xweibo::{Call, Error, Failure, Ids, Input, Operation, operation};
use weiquan::{Ctx, example};
use weiquan_store::weibos::short_link::{self, is_id};

/// The operation.
pub static OPERATION: Operation = Operation {
    get: true,
    bare: true,
    failures: &[TOO_LONG, NO_LINK],
    ..operation!(
        "sinaurl",
        "tells where short links lead; answers without the envelope",
        Input<'_> => Output,
        handle
    )
};

#[derive(Input)]
struct Input<'a> {
    /// The links: the part of each after its last slash, separated by commas.
    #[param(required, example = example::SHORT_LINK)]
    id: Ids<'a>,
}

const NO_LINK: Failure = Failure::new(-1, "", "none of the links is known");

#[derive(Serialize, Answer)]
struct Output {
    /// Always `A00006`.
    code: &'static str,
    /// The links that exist, by `id`.
    data: BTreeMap<String, Target>,
}

#[derive(Serialize, Answer)]
struct Target {
    /// Where the link leads.
    url: String,
    /// Always `url`.
    #[serde(rename = "type")]
    kind: &'static str,
}

async fn handle(ctx: &Ctx, _call: Call<'_>, input: Input<'_>) -> Result<Output, Error> {
    let wanted = input.id.distinct(is_id)?;
    let found = short_link::targets(&ctx.store, wanted).await?;
    if found.is_empty() {
        return Err(NO_LINK.into());
    }
    let target = |(id, url)| (id, Target { url, kind: "url" });
    Ok(Output {
        code: "A00006",
        data: found.into_iter().map(target).collect(),
    })
}
