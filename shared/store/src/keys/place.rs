//! What is stored under a key, for code that reads the whole table or its stream.

use super::moment::{TOTALS, likes};
use super::thread::{board_meta_of, later_number};
use super::{Key, moment_totals, thread_number, thread_reply_id};
use crate::id::{DirectMessageId, Edge, Follow, RootNumber, Thread, Uid, WeiboId};

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
        number: RootNumber,
    },
    /// [`super::thread_reply`].
    Reply {
        /// The thread.
        thread: Thread,
        /// The root's number.
        number: RootNumber,
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
    Relation(Edge),
    /// [`super::fan`].
    Fan(Follow),
    /// [`super::counts`].
    Counts,
    /// [`super::unread`].
    Unread {
        /// The member.
        uid: Uid,
    },
    /// [`super::mention`].
    Mention {
        /// The member.
        uid: Uid,
    },
    /// [`super::message`].
    DirectMessage(DirectMessageId),
    /// [`super::own_message`].
    OwnMessage {
        /// The member.
        uid: Uid,
        /// The message.
        message: DirectMessageId,
    },
}

/// What is stored under `key`.
pub fn place(key: &Key) -> Option<Place> {
    let (kind, rest) = key.pk.split_once('#')?;
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
                likes: Key::new(likes(app, key.sk.parse().ok()?), ""),
            }
        }
        "LIKE" => Place::Like(Key::new(key.pk.clone(), "")),
        "MEMBER" => {
            let uid = rest.parse().ok()?;
            match key.sk.split_once('#') {
                Some(("FOLLOW", other)) => Place::Relation(Edge {
                    from: uid,
                    to: other.parse().ok()?,
                }),
                Some(("FAN", fan)) => Place::Fan(Follow {
                    fan: fan.parse().ok()?,
                    member: uid,
                }),
                None if key.sk == "COUNTS" => Place::Counts,
                None if key.sk == "UNREAD" => Place::Unread { uid },
                _ => return None,
            }
        }
        "MENTIONS" => Place::Mention {
            uid: rest.parse().ok()?,
        },
        "DM" => Place::DirectMessage(rest.parse().ok()?),
        "MESSAGES" => Place::OwnMessage {
            uid: rest.parse().ok()?,
            message: key.sk.parse().ok()?,
        },
        _ => return None,
    })
}

/// The weibo whose comments a thread holds.
pub fn weibo_of_thread(thread: &Thread) -> Option<WeiboId> {
    thread.strip_prefix("THREAD#W#")?.parse().ok()
}
