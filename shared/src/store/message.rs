//! The messages of an app: threads by message key, and the board of all of them.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use super::client::App;
use super::keys;
use super::table::{Consistency, Error, Item, Range, Values, batch_get, from_item, number, query};
use super::thread::{self, Branch, Head, Order, Span, Window};
use super::transaction::{Refusal, Transaction, absent, when};
use crate::Ctx;

/// How deep replies nest: a root is 1 (okayapi section 5.3.4).
pub const MAX_DEPTH: u32 = 100;

/// The largest stored item, in bytes (okayapi section 5.3.4).
pub const MAX_ITEM: usize = 64 * 1024;

/// A message, root or reply.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Message {
    /// Its id, from which its time follows.
    pub id: u64,
    /// The name shown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub nickname: String,
    /// The text, HTML allowed, kept as it came.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub content: String,
    /// The member who wrote it, where one was signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
    /// The message that it answers; 0 for a root.
    #[serde(skip_serializing_if = "is_zero")]
    pub pid: u64,
    /// The key that it was posted with.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// Custom fields: the text of a JSON object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<String>,
    /// A root that was deleted and has replies.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

fn is_zero(pid: &u64) -> bool {
    *pid == 0
}

/// Where a message will stand.
#[derive(Debug, Clone)]
pub enum Place {
    /// At the end of a thread.
    Root(Head),
    /// Behind a root.
    Reply(Parent),
}

/// The message that a reply answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Parent {
    /// The message key of its thread.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    key: String,
    /// The number of its root.
    number: u64,
    /// The id of its root.
    root: u64,
    /// How deep it stands.
    depth: u32,
    /// It was deleted: nobody can answer it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    deleted: bool,
    /// It stands among the later replies, so its own replies do too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    later: bool,
}

/// Why a message was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The message that it answers does not exist.
    NoParent,
    /// It would stand deeper than [`MAX_DEPTH`].
    TooDeep,
    /// It is larger than [`MAX_ITEM`].
    TooLarge,
}

#[derive(Debug, Clone, Copy)]
enum Conflict {
    /// The id is taken, or another caller took the place.
    Lost,
    NoRoom,
    Gone,
}

/// Finds the place of a new message: the end of the thread `key`, or behind the message `pid`.
/// One round trip; two where the parent was written a moment ago.
pub async fn place(ctx: &Ctx, app: &App, key: &str, pid: u64) -> Result<Place, Refusal<Refused>> {
    if pid == 0 {
        let thread = keys::message_thread(&app.key, key);
        return Ok(Place::Root(thread::head(ctx, &thread).await?));
    }
    let parent = match parent(ctx, app, pid, Consistency::Eventual).await? {
        None => parent(ctx, app, pid, Consistency::Strong).await?,
        found => found,
    };
    match parent {
        None | Some(Parent { deleted: true, .. }) => Err(Refusal::Condition(Refused::NoParent)),
        Some(parent) if parent.depth >= MAX_DEPTH => Err(Refusal::Condition(Refused::TooDeep)),
        Some(parent) => Ok(Place::Reply(parent)),
    }
}

async fn parent(
    ctx: &Ctx,
    app: &App,
    id: u64,
    consistency: Consistency,
) -> Result<Option<Parent>, Error> {
    let keys = [
        keys::board_root(&app.key, app.shards.of(id), id),
        keys::reply_place(&app.key, id),
    ];
    let found = batch_get(ctx, &keys, consistency).await?;
    found.into_iter().next().map(from_item).transpose()
}

/// Stores a message in its place and gives its id, which `message.id` need not hold yet. Tries again
/// where another caller was faster, until the request's deadline.
pub async fn post(
    ctx: &Ctx,
    app: &App,
    place: Place,
    mut message: Message,
) -> Result<u64, Refusal<Refused>> {
    message.id = ctx.new_id();
    if thread::stored_size(&message)? > MAX_ITEM {
        return Err(Refusal::Condition(Refused::TooLarge));
    }
    let mut backoff = super::table::Backoff::new(ctx);
    let mut place = place;
    loop {
        let written = match &place {
            Place::Root(head) => post_root(ctx, app, head, &message).await,
            Place::Reply(parent) => post_reply(ctx, app, parent, &message).await,
        };
        match written {
            Ok(()) => return Ok(message.id),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(Conflict::Gone)) => {
                return Err(Refusal::Condition(Refused::NoParent));
            }
            Err(Refusal::Condition(Conflict::NoRoom)) => {
                if let Place::Reply(parent) = &mut place {
                    parent.later = true;
                }
            }
            Err(Refusal::Condition(Conflict::Lost)) => {
                backoff.wait("the place was taken").await?;
                message.id = ctx.new_id();
                if let Place::Root(head) = &mut place {
                    let thread = keys::message_thread(&app.key, &message.key);
                    *head = thread::head(ctx, &thread).await?;
                }
            }
        }
    }
}

async fn post_root(
    ctx: &Ctx,
    app: &App,
    head: &Head,
    message: &Message,
) -> Result<(), Refusal<Conflict>> {
    let thread = keys::message_thread(&app.key, &message.key);
    let shard = app.shards.of(message.id);
    let transaction = Transaction::new(ctx);
    let (transaction, number) =
        thread::append_root(transaction, &thread, head, message, Conflict::Lost);
    let stands = Parent {
        key: message.key.clone(),
        number,
        root: message.id,
        depth: 1,
        deleted: false,
        later: false,
    };
    transaction
        .put(
            &keys::board_root(&app.key, shard, message.id),
            &stands,
            Some(absent(Conflict::Lost)),
        )
        .update(
            &keys::board_meta(&app.key, shard),
            "ADD roots :one",
            Values::from([(":one".to_owned(), super::table::number(1))]),
            None,
        )
        .commit()
        .await
}

async fn post_reply(
    ctx: &Ctx,
    app: &App,
    parent: &Parent,
    message: &Message,
) -> Result<(), Refusal<Conflict>> {
    let thread = keys::message_thread(&app.key, &parent.key);
    let transaction = Transaction::new(ctx);
    let transaction = if parent.later {
        thread::append_later_reply(
            transaction,
            &thread,
            (parent.number, parent.root),
            message.id,
            message,
            Conflict::Gone,
            Conflict::Lost,
        )
    } else {
        thread::append_reply(
            transaction,
            &thread,
            parent.number,
            message.id,
            message,
            Conflict::NoRoom,
            Conflict::Lost,
        )
    };
    let stands = Parent {
        depth: parent.depth + 1,
        deleted: false,
        ..parent.clone()
    };
    transaction
        .put(
            &keys::reply_place(&app.key, message.id),
            &stands,
            Some(absent(Conflict::Lost)),
        )
        .commit()
        .await
}

/// A root with its replies.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The root.
    pub root: Message,
    /// The replies that a page shows, oldest first.
    pub replies: Vec<Message>,
    /// How many replies it has in all.
    pub total_replies: u64,
}

impl TryFrom<Branch> for Tree {
    type Error = Error;

    fn try_from(branch: Branch) -> Result<Self, Error> {
        Ok(Self {
            root: from_item(branch.root)?,
            replies: branch
                .replies
                .into_iter()
                .map(from_item)
                .collect::<Result<_, _>>()?,
            total_replies: branch.total_replies,
        })
    }
}

/// A page of roots and how many there are.
#[derive(Debug, Clone)]
pub struct Page {
    /// All roots of the thread or board.
    pub total: u64,
    /// Those of the page.
    pub trees: Vec<Tree>,
}

/// A page of the thread `key`: two round trips, whatever the page.
pub async fn thread_page(ctx: &Ctx, app: &App, key: &str, window: Window) -> Result<Page, Error> {
    let thread = keys::message_thread(&app.key, key);
    let head = thread::head(ctx, &thread).await?;
    let branches = thread::page(ctx, &thread, &head, window).await?;
    Ok(Page {
        total: head.total(),
        trees: branches
            .into_iter()
            .map(Tree::try_from)
            .collect::<Result<_, _>>()?,
    })
}

/// A page of all roots of the app, by id: the deeper, the dearer.
pub async fn board_page(ctx: &Ctx, app: &App, window: Window) -> Result<Page, Error> {
    let total: u64 = board_total(ctx, app).await?;
    let wanted = total.saturating_sub(window.skip).min(window.count);
    let mut stands = board_places(ctx, app, window, Consistency::Eventual).await?;
    if (stands.len() as u64) < wanted {
        stands = board_places(ctx, app, window, Consistency::Strong).await?;
    }
    // Neighbours in one thread are read with one query.
    let mut runs: Vec<(String, u64, u64)> = Vec::new();
    for place in &stands {
        match runs.last_mut() {
            Some((key, low, high)) if *key == place.key && place.number == *high + 1 => *high += 1,
            Some((key, low, _)) if *key == place.key && place.number + 1 == *low => *low -= 1,
            _ => runs.push((place.key.clone(), place.number, place.number)),
        }
    }
    let known: std::collections::HashSet<(&str, u64)> =
        stands.iter().map(|p| (p.key.as_str(), p.number)).collect();
    let reads = runs.iter().map(|(key, low, high)| {
        let known = &known;
        async move {
            let thread = keys::message_thread(&app.key, key);
            let is_known = |number: &u64| known.contains(&(key.as_str(), *number));
            let span = Span {
                low: *low,
                high: *high,
                order: window.order,
                max_bytes: window.max_bytes,
            };
            thread::branches(ctx, &thread, span, is_known).await
        }
    });
    let mut trees: Vec<Tree> = Vec::new();
    let mut bytes = 0;
    for branch in futures_util::future::try_join_all(reads)
        .await?
        .into_iter()
        .flatten()
    {
        bytes +=
            thread::size(&branch.root) + branch.replies.iter().map(thread::size).sum::<usize>();
        if bytes > window.max_bytes && !trees.is_empty() {
            break;
        }
        trees.push(branch.try_into()?);
    }
    Ok(Page { total, trees })
}

async fn board_total(ctx: &Ctx, app: &App) -> Result<u64, Error> {
    #[derive(Deserialize)]
    struct Meta {
        roots: u64,
    }
    let keys: Vec<_> = app
        .shards
        .all()
        .map(|shard| keys::board_meta(&app.key, shard))
        .collect();
    let metas = batch_get(ctx, &keys, Consistency::Strong).await?;
    metas
        .into_iter()
        .map(|item| Ok(from_item::<Meta>(item)?.roots))
        .sum()
}

async fn board_places(
    ctx: &Ctx,
    app: &App,
    window: Window,
    consistency: Consistency,
) -> Result<Vec<Parent>, Error> {
    let end = window.skip.saturating_add(window.count);
    let limit = i32::try_from(end).unwrap_or(i32::MAX).min(10_000);
    let shards = app.shards.all().map(|shard| async move {
        let range = Range {
            pk: keys::board(&app.key, shard),
            from: keys::board_root(&app.key, shard, 0).sk,
            to: keys::board_root(&app.key, shard, u64::MAX).sk,
            descending: window.order == Order::Descending,
        };
        let enough = |items: &[Item]| items.len() as u64 >= end;
        query(ctx, &range, consistency, Some(limit), enough).await
    });
    let mut places = Vec::new();
    for found in futures_util::future::try_join_all(shards).await? {
        for item in found.items {
            places.push(from_item::<Parent>(item)?);
        }
    }
    places.sort_by_key(|place| place.root);
    if window.order == Order::Descending {
        places.reverse();
    }
    let skip = usize::try_from(window.skip).unwrap_or(usize::MAX);
    let count = usize::try_from(window.count).unwrap_or(usize::MAX);
    Ok(places.into_iter().skip(skip).take(count).collect())
}

/// Removes the root `id`: with replies it stays as a tombstone and counts, without it is gone from
/// pages and totals (okayapi section 9b). Says whether there was one.
pub async fn remove_root(ctx: &Ctx, app: &App, id: u64) -> Result<bool, Error> {
    let mut backoff = super::table::Backoff::new(ctx);
    loop {
        let Some(stands) = parent(ctx, app, id, Consistency::Strong).await? else {
            return Ok(false);
        };
        if stands.root != id {
            return Ok(false);
        }
        let thread = keys::message_thread(&app.key, &stands.key);
        let shard = app.shards.of(id);
        let head = thread::head(ctx, &thread).await?;
        let gone = thread::remove_root(
            Transaction::new(ctx),
            &thread,
            stands.number,
            &head,
            Conflict::Lost,
        )
        .delete(
            &keys::board_root(&app.key, shard, id),
            Some(when("attribute_exists(PK)", Conflict::Gone)),
        )
        .update(
            &keys::board_meta(&app.key, shard),
            "ADD roots :less",
            Values::from([(":less".to_owned(), number(-1))]),
            None,
        )
        .commit()
        .await;
        match gone {
            Ok(()) => return Ok(true),
            Err(Refusal::Store(error)) => return Err(error),
            Err(Refusal::Condition(_)) => {}
        }
        // There are replies, or another deletion was faster.
        let deleted = || Values::from([(":true".to_owned(), AttributeValue::Bool(true))]);
        let tombstone = Transaction::new(ctx)
            .update(
                &keys::thread_root(&thread, stands.number),
                "SET deleted = :true REMOVE nickname, content, more",
                deleted(),
                Some(when(
                    "attribute_exists(used) OR attribute_exists(later)",
                    (),
                )),
            )
            .update(
                &keys::board_root(&app.key, shard, id),
                "SET deleted = :true",
                deleted(),
                None,
            )
            .commit()
            .await;
        match tombstone {
            Ok(()) => return Ok(true),
            Err(Refusal::Store(error)) => return Err(error),
            Err(Refusal::Condition(())) => backoff.wait("the root changes").await?,
        }
    }
}
