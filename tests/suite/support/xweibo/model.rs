//! A site as the test of a week expects it: a few lists and sets, what every operation changes in them,
//! and what it answers. Members are their uids; nothing is kept that can be counted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::xweibo::texts::name_link as link_to;

/// `rst` of a success, or `errno`. Of an object only the keys that matter; null is for absent ones.
pub type Answer = Result<Value, u64>;
pub type Params = BTreeMap<&'static str, String>;

/// Such as `("follows", fan, member)`, `("likes", member, weibo)`.
type Fact = (&'static str, u64, u64);

/// What is unread: whose, its place in the answer, of mentions whether their author was followed and whether
/// they were original, and what it is: a post's place, or a fan.
type News = (u64, usize, [bool; 2], u64);

/// A weibo, comment, message or tag.
#[derive(Clone)]
pub struct Post {
    pub kind: &'static str,
    /// 0 until an answer tells it.
    pub id: u64,
    pub author: u64,
    /// The recipient, the weibo that is commented on, or the one that is reposted.
    pub to: u64,
    /// Who wrote what is reposted, 0 where it was gone.
    pub root_by: u64,
    /// The repost through which that was found.
    pub via: u64,
    pub text: String,
    named: BTreeSet<u64>,
}

#[derive(Default)]
pub struct Model {
    pub nicks: BTreeMap<u64, String>,
    pub posts: Vec<Post>,
    pub facts: BTreeSet<Fact>,
    /// The last weibo of `update`, by author.
    pub last: BTreeMap<u64, (u64, String)>,
    pub news: Vec<News>,
    pub notices: BTreeMap<u64, Params>,
    /// What the stream has not brought yet.
    queue: Vec<Fact>,
}

pub fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

pub fn numbers(text: &str) -> BTreeSet<u64> {
    text.split(',').map(number).filter(|id| *id > 0).collect()
}

fn ensure(is_so: bool, errno: u64) -> Result<(), u64> {
    if is_so { Ok(()) } else { Err(errno) }
}

impl Model {
    /// The id in an answer; 0 where there is none, or not a new one.
    pub fn learn(&self, id: &Value) -> u64 {
        let id = number(id.as_str().unwrap_or_default());
        let is_new = self.posts.iter().all(|post| post.id != id);
        id * u64::from(is_new)
    }

    pub fn is(&self, who: u64, fact: &'static str, what: u64) -> bool {
        self.facts.contains(&(fact, who, what))
    }

    fn by_nick(&self, nick: &str) -> Option<u64> {
        let mut all = self.nicks.iter();
        let found = all.find(|(_, own)| own.to_lowercase() == nick.to_lowercase());
        found.map(|(uid, _)| *uid)
    }

    /// A member by uid, or without one by nick.
    pub fn named(&self, uid: &str, nick: &str) -> Option<u64> {
        let found = Some(number(uid)).filter(|uid| self.nicks.contains_key(uid));
        found.or_else(|| self.by_nick(nick).filter(|_| uid.is_empty()))
    }

    /// The posts of a kind, newest first; even those that were removed.
    pub fn all(&self, kind: &'static str) -> impl Iterator<Item = &Post> {
        let all = self.posts.iter().rev();
        all.filter(move |post| post.kind == kind)
    }

    pub fn is_left(&self, post: &Post) -> bool {
        !self.is(post.author, "removed", post.id)
    }

    pub fn find(&self, kind: &'static str, id: u64) -> Option<&Post> {
        let mut all = self.all(kind);
        all.find(|post| post.id == id && self.is_left(post))
    }

    pub fn own(&self, kind: &'static str, who: u64) -> impl Iterator<Item = &Post> {
        let all = self.all(kind).filter(move |post| post.author == who);
        all.filter(|post| self.is_left(post))
    }

    fn post(&mut self, kind: &'static str, author: u64, text: &str, to: u64, id: &Value) -> u64 {
        let named = |word: &str| self.by_nick(word.strip_prefix('@')?);
        let shown = text.split(' ').map(|word| match named(word) {
            _ if kind != "comment" => word.to_owned(),
            Some(_) => link_to(&word[1..]),
            None => word.replace('&', "&amp;").replace('<', "&lt;"),
        });
        let root = self.find(kind, to).map_or(0, |target| target.to);
        let root_by = self.find("weibo", if root > 0 { root } else { to });
        let post = Post {
            kind,
            id: self.learn(id),
            author,
            to: if root > 0 { root } else { to },
            root_by: root_by.map_or(0, |root| root.author),
            via: if root > 0 { to } else { 0 },
            text: shown.collect::<Vec<_>>().join(" "),
            named: text.split(' ').filter_map(named).collect(),
        };
        let id = post.id;
        self.queue.push((kind, self.posts.len() as u64, 0));
        self.posts.push(post);
        id
    }

    /// Brings what the stream would, with everything else as it is by now.
    pub fn settle(&mut self) {
        for (event, one, other) in std::mem::take(&mut self.queue) {
            let places = 0..self.posts.len() as u64;
            let theirs = self.own("weibo", other);
            let theirs: Vec<Fact> = theirs.map(|weibo| ("has", one, weibo.id)).collect();
            match event {
                "weibo" | "comment" => self.tell(one),
                "uncommented" => self.unread(&|news| news.1 == 1 && news.3 == one),
                "blocked" => {
                    let has =
                        |at: &u64| self.hears(one, &self.posts[*at as usize]).contains(&other);
                    let gone: BTreeSet<u64> = places.filter(has).collect();
                    self.unread(&|news| news.1 == 1 && news.0 == one && gone.contains(&news.3));
                }
                "destroyed" => {
                    self.facts.retain(|fact| fact.0 != "has" || fact.2 != one);
                    let is_below =
                        |post: &Post| post.id == one || post.kind == "comment" && post.to == one;
                    let gone: BTreeSet<u64> = places
                        .filter(|at| is_below(&self.posts[*at as usize]))
                        .collect();
                    self.unread(&|news| [1, 2].contains(&news.1) && gone.contains(&news.3));
                }
                "related" if self.is(one, "follows", other) => {
                    self.facts.extend(theirs.into_iter().take(20));
                }
                "related" => self.facts = &self.facts - &theirs.into_iter().collect(),
                _ => {}
            }
        }
    }

    /// What is gone or was dismissed is not counted.
    fn unread(&mut self, is_gone: &dyn Fn(&News) -> bool) {
        self.news.retain(|news| !is_gone(news));
    }

    fn tell(&mut self, at: u64) {
        let post = self.posts[at as usize].clone();
        let (by, is_weibo) = (post.author, post.kind == "weibo");
        for who in self.nicks.keys().copied().filter(|who| *who != by) {
            let is_fan = self.facts.contains(&("follows", who, by));
            if is_fan && is_weibo {
                self.facts.insert(("has", who, post.id));
            }
            if post.named.contains(&who) && !self.facts.contains(&("blocks", who, by)) {
                let is_so = [is_fan, is_weibo && post.to == 0];
                let is_news = !self.is_blocked(who, &self.hears(who, &post));
                self.news.extend(is_news.then_some((who, 1, is_so, at)));
                self.facts.insert(("is named in", who, post.id));
            }
        }
    }

    /// Neither the author of a weibo nor that of what it repeats blocks the member.
    fn may_repeat(&self, who: u64, id: u64) -> Result<(), u64> {
        let target = self.find("weibo", id);
        let root = target.and_then(|weibo| self.find("weibo", weibo.to));
        let mut authors = target.into_iter().chain(root).map(|weibo| weibo.author);
        ensure(authors.all(|by| !self.is(by, "blocks", who)), 1020404)
    }

    /// Whether a weibo in a home repeats one of somebody whom its reader blocks.
    pub fn is_blocked_repost(&self, who: u64, post: &Post) -> bool {
        let root = self.find("weibo", post.to).filter(|_| post.author != who);
        root.is_some_and(|root| self.is(who, "blocks", root.author))
    }

    fn follow(&mut self, who: u64, whom: Option<u64>) -> Result<(), u64> {
        let whom = whom.ok_or(1020801_u64)?;
        ensure(whom != who, 1020800)?;
        ensure(!self.is(whom, "blocks", who), 1020804)?;
        ensure(self.facts.insert(("follows", who, whom)), 1020805)?;
        self.facts.remove(&("blocks", who, whom));
        self.news.push((whom, 3, [true; 2], who));
        self.queue.push(("related", who, whom));
        Ok(())
    }

    fn unfollow(&mut self, who: u64, whom: u64) {
        if self.facts.remove(&("follows", who, whom)) {
            self.unread(&|news| news.0 == whom && news.1 == 3 && news.3 == who);
            self.queue.push(("related", who, whom));
        }
    }

    /// Does what a call asks for; `rst` is the site's answer, with the ids of what is new.
    pub fn act(&mut self, who: u64, name: &str, params: &Params, rst: &Value) -> Answer {
        let text = |name| params.get(name).map_or("", String::as_str);
        let (id, ids, words) = (number(text("id")), numbers(text("id")), text("text"));
        let whom = self.named(text("id"), text("name"));
        let author = self.find("weibo", id).map(|weibo| weibo.author);
        match name {
            "update" => {
                ensure(!words.is_empty(), 1020000)?;
                let last = self.last.get(&who);
                ensure(last.is_none_or(|last| last.1 != words), 1020002)?;
                let id = self.post("weibo", who, words, 0, &rst["data"]["id"]);
                self.last.insert(who, (id, words.to_owned()));
                return Ok(json!({ "data": self.weibo(id, who) }));
            }
            "repost" => {
                author.ok_or(40031_u64)?;
                self.may_repeat(who, id)?;
                let words = Some(words).filter(|words| !words.is_empty());
                let words = words.unwrap_or("转发微博");
                for weibo in numbers(text("rtids")) {
                    let by = self.find("weibo", weibo).map(|weibo| weibo.author);
                    if let Some(by) = by.filter(|by| !self.is(*by, "blocks", who)) {
                        let at = self.posts.len() as u64;
                        let news = (by, 2, [true; 2], at);
                        self.news.extend((by != who).then_some(news));
                        self.post("comment", who, words, weibo, &Value::Null);
                    }
                }
                let id = self.post("weibo", who, words, id, &rst["data"]["id"]);
                return Ok(json!({ "data": self.weibo(id, who) }));
            }
            "comment" | "reply" => {
                let [empty, missing] = match name {
                    "reply" => [1020502, 1020504],
                    _ => [1020401, 1020402],
                };
                ensure(!words.is_empty(), empty)?;
                let mut told = BTreeSet::from([author.ok_or(missing)?]);
                if name == "reply" {
                    let found = self.find("comment", number(text("cid")));
                    told.insert(found.filter(|one| one.to == id).ok_or(missing)?.author);
                }
                told.remove(&who);
                let is_open = told.iter().all(|by| !self.is(*by, "blocks", who));
                ensure(is_open, 1020404)?;
                if text("forward") == "1" {
                    self.may_repeat(who, id)?;
                }
                let at = self.posts.len() as u64;
                let told = told.into_iter().map(|by| (by, 2, [true; 2], at));
                self.news.extend(told);
                let comment = self.post("comment", who, words, id, &rst["comment"]["id"]);
                let mut answer = json!({ "comment": self.comment(comment), "wb": null });
                if text("forward") == "1" {
                    let wb = self.post("weibo", who, words, id, &rst["wb"]["id"]);
                    answer["wb"] = self.weibo(wb, who);
                }
                return Ok(answer);
            }
            "comment_destroy" => {
                let theirs = self.all("weibo").filter(|weibo| weibo.author == who);
                let theirs: BTreeSet<u64> = theirs.map(|weibo| weibo.id).collect();
                let found = ids.iter().filter_map(|id| self.find("comment", *id));
                let own = found.filter(|one| one.author == who || theirs.contains(&one.to));
                let own: Vec<_> = own.map(|one| ("removed", one.author, one.id)).collect();
                let is_done = own.len() == ids.len();
                for (at, post) in self.posts.iter().enumerate() {
                    if own.iter().any(|one| one.2 == post.id) {
                        self.news.retain(|news| news.1 != 2 || news.3 != at as u64);
                        self.queue.push(("uncommented", at as u64, 0));
                    }
                }
                self.facts.extend(own);
                ensure(is_done, [1020602, 1020601][usize::from(ids.len() == 1)])?;
                return Ok(json!({ "total": null }));
            }
            "destroy" => {
                ensure(author.ok_or(1020301_u64)? == who, 1020302)?;
                self.facts.insert(("removed", who, id));
                self.last.retain(|_, last| last.0 != id);
                self.queue.push(("destroyed", id, 0));
            }
            "createFavorite" => {
                author.ok_or(1020700_u64)?;
                self.may_repeat(who, id)?;
                self.facts.insert(("likes", who, id));
            }
            "deleteFavorite" => ensure(self.facts.remove(&("likes", who, id)), 1020701)?,
            "createFriendship" if text("type") == "1" => {
                self.follow(who, self.by_nick(text("uid")))?;
            }
            "createFriendship" => {
                let uids: BTreeSet<&str> = text("uid").split(',').collect();
                let follow = |uid| self.follow(who, self.named(uid, ""));
                match uids.into_iter().map(follow).collect::<Vec<_>>()[..] {
                    [one] => one?,
                    ref all => {
                        let passed = [Ok(()), Err(1020800), Err(1020805)];
                        ensure(all.iter().all(|one| passed.contains(one)), 1020804)?;
                        ensure(all.contains(&Ok(())), 1020805)?;
                    }
                }
            }
            "deleteFriendship" => {
                let whom = whom.ok_or(1020802 + u64::from(text("id").is_empty()))?;
                match text("is_follower") {
                    "1" => self.unfollow(whom, who),
                    _ => self.unfollow(who, whom),
                }
            }
            "createBlocks" => {
                let whom = whom.filter(|whom| *whom != who).ok_or(1021600_u64)?;
                self.unfollow(who, whom);
                self.unfollow(whom, who);
                if self.facts.insert(("blocks", who, whom)) {
                    self.queue.push(("blocked", who, whom));
                }
            }
            "deleteBlocks" => {
                let gone = whom.map(|whom| ("blocks", who, whom));
                self.facts.retain(|fact| Some(*fact) != gone);
            }
            "sendDirectMessage" => {
                ensure(!words.is_empty(), 1020900)?;
                ensure(whom != Some(who), 1020901)?;
                let fan = whom.filter(|whom| self.is(*whom, "follows", who));
                let fan = fan.ok_or(1020902_u64)?;
                self.news.push((fan, 4, [true; 2], self.posts.len() as u64));
                self.post("message", who, words, fan, &Value::Null);
            }
            "deleteDirectMessage" => {
                let found = self.all("message").find(|one| one.id == id);
                let sides = found.map(|one| [one.author, one.to]).ok_or(1020904_u64)?;
                ensure(sides.contains(&who), 1020903)?;
                ensure(self.facts.insert(("deleted", who, id)), 1020904)?;
                let at = self.posts.iter().position(|post| post.id == id);
                let at = at.unwrap_or_default() as u64;
                self.unread(&|news| news.0 == who && news.1 == 4 && news.3 == at);
            }
            "createTags" => {
                let tags = text("tagName").split(',').map(str::trim);
                let mut tags: Vec<&str> = tags.filter(|tag| !tag.is_empty()).collect();
                ensure(!tags.is_empty(), 1021500)?;
                let own = self.own("tag", who).map(|tag| tag.text.to_lowercase());
                let mut all: BTreeSet<String> = own.collect();
                tags.retain(|tag| all.insert(tag.to_lowercase()));
                ensure(all.len() <= 10, 1021501)?;
                let post = |(at, tag)| self.post("tag", who, tag, 0, &rst["data"][at]["tagid"]);
                let made = tags.into_iter().enumerate().map(post);
                let made: Vec<_> = made.map(|id| json!({"tagid": id.to_string()})).collect();
                return Ok(json!({ "data": made }));
            }
            "deleteTags" => {
                let id = number(text("tag_id"));
                let found = self.own("tag", who).find(|tag| tag.id == id);
                ensure(found.is_some(), 1021502)?;
                self.facts.insert(("removed", who, id));
            }
            "saveProfile" => {
                let (nick, owner) = (text("nick"), self.by_nick(text("nick")));
                ensure(!nick.is_empty(), 1010000)?;
                ensure(owner.is_none_or(|owner| owner == who), 1021300)?;
                self.nicks.insert(who, nick.to_owned());
            }
            "saveNotice" => drop(self.notices.insert(who, params.clone())),
            "clearTip" => {
                let mut kinds = ["-", "2", "1", "4", "3"].iter();
                let kind = kinds.position(|kind| *kind == text("type"));
                let is_read = |of, own| of == who && kind.is_none_or(|kind| kind == own);
                self.unread(&|news| is_read(news.0, news.1));
            }
            _ => return self.read(who, name, params),
        }
        Ok(json!(true))
    }
}
