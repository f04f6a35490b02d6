//! Sample calls of OkayAPI.

use weiquan::Ctx;
use weiquan::event::{Arrival, Event};
use weiquan::form_data;
use weiquan::http::Request;
use weiquan::okay::{Login, Operation, Params, sign};

use super::request::{get, post_form};
use super::{Credentials, Sample};

/// The operation that ends the login of its caller.
const LOGOUT: &str = "App.User.Logout";

/// A call by path, as a form.
impl Sample for Operation {
    fn arrival(&self, ctx: &Ctx, credentials: &Credentials) -> Arrival {
        let pairs = signed(self, ctx, credentials, None);
        let pairs: Vec<_> = pairs.iter().map(|(n, v)| (*n, v.as_str())).collect();
        post_form(ctx, &credentials.base_url, &self.path(), &pairs)
    }
}

/// A call in the old style: `GET /?s=…` with everything in the query.
pub fn by_name(operation: &Operation, ctx: &Ctx, credentials: &Credentials) -> Arrival {
    let pairs = signed(operation, ctx, credentials, Some(operation.name));
    let query = encoded(&pairs);
    get(ctx, &credentials.base_url, "/", query)
}

/// Every example parameter, signed. `service` is sent as `s`.
fn signed(
    operation: &Operation,
    ctx: &Ctx,
    credentials: &Credentials,
    service: Option<&str>,
) -> Vec<(&'static str, String)> {
    let (key, secret) = &credentials.okay;
    let mut pairs = vec![("app_key", key.clone())];
    pairs.extend(service.map(|service| ("s", service.to_owned())));
    if operation.login == Login::Required {
        // The other samples use this login, so it must stay alive.
        let (uuid, token) = if operation.name == LOGOUT {
            &credentials.spare_session
        } else {
            &credentials.session
        };
        pairs.push(("uuid", uuid.clone()));
        pairs.push(("token", token.clone()));
    }
    let params = operation.params.iter();
    pairs.extend(params.filter_map(|p| Some((p.name, p.example?.to_owned()))));
    let unsigned = Arrival {
        query: encoded(&pairs),
        ..Arrival::default()
    };
    let (params, _) = Params::collect(&Request::from(Event::new(unsigned, ctx.now())));
    pairs.push(("sign", sign(&params, secret)));
    pairs
}

fn encoded(pairs: &[(&str, String)]) -> String {
    form_data::encode(pairs.iter().map(|(name, value)| (*name, value.as_str())))
}
