//! A week in the life of Xweibo: 200 members do 2,500 things at random, and what each of them is
//! answered is what the plain model says.
//!
//! A failure names its action. The same `SEED` plays the same week again: with `ACTIONS` cut to one
//! more than the number of that action, nothing comes behind it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use weiquan_store::ids::Ids;

use crate::support::World;
use crate::support::admin::assert_counted;
use crate::support::xweibo::model::{Answer, Model, Params, Post, number, numbers};
use crate::support::xweibo::{Person, act, crowd, envelope};

const SEED: u64 = 20_260_601;
const ACTIONS: usize = 2_500;

/// What members do: how often beside each other, and from what each parameter is drawn.
const KINDS: &str = "14 update text/words; 5 repost id/weibo text/maybe; \
    5 repost id/weibo text/text rtids/ids; 10 comment id/weibo text/text forward/flag; \
    2 comment id/foe-weibo text/maybe forward/flag; 4 comment_destroy id/comments; \
    8 reply cid/own-comment id/replied text/maybe forward/flag; 3 destroy id/own-weibo; \
    2 reply cid/foe-comment id/replied text/text forward/flag; 4 createFavorite id/weibo; \
    3 deleteFavorite id/likes; 14 createFriendship uid/uids; 4 createFriendship uid/nick type/1; \
    4 deleteFriendship id/near name/nick is_follower/flag; 4 createBlocks id/near name/nick; \
    2 deleteBlocks id/blocks name/nick; 3 deleteDirectMessage id/own-message; \
    7 sendDirectMessage id/near name/nick text/maybe; 4 createTags tagName/tags; \
    2 deleteTags tag_id/own-tag; 3 saveProfile nick/new; 2 clearTip type/few; \
    1 saveNotice comment/flag dm/flag follower/flag mention/flag from_user/flag \
    status_type/flag; 2 show id/weibo; 3 getComments id/weibo page/few type/few count/limit; \
    1 getCounts ids/ids; 1 getTags id/near name/nick; 1 directMessages count/limit; \
    3 userTimeline id/near name/nick since_id/bound max_id/bound count/limit; \
    3 mentions since_id/bound max_id/bound count/limit; 1 friends id/near name/nick; \
    3 homeTimeline since_id/bound max_id/bound count/limit; 1 unread id/bound; \
    1 followers id/near name/nick count/limit; 1 friendship t_id/near t_name/nick; \
    1 friendship t_id/near t_name/nick s_id/near s_name/nick; 3 unread id/weibo";

/// Refusals that this week has, beside a success of every kind.
const REFUSALS: &str = "update/1020002 repost/40031 comment/1020404 reply/1020404 reply/1020504 \
    comment_destroy/1020602 destroy/1020301 createFriendship/1020804 createFriendship/1020805 \
    sendDirectMessage/1020902 deleteDirectMessage/1020904 createTags/1021501 saveProfile/1021300";

const TAGS: &str =
    "music 电影 code 旅行 cats dogs 书 tea bikes <b> 摄影 chess rain food run 山 sea";

struct Week {
    world: World,
    people: BTreeMap<u64, Person>,
    model: Model,
    /// SplitMix64.
    random: Ids,
    action: usize,
    seen: BTreeSet<String>,
}

/// Whether `theirs` has all of `ours`.
fn covers(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(_)) => {
            ours.iter().all(|(name, own)| covers(own, &theirs[name]))
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            let mut pairs = ours.iter().zip(theirs);
            ours.len() == theirs.len() && pairs.all(|(ours, theirs)| covers(ours, theirs))
        }
        _ => ours == theirs,
    }
}

impl Week {
    fn below(&self, limit: usize) -> usize {
        (u64::from_le_bytes(self.random.bytes()) % limit as u64) as usize
    }

    /// One of `near`, more seldom one of `all`, sometimes nothing that there is.
    fn pick(&self, near: Vec<u64>, all: Vec<u64>) -> String {
        let from = match self.below(24) {
            0 => Vec::new(),
            1..18 if !near.is_empty() => near,
            _ => all,
        };
        let at = self.below(from.len().max(1));
        from.get(at).unwrap_or(&7).to_string()
    }

    /// A member; every third time one of the six whom everybody knows.
    fn member(&self) -> u64 {
        let at = self.below([6, 40, self.people.len()][self.below(3)]);
        *self.people.keys().nth(at).unwrap()
    }

    /// A nick as it is or was, or in capitals.
    fn nick(&self) -> String {
        let who = self.member();
        match self.below(12) {
            0 => "nobody".to_owned(),
            1 => self.people[&who].nick.clone(),
            2 | 3 => self.model.nicks[&who].to_uppercase(),
            _ => self.model.nicks[&who].clone(),
        }
    }

    fn several(&self, source: &'static str, who: u64, most: usize) -> String {
        let one = |_| self.value(source, who, &Params::new());
        let all: Vec<_> = (0..=self.below(most)).map(one).collect();
        all.join(",")
    }

    /// A value for a call by `who` that has `params` before it.
    fn value(&self, source: &'static str, who: u64, params: &Params) -> String {
        let model = &self.model;
        let ids = |kind| model.all(kind).map(|post| post.id).collect::<Vec<_>>();
        let facts = model.facts.iter();
        match source {
            "maybe" if self.below(12) == 0 => String::new(),
            "bound" if self.below(3) > 0 => String::new(),
            "words" if self.below(4) == 0 => {
                let own = model.all("weibo").find(|weibo| weibo.author == who);
                own.map_or("早", |weibo| &weibo.text).to_owned()
            }
            "text" | "maybe" | "words" => {
                let mut words = vec![format!("第{}条", self.action), "1<2&3".to_owned()];
                words.extend((3..self.below(7)).map(|_| format!("@{}", self.nick())));
                words.rotate_left(self.below(3));
                words.join(" ")
            }
            // One of the newest, or of the first.
            "weibo" | "bound" => {
                let all = ids("weibo");
                let near = all.iter().take(12).chain(all.iter().rev().take(6));
                self.pick(near.copied().collect(), all)
            }
            "ids" => {
                let target = params.get("id").filter(|_| self.below(2) == 0);
                let others = self.several("weibo", who, 3);
                target.map_or(others.clone(), |target| format!("{target},{others}"))
            }
            "comments" => self.several("own-comment", who, 3),
            // What the member wrote, got, or was told below a weibo; or what a blocker wrote.
            _ if source.contains('-') => {
                let (whose, kind) = source.split_once('-').unwrap();
                let own: Vec<_> = model.own("weibo", who).map(|weibo| weibo.id).collect();
                let is_near = |post: &&Post| match whose {
                    "foe" => model.is(post.author, "blocks", who),
                    _ => post.author == who || post.to == who || own.contains(&post.to),
                };
                let near = model.all(kind).filter(is_near).map(|post| post.id);
                self.pick(near.collect(), ids(kind))
            }
            "likes" | "blocks" => {
                let own = facts.filter(|fact| fact.0 == source && fact.1 == who);
                self.pick(own.map(|fact| fact.2).collect(), ids("weibo"))
            }
            "replied" => {
                let mut all = model.all("comment");
                let found = all.find(|post| post.id == number(&params["cid"]));
                let found = found.filter(|_| self.below(10) > 0);
                let weibo = found.map(|post| post.to.to_string());
                weibo.unwrap_or_else(|| self.value("weibo", who, params))
            }
            "near" if self.below(3) == 0 => String::new(),
            // A member who follows or blocks the other, or is followed or blocked.
            "near" => {
                let near = facts.filter(|fact| fact.1 == who || fact.2 == who);
                let near = near.map(|fact| fact.1 + fact.2 - who);
                let near = near.filter(|uid| model.nicks.contains_key(uid));
                self.pick(near.collect(), vec![self.member()])
            }
            "uid" => self.pick(Vec::new(), vec![self.member()]),
            "uids" => self.several("uid", who, 7),
            "nick" => self.nick(),
            "new" => match self.below(6) {
                0 => model.nicks[&who].to_uppercase(),
                1 => String::new(),
                2 | 3 => self.nick(),
                _ => format!("n{who}x{}", self.action),
            },
            "tags" => match self.below(8) {
                0 => String::new(),
                1 | 2 => self.several("word", who, 6).to_uppercase(),
                _ => self.several("word", who, 8).replace(',', " ,,"),
            },
            "word" => TAGS.split(' ').nth(self.below(17)).unwrap().to_owned(),
            "flag" => self.below(2).to_string(),
            "few" => (1 + self.below(5)).to_string(),
            "limit" => ["", "5", "20", "50"][self.below(4)].to_owned(),
            constant => constant.to_owned(),
        }
    }

    /// What the site answers; of a list that has cursors all pages.
    async fn call(&mut self, who: u64, name: &str, mut params: Params) -> Value {
        let mut pages = Vec::new();
        loop {
            let given = params.iter().map(|(name, value)| (*name, &**value));
            let given: Vec<_> = given.collect();
            let mut answer = envelope(&act(&self.world, &self.people[&who], name, &given).await);
            self.seen.insert(format!("{name}/{}", answer["errno"]));
            let rst = &mut answer["rst"];
            let Some(cursor) = rst.get("next_cursor").and_then(Value::as_str) else {
                return answer;
            };
            params.insert("cursor", cursor.to_owned());
            pages.extend(rst["data"].as_array().unwrap().iter().cloned());
            if params["cursor"].is_empty() {
                rst["data"] = pages.into();
                return answer;
            }
        }
    }

    /// The site answers a call as the model does.
    async fn check(&mut self, who: u64, name: &str, params: Params) {
        if ["mentions", "homeTimeline", "unread"].contains(&name) {
            self.world.settle().await;
            self.model.settle();
        }
        let theirs = self.call(who, name, params.clone()).await;
        let ours = match self.model.act(who, name, &params, &theirs["rst"]) {
            Ok(rst) => json!({"rst": rst, "errno": 0}),
            Err(errno) => json!({"rst": false, "errno": errno}),
        };
        assert!(
            covers(&ours, &theirs),
            "action {}: {name} {params:?} by {who}\nmodel: {ours}\n site: {theirs}",
            self.action
        );
    }

    async fn act(&mut self) {
        let kinds = KINDS.split("; ").filter_map(|kind| kind.split_once(' '));
        let kinds = kinds.flat_map(|(often, kind)| vec![kind; often.parse().unwrap()]);
        let kinds: Vec<&str> = kinds.collect();
        let mut words = kinds[self.below(kinds.len())].split(' ');
        let (who, name) = (self.member(), words.next().unwrap());
        let mut params = Params::new();
        for (name, source) in words.filter_map(|word| word.split_once('/')) {
            params.insert(name, self.value(source, who, &params));
        }
        self.check(who, name, params).await;
        if name == "saveProfile" {
            // Authors are shown as they were within the last minute.
            self.world.pass(61);
        }
        // The ids of messages, and of comments by `rtids`, are told by lists only.
        while let Some(at) = self.model.posts.iter().position(|post| post.id == 0) {
            let post = &self.model.posts[at];
            let name = ["getComments", "directMessages"][usize::from(post.kind == "message")];
            let params = Params::from([("id", post.to.to_string())]);
            let rst = self.call(post.author, name, params).await["rst"].take();
            let newest = rst.get("0").unwrap_or(&rst["data"][0]);
            let id = self.model.learn(&newest["id"]);
            assert_ne!(id, 0, "action {}: {rst}", self.action);
            self.model.posts[at].id = id;
        }
    }
}

/// What those are answered who only read.
impl Model {
    pub fn read(&self, who: u64, name: &str, params: &Params) -> Answer {
        let text = |name| params.get(name).map_or("", String::as_str);
        let [id, page] = ["id", "page"].map(|name| number(text(name)));
        let whom = self.named(text("id"), text("name"));
        let follows = |fan, whom| self.is(fan, "follows", whom);
        let list = |whom| json!({"data": self.list(who, name, params, whom)});
        Ok(match name {
            "show" => {
                self.find("weibo", id).ok_or(40031_u64)?;
                json!({"data": self.weibo(id, who)})
            }
            "getComments" => {
                self.find("weibo", id).ok_or(1020402_u64)?;
                let all = self.all("comment").filter(|one| one.to == id);
                let all: Vec<_> = all.filter(|one| self.is_left(one)).collect();
                let usual = if text("type") == "2" { 20 } else { 10 };
                let limit = text("count").parse().unwrap_or(usual);
                let page = all.chunks(limit).nth(page.max(1) as usize - 1);
                let page = page.unwrap_or_default();
                let mut rst = json!({"total": all.len(), "limit": limit});
                // Behind the last one there is no other.
                rst[page.len().to_string()] = Value::Null;
                for (place, one) in page.iter().enumerate() {
                    rst[place.to_string()] = self.comment(one.id);
                }
                rst
            }
            "getCounts" => {
                let counts = |id: u64| {
                    let about = |one: &&Post| one.to == id || one.via == id;
                    let left = |kind| self.all(kind).filter(about).filter(|one| self.is_left(one));
                    let there = usize::from(self.find("weibo", id).is_some());
                    let counts = ["comment", "weibo"].map(|kind| left(kind).count() * there);
                    (id.to_string(), json!(counts))
                };
                numbers(text("ids")).into_iter().map(counts).collect()
            }
            "friendship" => {
                let named = |id, name| self.named(text(id), text(name)).ok_or(1021200_u64);
                let target = named("t_id", "t_name")?;
                let source = params.get("s_id").map(|_| named("s_id", "s_name"));
                json!(follows(target, source.unwrap_or(Ok(who))?))
            }
            "friends" | "followers" => {
                let whom = whom.ok_or(1021600_u64)?;
                let mut lists = BTreeMap::<_, Vec<u64>>::new();
                let all = ("follows", 0, 0)..("follows", u64::MAX, 0);
                for (_, fan, whom) in self.facts.range(all) {
                    lists.entry(("friends", *fan)).or_default().push(*whom);
                    lists.entry(("followers", *whom)).or_default().push(*fan);
                }
                let of = |name, uid| lists.get(&(name, uid)).map_or(&[][..], Vec::as_slice);
                let users = of(name, whom).iter().map(|uid| {
                    let mut user = self.user(*uid);
                    user["fans"] = json!(of("followers", *uid).len());
                    user["follows"] = json!(of("friends", *uid).len());
                    user
                });
                let users: Vec<_> = users.collect();
                json!({"total": users.len(), "data": users})
            }
            "unread" => {
                let notice = self.notices.get(&who);
                let is = |name, usual| notice.map_or(usual, |flags| flags[name] == "1");
                let only = ["from_user", "status_type"].map(|name| is(name, false));
                let home = self.facts.range(("has", who, id + 1)..("has", who + 1, 0));
                let found = home.filter_map(|fact| self.find("weibo", fact.2));
                let home = found.filter(|weibo| !self.is_blocked_repost(who, weibo));
                let mut counts = [home.filter(|_| id > 0).count().min(100), 0, 0, 0, 0];
                for (_, kind, is_so, _) in self.news.iter().filter(|one| one.0 == who) {
                    let is_told = is(["", "mention", "comment", "follower", "dm"][*kind], true);
                    let is_wanted = (0..2).all(|at| is_so[at] || !only[at]);
                    counts[*kind] += usize::from(is_told && is_wanted);
                }
                json!({"unread": counts, "data": null})
            }
            "userTimeline" | "getTags" => list(whom.ok_or(1021600_u64)?),
            _ => list(who),
        })
    }
}

#[tokio::test]
async fn a_week_in_the_life() {
    let world = World::new().await;
    let people = crowd(&world, 200).await.into_iter();
    let people: BTreeMap<u64, _> = people.map(|one| (number(&one.uid), one)).collect();
    let mut week = Week {
        model: Model::default(),
        world,
        people,
        random: Ids::seeded(SEED),
        action: 0,
        seen: BTreeSet::new(),
    };
    let nicks = week.people.iter();
    let nicks = nicks.map(|(uid, one)| (*uid, one.nick.clone()));
    week.model.nicks = nicks.collect();
    while week.action < ACTIONS {
        // Four minutes on average make a week.
        week.world.pass(1 + week.below(482) as i64);
        week.act().await;
        week.action += 1;
    }
    let kinds = KINDS.split("; ").filter_map(|kind| kind.split(' ').nth(1));
    let wanted = kinds.map(|kind| format!("{kind}/0"));
    for answer in wanted.chain(REFUSALS.split(' ').map(str::to_owned)) {
        assert!(week.seen.contains(&answer), "{answer}: {:?}", week.seen);
    }
    let all = |name, id: u64| Params::from([(name, id.to_string()), ("count", "50".to_owned())]);
    for who in week.people.keys().copied().collect::<Vec<_>>() {
        for name in "friends followers getTags directMessages unread".split(' ') {
            week.check(who, name, all("id", who)).await;
        }
        let own: Vec<_> = week.model.own("weibo", who).map(|weibo| weibo.id).collect();
        let newest = own.chunks(50).map(|page| page[0]);
        for first in newest.chain(own.is_empty().then_some(1)) {
            let mut params = all("max_id", first);
            params.insert("id", who.to_string());
            week.check(who, "userTimeline", params).await;
        }
    }
    let weibos: Vec<_> = week.model.all("weibo").map(|weibo| weibo.id).collect();
    for id in weibos {
        let who = week.member();
        for (name, param) in [("getCounts", "ids"), ("getComments", "id")] {
            week.check(who, name, all(param, id)).await;
        }
    }
    assert_counted(&week.world).await;
}
