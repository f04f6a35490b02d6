//! Sample calls of Xweibo.

use weiquan::Ctx;
use weiquan::event::Arrival;
use weiquan::http::Function as _;
use weiquan::xweibo::{Operation, sign};

use super::request::{post_form, with_file};
use super::{Credentials, Sample};

/// A picture of one pixel.
const PICTURE: &[u8] = include_bytes!("sample.png");

impl Sample for Operation {
    fn arrival(&self, ctx: &Ctx, credentials: &Credentials) -> Arrival {
        let (akey, skey, api_key) = &credentials.xweibo;
        let uid = &credentials.site_uid;
        let time = ctx.now().as_second().to_string();
        let sign = sign([akey, skey, api_key], uid, &time, self.name);
        let mut pairs = vec![
            ("api_uid", uid.as_str()),
            ("api_time", &time),
            ("api_sign", &sign),
        ];
        let params = self.params.iter();
        pairs.extend(params.filter_map(|p| Some((p.name, p.example?))));
        let path = self.paths().concat();
        let arrival = post_form(ctx, &credentials.base_url, &path, &pairs);
        match self.file() {
            Some(file) => with_file(arrival, &pairs, file, PICTURE),
            None => arrival,
        }
    }
}
