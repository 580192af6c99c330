//! Writing and finding the cookie.

use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderMap, HeaderValue, header};

use super::TOKEN_SECONDS;

/// How the session cookie is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookiePolicy {
    /// Behind https: named `__Host-session`, so no subdomain can plant one, and `Secure`.
    Secure,
    /// Plain http on a developer's machine: named `session`.
    Plain,
}

impl CookiePolicy {
    /// The cookie's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secure => "__Host-session",
            Self::Plain => "session",
        }
    }

    /// A `Set-Cookie` value that starts a session.
    pub fn set(self, token: &str) -> HeaderValue {
        self.write(token, Duration::seconds(TOKEN_SECONDS))
    }

    /// A `Set-Cookie` value that ends it.
    pub fn clear(self) -> HeaderValue {
        self.write("", Duration::ZERO)
    }

    fn write(self, value: &str, max_age: Duration) -> HeaderValue {
        let cookie = Cookie::build((self.name(), value))
            .http_only(true)
            .secure(self == Self::Secure)
            .same_site(SameSite::Lax)
            .path("/")
            .max_age(max_age)
            .build();
        // A token is base64url and dots, so this conversion always succeeds.
        HeaderValue::from_str(&cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// The token in the request's session cookie.
pub fn session_token(headers: &HeaderMap, policy: CookiePolicy) -> Option<&str> {
    cookie_value(headers, policy.name())
}

/// The value of the request's first cookie with a name; an empty one is none.
pub fn cookie_value<'a>(headers: &'a HeaderMap, cookie: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == cookie && !value.is_empty()).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secure_cookie_cannot_be_planted_or_read_by_a_page() {
        let value = CookiePolicy::Secure.set("abc");
        let text = value.to_str().unwrap();
        assert!(text.starts_with("__Host-session=abc; "), "{text}");
        for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=43200"] {
            assert!(text.contains(part), "{text} lacks {part}");
        }
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let headers =
            [(header::COOKIE, HeaderValue::from_static("a=b; session=t.o.k; c=d"))].into_iter().collect();
        assert_eq!(session_token(&headers, CookiePolicy::Plain), Some("t.o.k"));
        assert_eq!(session_token(&headers, CookiePolicy::Secure), None);
    }
}
