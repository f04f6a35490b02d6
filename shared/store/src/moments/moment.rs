//! The moments of an app's members: posting, liking, deleting. [`super::list`] reads them.

use serde::{Deserialize, Serialize};

use crate::clients::App;
use crate::clients::sequence;
use crate::id::{MomentId, Partition, Uuid};
use crate::table::{
    Backoff, Change, Consistency, Error, MAX_ITEM, Transaction, absent, at_or_absent, batch_get,
    from_item, key_item, key_of, number, settled, stored_size, to_item, when, with_index,
};
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
pub(super) struct Totals {
    public_moments: usize,
    signed_in_moments: usize,
    own_moments: usize,
    first_public: MomentId,
}

impl Totals {
    /// How many of them are public.
    pub(super) fn public(self) -> usize {
        self.public_moments
    }

    /// An id below which none is public.
    pub(super) fn first_public(self) -> MomentId {
        self.first_public
    }

    /// How many there are.
    pub(super) fn all(self) -> usize {
        self.public_moments + self.signed_in_moments + self.own_moments
    }
}

/// A moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// Its id: see [`sequence`].
    pub id: MomentId,
    /// When it was published, in seconds since 1970.
    pub posted_at: i64,
    /// Its author.
    pub uuid: Uuid,
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
fn partition(app: &App, access: Access, uuid: &Uuid, id: MomentId) -> Partition {
    match access {
        Access::Own => keys::private_moments(&app.key, uuid),
        Access::Public | Access::SignedIn => keys::moments(&app.key, app.shards.of(id.get())),
    }
}

/// Stores a moment and raises its partition's total. Returns the id: that of `moment`, drawn from
/// the app's sequence, or a new one if that cannot be used.
pub async fn post(
    store: &Store,
    app: &App,
    mut moment: Moment,
) -> Result<Result<MomentId, TooLarge>, Error> {
    moment.posted_at = store.now().as_second();
    if stored_size(&moment)? > MAX_ITEM {
        return Ok(Err(TooLarge));
    }
    let mut backoff = Backoff::new(store);
    while !post_as(store, app, &moment).await? {
        backoff.wait("the id is taken or too low").await?;
        moment.id = sequence::next(store, app).await?;
    }
    Ok(Ok(moment.id))
}

/// Stores a moment with the id and time that it has; `false` if the id is taken, or is below that of the first public
/// one.
pub async fn post_as(store: &Store, app: &App, moment: &Moment) -> Result<bool, Error> {
    let partition = partition(app, moment.access, &moment.uuid, moment.id);
    let item = to_item(&keys::moment(&partition, moment.id), moment)?;
    let own = keys::own_moment(&app.key, &moment.uuid, moment.id);
    let mut posted = Change::new().add(moment.access.total(), 1_u64);
    let mut is_after_first = None;
    if moment.access == Access::Public {
        let id = moment.id.get();
        posted = posted.set_like("first_public", "first_public", id);
        // A caller who drew an id earlier may store its moment later.
        let after = "attribute_not_exists(first_public) OR first_public <= :id";
        is_after_first = Some(when(after, ()).with(":id", number(id)));
    }
    let totals = keys::moment_totals(&partition);
    Transaction::new(store)
        .put_item(with_index(item, own), Some(absent(())))
        .change(&totals, posted, is_after_first)
        .commit_if()
        .await
}

/// Counts a like of the moment `id` by the logged-in member `uuid`, once for any number of calls.
pub async fn like(
    store: &Store,
    app: &App,
    uuid: &Uuid,
    id: MomentId,
) -> Result<Result<(), NoMoment>, Error> {
    // Most moments are not private.
    for access in [Access::SignedIn, Access::Own] {
        let exists = when("attribute_exists(PK)", Some(NoMoment));
        let liked = Transaction::new(store)
            .change(
                &keys::moment(&partition(app, access, uuid, id), id),
                Change::new().add("likes", 1_u64),
                Some(exists),
            )
            // A second like is no failure.
            .put_item(
                key_item(&keys::like(&app.key, id, uuid)),
                Some(absent(None)),
            )
            .commit()
            .await?;
        if liked != Err(Some(NoMoment)) {
            return Ok(Ok(()));
        }
    }
    Ok(Err(NoMoment))
}

/// The moments that an author recently deleted. The index may still have them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Gone {
    revision: u64,
    /// Ids with the seconds since 1970 when they were deleted.
    moments: Vec<(MomentId, i64)>,
    expires_at: i64,
}

/// How long a deletion is noted, in seconds. This is longer than the index is ever late.
const NOTED: i64 = 60;

impl Gone {
    pub(super) fn contains(&self, id: MomentId) -> bool {
        self.moments.iter().any(|(gone, _)| *gone == id)
    }

    fn with(&self, id: MomentId, now: i64) -> Self {
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
    uuid: &Uuid,
    id: MomentId,
) -> Result<Result<Doomed, NotDeleted>, Error> {
    let gone_key = keys::gone_moments(&app.key, uuid);
    let place = |access| keys::moment(&partition(app, access, uuid, id), id);
    let wanted = [
        place(Access::SignedIn),
        place(Access::Own),
        gone_key.clone(),
    ];
    let (mut found, mut gone) = (None, Gone::default());
    for item in batch_get(store, &wanted, Consistency::Strong).await? {
        if key_of(&item).as_ref() == Some(&gone_key) {
            gone = from_item(item)?;
            continue;
        }
        let moment: Moment = from_item(item)?;
        // Another member's moment may have the same id as a private one.
        if found.is_none() || moment.uuid == *uuid {
            found = Some(moment);
        }
    }
    Ok(match found {
        None => Err(NotDeleted::NoMoment),
        Some(moment) if moment.uuid != *uuid => Err(NotDeleted::NotOwn),
        Some(moment) => Ok(Doomed { moment, gone }),
    })
}

/// Deletes a moment and lowers its partition's total.
pub async fn delete(
    store: &Store,
    app: &App,
    mut doomed: Doomed,
) -> Result<Result<(), NotDeleted>, Error> {
    let (uuid, id) = (doomed.moment.uuid.clone(), doomed.moment.id);
    let mut backoff = Backoff::new(store);
    loop {
        let Doomed { moment, gone } = &doomed;
        let partition = partition(app, moment.access, &uuid, id);
        let exists = when("attribute_exists(PK)", Some(NotDeleted::NoMoment));
        let deleted = Transaction::new(store)
            .delete(&keys::moment(&partition, id), Some(exists))
            .change(
                &keys::moment_totals(&partition),
                Change::new().add(moment.access.total(), -1_i64),
                None,
            )
            .put(
                &keys::gone_moments(&app.key, &uuid),
                &gone.with(id, store.now().as_second()),
                Some(at_or_absent(gone.revision, None)),
            )
            .commit()
            .await?;
        if let Some(settled) = settled(deleted) {
            return Ok(settled);
        }
        backoff.wait("another of the author's moments goes").await?;
        doomed = match self::doomed(store, app, &uuid, id).await? {
            Ok(doomed) => doomed,
            Err(refused) => return Ok(Err(refused)),
        };
    }
}
