//! A moment as lists show it (okayapi section 7.2).

use serde::{Serialize, Serializer};

use super::custom_fields::field;
use super::error::Error;
use super::list::{self, Selected};
use super::params::Params;
use crate::fault::Fault;
use crate::schema::{Answer, Failure, Field, FromParam, Input, Param, Schema};
use weiquan_store::clock::date_time_at;
use weiquan_store::moments::moment::{Access, Moment};

/// There is no such moment that the caller may see.
pub const NO_MOMENT: Failure = Failure::new(
    1,
    "动态不存在或已被删除",
    "there is no such moment that the caller may see",
);

/// Nine pictures by place, each in its own parameter.
#[derive(Debug, Default)]
pub struct Pictures(pub Vec<Option<String>>);

const PICTURES: &[Param] = &[
    picture("moment_picture1"),
    picture("moment_picture2"),
    picture("moment_picture3"),
    picture("moment_picture4"),
    picture("moment_picture5"),
    picture("moment_picture6"),
    picture("moment_picture7"),
    picture("moment_picture8"),
    picture("moment_picture9"),
];

const fn picture(name: &'static str) -> Param {
    Param {
        name,
        words: "A link to a picture",
        ..Param::NONE
    }
}

/// The empty places at the end are left out.
impl Input<'_, Params> for Pictures {
    const PARAMS: &'static [Param] = PICTURES;

    fn read(params: &Params) -> Result<Self, Error> {
        let all = PICTURES.iter().map(|param| FromParam::read(params, param));
        let mut pictures = all.collect::<Result<Vec<Option<String>>, _>>()?;
        while pictures.last().is_some_and(Option::is_none) {
            pictures.pop();
        }
        Ok(Self(pictures))
    }
}

impl Serialize for Pictures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = self.0.iter().map(Option::as_deref);
        let all = all.chain(std::iter::repeat(None));
        serializer.collect_map(PICTURES.iter().map(|param| param.name).zip(all))
    }
}

impl Answer for Pictures {
    const SCHEMA: Schema = Schema::Object {
        name: "Pictures",
        fields: &{
            let mut fields = [Field::NONE; PICTURES.len()];
            let (mut places, mut params): (&mut [Field], _) = (&mut fields, PICTURES);
            while let ([place, other_places @ ..], [param, others @ ..]) = (places, params) {
                *place = Field::new(param.name, param.words, <Option<String>>::SCHEMA);
                (places, params) = (other_places, others);
            }
            fields
        },
    };
}

/// A moment as lists show it.
#[derive(Serialize, Answer)]
pub struct ShownMoment {
    /// Its id.
    id: u64,
    /// The name shown.
    moment_nickname: String,
    /// The text.
    moment_content: Option<String>,
    /// A link.
    moment_url: Option<String>,
    /// When it was published, such as `2018-12-02 11:21:27`.
    moment_createtime: String,
    /// How many members like it: a number in a text.
    moment_like: String,
    #[serde(flatten)]
    pictures: Pictures,
    /// The latitude, as it came.
    moment_lat: Option<String>,
    /// The longitude, as it came.
    moment_lng: Option<String>,
    /// The name of the place.
    moment_place: Option<String>,
    #[serde(flatten)]
    selected: Selected,
}

impl ShownMoment {
    fn new(moment: &Moment, select: &[String]) -> Result<Self, Fault> {
        let created = date_time_at(moment.posted_at);
        let selected = Selected::new(select, moment.more.as_deref(), |name| {
            Some(match name {
                "uuid" => field(&moment.uuid),
                "add_time" => field(&created),
                "update_time" | "ext_data" => field(&()),
                "moment_access" => field(&number(moment.access)),
                _ => return None,
            })
        })?;
        Ok(Self {
            id: moment.id.get(),
            moment_nickname: moment.nickname.clone(),
            moment_content: moment.content.clone(),
            moment_url: moment.url.clone(),
            moment_createtime: created,
            moment_like: moment.likes.to_string(),
            pictures: Pictures(moment.pictures.clone()),
            moment_lat: moment.lat.clone(),
            moment_lng: moment.lng.clone(),
            moment_place: moment.place.clone(),
            selected,
        })
    }

    /// All `moments` with the fields of `more_select`, except those that are always shown.
    pub fn all(moments: &[Moment], more_select: Vec<String>) -> Result<Vec<Self>, Fault> {
        let select = list::selection(more_select, |name| Self::SCHEMA.has_field(name));
        let all = moments.iter().map(|moment| Self::new(moment, &select));
        all.collect()
    }
}

/// Whether a moment has a column of that name. No custom field may have such a name.
pub fn is_column(name: &str) -> bool {
    name == "moment_access" || ShownMoment::SCHEMA.has_field(name)
}

/// Refuses a moment that would be too large in a list.
pub fn check_size(moment: &Moment) -> Result<(), Error> {
    list::check_size(&ShownMoment::new(moment, &[])?, moment.more.as_deref())
}

/// `moment_access` (section 6.3.1).
fn number(access: Access) -> u8 {
    match access {
        Access::Public => 0,
        Access::SignedIn => 1,
        Access::Own => 2,
    }
}
