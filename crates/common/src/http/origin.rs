//! Refusing requests that another site made a browser send.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, header};

use super::ApiError;
use crate::error::ErrorCode;

/// The request was sent by another site's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrossSite;

impl IntoResponse for CrossSite {
    fn into_response(self) -> Response {
        ApiError::new(ErrorCode::CrossSite, "This request came from another site").into_response()
    }
}

/// Checks that an unsafe request with cookies was sent by a page of this very origin.
///
/// Browsers say so in `Sec-Fetch-Site`; older ones at least send `Origin`, which must name the host that was
/// asked. A request with neither was not sent by a page: other programs have no cookies of a victim to abuse.
pub fn check_same_origin(method: &Method, headers: &HeaderMap) -> Result<(), CrossSite> {
    if method.is_safe() || !headers.contains_key(header::COOKIE) {
        return Ok(());
    }
    check_form_origin(headers)
}

/// Checks a posted form with or without cookies.
///
/// A form that signs somebody in has to be checked before there is a cookie: otherwise another site could sign
/// its visitors in as somebody else.
pub fn check_form_origin(headers: &HeaderMap) -> Result<(), CrossSite> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let same = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.is_some() && authority == text("host")
        }
        (None, None) => true,
    };
    if same { Ok(()) } else { Err(CrossSite) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(pairs: &[(&'static str, &'static str)]) -> Result<(), CrossSite> {
        let headers =
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        check_same_origin(&Method::POST, &headers)
    }

    #[test]
    fn only_pages_of_this_origin_may_post_with_a_cookie() {
        let cookie = ("cookie", "session=x");
        assert!(post(&[cookie, ("sec-fetch-site", "same-origin")]).is_ok());
        assert!(post(&[cookie, ("sec-fetch-site", "none")]).is_ok());
        assert!(post(&[cookie, ("sec-fetch-site", "cross-site")]).is_err());
        assert!(post(&[cookie, ("sec-fetch-site", "same-site")]).is_err());
        assert!(post(&[cookie, ("host", "shop.test"), ("origin", "https://shop.test")]).is_ok());
        assert!(post(&[cookie, ("host", "shop.test"), ("origin", "https://evil.test")]).is_err());
        assert!(post(&[cookie, ("host", "shop.test"), ("origin", "null")]).is_err());
        assert!(post(&[cookie]).is_ok());
        assert!(post(&[("sec-fetch-site", "cross-site")]).is_ok());
        let foreign = [("sec-fetch-site".parse().unwrap(), "cross-site".parse().unwrap())];
        assert!(check_form_origin(&foreign.into_iter().collect()).is_err());
    }

    #[test]
    fn reading_is_always_allowed() {
        let headers = [("cookie", "session=x"), ("sec-fetch-site", "cross-site")]
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        assert!(check_same_origin(&Method::GET, &headers.into_iter().collect()).is_ok());
    }
}
