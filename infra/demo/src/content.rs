//! What the demo members have said and done: everything that a sample event names exists.
//!
//! Ids are constant. Ids of weibos and the like are derived from the time, so each of them is written by a process of
//! its own. The ids of that process begin with the id to write, and its clock is set to the time of that id.

use jiff::SignedDuration;
use weiquan::password::{self, Outcome};
use weiquan::{Ctx, Fault, example};
use weiquan_store::clients::{self, App, sequence};
use weiquan_store::clock::Clock;
use weiquan_store::digest::md5_hex;
use weiquan_store::id::{CommentId, MessageId, MomentId, Uid, WeiboId};
use weiquan_store::ids::{self, Ids};
use weiquan_store::members::member::{self, Member};
use weiquan_store::moments::moment::{self, Access, Moment, NotDeleted};
use weiquan_store::people::direct_message::{self, Route};
use weiquan_store::people::relation::{self, Block, Follow};
use weiquan_store::people::tags;
use weiquan_store::table::slice::Slice;
use weiquan_store::table::{Consistency, Error};
use weiquan_store::threads::message::{self, Message, Place};
use weiquan_store::weibos::posting::{self, Draft};
use weiquan_store::weibos::weibo::{self, Weibo};
use weiquan_store::weibos::{comment, favorite, publishing, short_link};
use weiquan_store::{Database, Store};

use crate::{CALLER, OTHER, SIGNED_APP, create, log_in};

mod qzone;

pub use qzone::{ALLOWED, REQUEST_TOKEN};

/// The other member's login, which sample events may end.
pub const SPARE_TOKEN: &str = "DE3000000000000000000000000000000000000000000000000000000000A003";
/// Where the link of [`example::SHORT_LINK`] leads.
const LINK: &str = "http://example.com/weiquan";
const SOURCE: &str = "微圈";
const THREAD: &str = "article-42";
/// A weibo of the caller that mentions the other member. The stream's sample event is about it.
const MENTIONING: &str = "824918000000001";
const OWN_KEPT: &str = "824906000000001";
const FRIENDS_WEIBO: &str = "824907000000001";
const TAG_KEPT: &str = "824909000000001";
const MESSAGE_KEPT: &str = "824911000000001";
const REPLY: &str = "2";
const MOMENT_KEPT: &str = "3";
/// How many messages and moments there are; later ones are numbered from here.
const MESSAGES: MessageId = MessageId::new(2);
const MOMENTS: MomentId = MomentId::new(3);
/// When the demo data was made, in seconds since 1970: 2026-05-21 12:00:00 in China.
const MADE: i64 = 1_779_336_000;

/// Members who do not call: uid, uuid, username, nick.
const NEIGHBOURS: [(&str, &str, &str, &str); 4] = [
    (
        FRIEND,
        "2C3D4E5F60718293A4B5C6D7E8F90A1B",
        "xiaoming",
        "小明",
    ),
    (
        example::FOLLOWED,
        "3D4E5F60718293A4B5C6D7E8F90A1B2C",
        "xiaohong",
        "小红",
    ),
    (
        example::FAN,
        "4E5F60718293A4B5C6D7E8F90A1B2C3D",
        "xiaogang",
        "小刚",
    ),
    (
        example::BLOCKED,
        "5F60718293A4B5C6D7E8F90A1B2C3D4E",
        "laowang",
        "老王",
    ),
];
/// A member whom the caller follows.
const FRIEND: &str = "1700000001";
/// The uid, uuid, password and nick of [`example::LEAVER`].
const LEAVER: (Uid, &str, &str, &str) = (
    Uid::new(1_700_000_005),
    "6F708192A3B4C5D6E7F8091A2B3C4D5E",
    "xiaolan-demo",
    "小蓝",
);

/// Writes what is missing.
pub async fn seed(ctx: &Ctx) -> Result<(), Fault> {
    people(ctx).await?;
    weibos(ctx).await?;
    members(ctx).await?;
    board(ctx).await?;
    Ok(qzone::seed(ctx).await?)
}

/// A store whose first id is `id`, and whose clock is set to the time of that id.
fn at(ctx: &Ctx, id: u64) -> Store {
    let before = ids::made_at(id) - SignedDuration::from_millis(1);
    Store::new(Database {
        clock: Clock::manual(before),
        ids: Ids::random().starting_at(id),
        ..Database::new(ctx.store.client().clone(), ctx.store.table())
    })
}

fn number(id: &str) -> u64 {
    id.parse().unwrap_or_default()
}

fn message_id(id: &str) -> MessageId {
    number(id).into()
}

fn uid(id: &str) -> Uid {
    Uid::new(number(id))
}

async fn people(ctx: &Ctx) -> Result<(), Fault> {
    for (id, uuid, username, nick) in NEIGHBOURS {
        let uid = uid(id);
        if member::by_uid(&ctx.store, uid, Consistency::Strong)
            .await?
            .is_none()
        {
            let member = Member {
                uid,
                uuid: uuid.into(),
                nick: nick.to_owned(),
                ..Member::new(&ctx.store, username)
            };
            create(ctx, &member).await?;
        }
    }
    leaver(ctx).await?;
    match member::by_uid(&ctx.store, OTHER.uid, Consistency::Strong).await? {
        Some(other) => Ok(log_in(ctx, &other, SPARE_TOKEN).await?),
        None => Ok(()),
    }
}

/// The member whose password is changed by a sample event, with the password from before.
async fn leaver(ctx: &Ctx) -> Result<(), Fault> {
    let (uid, uuid, typed, nick) = LEAVER;
    let md5 = md5_hex([typed]);
    let Some(old) = member::by_uid(&ctx.store, uid, Consistency::Strong).await? else {
        let member = Member {
            uid,
            uuid: uuid.into(),
            nick: nick.to_owned(),
            password: Some(password::hash(ctx, &md5)?),
            ..Member::new(&ctx.store, example::LEAVER)
        };
        return Ok(create(ctx, &member).await?);
    };
    // Hashing takes long, so it is skipped if nobody has changed anything.
    let is_same = || password::compare(ctx, &md5, old.password.as_deref());
    if old.revision == 0 || is_same()? != Outcome::Wrong {
        return Ok(());
    }
    let new = Member {
        password: Some(password::hash(ctx, &md5)?),
        ..old.clone()
    };
    Ok(member::replace(&ctx.store, &old, &new).await.map(drop)?)
}

/// What is refused here already exists.
async fn weibos(ctx: &Ctx) -> Result<(), Error> {
    let mention = (member::fold(CALLER.nick), CALLER.uid);
    let other = (member::fold(OTHER.nick), OTHER.uid);
    let by_other = |text| Weibo::new(OTHER.uid, text, SOURCE);
    let by_caller = |text| Weibo::new(CALLER.uid, text, SOURCE);
    let linked = format!("看看 http://127.0.0.1:8080/{}", example::SHORT_LINK);
    for (id, weibo) in [
        (example::WEIBO, by_other(&linked)),
        (
            example::FAVORITE,
            Weibo {
                mentions: [mention].into(),
                ..by_other("@小白 今天去公园")
            },
        ),
        (example::OWN_WEIBO, by_caller("写错了")),
        (OWN_KEPT, by_caller("大家好")),
        (
            MENTIONING,
            Weibo {
                mentions: [other].into(),
                ..by_caller("@dogstar 你好")
            },
        ),
        (FRIENDS_WEIBO, Weibo::new(uid(FRIEND), "下雨了", SOURCE)),
    ] {
        let id = number(id);
        if weibo::find(&ctx.store, WeiboId::new(id)).await?.is_some() {
            continue;
        }
        let links = if weibo.text == linked {
            short_link::of(&ctx.store, [LINK.to_owned()].into()).await?
        } else {
            Vec::new()
        };
        let text = weibo.text.clone();
        let _ = publishing::publish(&at(ctx, id), weibo, &text, &links).await?;
    }
    comments(ctx).await?;
    let favorite = WeiboId::new(number(example::FAVORITE));
    let _ = favorite::add(&ctx.store, CALLER.uid, favorite).await?;
    Ok(())
}

/// Comments on the other member's weibo.
async fn comments(ctx: &Ctx) -> Result<(), Error> {
    let weibo = WeiboId::new(number(example::WEIBO));
    for (id, uid, text) in [
        (example::COMMENT, OTHER.uid, "大家觉得呢？"),
        (example::OWN_COMMENT, CALLER.uid, "不错"),
    ] {
        let id = number(id);
        if comment::exists(&ctx.store, CommentId::new(id)).await? {
            continue;
        }
        let draft = Draft {
            author: uid,
            source: SOURCE.to_owned(),
            comment_on: [weibo].into(),
            needs_comment: true,
            ..Draft::about(weibo, text)
        };
        let store = at(ctx, id);
        if let Ok(context) = posting::find(&store, &draft).await? {
            let _ = posting::post(&store, &draft, context).await?;
        }
    }
    Ok(())
}

async fn members(ctx: &Ctx) -> Result<(), Error> {
    let [friend, followed, fan, blocked] =
        [FRIEND, example::FOLLOWED, example::FAN, example::BLOCKED].map(uid);
    for (fan, member) in [
        (CALLER.uid, friend),
        (CALLER.uid, followed),
        (OTHER.uid, CALLER.uid),
        (fan, CALLER.uid),
    ] {
        let _ = relation::follow(&ctx.store, Follow { fan, member }).await?;
    }
    let block = Block {
        by: CALLER.uid,
        of: blocked,
    };
    relation::block(&ctx.store, block).await?;
    for (id, text) in [
        (example::DIRECT_MESSAGE, "在吗？"),
        (MESSAGE_KEPT, "周末见"),
    ] {
        let id = number(id);
        // The sender's copy stays when the caller deletes the other one.
        let slice = Slice::new(Some(id - 1), Some(id), 1);
        let sent = direct_message::of_member(&ctx.store, friend, slice).await?;
        if sent.is_empty() {
            let (sender, recipient) = (friend, CALLER.uid);
            let route = Route { sender, recipient };
            let _ = direct_message::send(&at(ctx, id), route, text).await?;
        }
    }
    for (id, text) in [(example::TAG, "旅行"), (TAG_KEPT, "电影")] {
        let _ = tags::add(&at(ctx, number(id)), CALLER.uid, &[text]).await?;
    }
    Ok(())
}

/// Messages and moments of the signed app.
async fn board(ctx: &Ctx) -> Result<(), Error> {
    let app = clients::read::<App>(&ctx.store, SIGNED_APP).await?;
    let Some(app) = app else {
        return Ok(());
    };
    sequence::raise(&ctx.store, &app.key, MESSAGES).await?;
    sequence::raise(&ctx.store, &app.key, MOMENTS).await?;
    messages(ctx, &app).await?;
    moments(ctx, &app).await
}

async fn messages(ctx: &Ctx, app: &App) -> Result<(), Error> {
    for (id, pid, who, content) in [
        (example::MESSAGE, MessageId::default(), &OTHER, "写得真好"),
        (REPLY, message_id(example::MESSAGE), &CALLER, "谢谢"),
    ] {
        let id = message_id(id);
        let there = message::place(&ctx.store, app, "", id).await?;
        if let Ok(Place::Reply(_)) = there {
            continue;
        }
        let message = Message {
            id,
            posted_at: MADE,
            nickname: who.nick.to_owned(),
            content: content.to_owned(),
            uuid: Some(who.uuid.into()),
            pid,
            key: THREAD.to_owned(),
            ..Message::default()
        };
        // What was refused already exists, or somebody has changed it since.
        if let Ok(place) = message::place(&ctx.store, app, THREAD, pid).await? {
            message::post_as(&ctx.store, app, place, &message).await?;
        }
    }
    Ok(())
}

async fn moments(ctx: &Ctx, app: &App) -> Result<(), Error> {
    for (id, who, content) in [
        (example::MOMENT, &OTHER, "遛狗"),
        (example::OWN_MOMENT, &CALLER, "写错了"),
        (MOMENT_KEPT, &CALLER, "大家好"),
    ] {
        let id = MomentId::new(number(id));
        let there = moment::doomed(&ctx.store, app, &who.uuid.into(), id).await?;
        if !matches!(there, Err(NotDeleted::NoMoment)) {
            continue;
        }
        let moment = Moment {
            id,
            posted_at: MADE,
            uuid: who.uuid.into(),
            nickname: who.nick.to_owned(),
            access: Access::Public,
            content: Some(content.to_owned()),
            url: None,
            pictures: Vec::new(),
            lat: None,
            lng: None,
            place: None,
            more: None,
            likes: 0,
        };
        moment::post_as(&ctx.store, app, &moment).await?;
    }
    Ok(())
}
