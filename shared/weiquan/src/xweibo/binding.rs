//! Which member a call acts for (xweibo section 1.3), and whether that member may act.

use super::error::Error;
use super::operation::Operation;
use crate::Ctx;
use weiquan_store::clients::Site;
use weiquan_store::id::Uid;
use weiquan_store::members::member::{self, Bound};

impl Operation {
    /// The member bound to `api_uid` (section 1.3), if any. 1040005 if the member may not act.
    pub(super) async fn uid(
        &self,
        ctx: &Ctx,
        site: &Site,
        api_uid: &str,
    ) -> Result<Option<Uid>, Error> {
        match member::bound_to(&ctx.store, api_uid).await? {
            Some(bound) => self.allow(&bound).map(Some),
            None if site.allow_others.contains(self.name) => {
                let uid = site.default_member.ok_or(Error::NotBound)?;
                match member::by_uid_even_new(&ctx.store, uid).await? {
                    Some(member) => self.allow(&Bound::from(&member)).map(Some),
                    None => Ok(Some(uid)),
                }
            }
            None if site.allow_anonymous.contains(self.name) => Ok(None),
            None => Err(Error::NotBound),
        }
    }

    /// A banned member may do nothing. A silenced member may do nothing that others read.
    fn allow(&self, bound: &Bound) -> Result<Uid, Error> {
        if bound.banned || (self.speaks && bound.silenced) {
            return Err(Error::Silenced);
        }
        Ok(bound.uid)
    }
}
