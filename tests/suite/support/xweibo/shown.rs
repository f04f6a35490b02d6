//! What the plain model of `model` shows of weibos, comments and members.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::xweibo::model::{Model, Params, Post, number};

impl Model {
    pub fn user(&self, uid: u64) -> Value {
        json!({"id": uid.to_string(), "sn": self.nicks.get(&uid)})
    }

    pub fn comment(&self, id: u64) -> Value {
        let comment = self.find("comment", id).unwrap();
        let (uid, nick) = (comment.author.to_string(), &self.nicks[&comment.author]);
        json!({"id": id.to_string(), "text": comment.text, "uid": uid, "nick": nick})
    }

    /// A weibo as `reader` sees it, or what is left of it in its reposts.
    pub fn weibo(&self, id: u64, reader: u64) -> Value {
        let (f, text) = (u8::from(self.is(reader, "likes", id)), id.to_string());
        let Some(weibo) = self.find("weibo", id) else {
            return json!({"id": text, "f": 0, "tx": "此微博已被原作者删除。", "deleted": 1});
        };
        let rt = (weibo.to > 0).then(|| self.weibo(weibo.to, reader));
        let user = self.user(weibo.author);
        json!({"id": text, "f": f, "tx": weibo.text, "u": user, "deleted": null, "rt": rt})
    }

    /// Whose words `who` reads with a weibo or comment; what `who` reposted is shown whoever wrote it.
    pub fn hears(&self, who: u64, post: &Post) -> BTreeSet<u64> {
        let mut weibos = self.all("weibo");
        let weibo = match post.kind {
            "comment" => weibos.find(|one| one.id == post.to),
            _ => Some(post),
        };
        let root_by = weibo.filter(|weibo| weibo.author != who && weibo.to > 0);
        let all = [
            weibo.map(|weibo| weibo.author),
            root_by.map(|weibo| weibo.root_by),
        ];
        let all = all.into_iter().flatten().chain([post.author]);
        all.filter(|one| *one != who).collect()
    }

    pub fn is_blocked(&self, who: u64, others: &BTreeSet<u64>) -> bool {
        others.iter().any(|other| self.is(who, "blocks", *other))
    }

    /// Whether what `who` reads with a post is by somebody blocked; of what was destroyed nothing is read.
    fn hears_blocked(&self, who: u64, post: &Post) -> bool {
        let of = |post: &Post| self.is_blocked(who, &BTreeSet::from([post.author]));
        let weibo = self.find(
            "weibo",
            if post.kind == "comment" {
                post.to
            } else {
                post.id
            },
        );
        let is_repost = weibo.is_some_and(|weibo| self.is_blocked_repost(who, weibo));
        of(post) || weibo.is_some_and(of) || is_repost
    }

    /// A list of posts as `who` is shown it; `whom` are those that are shown by author.
    pub fn list(&self, who: u64, name: &str, params: &Params, whom: u64) -> Value {
        let number = |name| params.get(name).map_or(0, |text| number(text));
        let [since, max, count] = ["since_id", "max_id", "count"].map(number);
        let is_listed = |post: &&Post| match (name, post.kind) {
            ("userTimeline", "weibo") | ("getTags", "tag") => post.author == whom,
            ("homeTimeline", "weibo") if self.is_blocked_repost(who, post) => false,
            ("homeTimeline", "weibo") => post.author == who || self.is(who, "has", post.id),
            ("directMessages", "message") => post.author == who || post.to == who,
            ("mentions", "comment") if self.find("weibo", post.to).is_none() => false,
            ("mentions", _) if self.hears_blocked(who, post) => false,
            ("mentions", _) => self.is(who, "is named in", post.id),
            _ => false,
        };
        let listed = self.posts.iter().filter(is_listed);
        let mut listed: Vec<_> = listed.filter(|post| self.is_left(post)).collect();
        listed.retain(|post| !self.is(who, "deleted", post.id));
        listed.retain(|post| post.id > since && (post.id <= max || max == 0));
        listed.sort_by_key(|post| std::cmp::Reverse(post.id));
        match name {
            "getTags" => listed.reverse(),
            "directMessages" => {}
            _ => listed.truncate([20, count as usize][usize::from(count > 0)]),
        }
        let shown = listed.into_iter().map(|post| {
            let (id, text) = (post.id.to_string(), &post.text);
            let [from, to] = [post.author, post.to].map(|uid| self.user(uid));
            match (name, post.kind) {
                ("mentions", "comment") => {
                    json!({"comment": self.comment(post.id), "wb": self.weibo(post.to, who)})
                }
                ("mentions", _) => json!({"comment": null, "wb": self.weibo(post.id, who)}),
                (_, "message") => json!({"id": id, "text": text, "sender": from, "recipient": to}),
                (_, "tag") => json!({"tagid": id, "tag": text}),
                _ => self.weibo(post.id, who),
            }
        });
        shown.collect()
    }
}
