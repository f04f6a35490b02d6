//! A call that may be handled.

use std::net::IpAddr;
use std::sync::Arc;

use super::error::Error;
use super::params::Params;
use crate::Ctx;
use weiquan_store::clients::App;
use weiquan_store::id::Uuid;
use weiquan_store::members::session::{self, Realm, Session};

/// A call that has passed every check except the one of its session.
pub struct Call {
    /// The calling app.
    pub app: Arc<App>,
    /// The caller's address as the gateway saw it.
    pub source_ip: Option<IpAddr>,
    /// `uuid` and `token`, if both were sent.
    login: Option<(Uuid, String)>,
}

impl Call {
    pub(super) fn new(app: Arc<App>, source_ip: Option<IpAddr>, params: &Params) -> Self {
        let sent = params.filled("uuid").zip(params.filled("token"));
        let login = sent.map(|(uuid, token)| {
            let uuid = Uuid::from(uuid.to_ascii_uppercase());
            (uuid, token.to_ascii_uppercase())
        });
        Self {
            app,
            source_ip,
            login,
        }
    }

    /// The caller's session; 401 if there is none.
    pub async fn session(&self, ctx: &Ctx) -> Result<Session, Error> {
        self.optional_session(ctx).await?.ok_or(Error::NoSession)
    }

    /// The caller's session if `uuid` and `token` were sent; 401 if they name no live session.
    pub async fn optional_session(&self, ctx: &Ctx) -> Result<Option<Session>, Error> {
        match self.live_session(ctx).await? {
            None if self.login().is_some() => Err(Error::NoSession),
            found => Ok(found),
        }
    }

    /// The caller's session, if there is a live one.
    pub async fn live_session(&self, ctx: &Ctx) -> Result<Option<Session>, Error> {
        match self.login() {
            Some((uuid, token)) => Ok(session::find(&ctx.store, Realm::Api, uuid, token).await?),
            None => Ok(None),
        }
    }

    /// `uuid` and `token`, in upper case, if both were sent.
    pub fn login(&self) -> Option<(&Uuid, &str)> {
        let (uuid, token) = self.login.as_ref()?;
        Some((uuid, token))
    }

    /// The `uuid` of the caller's login, in upper case, live or not; 401 if none was sent.
    pub fn uuid(&self) -> Result<&Uuid, Error> {
        self.login().map(|(uuid, _)| uuid).ok_or(Error::NoSession)
    }
}
