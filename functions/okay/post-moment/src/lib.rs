//! `App.Market_Minimoments.PostMoment` (okayapi section 6).

use weiquan::Ctx;
use weiquan::okay::moment::{Pictures, check_size, is_column};
use weiquan::okay::{
    Call, Created, Error, Filled, Input, Login, Object, Operation, custom_fields, operation,
};
use weiquan_store::clients::sequence;
use weiquan_store::id::MomentId;
use weiquan_store::moments::moment::{self, Access, Moment};

/// The operation.
pub static OPERATION: Operation = Operation {
    professional: true,
    login: Login::Required,
    ..operation!("App.Market_Minimoments.PostMoment", "publishes a moment", Input => Created, handle)
};

#[derive(Input)]
struct Input {
    /// The text.
    #[param(example = "今天天气真好")]
    moment_content: Option<String>,
    /// The displayed name.
    #[param(len = ..=100, example = "小白")]
    moment_nickname: String,
    /// Who may see it: 0 for everybody, 1 for members who are logged in, 2 for the author only.
    #[param(range = 0..=2, example = "0")]
    moment_access: i64,
    /// A link.
    moment_url: Option<String>,
    #[param(flatten)]
    pictures: Pictures,
    /// The latitude, stored as it was sent. Clients read it as a number; a blank one counts as none.
    #[param(example = "23.1")]
    moment_lat: Filled,
    /// The longitude, stored the same way.
    #[param(example = "113.2")]
    moment_lng: Filled,
    /// The name of the place.
    moment_place: Option<String>,
    /// Custom fields.
    #[param(example = r#"{"mood":"好"}"#)]
    more_data: Option<Object>,
}

async fn handle(ctx: &Ctx, call: Call, input: Input) -> Result<Created, Error> {
    let more = custom_fields::stored(input.more_data.as_ref(), is_column)?;
    let moment = Moment {
        id: MomentId::default(),
        posted_at: 0,
        uuid: call.uuid()?.clone(),
        nickname: input.moment_nickname,
        access: match input.moment_access {
            0 => Access::Public,
            1 => Access::SignedIn,
            _ => Access::Own,
        },
        content: input.moment_content,
        url: input.moment_url,
        pictures: input.pictures.0,
        lat: input.moment_lat.0,
        lng: input.moment_lng.0,
        place: input.moment_place,
        more,
        likes: 0,
    };
    check_size(&moment)?;
    let (session, id) =
        futures_util::join!(call.session(ctx), sequence::next(&ctx.store, &call.app));
    let moment = Moment {
        id: id?,
        uuid: session?.uuid,
        ..moment
    };
    let id = moment::post(&ctx.store, &call.app, moment).await??;
    Ok(Created { id: id.get() })
}
