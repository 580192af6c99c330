//! [`LocalPath`]: where to go next, which an address from outside must never make another site.

use std::fmt;

/// A path with an optional query on this very site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocalPath(String);

impl LocalPath {
    /// The start page.
    pub(crate) fn home() -> Self {
        Self("/".to_owned())
    }

    /// Takes an address that came with a request; anything but a local path becomes the start page.
    ///
    /// Browsers read `//host`, `/\host` and paths with tabs or line breaks inside as other sites.
    pub(crate) fn from_outside(text: &str) -> Self {
        let mut chars = text.chars();
        let local = chars.next() == Some('/')
            && !matches!(chars.next(), Some('/' | '\\'))
            && text.len() <= 2_000
            && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if local { Self(text.to_owned()) } else { Self::home() }
    }

    /// A path this program made itself.
    pub(crate) fn own(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The sign-in page that leads back here.
    pub(crate) fn sign_in(&self) -> Self {
        self.behind("/signin")
    }

    /// The sign-up page that leads back here.
    pub(crate) fn sign_up(&self) -> Self {
        self.behind("/signup")
    }

    fn behind(&self, page: &str) -> Self {
        if self.0 == "/" { Self::own(page) } else { Self(with_query(page, &[("next", &self.0)])) }
    }
}

impl fmt::Display for LocalPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// `path?name=value&…` with everything escaped; empty values are left out.
pub(crate) fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    // Only the query of this address is used: its host is a stand-in, and nothing is sent there.
    let Ok(mut url) = reqwest::Url::parse("http://localhost/") else { return path.to_owned() };
    url.query_pairs_mut().extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    match url.query() {
        Some(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_paths_are_followed() {
        for path in ["/", "/sell", "/orders/1?payment=2", "/?q=a%20b&next=//x"] {
            assert_eq!(LocalPath::from_outside(path).as_str(), path);
        }
        for evil in [
            "",
            "//evil.test",
            "/\\evil.test",
            "\\\\evil.test",
            "https://evil.test",
            "javascript:alert(1)",
            "evil",
            " /sell",
            "/\t/evil.test",
            "/a\r\nset-cookie: x",
            "/é",
            "/a\\b",
            "/ b",
        ] {
            assert_eq!(LocalPath::from_outside(evil), LocalPath::home(), "{evil:?}");
        }
        assert_eq!(LocalPath::from_outside(&format!("/{}", "x".repeat(3000))), LocalPath::home());
    }

    #[test]
    fn the_way_back_survives_escaping() {
        let next = LocalPath::own("/orders/1?payment=2&x=\"");
        assert_eq!(next.sign_in().as_str(), "/signin?next=%2Forders%2F1%3Fpayment%3D2%26x%3D%22");
        assert_eq!(LocalPath::home().sign_up().as_str(), "/signup");
    }
}
