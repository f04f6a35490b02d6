//! `saveShow` (xweibo section 5.8.3, inferred).

use weiquan::Ctx;
use weiquan::schema::{FromParam, Kind, Param};
use weiquan::xweibo::failure::{NO_OPTIONS, NO_SUCH_OPTION, NOT_CONFIGURED};
use weiquan::xweibo::{
    Call, Error, Failure, Flag, Input, Operation, Params, operation, store_settings,
};
use weiquan_store::people::settings::Settings;

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NO_OPTIONS, NO_SUCH_OPTION, NOT_CONFIGURED],
    ..operation!("saveShow", "sets how much pages hold", Input<'_> => bool, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// How unread counts are shown: 0 or 1.
    newmsg: Flag<'a>,
    /// Weibos per page of `homeTimeline`: 10, 20, 30, 40 or 50.
    #[param(example = "20")]
    feedtotal: PageSize<'a>,
    /// Comments per page of `getComments` of type 2: the same numbers.
    #[param(example = "20")]
    commenttotal: PageSize<'a>,
}

/// How many entries a page may have, as offered on the settings page.
struct PageSize<'a>(&'a str);

impl<'a> FromParam<'a, Params> for PageSize<'a> {
    const KIND: Kind = Kind::INT.range(10, 50);

    fn read(params: &'a Params, param: &Param) -> Result<Self, Error> {
        FromParam::read(params, param).map(Self)
    }
}

impl PageSize<'_> {
    fn get(&self) -> Result<Option<u64>, Failure> {
        match self.0 {
            "" => Ok(None),
            "10" => Ok(Some(10)),
            "20" => Ok(Some(20)),
            "30" => Ok(Some(30)),
            "40" => Ok(Some(40)),
            "50" => Ok(Some(50)),
            _ => Err(NO_SUCH_OPTION),
        }
    }
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.reader().ok_or(NO_OPTIONS)?;
    let settings = Settings {
        newmsg: input.newmsg.get()?.map(u64::from),
        weibos: input.feedtotal.get()?,
        comments: input.commenttotal.get()?,
        newfeed: None,
    };
    if settings == Settings::default() {
        return Err(NO_OPTIONS.into());
    }
    store_settings(ctx, uid, settings, None).await
}
