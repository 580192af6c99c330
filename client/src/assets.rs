//! The stylesheet, compiled in and served under a name that changes with its content.

use std::{fmt::Write as _, sync::LazyLock};

use axum::{
    http::{HeaderName, header},
    response::IntoResponse,
};
use sha2::{Digest, Sha256};

const STYLESHEET: &str = include_str!("../assets/style.css");

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::digest(STYLESHEET.as_bytes());
    let mut path = "/assets/".to_owned();
    for byte in digest.iter().take(8) {
        let _ = write!(path, "{byte:02x}");
    }
    path + ".css"
});

/// Where the stylesheet of this build is found.
pub(crate) fn stylesheet_path() -> &'static str {
    &STYLESHEET_PATH
}

/// Answers with the stylesheet; its name is its content's, so it never goes stale.
pub(crate) async fn stylesheet() -> impl IntoResponse {
    const HEADERS: [(HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (HEADERS, STYLESHEET)
}
