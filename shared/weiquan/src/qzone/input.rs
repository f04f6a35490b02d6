//! The types of parameters. Reading never fails: only the operation may refuse an authentic call,
//! because that uses the nonce up (qzone section 7).

use super::checks::Params;
use super::error::Error;
use crate::schema::{FromParam, Kind, Param, Source};
use weiquan_store::unicode::truncate_feed;

impl Source for Params {
    type Error = Error;
}

/// A text; empty if it is missing.
impl<'a> FromParam<'a, Params> for &'a str {
    const KIND: Kind = Kind::TEXT;

    fn read(params: &'a Params, param: &Param) -> Result<Self, Error> {
        Ok(params.get(param.name))
    }
}

/// The same; none if it is missing or empty.
impl<'a> FromParam<'a, Params> for Option<&'a str> {
    const KIND: Kind = Kind::TEXT;

    fn read(params: &'a Params, param: &Param) -> Result<Self, Error> {
        Ok(Some(params.get(param.name)).filter(|text| !text.is_empty()))
    }
}

/// The same, cut to `WIDTH` half-widths (section 6).
#[derive(Debug, Clone, Copy)]
pub struct Cut<'a, const WIDTH: usize>(Option<&'a str>);

impl<const WIDTH: usize> Cut<'_, WIDTH> {
    /// The text after the cut.
    pub fn to_owned(self) -> Option<String> {
        self.0.map(str::to_owned)
    }
}

impl<'a, const WIDTH: usize> FromParam<'a, Params> for Cut<'a, WIDTH> {
    const KIND: Kind = Kind::TEXT;

    fn read(params: &'a Params, param: &Param) -> Result<Self, Error> {
        let text = Option::<&str>::read(params, param)?;
        Ok(Self(text.map(|text| truncate_feed(text, WIDTH))))
    }
}

/// A number; any other text counts as missing.
impl FromParam<'_, Params> for Option<u64> {
    const KIND: Kind = Kind::INT;

    fn read(params: &Params, param: &Param) -> Result<Self, Error> {
        Ok(params.get(param.name).parse().ok())
    }
}

/// A number, moved into its range; the default if it is missing or no number.
impl FromParam<'_, Params> for usize {
    const KIND: Kind = Kind::INT;

    fn read(params: &Params, param: &Param) -> Result<Self, Error> {
        let Kind::Int { min, max, default } = param.kind else {
            return Ok(0);
        };
        let end = |end: i64| Self::try_from(end).unwrap_or_default();
        let value = params.get(param.name).parse();
        let value = value.unwrap_or(end(default.unwrap_or(min)));
        Ok(value.clamp(end(min), end(max)))
    }
}

/// A parameter that the operation does not read.
impl FromParam<'_, Params> for () {
    const KIND: Kind = Kind::TEXT;

    fn read(_params: &Params, _param: &Param) -> Result<Self, Error> {
        Ok(())
    }
}
