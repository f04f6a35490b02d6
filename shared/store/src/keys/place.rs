//! What is stored under a key, for code that reads the whole table or its stream.

use super::moment::{TOTALS, likes};
use super::thread::{board_meta_of, later_number};
use super::{Key, moment_totals, thread_number, thread_reply_id};
use crate::id::{DirectMessageId, MomentId, Thread, WeiboId};

/// What is stored under a key. Only kinds that count something or are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// [`super::weibo`].
    Weibo,
    /// [`super::comment_place`].
    CommentPlace,
    /// [`super::thread_meta`].
    ThreadMeta,
    /// [`super::thread_holes`].
    ThreadHoles {
        /// The thread.
        thread: Thread,
    },
    /// [`super::thread_root`].
    Root {
        /// The thread.
        thread: Thread,
        /// The root's number.
        number: u64,
    },
    /// [`super::thread_reply`].
    Reply {
        /// The thread.
        thread: Thread,
        /// The root's number.
        number: u64,
    },
    /// [`super::later_reply`]; with the key of the one that has the number 0.
    LaterReply(Key),
    /// [`super::board_meta`].
    BoardMeta,
    /// [`super::board_root`]; with the key of the board's [`super::board_meta`].
    BoardRoot(Key),
    /// [`super::moment_totals`].
    MomentTotals,
    /// [`super::moment`].
    Moment {
        /// The partition's [`super::moment_totals`].
        totals: Key,
        /// The key of the like by no member.
        likes: Key,
    },
    /// [`super::like`]; with the key of the like by no member.
    Like(Key),
    /// [`super::relation`].
    Relation {
        /// The member.
        uid: u64,
        /// The other member of the relation.
        other: u64,
    },
    /// [`super::fan`].
    Fan {
        /// The member.
        uid: u64,
        /// The fan.
        fan: u64,
    },
    /// [`super::counts`].
    Counts,
    /// [`super::unread`].
    Unread {
        /// The member.
        uid: u64,
    },
    /// [`super::mention`].
    Mention {
        /// The member.
        uid: u64,
    },
    /// [`super::message`].
    DirectMessage(DirectMessageId),
    /// [`super::own_message`].
    OwnMessage {
        /// The member.
        uid: u64,
        /// The message.
        message: DirectMessageId,
    },
}

/// What is stored under `key`.
pub fn place(key: &Key) -> Option<Place> {
    let (kind, rest) = key.pk.split_once('#')?;
    let number = |text: &str| text.parse::<u64>().ok();
    Some(match kind {
        "WEIBO" => Place::Weibo,
        "COMMENT" => Place::CommentPlace,
        "THREAD" => {
            let thread = Thread::from(&*key.pk);
            match (&*key.sk, thread_number(&key.sk), thread_reply_id(&key.sk)) {
                ("META", ..) => Place::ThreadMeta,
                ("META#HOLES", ..) => Place::ThreadHoles { thread },
                (_, Some(number), None) => Place::Root { thread, number },
                (_, Some(number), Some(_)) => Place::Reply { thread, number },
                _ => return None,
            }
        }
        "REPLIES" => Place::LaterReply(Key::new(key.pk.clone(), later_number(0))),
        "BOARD" if key.sk == "META" => Place::BoardMeta,
        "BOARD" => Place::BoardRoot(board_meta_of(&key.pk)),
        "MOMENTS" | "PRIVATE" if key.sk == TOTALS => Place::MomentTotals,
        "MOMENTS" | "PRIVATE" => {
            let (app, _) = rest.split_once('#')?;
            Place::Moment {
                totals: moment_totals(&key.pk.as_str().into()),
                likes: Key::new(likes(app, MomentId::from(number(&key.sk)?)), ""),
            }
        }
        "LIKE" => Place::Like(Key::new(key.pk.clone(), "")),
        "MEMBER" => {
            let uid = number(rest)?;
            match key.sk.split_once('#') {
                Some(("FOLLOW", other)) => {
                    let other = number(other)?;
                    Place::Relation { uid, other }
                }
                Some(("FAN", fan)) => Place::Fan {
                    uid,
                    fan: number(fan)?,
                },
                None if key.sk == "COUNTS" => Place::Counts,
                None if key.sk == "UNREAD" => Place::Unread { uid },
                _ => return None,
            }
        }
        "MENTIONS" => Place::Mention { uid: number(rest)? },
        "DM" => Place::DirectMessage(DirectMessageId::new(number(rest)?)),
        "MESSAGES" => Place::OwnMessage {
            uid: number(rest)?,
            message: DirectMessageId::new(number(&key.sk)?),
        },
        _ => return None,
    })
}

/// The weibo whose comments a thread holds.
pub fn weibo_of_thread(thread: &Thread) -> Option<WeiboId> {
    thread.strip_prefix("THREAD#W#")?.parse().ok()
}
