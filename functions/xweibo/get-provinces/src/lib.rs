//! `getProvinces`, which returns the numbers that `saveProfile` takes. An extension: the document only names it.

mod places;

use std::collections::BTreeMap;
use std::future::{Ready, ready};

use serde::Serialize;
use weiquan::Ctx;
use weiquan::schema::Answer;
use weiquan::xweibo::{Call, Error, Nothing, Operation, operation};

use crate::places::{ALL, cities};

/// The operation.
pub static OPERATION: Operation = operation!(
    "getProvinces",
    "lists China's provinces and their cities by Sina's numbers",
    Nothing => Output,
    handle
);

#[derive(Serialize, Answer)]
struct Output {
    /// The provinces.
    provinces: Vec<Province>,
}

#[derive(Serialize, Answer)]
struct Province {
    /// Its number.
    id: u16,
    /// Its name.
    name: &'static str,
    /// Its cities, each an object of its own that maps the number to the name. The plural is Sina's.
    citys: Vec<BTreeMap<u16, &'static str>>,
}

fn handle(_ctx: &Ctx, _call: Call<'_>, _input: Nothing) -> Ready<Result<Output, Error>> {
    let province = |&(id, name, places): &(u16, &'static str, &'static str)| Province {
        id,
        name,
        citys: cities(places).map(|city| [city].into()).collect(),
    };
    let provinces = ALL.iter().map(province).collect();
    ready(Ok(Output { provinces }))
}
