//! Pages of a thread: all roots of a page, with as many of their replies as there is room for. Also
//! detects stale reads of pages.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::Store;
use crate::id::{RootNumber, Thread};
use crate::keys::{self, Key};
use crate::table::{Consistency, Error, Item, batch_get_even_new, number_of, query, size};
use crate::threads::thread::Head;

/// The order in which a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Oldest first.
    Ascending,
    /// Newest first.
    Descending,
}

/// The roots to read.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The order of the roots.
    pub order: Order,
    /// How many roots to skip.
    pub skip: u64,
    /// How many roots to read.
    pub count: u64,
    /// About how many bytes are read for replies. All roots are read, whatever their size.
    pub max_bytes: usize,
}

/// A root and its replies, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Branch {
    /// The root's number in its thread.
    pub(crate) number: RootNumber,
    /// The root.
    pub(crate) root: Item,
    /// The replies that are stored after it.
    pub(crate) replies: Vec<Item>,
    /// How many replies it has, including those stored elsewhere.
    pub(crate) total_replies: u64,
}

impl Branch {
    /// A root without its replies.
    fn alone(number: RootNumber, root: Item) -> Self {
        let counted = |name| number_of::<u64>(&root, name).unwrap_or_default();
        Self {
            number,
            total_replies: counted("here") + counted("later"),
            root,
            replies: Vec::new(),
        }
    }

    /// Its approximate size in bytes, as DynamoDB counts it.
    pub(super) fn size(&self) -> usize {
        size(&self.root) + self.replies.iter().map(size).sum::<usize>()
    }
}

/// Reads the roots of `window` with their replies.
pub(crate) async fn page(
    store: &Store,
    thread: &Thread,
    head: &Head,
    window: Window,
) -> Result<Vec<Branch>, Error> {
    let total = head.total();
    let first = window.skip.min(total);
    let end = window.skip.saturating_add(window.count).min(total);
    if first == end {
        return Ok(Vec::new());
    }
    let (low, high) = match window.order {
        Order::Ascending => (first, end - 1),
        Order::Descending => (total - end, total - 1 - first),
    };
    let span = Span {
        low: head.holes.number_at(low),
        high: head.holes.number_at(high),
        order: window.order,
        max_bytes: window.max_bytes,
    };
    branches(store, thread, span, |number| !head.holes.contains(*number)).await
}

/// Roots by their numbers; both ends are included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) low: RootNumber,
    pub(super) high: RootNumber,
    pub(super) order: Order,
    pub(super) max_bytes: usize,
}

impl Span {
    /// The numbers, in the order in which they are read.
    pub(super) fn numbers(self) -> impl Iterator<Item = RootNumber> {
        let mut numbers = self.low.to(self.high);
        std::iter::from_fn(move || match self.order {
            Order::Ascending => numbers.next(),
            Order::Descending => numbers.next_back(),
        })
    }
}

/// Reads the roots of `span` and their replies. If a root that `expected` names is missing, or a
/// reply that its root counts, the read was stale: it is repeated with strong consistency.
pub(super) async fn branches(
    store: &Store,
    thread: &Thread,
    span: Span,
    expected: impl Fn(&RootNumber) -> bool,
) -> Result<Vec<Branch>, Error> {
    let mut found = read_whole(store, thread, span, Consistency::Eventual).await?;
    let is_one_cut_root = !found.complete && found.branches.len() == 1;
    if !is_one_cut_root && is_stale(&found.branches, found.reach(span).filter(&expected)) {
        found = read_whole(store, thread, span, Consistency::Strong).await?;
    }
    let is_whole = found.complete;
    let mut found = found.branches;
    // A replica may still have removed items.
    found.retain(|number, _| expected(number));
    let cut = found
        .first_key_value()
        .filter(|(_, branch)| branch.root.is_empty())
        .map(|(number, _)| *number);
    if let Some(number) = cut {
        // A single root with more than a page's bytes of replies: read its oldest replies.
        let alone = Span {
            low: number,
            high: number,
            order: Order::Ascending,
            ..span
        };
        found = read(store, thread, alone, Consistency::Strong)
            .await?
            .branches;
    }
    if !is_whole {
        // The roots that the read did not reach, without their replies.
        let missing: Vec<Key> = span
            .low
            .to(span.high)
            .filter(|number| expected(number) && !found.contains_key(number))
            .map(|number| keys::thread_root(thread, number))
            .collect();
        let roots = roots(store, &missing).await?;
        found.extend(roots.into_iter().map(|branch| (branch.number, branch)));
    }
    let branches = found.into_values().filter(|branch| !branch.root.is_empty());
    Ok(match span.order {
        Order::Ascending => branches.collect(),
        Order::Descending => branches.rev().collect(),
    })
}

/// Roots by their keys, in the order of the keys, without replies. Missing roots are left out.
pub(super) async fn roots(store: &Store, wanted: &[Key]) -> Result<Vec<Branch>, Error> {
    let mut found = batch_get_even_new(store, wanted).await?;
    let branch = |key: &Key| {
        let number = keys::thread_number(&key.sk)?;
        Some(Branch::alone(number, found.remove(key)?))
    };
    Ok(wanted.iter().filter_map(branch).collect())
}

async fn read(
    store: &Store,
    thread: &Thread,
    span: Span,
    consistency: Consistency,
) -> Result<Read, Error> {
    let range =
        keys::thread_roots(thread, span.low..=span.high).in_order(span.order == Order::Descending);
    let enough = |items: &[Item]| items.iter().map(size).sum::<usize>() > span.max_bytes;
    let found = query(store, &range, consistency, None, enough).await?;
    let mut branches = BTreeMap::<RootNumber, Branch>::new();
    for item in found.items {
        let Some(AttributeValue::S(sk)) = item.get("SK") else {
            continue;
        };
        let Some(number) = keys::thread_number(sk) else {
            continue;
        };
        let is_root = keys::thread_reply_id(sk).is_none();
        let branch = branches.entry(number).or_default();
        branch.number = number;
        if is_root {
            let replies = std::mem::take(&mut branch.replies);
            *branch = Branch::alone(number, item);
            branch.replies = replies;
        } else {
            branch.replies.push(item);
        }
    }
    if span.order == Order::Descending {
        for branch in branches.values_mut() {
            branch.replies.reverse();
        }
    }
    Ok(Read {
        branches,
        complete: found.complete,
    })
}

/// The oldest replies after a root.
#[derive(Debug, Clone, Copy)]
pub(super) struct Oldest {
    /// The number of the root.
    pub(super) root: RootNumber,
    /// How many replies at most.
    pub(super) limit: u64,
}

/// Reads the oldest replies after a root, in order.
pub(super) async fn replies(
    store: &Store,
    thread: &Thread,
    oldest: Oldest,
    consistency: Consistency,
) -> Result<Vec<Item>, Error> {
    let Oldest { root, limit } = oldest;
    let range = keys::thread_replies(thread, root);
    let enough = |items: &[Item]| items.len() as u64 >= limit;
    let limit = i32::try_from(limit).unwrap_or(i32::MAX);
    let found = query(store, &range, consistency, Some(limit), enough).await?;
    Ok(found.items)
}

/// The result of reading a span.
struct Read {
    branches: BTreeMap<RootNumber, Branch>,
    complete: bool,
}

impl Read {
    /// The numbers of `span` that were read. Roots that a cut page does not reach are not missing from it.
    fn reach(&self, span: Span) -> impl Iterator<Item = RootNumber> + use<> {
        let mut numbers = self.branches.keys().copied();
        let (low, high) = match span.order {
            _ if self.complete => (span.low, span.high),
            Order::Ascending => (span.low, numbers.next_back().unwrap_or(span.high)),
            Order::Descending => (numbers.next().unwrap_or(span.low), span.high),
        };
        low.to(high)
    }
}

/// Reads a span. If the result is cut, leaves out the root at which reading stopped, unless it is
/// the only one. That root may lack replies or, with newest first, may itself be absent.
async fn read_whole(
    store: &Store,
    thread: &Thread,
    span: Span,
    consistency: Consistency,
) -> Result<Read, Error> {
    let mut found = read(store, thread, span, consistency).await?;
    if !found.complete && found.branches.len() > 1 {
        match span.order {
            Order::Ascending => found.branches.pop_last(),
            Order::Descending => found.branches.pop_first(),
        };
    }
    Ok(found)
}

fn is_stale(
    found: &BTreeMap<RootNumber, Branch>,
    mut expected: impl Iterator<Item = RootNumber>,
) -> bool {
    let lacks_replies = |branch: &Branch| {
        number_of::<u64>(&branch.root, "here").unwrap_or_default() > branch.replies.len() as u64
    };
    expected.any(|number| {
        found
            .get(&number)
            .is_none_or(|branch| branch.root.is_empty() || lacks_replies(branch))
    })
}
