//! `App.Market_Message.Show`: a page of messages with their replies (okayapi section 5).

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::Ctx;
use shared::okay::list::{MAX_PAGE, Page, object, selection};
use shared::okay::message::{fields, is_shown};
use shared::okay::{Call, Error, Login, Operation, Param, answer, to_json};
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
    let items = page
        .trees
        .iter()
        .map(|tree| render(tree, window.order, &select));
    Page::new(page.total, items)
}

/// A root with its replies nested under it, as JSON. A root too large for a page loses its latest
/// replies.
fn render(tree: &Tree, order: Order, select: &[String]) -> Result<String, Error> {
    let mut shown = tree.replies.len();
    loop {
        let replies = tree.replies.get(..shown).unwrap_or_default();
        let text = Branches::new(&tree.root, replies, order, select).item(
            &tree.root,
            1,
            tree.total_replies,
        )?;
        if text.len() <= MAX_PAGE || shown == 0 {
            return Ok(text);
        }
        shown /= 2;
    }
}

struct Branches<'a> {
    children: BTreeMap<u64, Vec<&'a Message>>,
    shown: u64,
    select: &'a [String],
}

impl<'a> Branches<'a> {
    fn new(root: &Message, replies: &'a [Message], order: Order, select: &'a [String]) -> Self {
        let known: std::collections::BTreeSet<u64> = replies.iter().map(|m| m.id).collect();
        let mut children = BTreeMap::<u64, Vec<&Message>>::new();
        for reply in replies {
            // A reply whose parent is gone stands under its root: nothing stored is hidden.
            let parent = if known.contains(&reply.pid) && reply.pid < reply.id {
                reply.pid
            } else {
                root.id
            };
            children.entry(parent).or_default().push(reply);
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
            select,
        }
    }

    /// A message with everything under it; depth is bounded where replies are posted.
    fn item(&self, message: &Message, level: usize, total_replies: u64) -> Result<String, Error> {
        let mut item = fields(message, self.select)?;
        let children = self
            .children
            .get(&message.id)
            .map_or(&[][..], Vec::as_slice);
        if level <= LEVELS_WITH_CHILD || !children.is_empty() {
            let items: Vec<String> = children
                .iter()
                .map(|child| self.item(child, level + 1, 0))
                .collect::<Result<_, _>>()?;
            item.push(("child", format!("[{}]", items.join(","))));
        }
        if total_replies > self.shown {
            item.push(("child_total", to_json(&total_replies)?));
        }
        object(item)
    }
}
