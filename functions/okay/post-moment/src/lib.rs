//! `App.Market_Minimoments.PostMoment`: publishes a moment (okayapi section 6).

use serde::Deserialize;
use shared::Ctx;
use shared::okay::moment::{COLUMNS, check_size};
use shared::okay::{Call, Created, Error, Login, Operation, Param, answer, more};
use shared::store::moment::{self, Access, Moment};
use shared::store::sequence::{self, Kind};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.Market_Minimoments.PostMoment",
    words: "publishes a moment",
    professional: true,
    login: Login::Required,
    params: &[
        Param::text("moment_content", "the text").example("今天天气真好"),
        Param::text("moment_nickname", "the name shown")
            .len(0, 100)
            .required()
            .example("小白"),
        Param::int(
            "moment_access",
            "0 for all, 1 for whoever is signed in, 2 for the author only",
        )
        .range(0, 2, None)
        .required()
        .example("0"),
        Param::text("moment_url", "a link"),
        Param::text("moment_picture1", "a link to a picture; likewise 2 to 9"),
        Param::text("moment_picture2", ""),
        Param::text("moment_picture3", ""),
        Param::text("moment_picture4", ""),
        Param::text("moment_picture5", ""),
        Param::text("moment_picture6", ""),
        Param::text("moment_picture7", ""),
        Param::text("moment_picture8", ""),
        Param::text("moment_picture9", ""),
        Param::text("moment_lat", "the latitude, kept as it came").example("23.1"),
        Param::text("moment_lng", "the longitude, kept as it came").example("113.2"),
        Param::text("moment_place", "the name of the place"),
        Param::object("more_data", "custom fields").example(r#"{"mood":"好"}"#),
    ],
    results: &[("id", "the id of the new moment")],
    failures: &[],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Deserialize)]
struct Input {
    uuid: String,
    moment_content: Option<String>,
    moment_nickname: String,
    moment_access: i64,
    moment_url: Option<String>,
    moment_picture1: Option<String>,
    moment_picture2: Option<String>,
    moment_picture3: Option<String>,
    moment_picture4: Option<String>,
    moment_picture5: Option<String>,
    moment_picture6: Option<String>,
    moment_picture7: Option<String>,
    moment_picture8: Option<String>,
    moment_picture9: Option<String>,
    moment_lat: Option<String>,
    moment_lng: Option<String>,
    moment_place: Option<String>,
    more_data: Option<String>,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<Created, Error> {
    let input: Input = call.input()?;
    let more = more::stored(input.more_data.as_deref(), &COLUMNS)?;
    let moment = Moment {
        id: 0,
        posted_at: 0,
        uuid: input.uuid,
        nickname: input.moment_nickname,
        access: match input.moment_access {
            0 => Access::Public,
            1 => Access::SignedIn,
            _ => Access::Own,
        },
        content: input.moment_content,
        url: input.moment_url,
        pictures: pictures([
            input.moment_picture1,
            input.moment_picture2,
            input.moment_picture3,
            input.moment_picture4,
            input.moment_picture5,
            input.moment_picture6,
            input.moment_picture7,
            input.moment_picture8,
            input.moment_picture9,
        ]),
        lat: filled(input.moment_lat),
        lng: filled(input.moment_lng),
        place: input.moment_place,
        more,
        likes: 0,
    };
    check_size(&moment)?;
    let (session, id) = futures_util::join!(
        call.session(ctx),
        sequence::next(ctx, &call.app, Kind::Moments)
    );
    let moment = Moment {
        id: id?,
        uuid: session?.uuid,
        ..moment
    };
    let id = moment::post(ctx, &call.app, moment).await?;
    Ok(Created { id })
}

/// A blank coordinate counts as none: clients read it as a number.
fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// The pictures by place, without the empty places at the end.
fn pictures(all: [Option<String>; 9]) -> Vec<Option<String>> {
    let mut pictures = Vec::from(all);
    while pictures.last().is_some_and(Option::is_none) {
        pictures.pop();
    }
    pictures
}
