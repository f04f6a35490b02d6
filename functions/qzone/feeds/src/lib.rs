//! `qzone/feeds/<openid>`: the feeds of a member, newest first, as a page and as JSON (the picture of
//! the document on `add_feeds`).

use std::collections::BTreeMap;

use futures_util::FutureExt;
use serde::Serialize;
use weiquan::Ctx;
use weiquan::html::{self, Language, escape, is_web_link};
use weiquan::http::{Answer, Request};
use weiquan::qzone::page::{self, Page};
use weiquan::qzone::{Error, Input, Step};
use weiquan::schema::{self, Input as _};
use weiquan_store::clients::{self, Consumer};
use weiquan_store::clock::date_time;
use weiquan_store::id::{ConsumerKey, FeedId};
use weiquan_store::members::member;
use weiquan_store::oauth::feed::{self, Action, Feed};
use weiquan_store::oauth::token;
use weiquan_store::table::Consistency;

/// The page.
pub static PAGE: Page = Page {
    package: env!("CARGO_PKG_NAME"),
    path: "/qzone/feeds/{openid}",
    words: "lists the feeds of a member, newest first",
    params: <Input<'_> as weiquan::schema::Input<_>>::PARAMS,
    answer: Some(<FeedsPage<'_> as schema::Answer>::SCHEMA),
    failures: &[],
    handle: |ctx, request| serve(ctx, request).boxed(),
};

#[derive(Input)]
struct Input<'a> {
    /// `json` instead of a page.
    format: &'a str,
    /// How many feeds; a number out of range counts as the nearest limit.
    #[param(range = 1..=100, default = 20)]
    count: usize,
    /// Only feeds before the feed with this id.
    before: Option<u64>,
}

/// A page of feeds.
struct Feeds {
    openid: String,
    nick: String,
    feeds: Vec<Feed>,
    /// The names of the feeds' consumers.
    sources: BTreeMap<ConsumerKey, String>,
    count: usize,
    next: Option<u64>,
}

/// The page as JSON.
#[derive(Serialize, schema::Answer)]
struct FeedsPage<'a> {
    /// 0.
    ret: i64,
    /// Empty.
    msg: &'a str,
    /// The member's nick.
    nickname: &'a str,
    /// The feeds.
    feeds: Vec<ShownFeed<'a>>,
    /// The `before` of the next page; null on the last page.
    next: Option<u64>,
}

#[derive(Serialize, schema::Answer)]
struct ShownFeed<'a> {
    /// Its id.
    id: u64,
    /// 1 common, 2 video, 3 audio.
    action: u8,
    /// The link's text.
    title: &'a str,
    /// The link.
    titleurl: &'a str,
    /// The member's own words.
    comment: Option<&'a str>,
    /// What the link leads to.
    summary: Option<&'a str>,
    /// A picture.
    picture: Option<&'a str>,
    /// The video or audio itself.
    media: Option<&'a str>,
    /// The name of the site.
    source: &'a str,
    /// When it was published, in seconds.
    time: i64,
}

async fn serve(ctx: &Ctx, request: &Request) -> Answer {
    let params = page::query(request);
    let input = match &params {
        Ok(params) => Input::read(params),
        Err(_) => Err(Error::BadRequest(None)),
    };
    let is_json = input.as_ref().is_ok_and(|input| input.format == "json");
    match read(ctx, request, input).await {
        Ok(Some(feeds)) if is_json => json(&feeds),
        Ok(Some(feeds)) => html(ctx, request, &feeds),
        Ok(None) if is_json => failure(404, &Error::Openid),
        Ok(None) => page::nobody(ctx, request),
        Err(error) if is_json => {
            page::report(ctx, &error);
            failure(error.status(), &error)
        }
        Err(error) => page::error_page(ctx, request, &error, Step::Api),
    }
}

fn failure(status: u16, error: &Error) -> Answer {
    let (ret, msg) = error.wire(Step::Api);
    let body = serde_json::json!({"ret": ret, "msg": msg}).to_string();
    Answer::new(status, "application/json; charset=utf-8", body, ret)
}

async fn read(
    ctx: &Ctx,
    request: &Request,
    input: Result<Input<'_>, Error>,
) -> Result<Option<Feeds>, Error> {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Err(Error::WrongMethod { get: true });
    }
    let Input { count, before, .. } = input?;
    let openid = page::last_part(request);
    let Some(uid) = token::member_of(&ctx.store, &openid.as_str().into()).await? else {
        return Ok(None);
    };
    let (member, feeds) = futures_util::join!(
        member::by_uid(&ctx.store, uid, Consistency::Strong),
        feed::latest(&ctx.store, uid, before.map(FeedId::new), count),
    );
    let (feeds, more) = feeds?;
    let mut sources = BTreeMap::new();
    for feed in &feeds {
        if !sources.contains_key(&feed.consumer) {
            let consumer = clients::find::<Consumer>(&ctx.store, &feed.consumer).await?;
            let name = consumer
                .as_ref()
                .map_or(&*feed.consumer, |c| c.display_name());
            sources.insert(feed.consumer.clone(), name.to_owned());
        }
    }
    Ok(member?.map(|member| Feeds {
        openid,
        nick: member.nick,
        next: feeds.last().filter(|_| more).map(|feed| feed.id.get()),
        feeds,
        sources,
        count,
    }))
}

impl Feeds {
    fn source(&self, feed: &Feed) -> &str {
        self.sources.get(&feed.consumer).map_or("", String::as_str)
    }
}

fn json(page: &Feeds) -> Answer {
    let shown = |feed| ShownFeed::new(page, feed);
    let json = FeedsPage {
        ret: 0,
        msg: "",
        nickname: &page.nick,
        feeds: page.feeds.iter().map(shown).collect(),
        next: page.next,
    };
    let body = serde_json::to_string(&json).unwrap_or_default();
    Answer::new(200, "application/json; charset=utf-8", body, 0)
}

impl<'a> ShownFeed<'a> {
    fn new(page: &'a Feeds, feed: &'a Feed) -> Self {
        Self {
            id: feed.id.get(),
            action: match feed.action {
                Action::Common => 1,
                Action::Video => 2,
                Action::Audio => 3,
            },
            title: &feed.title,
            titleurl: &feed.url,
            comment: feed.comment.as_deref(),
            summary: feed.summary.as_deref(),
            picture: feed.picture.as_deref(),
            media: feed.media.as_deref(),
            source: page.source(feed),
            time: feed.id.made_at().as_second(),
        }
    }
}

fn html(ctx: &Ctx, request: &Request, page: &Feeds) -> Answer {
    let language = Language::of(request);
    let feeds: String = page
        .feeds
        .iter()
        .map(|feed| entry(language, page, feed))
        .collect();
    let empty = language.of_two(
        "还没有动态。发布以后会出现在这里。",
        "Nothing yet. What is published will be here.",
    );
    let body = match (feeds.is_empty(), page.next) {
        (true, _) => format!("<p class=\"empty\">{empty}</p>"),
        (false, None) => feeds,
        (false, Some(next)) => format!(
            "{feeds}<p class=\"actions\"><a class=\"button\" rel=\"next\" href=\"/qzone/feeds/{}?count={}&amp;before={next}\">{}</a></p>",
            escape(&page.openid),
            page.count,
            language.of_two("更早", "Older"),
        ),
    };
    let title = match language {
        Language::Chinese => format!("{}的动态", page.nick),
        Language::English => format!("Feeds of {}", page.nick),
    };
    let html = html::Page::new(request, &title, body).docs(ctx.settings.docs);
    // The members' pictures.
    html.source("img-src", "http: https:").answer()
}

/// The member, the action, the linked title, the member's own words, the picture, the summary and the source.
fn entry(language: Language, page: &Feeds, feed: &Feed) -> String {
    let did = match feed.action {
        Action::Common => language.of_two("分享了", "shared"),
        Action::Video => language.of_two("上传了视频", "uploaded a video"),
        Action::Audio => language.of_two("上传了音乐", "uploaded music"),
    };
    let part = |text: &Option<String>, class: &str| match text {
        Some(text) => format!("<p{class}>{}</p>\n", escape(text)),
        None => String::new(),
    };
    let media = feed
        .media
        .as_deref()
        .map(|url| link(url, language.of_two("播放", "Play")));
    let picture = feed.picture.as_deref().filter(|url| is_web_link(url));
    let picture =
        picture.map(|url| format!("<img src=\"{}\" alt=\"\" loading=\"lazy\">\n", escape(url)));
    let from = match page.source(feed) {
        "" => String::new(),
        source => format!(" · {} {}", language.of_two("来自", "from"), escape(source)),
    };
    format!(
        "<article class=\"entry\">\n<p><strong>{}</strong> {did} {} {}</p>\n{}{}{}<p class=\"quiet\">{}{from}</p>\n</article>\n",
        escape(&page.nick),
        link(&feed.url, &feed.title),
        media.unwrap_or_default(),
        part(&feed.comment, ""),
        picture.unwrap_or_default(),
        part(&feed.summary, " class=\"quiet\""),
        date_time(feed.id.made_at()),
    )
}

/// A link if the address is of the web; other addresses stay text.
fn link(url: &str, text: &str) -> String {
    if is_web_link(url) {
        format!(
            "<a href=\"{}\" rel=\"nofollow ugc noopener noreferrer\">{}</a>",
            escape(url),
            escape(text)
        )
    } else {
        escape(text)
    }
}
