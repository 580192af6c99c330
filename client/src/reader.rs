//! [`Reader`]: who a page is written for, as far as the request itself tells.

use std::sync::Arc;

use axum::http::{Extensions, HeaderMap, header};
use common::session::cookie_value;
use islands::words::Language;

use crate::assets::Assets;

/// The cookie that holds a language chosen by hand.
pub(crate) const LANGUAGE_COOKIE: &str = "language";

/// The language of a page, and the mark that lets the page's own script run.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    pub(crate) language: Language,
    /// Where the stylesheet and the program are.
    pub(crate) assets: Arc<Assets>,
    /// Unforeseeable, and another for every response: what carries it was written by us.
    pub(crate) nonce: Arc<str>,
}

impl Reader {
    /// Of a request with these headers.
    pub(crate) fn of(headers: &HeaderMap, assets: Arc<Assets>) -> Self {
        let nonce = format!("{:032x}", u128::from_be_bytes(runtime::entropy()));
        Self { language: language(headers), assets, nonce: nonce.into() }
    }

    /// The one that the outermost layer made for this request.
    pub(crate) fn in_extensions(extensions: &Extensions) -> Option<Self> {
        extensions.get().cloned()
    }
}

/// What was chosen by hand, else what the browser asks for, else English.
fn language(headers: &HeaderMap) -> Language {
    let chosen = cookie_value(headers, LANGUAGE_COOKIE).and_then(|tag| tag.parse().ok());
    chosen.unwrap_or_else(|| {
        let wish = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        negotiated(wish.unwrap_or_default())
    })
}

fn negotiated(wish: &str) -> Language {
    // By weight; of `de-AT` only the language counts, for there is one German here.
    accept_language::parse(wish)
        .iter()
        .find_map(|tag| tag.split('-').next()?.to_ascii_lowercase().parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(header::HeaderName, &str)]) -> Language {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        language(&headers)
    }

    #[test]
    fn the_browsers_wish_is_followed_by_its_order() {
        for (wish, language) in [
            ("de", Language::German),
            ("de-AT,de;q=0.9,en;q=0.8", Language::German),
            ("fr,de;q=0.5,en;q=0.4", Language::German),
            ("en-GB,de;q=0.9", Language::English),
            ("en;q=0.1,de;q=0.9", Language::German),
            ("fr", Language::English),
            ("", Language::English),
            ("*", Language::English),
            (";;;,,q=", Language::English),
        ] {
            assert_eq!(read(&[(header::ACCEPT_LANGUAGE, wish)]), language, "{wish}");
        }
    }

    #[test]
    fn a_choice_by_hand_counts_more() {
        let wish = (header::ACCEPT_LANGUAGE, "de");
        assert_eq!(read(&[wish.clone(), (header::COOKIE, "a=b; language=en")]), Language::English);
        assert_eq!(read(&[wish, (header::COOKIE, "language=xx")]), Language::German);
    }
}
