//! Sample calls of QZone.

use std::collections::BTreeMap;

use weiquan::Ctx;
use weiquan::event::Arrival;
use weiquan::form_data;
use weiquan::qzone::signature::{self, Form};
use weiquan::qzone::{Handle, Operation, Page};

use super::request::{get, post_form};
use super::{Credentials, Sample};

impl Sample for Operation {
    fn arrival(&self, ctx: &Ctx, credentials: &Credentials) -> Arrival {
        let timestamp = ctx.now().as_second().to_string();
        let nonce = ctx.store.new_id().to_string();
        let (consumer, consumer_secret) = &credentials.consumer;
        let mut pairs = BTreeMap::from([
            ("oauth_consumer_key", consumer.as_str()),
            ("oauth_nonce", &nonce),
            ("oauth_timestamp", &timestamp),
            ("oauth_version", "1.0"),
            ("oauth_signature_method", "HMAC-SHA1"),
        ]);
        let token_secret = match self.handle {
            Handle::Site(_) => "",
            Handle::RequestToken(_) => {
                let (token, secret, vericode) = &credentials.allowed_token;
                pairs.extend([
                    ("oauth_token", token.as_str()),
                    ("oauth_vericode", vericode),
                ]);
                secret
            }
            Handle::Member(_) => {
                let (token, secret) = &credentials.token;
                pairs.extend([
                    ("oauth_token", token.as_str()),
                    ("openid", &credentials.openid),
                ]);
                secret
            }
        };
        let params = self.params.iter();
        pairs.extend(params.filter_map(|p| Some((p.name, p.example?))));
        let signed: Vec<(String, String)> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let base_url = &credentials.base_url;
        let method = if self.get { "GET" } else { "POST" };
        let url = format!("{base_url}{}", self.path);
        let base = signature::base_string(Form::TENCENT, method, &url, &signed);
        let sign = signature::sign(&base, consumer_secret, token_secret);
        pairs.insert("oauth_signature", &sign);
        let pairs: Vec<(&str, &str)> = pairs.into_iter().collect();
        match self.get {
            true => get(ctx, base_url, self.path, form_data::encode(pairs)),
            false => post_form(ctx, base_url, self.path, &pairs),
        }
    }
}

/// What a browser asks for when a member opens the page.
impl Sample for Page {
    fn arrival(&self, ctx: &Ctx, credentials: &Credentials) -> Arrival {
        let path = self.path.replace("{openid}", &credentials.openid);
        let query = self.params.iter().filter_map(|param| {
            let value = match param.name {
                "oauth_consumer_key" => &credentials.consumer.0,
                "oauth_token" => &credentials.request_token,
                _ => param.example?,
            };
            Some((param.name, value))
        });
        get(ctx, &credentials.base_url, &path, form_data::encode(query))
    }
}
