//! Sample calls of every function: each sends every example parameter of its declaration, signed with the keys of a
//! client. A deployed function has nothing of this.

mod okay;
mod qzone;
mod request;
mod xweibo;

use jiff::Timestamp;
use weiquan::Ctx;
use weiquan::ctx::Process;
use weiquan::event::{Arrival, Event};
use weiquan::http::Function;
use weiquan_store::aws;
use weiquan_store::clock::Clock;
use weiquan_store::ids::Ids;

/// A page of the documentation.
const DOCS_PAGE: &str = "/docs/App.Hello.World";

/// The credentials of a caller of the three families.
#[derive(Clone, Default)]
pub struct Credentials {
    /// Scheme and host of the gateway, without a trailing slash.
    pub base_url: String,
    /// An OkayAPI app's key and secret.
    pub okay: (String, String),
    /// A member's uuid and session token.
    pub session: (String, String),
    /// The uuid and token of another member's login. A sample may end this login.
    pub spare_session: (String, String),
    /// The Xweibo site's App Key, App Secret and extra secret.
    pub xweibo: (String, String, String),
    /// The bound member's uid on the partner site.
    pub site_uid: String,
    /// A QZone consumer's key and secret.
    pub consumer: (String, String),
    /// An access token and its secret.
    pub token: (String, String),
    /// The token's member for this consumer.
    pub openid: String,
    /// A request token that no member has allowed yet.
    pub request_token: String,
    /// A request token that a member has allowed, its secret and the vericode.
    pub allowed_token: (String, String, String),
}

/// What a sample call can be made of.
pub trait Sample {
    /// A call with every example parameter, valid for the client in `credentials` at the time of `ctx`.
    fn arrival(&self, ctx: &Ctx, credentials: &Credentials) -> Arrival;

    /// The event that API Gateway makes from the call.
    fn sample(&self, ctx: &Ctx, credentials: &Credentials) -> Event {
        Event::new(self.arrival(ctx, credentials), ctx.now())
    }
}

/// Finds the declaration by its package.
impl Sample for dyn Function + '_ {
    fn arrival(&self, ctx: &Ctx, credentials: &Credentials) -> Arrival {
        let package = self.package();
        if let Some(own) = front::OKAY.iter().find(|own| own.package == package) {
            own.arrival(ctx, credentials)
        } else if let Some(own) = front::XWEIBO.iter().find(|own| own.package == package) {
            own.arrival(ctx, credentials)
        } else if let Some(own) = front::QZONE.iter().find(|own| own.package == package) {
            own.arrival(ctx, credentials)
        } else if let Some(own) = front::QZONE_PAGES.iter().find(|own| own.package == package) {
            own.arrival(ctx, credentials)
        } else if package == front::DOCS {
            request::get(ctx, &credentials.base_url, DOCS_PAGE, String::new())
        } else {
            front::Front.arrival(ctx, credentials)
        }
    }
}

/// An old-style call: the operation in the query.
impl Sample for front::Front {
    fn arrival(&self, ctx: &Ctx, credentials: &Credentials) -> Arrival {
        okay::by_name(&okay_message_show::OPERATION, ctx, credentials)
    }
}

/// A sample event of a function, sent to `base_url` with the demo keys; always the same if its time is given.
pub fn event(function: &dyn Function, base_url: &str, at: Option<Timestamp>) -> Event {
    // An event is made without reading the table.
    let mut process = Process::new(aws::local_client("http://127.0.0.1:1"), "");
    if let Some(time) = at {
        process.database.clock = Clock::manual(time);
        process.database.ids = Ids::seeded(0);
    }
    let demo = crate::describe(base_url, "", "");
    function.sample(&Ctx::new(process), &demo.credentials())
}
