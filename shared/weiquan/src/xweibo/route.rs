//! How operations are addressed: `m` of the query, or the path (xweibo section 1.1).

use crate::form_data::{self, Malformed};
use crate::http::Request;

/// Where the addresses start, in the query's `m` and after `/index.php` (section 1.1).
pub(super) const ROUTE: &str = "api/weibo/";

/// The route of a request: `m` of the query, else the path.
pub(super) fn route(request: &Request) -> Option<String> {
    let m = form_data::last(request.query.as_bytes(), "m").filter(|route| !route.is_empty());
    if let Some(route) = m {
        return Some(route.trim_start_matches('/').to_owned());
    }
    let mut parts = request.path.split('/').filter(|part| !part.is_empty());
    let first = parts.next()?;
    let rest: Vec<&str> = if first == "index.php" {
        parts.take(3).collect()
    } else {
        [first].into_iter().chain(parts.take(2)).collect()
    };
    let route = rest.join("/");
    route.starts_with(ROUTE).then_some(route)
}

/// GET values that are in the path as `/name-value`.
pub(super) fn path_pairs(path: &str) -> Result<Vec<(String, String)>, Malformed> {
    let Some((_, rest)) = path.split_once(ROUTE) else {
        return Ok(Vec::new());
    };
    rest.split('/')
        .skip(1)
        .filter_map(|part| part.split_once('-'))
        .map(|(name, value)| {
            Ok((
                form_data::path_decode(name)?,
                form_data::path_decode(value)?,
            ))
        })
        .collect()
}

/// The operation's name, spelled as in the address.
pub(super) fn spelled(route: &str) -> Option<&str> {
    let name = route.strip_prefix(ROUTE)?;
    Some(name.strip_prefix("action.").unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::http::Body;

    use super::*;

    fn request(path: &str, query: &str) -> Request {
        Request {
            method: "POST".to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: BTreeMap::new(),
            cookies: Vec::new(),
            body: Body::default(),
            source_ip: None,
            id: String::new(),
        }
    }

    #[test]
    fn routes_of_every_spelling() {
        for (path, query, want) in [
            ("/", "m=api/weibo/action.update", Some("update")),
            (
                "/index.php",
                "m=api%2Fweibo%2Faction.UPDATE",
                Some("UPDATE"),
            ),
            ("/api/weibo/action.update", "", Some("update")),
            (
                "//index.php/api/weibo/action.comment.destroy",
                "",
                Some("comment.destroy"),
            ),
            ("/api/weibo/action.cleartip/type-1", "", Some("cleartip")),
            ("/api/weibo/ment", "", Some("ment")),
            (
                "/api/weibo/action.update",
                "m=api/weibo/action.reply",
                Some("reply"),
            ),
            ("/API/weibo/action.update", "", None),
            ("/", "", None),
        ] {
            let route = route(&request(path, query));
            assert_eq!(route.as_deref().and_then(spelled), want, "{path}?{query}");
        }
        assert_eq!(
            path_pairs("/api/weibo/action.cleartip/type-%E5%93%88+1"),
            Ok(vec![("type".to_owned(), "哈+1".to_owned())])
        );
        assert_eq!(
            path_pairs("/api/weibo/action.update/text-%ff"),
            Err(Malformed::Utf8)
        );
    }
}
