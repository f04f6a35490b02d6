//! `getProvinces`: China's provinces and their cities by Sina's numbers, which `saveProfile` takes. The document only
//! names it.

mod places;

use std::collections::BTreeMap;

use serde::Serialize;
use shared::xweibo::{Operation, answer};

use crate::places::{ALL, cities};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "getProvinces",
    aliases: &[],
    words: "lists China's provinces and their cities by Sina's numbers",
    get: false,
    speaks: false,
    params: &[],
    file: None,
    errors: &[],
    handle: |_ctx, _call| {
        answer(async {
            Ok(Output {
                provinces: provinces(),
            })
        })
    },
};

#[derive(Serialize)]
struct Output {
    provinces: Vec<Province>,
}

#[derive(Serialize)]
struct Province {
    id: u16,
    name: &'static str,
    /// Sina's plural.
    citys: Vec<BTreeMap<u16, &'static str>>,
}

fn provinces() -> Vec<Province> {
    let province = |&(id, name, places): &(u16, &'static str, &'static str)| Province {
        id,
        name,
        citys: cities(places).map(|city| [city].into()).collect(),
    };
    ALL.iter().map(province).collect()
}
