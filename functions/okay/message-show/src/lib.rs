//! `App.Market_Message.Show`: a page of messages with their replies (okayapi section 5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use shared::Ctx;
use shared::clock::date_time;
use shared::ids::made_at;
use shared::okay::more::{self, Fields, field};
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
    login: Login::Ignored,
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

/// The largest page, in bytes of JSON (section 5.3.4).
const MAX_PAGE: usize = 4 << 20;
/// What a deleted message shows (section 9b).
const DELETED: &str = "该评论已删除";
/// `child` is always there on these levels (section 5.3.2).
const LEVELS_WITH_CHILD: usize = 2;
/// What every message shows anyway.
const PLAIN: [&str; 7] = [
    "id",
    "message_nickname",
    "message_content",
    "message_post_time",
    "message_pid",
    "child",
    "child_total",
];
/// How many names `more_select` may have; the rest is ignored.
const MAX_FIELDS: usize = 100;
/// How long a name of `more_select` may be, in characters; a longer one is ignored.
const MAX_FIELD_NAME: usize = 64;

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    message_key: String,
    order: i64,
    page: u64,
    perpage: u64,
    more_select: Vec<String>,
}

#[derive(Serialize)]
struct Output {
    total: u64,
    items: Vec<Box<RawValue>>,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
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
    let select = selection(input.more_select);
    let mut items = Vec::new();
    let mut size = 0;
    for tree in &page.trees {
        let item = render(tree, window.order, &select)?;
        size += item.get().len();
        if size > MAX_PAGE && !items.is_empty() {
            break;
        }
        items.push(item);
    }
    Ok(Output {
        total: page.total,
        items,
    })
}

/// The fields that are asked for, each once: at most [`MAX_FIELDS`] names of at most
/// [`MAX_FIELD_NAME`] characters, so that a list of names is never larger than what it selects from.
fn selection(names: Vec<String>) -> Vec<String> {
    let mut select = Vec::new();
    for name in names {
        let fits = select.len() < MAX_FIELDS && name.chars().count() <= MAX_FIELD_NAME;
        if fits && !select.contains(&name) && !PLAIN.contains(&name.as_str()) {
            select.push(name);
        }
    }
    select
}

/// A root with its replies nested under it, as JSON. A root too large for a page loses its latest
/// replies.
fn render(tree: &Tree, order: Order, select: &[String]) -> Result<Box<RawValue>, Error> {
    let mut shown = tree.replies.len();
    loop {
        let replies = tree.replies.get(..shown).unwrap_or_default();
        let text = Branches::new(&tree.root, replies, order, select).item(
            &tree.root,
            1,
            tree.total_replies,
        )?;
        if text.len() <= MAX_PAGE || shown == 0 {
            return RawValue::from_string(text)
                .map_err(|e| Error::Internal(shared::store::Error::new(e.to_string())));
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
        let mut fields = vec![
            ("id", to_json(&message.id)?),
            ("message_nickname", to_json(&message.nickname)?),
            ("message_content", to_json(&content(message))?),
            ("message_post_time", to_json(&post_time(message))?),
            ("message_pid", to_json(&message.pid)?),
        ];
        let custom = more::parse(message.more.as_deref())?;
        for name in self.select {
            fields.push((name, selected(message, &custom, name)?.get().to_owned()));
        }
        let children = self
            .children
            .get(&message.id)
            .map_or(&[][..], Vec::as_slice);
        if level <= LEVELS_WITH_CHILD || !children.is_empty() {
            let items: Vec<String> = children
                .iter()
                .map(|child| self.item(child, level + 1, 0))
                .collect::<Result<_, _>>()?;
            fields.push(("child", format!("[{}]", items.join(","))));
        }
        if total_replies > self.shown {
            fields.push(("child_total", to_json(&total_replies)?));
        }
        let fields: Vec<String> = fields
            .into_iter()
            .map(|(name, value)| Ok(format!("{}:{value}", to_json(&name)?)))
            .collect::<Result<_, Error>>()?;
        Ok(format!("{{{}}}", fields.join(",")))
    }
}

fn content(message: &Message) -> &str {
    if message.deleted {
        DELETED
    } else {
        &message.content
    }
}

fn post_time(message: &Message) -> String {
    date_time(made_at(message.id))
}

/// A field of `more_select`: a system field, a custom one, or `null`.
fn selected(message: &Message, custom: &Fields, name: &str) -> Result<Box<RawValue>, Error> {
    match name {
        "uuid" if message.deleted => field(&()),
        "uuid" => field(&message.uuid),
        "add_time" => field(&post_time(message)),
        "message_key" => field(&message.key),
        "update_time" | "ext_data" => field(&()),
        name => match custom.get(name) {
            Some(value) => Ok(value.clone()),
            None => field(&()),
        },
    }
}
