//! Who is let in: the checks on a call between its parameters and its session (okayapi section 4.1).

use weiquan_store::clients::{App, Plan, Status, usage};

use super::error::Error;
use super::operation::Operation;
use super::params::Params;
use super::sign;
use crate::Ctx;
use crate::http::Request;

impl Operation {
    /// Makes every check between the parameters and the session, in the order of section 4.1. The
    /// caller is trusted once the signature is found correct.
    pub(super) async fn admit(
        &self,
        ctx: &Ctx,
        request: &Request,
        params: &Params,
        app: &App,
        is_trusted: &mut bool,
    ) -> Result<(), Error> {
        match app.status {
            Status::Expired => return Err(Error::AppExpired),
            Status::Banned => return Err(Error::AppBanned),
            Status::Active | Status::SubAppFailure => {}
        }
        let is_in = |list: &[ipnet::IpNet]| {
            request
                .source_ip
                .is_some_and(|ip| list.iter().any(|net| net.contains(&ip)))
        };
        if is_in(&app.ip_deny) {
            return Err(Error::AddressDenied);
        }
        if !app.ip_allow.is_empty() && !is_in(&app.ip_allow) {
            return Err(Error::AddressNotAllowed);
        }
        if app.closed.contains(self.name) {
            return Err(Error::Closed);
        }
        if self.professional && app.plan == Plan::Free {
            return Err(Error::PlanTooSmall);
        }
        if app.status == Status::SubAppFailure {
            return Err(Error::SubAppFailure);
        }
        let signed = sign::is_right(app, params);
        *is_trusted = signed;
        if usage::is_used_up(&ctx.store, app) {
            return Err(Error::QuotaUsedUp);
        }
        if let Some(limit) = app.per_second {
            // Only a call with a correct signature counts.
            let free = if signed {
                usage::take_rate(&ctx.store, &app.key, limit).await?
            } else {
                !usage::is_rate_used_up(&ctx.store, &app.key, limit).await?
            };
            if !free {
                return Err(Error::TooManyCalls);
            }
        }
        if signed { Ok(()) } else { Err(Error::BadSign) }
    }
}
