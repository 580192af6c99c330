//! Answers ready to be sent, under a name of their content: whoever has one already is told so instead.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Bytes of the content's hash in its name: more than enough to tell two contents apart.
const NAME_BYTES: usize = 16;

/// How an answer may be kept. Either way it is given to nobody without asking here whether it is still the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// By caches that many share.
    Shared,
    /// By the caller alone.
    Private,
}

/// JSON, ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The JSON.
    pub(crate) body: Bytes,
    /// The `Link` header, if there is a next page.
    link: Option<HeaderValue>,
    /// The strong entity tag of both.
    etag: HeaderValue,
}

/// A value that cannot be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsendable {
    #[error("it cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("a header cannot hold it")]
    Header(#[from] http::header::InvalidHeaderValue),
}

impl Answer {
    /// Writes `content` down.
    pub(crate) fn of(content: &impl Serialize, link: Option<HeaderValue>) -> Result<Self, Unsendable> {
        let body = Bytes::from(serde_json::to_vec(content)?);
        let mut hash = Sha256::new();
        // JSON ends where it ends: what follows it cannot be taken for a part of it.
        hash.update(&body);
        hash.update(link.as_ref().map(HeaderValue::as_bytes).unwrap_or_default());
        let name = URL_SAFE_NO_PAD.encode(&hash.finalize()[..NAME_BYTES]);
        let etag = HeaderValue::try_from(format!("\"{name}\""))?;
        Ok(Self { body, link, etag })
    }

    /// The response to a request with these headers: without the body if the caller has it.
    pub(crate) fn to(self, request: &HeaderMap, keeping: Keeping) -> Response {
        let known = self.is_among(request);
        let (status, body) = if known {
            (StatusCode::NOT_MODIFIED, Body::empty())
        } else {
            (StatusCode::OK, self.body.into())
        };
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        if !known {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let keep = match keeping {
            Keeping::Shared => "no-cache",
            Keeping::Private => "private, no-cache",
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        headers.insert(header::ETAG, self.etag);
        if let Some(link) = self.link {
            headers.insert(header::LINK, link);
        }
        response
    }

    /// Whether the request names it as one the caller has. A proxy that compresses makes the name a weak one (`W/`).
    fn is_among(&self, request: &HeaderMap) -> bool {
        let named = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        named.flat_map(|value| value.split(',')).map(str::trim).any(|name| {
            name == "*" || name.strip_prefix("W/").unwrap_or(name).as_bytes() == self.etag.as_bytes()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(content: &str, link: Option<&'static str>) -> Answer {
        Answer::of(&content, link.map(HeaderValue::from_static)).unwrap()
    }

    fn asked(name: &str) -> HeaderMap {
        [(header::IF_NONE_MATCH, HeaderValue::try_from(name).unwrap())].into_iter().collect()
    }

    #[test]
    fn the_name_is_that_of_all_that_is_sent_and_of_nothing_else() {
        let etag = |content, link| answer(content, link).etag;
        assert_eq!(etag("a", None), etag("a", None));
        assert_ne!(etag("a", None), etag("b", None));
        assert_ne!(etag("a", None), etag("a", Some("<next>")));
        let name = etag("a", None);
        let name = name.to_str().unwrap().strip_prefix('"').unwrap().strip_suffix('"').unwrap().to_owned();
        assert_eq!(name.len(), 22, "{name}");
    }

    #[test]
    fn only_who_has_it_is_spared_the_body() {
        let name = answer("a", None).etag.to_str().unwrap().to_owned();
        for known in [name.clone(), format!("W/{name}"), format!("\"x\", {name}"), "*".to_owned()] {
            let response = answer("a", Some("<next>")).to(&HeaderMap::new(), Keeping::Shared);
            assert_eq!(response.status(), StatusCode::OK);
            let response = answer("a", None).to(&asked(&known), Keeping::Shared);
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(response.headers()[header::ETAG], name);
            assert!(!response.headers().contains_key(header::CONTENT_TYPE));
        }
        for other in ["\"x\"", "", name.trim_matches('"'), "**"] {
            assert_eq!(
                answer("a", None).to(&asked(other), Keeping::Shared).status(),
                StatusCode::OK,
                "{other}"
            );
        }
    }
}
