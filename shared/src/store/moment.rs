//! The moments of an app's members.

use serde::{Deserialize, Serialize};

use super::branch;
use super::client::App;
use super::keys;
use super::message::MAX_ITEM;
use super::table::{Backoff, Values, number, text, to_item};
use super::transaction::{Refusal, Transaction, absent};
use crate::Ctx;

/// Who sees a moment (okayapi section 6.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Everybody.
    Public,
    /// Whoever is signed in.
    SignedIn,
    /// Its author.
    Own,
}

impl Access {
    /// The attribute that counts moments of this access.
    fn total(self) -> &'static str {
        match self {
            Self::Public => "public_moments",
            Self::SignedIn => "signed_in_moments",
            Self::Own => "own_moments",
        }
    }
}

/// A moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// Its id, from which its time follows.
    pub id: u64,
    /// Its author.
    pub uuid: String,
    /// The name shown, at most 100 characters.
    pub nickname: String,
    /// Who sees it.
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
    /// Latitude, as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<String>,
    /// Longitude, as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lng: Option<String>,
    /// The name of the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Custom fields: the text of a JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<String>,
}

/// The moment is larger than [`MAX_ITEM`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

/// Stores a moment and raises its shard's total; gives the id, which `moment.id` need not hold yet.
pub async fn post(ctx: &Ctx, app: &App, mut moment: Moment) -> Result<u64, Refusal<TooLarge>> {
    if branch::stored_size(&moment)? > MAX_ITEM {
        return Err(Refusal::Condition(TooLarge));
    }
    let mut backoff = Backoff::new(ctx);
    loop {
        moment.id = ctx.new_id();
        let shard = app.shards.of(moment.id);
        let mut item = to_item(&keys::moment(&app.key, shard, moment.id), &moment)?;
        let own = keys::own_moment(&app.key, &moment.uuid, moment.id);
        item.insert("GSI1PK".to_owned(), text(own.pk));
        item.insert("GSI1SK".to_owned(), text(own.sk));
        let stored = Transaction::new(ctx)
            .put_item(item, Some(absent(())))
            .update(
                &keys::moment_totals(&app.key, shard),
                &format!("ADD {} :one", moment.access.total()),
                Values::from([(":one".to_owned(), number(1))]),
                None,
            )
            .commit()
            .await;
        match stored {
            Ok(()) => return Ok(moment.id),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(())) => backoff.wait("the id is taken").await?,
        }
    }
}
