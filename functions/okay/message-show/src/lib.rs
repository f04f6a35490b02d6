//! `App.Market_Message.Show`: a page of messages with their replies (okayapi section 5).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use shared::Ctx;
use shared::okay::list::{MAX_PAGE, Page, object, selection};
use shared::okay::message::{fields, is_shown};
use shared::okay::{Call, Error, Login, Operation, Param, answer};
use shared::store::board::{self, Tree};
use shared::store::branch::{Order, Window};
use shared::store::message::Message;

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.Market_Message.Show",
    words: "lists messages with their replies",
    professional: true,
    login: Login::Unread,
    params: &[
        Param::text(
            "message_key",
            "what the messages are about; without it all are listed",
        )
        .len(0, 64)
        .example("article-42"),
        Param::int("order", "1 oldest first, 2 newest first").range(i64::MIN, i64::MAX, Some(1)),
        Param::int("page", "the page, from 1").range(1, i64::MAX, Some(1)),
        Param::int("perpage", "messages without parent on a page").range(1, 100, Some(10)),
        Param::list("more_select", "further fields, custom and system ones")
            .example("uuid,headimg"),
    ],
    results: &[
        ("total", "how many messages without parent there are"),
        (
            "items",
            "the page, replies under `child`; `child_total` where a message has more than are shown",
        ),
    ],
    failures: &[],
    handle: |ctx, call| answer(handle(ctx, call)),
};

/// `child` is always there on these levels (section 5.3.2).
const LEVELS_WITH_CHILD: usize = 2;
#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    message_key: String,
    order: i64,
    page: u64,
    perpage: u64,
    more_select: Vec<String>,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<Page, Error> {
    let input: Input = call.input()?;
    let window = Window {
        order: if input.order == 2 {
            Order::Descending
        } else {
            Order::Ascending
        },
        skip: (input.page - 1).saturating_mul(input.perpage),
        count: input.perpage,
        max_bytes: MAX_PAGE,
    };
    let page = if input.message_key.is_empty() {
        board::board_page(ctx, &call.app, window).await?
    } else {
        board::thread_page(ctx, &call.app, &input.message_key, window).await?
    };
    let select = selection(input.more_select, is_shown);
    let items = render(&page.trees, window.order, &select)?;
    Page::new(page.total, items.into_iter().map(Ok))
}

/// What an item may have besides its fields: `child`, `child_total`, commas.
const AROUND: usize = 64;
/// What surrounds the items of a page.
const ENVELOPE: usize = 1_024;

/// The roots with their replies nested under them, as JSON. All roots come; replies as long as there is room,
/// of each root the oldest.
fn render(trees: &[Tree], order: Order, select: &[String]) -> Result<Vec<String>, Error> {
    let text = |message: &Message| object(fields(message, select)?);
    let roots: Vec<String> = trees
        .iter()
        .map(|tree| text(&tree.root))
        .collect::<Result<_, Error>>()?;
    let taken: usize = roots.iter().map(|root| root.len() + AROUND).sum();
    let mut room = MAX_PAGE.saturating_sub(taken + ENVELOPE);
    let mut items = Vec::new();
    for (tree, root) in trees.iter().zip(roots) {
        let mut replies = Vec::new();
        for reply in &tree.replies {
            let text = text(reply)?;
            let Some(left) = room.checked_sub(text.len() + AROUND) else {
                break;
            };
            room = left;
            replies.push((reply, text));
        }
        let branches = Branches::new(&tree.root, &replies, order);
        items.push(branches.root(tree, &root));
    }
    Ok(items)
}

/// The replies of a root as they are shown, by the message under which they stand.
struct Branches<'a> {
    children: BTreeMap<u64, Vec<(u64, &'a str)>>,
    shown: u64,
}

impl<'a> Branches<'a> {
    fn new(root: &Message, replies: &'a [(&Message, String)], order: Order) -> Self {
        let known: BTreeSet<u64> = replies.iter().map(|(reply, _)| reply.id).collect();
        let mut children = BTreeMap::<u64, Vec<(u64, &str)>>::new();
        for (reply, text) in replies {
            // A reply whose parent is gone stands under its root: nothing stored is hidden.
            let parent = if known.contains(&reply.pid) && reply.pid < reply.id {
                reply.pid
            } else {
                root.id
            };
            children.entry(parent).or_default().push((reply.id, text));
        }
        // Replies come oldest first.
        if order == Order::Descending {
            children
                .values_mut()
                .for_each(|siblings| siblings.reverse());
        }
        Self {
            children,
            shown: replies.len() as u64,
        }
    }

    fn root(&self, tree: &Tree, text: &str) -> String {
        let mut item = self.item(tree.root.id, text, 1);
        if tree.total_replies > self.shown {
            item.pop();
            item += &format!(",\"child_total\":{}}}", tree.total_replies);
        }
        item
    }

    /// A message with everything under it; depth is bounded where replies are posted.
    fn item(&self, id: u64, text: &str, level: usize) -> String {
        let children = self.children.get(&id).map_or(&[][..], Vec::as_slice);
        if level > LEVELS_WITH_CHILD && children.is_empty() {
            return text.to_owned();
        }
        let items = children
            .iter()
            .map(|(id, text)| self.item(*id, text, level + 1));
        let items = items.collect::<Vec<_>>().join(",");
        let fields = text.strip_suffix('}').unwrap_or(text);
        format!("{fields},\"child\":[{items}]}}")
    }
}
