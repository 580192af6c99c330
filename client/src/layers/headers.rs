//! The headers that tell a browser what these pages never do.

use std::sync::Arc;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use common::session::CookiePolicy;

use crate::{
    assets::Assets,
    reader::Reader,
    stripe::{Admits, Stripe},
};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // Addresses hold ids and searches, which are nobody else's business. Unlike `no-referrer` this leaves the
    // Origin header of our own forms as it is, which the same-origin check needs.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        PERMISSIONS_POLICY,
        HeaderValue::from_static(
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
             microphone=(), midi=(), payment=(), usb=()",
        ),
    ),
];

/// Two years, as browsers' lists of https-only sites ask for.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// What the headers depend on.
#[derive(Debug, Clone)]
pub(super) struct PageHeaders {
    pub(super) assets: Arc<Assets>,
    pub(super) cookie: CookiePolicy,
}

/// Makes the [`Reader`], and forbids everything a page of his does not need.
pub(super) async fn secure<F: Future<Output = Response>>(
    page: PageHeaders,
    mut request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    let reader = Reader::of(request.headers(), page.assets);
    request.extensions_mut().insert(reader.clone());
    let mut response = answer(request).await;
    let admitted = response.extensions_mut().remove::<Admits>();
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
    if let Some(Admits(stripe)) = &admitted
        && let Some(permissions) = permissions(stripe, headers)
    {
        headers.insert(PERMISSIONS_POLICY, permissions);
    }
    if page.cookie == CookiePolicy::Secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    // The page a browser kept goes with the policy it kept: a new mark would stop its own script.
    if response.status() != StatusCode::NOT_MODIFIED
        && let Ok(policy) = policy(&reader.nonce, admitted.as_ref().map(|Admits(stripe)| &**stripe)).parse()
    {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// What the page may be asked by a card form: the browser's own wallets belong to it.
fn permissions(stripe: &Stripe, headers: &HeaderMap) -> Option<HeaderValue> {
    let forbidden = headers.get(PERMISSIONS_POLICY)?.to_str().ok()?;
    let admitted = format!("payment=(self \"{}\")", stripe.origin());
    forbidden.replace("payment=()", &admitted).parse().ok()
}

fn policy(nonce: &str, stripe: Option<&Stripe>) -> String {
    let (scripts, calls, frames) = match stripe {
        None => (String::new(), String::new(), String::new()),
        Some(stripe) => (
            format!(" {}", stripe.sources()),
            format!(" {}", Stripe::calls()),
            format!(" frame-src {};", stripe.frames()),
        ),
    };
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval'{scripts}; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'{calls};{frames} form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}
