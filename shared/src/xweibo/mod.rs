//! Xweibo 2.1: how calls are addressed, signed, bound to a member, and answered.

mod answer;
pub mod avatar;
mod call;
mod configure;
mod draft;
mod error;
pub mod failure;
mod input;
mod list;
mod markup;
mod params;
mod people;
pub mod picture;
mod redirect;
mod route;
mod said;
mod shape;
mod written;

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};

pub use answer::{Rst, answer};
use answer::{envelope, framed};
pub use call::{Call, is_too_long};
pub use configure::configure;
pub use draft::{Draft, Pid};
pub use error::Error;
pub use input::{
    AvatarSize, Count, File, Flag, Id, Ids, MemberOrCaller, Number, OfAnyCase, Who, Window, id,
    trim,
};
pub use list::{WeiboList, shapes};
pub use params::Params;
pub use people::{UserList, UserListInput};
pub use redirect::{follow, followed, names_operation};
use route::{ROUTE, route, spelled};
pub use said::{Said, about, said};
pub use shape::{AuthorShape, Comment, CommentList, WeiboShape, repost};
pub use shared_macros::XweiboInput as Input;
pub use written::Written;

use crate::Ctx;
use crate::event::{Arrival, Event};
use crate::form;
use crate::http::{Answer, Credentials, Function, Request};
pub use crate::schema::{Failure, Nothing};
use crate::schema::{Kind, Param, Schema};
use crate::script::is_function;
use crate::secret::{md5_hex, same};
use crate::store::client::{self, Site, TimeWindow};
use crate::store::member::{self, Bound};

/// One documented operation: the single declaration of its name, parameters and answers, made by
/// [`operation!`](crate::xweibo::operation).
pub struct Operation {
    /// The package of its function.
    pub package: &'static str,
    /// Its canonical name, such as `update`.
    pub name: &'static str,
    /// Other spellings that the document has (section 7.1).
    pub aliases: &'static [&'static str],
    /// What it does.
    pub words: &'static str,
    /// Whether it may be called with GET.
    pub get: bool,
    /// Whether it changes what others read: a member who is banned from speaking is refused (1040005).
    pub speaks: bool,
    /// Whether its answers of success have no envelope.
    pub bare: bool,
    /// Its own parameters. With a file among them the body may be larger than others.
    pub params: &'static [Param],
    /// `rst` of its answer, or the whole one without envelope.
    pub answer: Schema,
    /// Its own failures.
    pub failures: &'static [Failure],
    /// The operation.
    pub handle: for<'a> fn(&'a Ctx, Call<'a>) -> BoxFuture<'a, Rst>,
}

/// Declares an operation: its name, what it does, its parameters and its answer, and who handles it. It is
/// called by POST only, changes nothing that others read and has no failures of its own unless the declaration
/// goes on with them:
///
/// ```ignore
/// pub static OPERATION: Operation = Operation {
///     speaks: true,
///     failures: &[NO_ID, failure::SENSITIVE],
///     ..operation!("comment", "comments on a weibo", Input<'_> => Said, handle)
/// };
/// ```
#[macro_export]
macro_rules! xweibo_operation {
    ($name:literal, $words:literal, $input:ty => $answer:ty, $handle:ident) => {
        $crate::xweibo::Operation {
            package: env!("CARGO_PKG_NAME"),
            name: $name,
            aliases: &[],
            words: $words,
            get: false,
            speaks: false,
            bare: false,
            params: <$input as $crate::schema::Input<$crate::xweibo::Params>>::PARAMS,
            answer: <$answer as $crate::schema::Answer>::SCHEMA,
            failures: &[],
            handle: |ctx, call| {
                $crate::xweibo::answer(async move {
                    let input = call.input::<$input>()?;
                    let answer: Result<$answer, _> = $handle(ctx, call, input).await;
                    answer
                })
            },
        }
    };
}
pub use xweibo_operation as operation;

/// The parameter that names the function of a page, which is called with the answer to a file that the page's
/// form has sent; read from the address first.
const CALLBACK: &str = "callback";

/// Whether a request is addressed to this family: by `m`, unless it is a parameter of a call that
/// names its OkayAPI service, or by the path.
pub fn is_addressed(request: &Request) -> bool {
    let names = |name| form::last(request.query.as_bytes(), name).is_some();
    route(request)
        .is_some_and(|route| route.starts_with("api/") || !(names("s") || names("service")))
}

/// The answer where a call is too long to be read at all.
pub fn too_long(ctx: &Ctx) -> Answer {
    envelope(ctx, Err(failure::TOO_LONG.into()), false)
}

/// Answers a request by the operation that its address names.
pub async fn dispatch(ctx: &Ctx, request: &Request, operations: &[&Operation]) -> Answer {
    let route = route(request).unwrap_or_default();
    let operation = spelled(&route).and_then(|name| {
        operations
            .iter()
            .find(|operation| operation.is_named(name, &route))
    });
    match operation {
        Some(operation) => operation.serve(ctx, request).await,
        None => envelope(ctx, Err(Error::Unavailable), false),
    }
}

impl Operation {
    /// The parameter that is a file.
    pub fn file(&self) -> Option<&'static str> {
        let file = self.params.iter().find(|param| param.kind == Kind::File);
        file.map(|param| param.name)
    }

    fn is_named(&self, name: &str, route: &str) -> bool {
        let canonical = self.name.eq_ignore_ascii_case(name) && route.contains("/action.");
        canonical
            || self
                .aliases
                .iter()
                .any(|alias| alias.eq_ignore_ascii_case(name))
    }

    /// The name by which a call means this operation, and its parameters. Where a file is to come and the address
    /// is signed, the body of whoever has signed it wrongly is not read.
    async fn named<'a>(
        &'a self,
        ctx: &Ctx,
        request: &Request,
        route: Option<&'a str>,
    ) -> Result<(&'a str, Params), Error> {
        let name = match route {
            // `m` wins over the path that led here, and may name another operation.
            Some(route) => spelled(route).filter(|name| self.is_named(name, route)),
            None => Some(self.name),
        }
        .ok_or(Error::Unavailable)?;
        if request.method != "POST" && !(self.get && request.method == "GET") {
            return Err(Error::PostOnly);
        }
        if self.file().is_some() {
            let address = Params::of_address(request)?;
            if !address.get("api_sign").is_empty() {
                self.site(ctx, request, name, &address).await?;
            }
        }
        Ok((name, Params::collect(request, self.file())?))
    }

    /// The site, once it has admitted the call.
    async fn site(
        &self,
        ctx: &Ctx,
        request: &Request,
        name: &str,
        params: &Params,
    ) -> Result<Arc<Site>, Error> {
        let site = client::find::<Site>(ctx, "")
            .await?
            .ok_or(Error::Unavailable)?;
        admit(ctx, request, params, &site, [name, self.name])?;
        Ok(site)
    }

    async fn call(&self, ctx: &Ctx, request: &Request, name: &str, params: &Params) -> Rst {
        let site = self.site(ctx, request, name, params).await?;
        let call = Call {
            site: &site,
            uid: self.uid(ctx, &site, params.get("api_uid")).await?,
            params,
            speaks: self.speaks,
            origin: request.origin(),
        };
        let callback = params.get(CALLBACK);
        if self.file().is_some() && !callback.is_empty() && !is_function(callback) {
            return Err(Error::Malformed);
        }
        (self.handle)(ctx, call).await
    }

    /// Who acts for `api_uid` (section 1.3); nobody for an anonymous caller. 1040005 for a member who may not.
    async fn uid(&self, ctx: &Ctx, site: &Site, api_uid: &str) -> Result<Option<u64>, Error> {
        match member::bound_to(ctx, api_uid).await? {
            Some(bound) => self.allow(&bound).map(Some),
            None if site.allow_others.contains(self.name) => {
                let uid = site.default_member.ok_or(Error::NotBound)?;
                match member::by_uid_even_new(ctx, uid).await? {
                    Some(member) => self.allow(&Bound::from(&member)).map(Some),
                    None => Ok(Some(uid)),
                }
            }
            None if site.allow_anonymous.contains(self.name) => Ok(None),
            None => Err(Error::NotBound),
        }
    }
}

impl Operation {
    /// Who is banned does nothing; who is silenced, nothing that others read.
    fn allow(&self, bound: &Bound) -> Result<u64, Error> {
        if bound.banned || (self.speaks && bound.silenced) {
            return Err(Error::Silenced);
        }
        Ok(bound.uid)
    }
}

/// The checks before the binding, in the order of section 1.4.
fn admit(
    ctx: &Ctx,
    request: &Request,
    params: &Params,
    site: &Site,
    names: [&str; 2],
) -> Result<(), Error> {
    let listed = |ip| site.ip_allow.iter().any(|net| net.contains(&ip));
    if !site.ip_allow.is_empty() && !request.source_ip.is_some_and(listed) {
        return Err(Error::AddressNotAllowed);
    }
    let given = params.get("api_sign");
    if given.is_empty() {
        return Err(Error::NotSigned);
    }
    let time = params.get("api_time");
    if !is_in_window(time, ctx.now().as_second(), site.window) {
        return Err(Error::TimeFailure);
    }
    let [spelled, canonical] = names;
    let lower = canonical.to_lowercase();
    let keys = [site.akey.as_str(), &site.skey, &site.api_key];
    let right = [spelled, canonical, &lower]
        .iter()
        .any(|name| same(given, &sign(keys, params.get("api_uid"), time, name)));
    if right {
        Ok(())
    } else {
        Err(Error::WrongSignature)
    }
}

/// A picture of one pixel, for sample events.
const SAMPLE_PICTURE: &[u8] = include_bytes!("sample.png");

fn is_in_window(time: &str, now: i64, window: TimeWindow) -> bool {
    let digits = !time.is_empty() && time.bytes().all(|b| b.is_ascii_digit());
    match time.parse::<i64>() {
        Ok(time) if digits => {
            time <= now + i64::from(window.future)
                && window.past.is_none_or(|past| time >= now - i64::from(past))
        }
        _ => false,
    }
}

/// `api_sign` under a site's App Key, App Secret and extra secret, for the operation `name`: 32
/// lower-case hex digits (section 1.2).
pub fn sign(keys: [&str; 3], api_uid: &str, api_time: &str, name: &str) -> String {
    let [akey, skey, api_key] = keys;
    let text = [akey, api_uid, api_time, skey, name, api_key].join("#");
    md5_hex([text.as_str()])
}

impl Function for Operation {
    fn package(&self) -> &'static str {
        self.package
    }

    fn paths(&self) -> Vec<String> {
        vec![format!("/{ROUTE}action.{}", self.name)]
    }

    fn serve<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> BoxFuture<'a, Answer> {
        async move {
            let route = route(request);
            let (outcome, callback) = match self.named(ctx, request, route.as_deref()).await {
                Ok((name, params)) => {
                    let outcome = self.call(ctx, request, name, &params).await;
                    (outcome, params.get(CALLBACK).to_owned())
                }
                Err(error) => {
                    let callback = form::last(request.query.as_bytes(), CALLBACK);
                    (Err(error), callback.unwrap_or_default())
                }
            };
            let answer = envelope(ctx, outcome, self.bare).of(self.name, None);
            if self.file().is_some() && is_function(&callback) {
                framed(answer, &callback)
            } else {
                answer
            }
        }
        .boxed()
    }

    fn sample(&self, ctx: &Ctx, credentials: &Credentials) -> Event {
        let (akey, skey, api_key) = &credentials.xweibo;
        let time = ctx.now().as_second().to_string();
        let sign = sign(
            [akey, skey, api_key],
            &credentials.site_uid,
            &time,
            self.name,
        );
        let mut pairs = vec![
            ("api_uid", credentials.site_uid.as_str()),
            ("api_time", &time),
            ("api_sign", &sign),
        ];
        let examples = self.params.iter();
        pairs.extend(examples.filter_map(|p| Some((p.name, p.example?))));
        let path = format!("/{ROUTE}action.{}", self.name);
        let mut arrival = Arrival::post_form(ctx, &credentials.base_url, &path, &pairs);
        if let Some(file) = self.file() {
            arrival = arrival.with_file(&pairs, file, SAMPLE_PICTURE);
        }
        Event::new(arrival, ctx.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_vectors() {
        for (uid, name, api_key, want) in [
            ("10000", "update", "", "db866e51d0e7ae88546ecf2e33040e20"),
            (
                "",
                "getTokenAuthorizeURL",
                "",
                "8233f4ffbdc083e7d301d751350ae686",
            ),
            (
                "10000",
                "createFriendship",
                "k1",
                "d3c82770de05acb5e49e0c5ddef94cff",
            ),
            (
                "10000",
                "createfriendship",
                "k1",
                "701f5f835e2d42b35ce03df464315f7b",
            ),
        ] {
            assert_eq!(sign(["ak", "sk", api_key], uid, "1300000000", name), want);
        }
    }

    #[test]
    fn the_time_window_is_600_seconds_both_ways_unless_set() {
        let default = TimeWindow::default();
        for (time, want) in [
            ("400", true),
            ("399", false),
            ("1600", true),
            ("1601", false),
        ] {
            assert_eq!(is_in_window(time, 1000, default), want, "{time}");
        }
        for time in ["", "abc", "+1000", "-1", "1e3", "99999999999999999999"] {
            assert!(!is_in_window(time, 1000, default), "{time}");
        }
        let old = TimeWindow {
            past: None,
            future: 600,
        };
        assert!(is_in_window("0", 1_000_000, old));
    }
}
