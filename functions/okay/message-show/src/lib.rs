//! `App.Market_Message.Show` (okayapi section 5).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::value::RawValue;
use weiquan::Ctx;
use weiquan::okay::list::MAX_PAGE;
use weiquan::okay::message::ShownMessage;
use weiquan::okay::{Call, Error, Filled, Input, Operation, custom_fields, operation, to_json};
use weiquan::schema::{Answer, Field, Schema, joined, total};
use weiquan_store::id::MessageId;
use weiquan_store::threads::board::{self, Tree};
use weiquan_store::threads::message::Message;
use weiquan_store::threads::page::{Order, Window};

/// The operation.
pub static OPERATION: Operation = Operation {
    professional: true,
    ..operation!("App.Market_Message.Show", "lists messages with their replies", Input => Output, handle)
};

#[derive(Input)]
struct Input {
    /// What the messages are about; without it all messages are listed.
    #[param(len = ..=64, example = "article-42")]
    message_key: Filled,
    /// 1 for oldest first, 2 for newest first.
    #[param(default = 1)]
    order: i64,
    /// The page number, from 1.
    #[param(range = 1.., default = 1)]
    page: u64,
    /// Messages without a parent per page.
    #[param(range = 1..=100, default = 10)]
    perpage: u64,
    /// More fields to return, custom and system ones.
    #[param(example = "uuid,headimg")]
    more_select: Vec<String>,
}

#[derive(Serialize, Answer)]
struct Output {
    /// How many messages without a parent there are.
    total: u64,
    /// The messages of the page, each with its replies.
    #[answer(schema = Schema::List(&ITEM))]
    items: Vec<Box<RawValue>>,
}

/// A message with its replies.
const ITEM: Schema = Schema::Object {
    name: "MessageTree",
    fields: &{
        const PARTS: [&[Field]; 2] = [ShownMessage::SCHEMA.fields(), REPLIES];
        joined::<_, { total(&PARTS) }>(&PARTS, Field::NONE)
    },
};
const REPLIES: &[Field] = &[
    Field {
        optional: true,
        ..Field::new(
            "child",
            "The replies, each as a message; always there on the first two levels",
            Schema::List(&Schema::Reference("MessageTree")),
        )
    },
    Field {
        optional: true,
        ..Field::new(
            "child_total",
            "How many replies a message without parent has, where it has more than are shown",
            Schema::Integer,
        )
    },
];
/// `child` is always present on these levels (section 5.3.2).
const LEVELS_WITH_CHILD: usize = 2;

async fn handle(ctx: &Ctx, call: Call, input: Input) -> Result<Output, Error> {
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
    let page = match input.message_key.0 {
        None => board::board_page(&ctx.store, &call.app, window).await?,
        Some(key) => board::thread_page(&ctx.store, &call.app, &key, window).await?,
    };
    let select = ShownMessage::selection(input.more_select);
    Ok(Output {
        total: page.total,
        items: render(&page.trees, window.order, &select)?,
    })
}

/// Room for what an item may contain besides its fields: `child`, `child_total`, commas.
const AROUND: usize = 64;
/// Room for what surrounds the items of a page.
const ENVELOPE: usize = 1_024;

/// The root messages with their replies nested under them, as JSON. All root messages are included. Replies are
/// included as long as there is room, the oldest of each root message first.
fn render(trees: &[Tree], order: Order, select: &[String]) -> Result<Vec<Box<RawValue>>, Error> {
    let text = |message: &Message| to_json(&ShownMessage::new(message, select)?);
    let roots: Vec<String> = trees
        .iter()
        .map(|tree| text(&tree.root))
        .collect::<Result<_, _>>()?;
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
        items.push(custom_fields::raw(branches.root(tree, &root))?);
    }
    Ok(items)
}

/// The replies of a root message as they are shown, by the message under which they are shown.
struct Branches<'a> {
    children: BTreeMap<MessageId, Vec<(MessageId, &'a str)>>,
    shown: u64,
}

impl<'a> Branches<'a> {
    fn new(root: &Message, replies: &'a [(&Message, String)], order: Order) -> Self {
        let known: BTreeSet<MessageId> = replies.iter().map(|(reply, _)| reply.id).collect();
        let mut children = BTreeMap::<MessageId, Vec<(MessageId, &str)>>::new();
        for (reply, text) in replies {
            // A reply whose parent is gone is shown under its root message, so that nothing stored is hidden.
            let parent = if known.contains(&reply.pid) && reply.pid < reply.id {
                reply.pid
            } else {
                root.id
            };
            children.entry(parent).or_default().push((reply.id, text));
        }
        // Replies are in order, oldest first.
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

    /// A message with everything under it. The depth is limited when replies are posted.
    fn item(&self, id: MessageId, text: &str, level: usize) -> String {
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
