//! The moments of an app's members: posting, liking, deleting. `moment_list` reads them.

use serde::{Deserialize, Serialize};

use crate::table::{
    Backoff, Consistency, MAX_ITEM, Refusal, Transaction, Values, absent, at_or_absent, batch_get,
    from_item, key_item, number, stored_size, text, to_item, when, with_index,
};

use crate::clients::App;
use crate::clients::sequence::{self, Kind};
use crate::{Store, keys};

/// Who may see a moment (okayapi section 6.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Everybody.
    Public,
    /// All members who are logged in.
    SignedIn,
    /// Its author.
    Own,
}

impl Access {
    /// All access levels.
    pub(crate) const ALL: [Self; 3] = [Self::Public, Self::SignedIn, Self::Own];

    /// The attribute that counts moments of this access.
    pub(crate) fn total(self) -> &'static str {
        match self {
            Self::Public => "public_moments",
            Self::SignedIn => "signed_in_moments",
            Self::Own => "own_moments",
        }
    }
}

/// How many moments of each access level a partition holds.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Totals {
    public_moments: usize,
    signed_in_moments: usize,
    own_moments: usize,
    first_public: u64,
}

impl Totals {
    /// How many of them are public.
    pub(crate) fn public(self) -> usize {
        self.public_moments
    }

    /// An id below which none is public.
    pub(crate) fn first_public(self) -> u64 {
        self.first_public
    }

    /// How many there are.
    pub(crate) fn all(self) -> usize {
        self.public_moments + self.signed_in_moments + self.own_moments
    }
}

/// A moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// Its id: see [`sequence`].
    pub id: u64,
    /// When it was published, in seconds since 1970.
    pub posted_at: i64,
    /// Its author.
    pub uuid: String,
    /// The name shown, at most 100 characters.
    pub nickname: String,
    /// Who may see it.
    pub access: Access,
    /// The text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// A link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Up to nine links to pictures, by place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Option<String>>,
    /// The latitude, as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<String>,
    /// The longitude, as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lng: Option<String>,
    /// The name of the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Custom fields, as the text of a JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<String>,
    /// How many members like it.
    #[serde(default, skip_serializing)]
    pub likes: u64,
}

/// The moment is larger than [`MAX_ITEM`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

/// There is no such moment, or the caller must not know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoMoment;

/// Why a moment was not deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDeleted {
    /// There is no such moment, or the caller must not know of it.
    NoMoment,
    /// It is another member's.
    NotOwn,
}

/// The partition of a moment. Private ones are in their own partitions, so that other lists do not read them.
fn partition(app: &App, access: Access, uuid: &str, id: u64) -> String {
    match access {
        Access::Own => keys::private_moments(&app.key, uuid),
        Access::Public | Access::SignedIn => keys::moments(&app.key, app.shards.of(id)),
    }
}

/// Stores a moment and raises its partition's total. Returns the id: that of `moment`, drawn from
/// the app's sequence, or a new one if that cannot be used.
pub async fn post(store: &Store, app: &App, mut moment: Moment) -> Result<u64, Refusal<TooLarge>> {
    moment.posted_at = store.now().as_second();
    if stored_size(&moment)? > MAX_ITEM {
        return Err(Refusal::Condition(TooLarge));
    }
    let mut backoff = Backoff::new(store);
    loop {
        match post_as(store, app, &moment).await {
            Ok(()) => return Ok(moment.id),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(OutOfOrder)) => {
                backoff.wait("the id is taken or too low").await?;
                moment.id = sequence::next(store, app, Kind::Moments).await?;
            }
        }
    }
}

/// The id of a moment is taken, or is below that of the first public one.
#[derive(Debug, Clone, Copy)]
pub struct OutOfOrder;

/// Stores a moment with the id and time that it has.
pub async fn post_as(store: &Store, app: &App, moment: &Moment) -> Result<(), Refusal<OutOfOrder>> {
    let partition = partition(app, moment.access, &moment.uuid, moment.id);
    let item = to_item(&keys::moment(&partition, moment.id), moment)?;
    let own = keys::own_moment(&app.key, &moment.uuid, moment.id);
    let mut posted = format!("ADD {} :by", moment.access.total());
    let mut values = Values::from([(":by".to_owned(), number(1))]);
    let mut is_after_first = None;
    if moment.access == Access::Public {
        posted += " SET first_public = if_not_exists(first_public, :id)";
        values.insert(":id".to_owned(), number(moment.id));
        // A caller who drew an id earlier may store its moment later.
        let after = "attribute_not_exists(first_public) OR first_public <= :id";
        is_after_first = Some(when(after, OutOfOrder));
    }
    let totals = keys::moment_totals(&partition);
    Transaction::new(store)
        .put_item(with_index(item, own), Some(absent(OutOfOrder)))
        .update(&totals, &posted, values, is_after_first)
        .commit()
        .await
}

/// Counts a like of the moment `id` by the logged-in member `uuid`, once for any number of calls.
pub async fn like(store: &Store, app: &App, uuid: &str, id: u64) -> Result<(), Refusal<NoMoment>> {
    #[derive(Clone)]
    enum Conflict {
        NoMoment,
        Liked,
    }
    // Most moments are not private.
    for access in [Access::SignedIn, Access::Own] {
        let liked = Transaction::new(store)
            .add(
                &keys::moment(&partition(app, access, uuid, id), id),
                &[("likes", 1)],
                Some(when("attribute_exists(PK)", Conflict::NoMoment)),
            )
            .put_item(
                key_item(&keys::like(&app.key, id, uuid)),
                Some(absent(Conflict::Liked)),
            )
            .commit()
            .await;
        match liked {
            Ok(()) | Err(Refusal::Condition(Conflict::Liked)) => return Ok(()),
            Err(Refusal::Condition(Conflict::NoMoment)) => {}
            Err(Refusal::Store(error)) => return Err(error.into()),
        }
    }
    Err(Refusal::Condition(NoMoment))
}

/// The moments that an author recently deleted. The index may still have them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Gone {
    revision: u64,
    /// Ids with the seconds since 1970 when they were deleted.
    moments: Vec<(u64, i64)>,
    expires_at: i64,
}

/// How long a deletion is noted, in seconds. This is longer than the index is ever late.
const NOTED: i64 = 60;

impl Gone {
    pub(crate) fn contains(&self, id: u64) -> bool {
        self.moments.iter().any(|(gone, _)| *gone == id)
    }

    fn with(&self, id: u64, now: i64) -> Self {
        let mut moments = self.moments.clone();
        moments.retain(|(_, at)| now - at < NOTED);
        moments.push((id, now));
        Self {
            revision: self.revision + 1,
            moments,
            expires_at: now + 10 * NOTED,
        }
    }
}

/// A moment of `app` to be deleted.
pub struct Doomed {
    moment: Moment,
    gone: Gone,
}

/// Reads what [`delete`] needs about the moment `id`, if the member `uuid` may see it.
pub async fn doomed(
    store: &Store,
    app: &App,
    uuid: &str,
    id: u64,
) -> Result<Doomed, Refusal<NotDeleted>> {
    let gone = keys::gone_moments(&app.key, uuid);
    let place = |access| keys::moment(&partition(app, access, uuid, id), id);
    let wanted = [place(Access::SignedIn), place(Access::Own), gone.clone()];
    let found = batch_get(store, &wanted, Consistency::Strong).await?;
    let mut doomed = (None, Gone::default());
    for item in found {
        if item.get("SK") == Some(&text(&gone.sk)) {
            doomed.1 = from_item(item)?;
            continue;
        }
        let moment: Moment = from_item(item)?;
        // Another member's moment may have the same id as a private one.
        if doomed.0.is_none() || moment.uuid == uuid {
            doomed.0 = Some(moment);
        }
    }
    match doomed {
        (None, _) => Err(Refusal::Condition(NotDeleted::NoMoment)),
        (Some(moment), _) if moment.uuid != uuid => Err(Refusal::Condition(NotDeleted::NotOwn)),
        (Some(moment), gone) => Ok(Doomed { moment, gone }),
    }
}

/// Deletes a moment and lowers its partition's total.
pub async fn delete(
    store: &Store,
    app: &App,
    mut doomed: Doomed,
) -> Result<(), Refusal<NotDeleted>> {
    let mut backoff = Backoff::new(store);
    loop {
        let Doomed { moment, gone } = &doomed;
        let partition = partition(app, moment.access, &moment.uuid, moment.id);
        let deleted = Transaction::new(store)
            .delete(
                &keys::moment(&partition, moment.id),
                Some(when("attribute_exists(PK)", Some(NotDeleted::NoMoment))),
            )
            .add(
                &keys::moment_totals(&partition),
                &[(moment.access.total(), -1)],
                None,
            )
            .put(
                &keys::gone_moments(&app.key, &moment.uuid),
                &gone.with(moment.id, store.now().as_second()),
                Some(at_or_absent(gone.revision, None)),
            )
            .commit()
            .await;
        match deleted {
            Ok(()) => return Ok(()),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(Some(refused))) => return Err(Refusal::Condition(refused)),
            Err(Refusal::Condition(None)) => {
                backoff.wait("another of the author's moments goes").await?;
                let (uuid, id) = (moment.uuid.clone(), moment.id);
                doomed = self::doomed(store, app, &uuid, id).await?;
            }
        }
    }
}
