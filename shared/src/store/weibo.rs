//! Weibos.

use serde::{Deserialize, Serialize};

use super::keys;
use super::table::{Backoff, Values, number, text, to_item, with_index};
use super::transaction::{Refusal, Transaction, absent, when};
use crate::Ctx;
use crate::secret::sha256_hex;

/// A weibo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weibo {
    /// Its id, from which its time follows.
    pub id: u64,
    /// Its author.
    pub uid: u64,
    /// The text, at most 280 half-widths.
    pub text: String,
    /// The id of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pic: Option<String>,
    /// The client that it was written with.
    pub source: String,
}

/// Why a weibo was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Text and picture are those of the member's last weibo (xweibo section 7.45).
    Repeated,
}

#[derive(Clone)]
enum Conflict {
    Id,
    Repeated,
}

/// Stores a weibo and remembers its text as the author's last; gives it with its id, which
/// `weibo.id` need not hold yet.
pub async fn publish(ctx: &Ctx, mut weibo: Weibo) -> Result<Weibo, Refusal<Refused>> {
    let content = format!(
        "{}\n{}",
        weibo.pic.as_deref().unwrap_or_default(),
        weibo.text
    );
    let hash = sha256_hex(&content);
    let mut backoff = Backoff::new(ctx);
    loop {
        weibo.id = ctx.new_id();
        let item = to_item(&keys::weibo(weibo.id), &weibo)?;
        let item = with_index(item, keys::own_weibo(weibo.uid, weibo.id));
        let another = when(
            "attribute_not_exists(PK) OR content <> :content",
            Conflict::Repeated,
        );
        let stored = Transaction::new(ctx)
            .update(
                &keys::last_weibo(weibo.uid),
                "SET content = :content, weibo = :weibo",
                Values::from([
                    (":content".to_owned(), text(&hash)),
                    (":weibo".to_owned(), number(weibo.id)),
                ]),
                Some(another),
            )
            .put_item(item, Some(absent(Conflict::Id)))
            .commit()
            .await;
        match stored {
            Ok(()) => return Ok(weibo),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(Conflict::Repeated)) => {
                return Err(Refusal::Condition(Refused::Repeated));
            }
            Err(Refusal::Condition(Conflict::Id)) => backoff.wait("the id is taken").await?,
        }
    }
}
