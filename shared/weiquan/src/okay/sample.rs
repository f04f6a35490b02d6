//! Sample events: calls with every example parameter, signed.

use super::params::{APP_KEY, Params, Value};
use super::sign::sign;
use super::{Login, Operation};
use crate::Ctx;
use crate::event::{Arrival, Event};
use crate::form_data;
use crate::http::Credentials;

/// The operation that ends the login of its caller.
const LOGOUT: &str = "App.User.Logout";

/// A call by path, as a form.
pub(super) fn sample(operation: &Operation, ctx: &Ctx, credentials: &Credentials) -> Event {
    let pairs = operation.sample_pairs(credentials, None);
    let pairs: Vec<_> = pairs.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let arrival = Arrival::post_form(ctx, &credentials.base_url, &operation.path(), &pairs);
    Event::new(arrival, ctx.now())
}

impl Operation {
    /// Every example parameter, signed. `service` is sent as `s`.
    fn sample_pairs(
        &self,
        credentials: &Credentials,
        service: Option<&str>,
    ) -> Vec<(&'static str, String)> {
        let (key, secret) = &credentials.okay;
        let mut pairs = vec![(APP_KEY, key.clone())];
        pairs.extend(service.map(|service| ("s", service.to_owned())));
        if self.login == Login::Required {
            // The other samples use this login, so it must stay alive.
            let (uuid, token) = if self.name == LOGOUT {
                &credentials.spare_session
            } else {
                &credentials.session
            };
            pairs.push(("uuid", uuid.clone()));
            pairs.push(("token", token.clone()));
        }
        let examples = self
            .params
            .iter()
            .filter_map(|p| Some((p.name, p.example?.to_owned())));
        pairs.extend(examples);
        let params = Params {
            values: pairs
                .iter()
                .map(|(name, text)| ((*name).to_owned(), Value::Text(text.clone())))
                .collect(),
            ..Params::default()
        };
        pairs.push(("sign", sign(&params, secret)));
        pairs
    }
}

/// A sample event in the old style: `GET /?s=…` with everything in the query.
pub fn sample_by_name(operation: &Operation, ctx: &Ctx, credentials: &Credentials) -> Event {
    let pairs = operation.sample_pairs(credentials, Some(operation.name));
    let query = form_data::encode(pairs.iter().map(|(name, value)| (*name, value.as_str())));
    let arrival = Arrival::get(ctx, &credentials.base_url, "/", query);
    Event::new(arrival, ctx.now())
}
