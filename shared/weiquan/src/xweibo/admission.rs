//! Who is let in: the signature and what is checked before it (xweibo sections 1.2 to 1.4).

use super::error::Error;
use super::params::Params;
use crate::Ctx;
use crate::http::Request;
use weiquan_store::clients::{Site, TimeWindow};
use weiquan_store::digest::{md5_hex, same};

/// The checks before the binding, in the order of section 1.4.
pub(super) fn admit(
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
    let keys = [&*site.akey, &site.skey, &site.api_key];
    let right = [spelled, canonical, &lower]
        .iter()
        .any(|name| same(given, &sign(keys, params.get("api_uid"), time, name)));
    if right {
        Ok(())
    } else {
        Err(Error::WrongSignature)
    }
}

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
