//! Where a request comes from.

use std::{convert::Infallible, net::IpAddr};

use axum::extract::FromRequestParts;
use http::{HeaderMap, request::Parts};

/// The address a request comes from, or its network where one customer has a whole network: 64 bits of an `IPv6`
/// address. Empty if it is not known, as for a request that did not come by way of the ingress.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ClientAddress(String);

impl ClientAddress {
    /// Reads the last entry of the last `X-Forwarded-For`: that one was written by the ingress, every one before it
    /// may have been written by the client.
    fn of(headers: &HeaderMap) -> Self {
        let last = headers.get_all("x-forwarded-for").iter().next_back();
        let entry = last.and_then(|value| value.to_str().ok()?.rsplit(',').next());
        let address = entry.and_then(|entry| entry.trim().parse::<IpAddr>().ok());
        Self(address.map(network).unwrap_or_default())
    }
}

fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
impl From<&str> for ClientAddress {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn address(values: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        ClientAddress::of(&headers).0
    }

    #[test]
    fn only_what_the_ingress_appended_counts() {
        assert_eq!(address(&["203.0.113.7"]), "203.0.113.7");
        assert_eq!(address(&["10.0.0.1, 203.0.113.7"]), "203.0.113.7");
        assert_eq!(address(&["10.0.0.1", "10.0.0.2 ,203.0.113.7"]), "203.0.113.7");
        assert_eq!(address(&["::ffff:203.0.113.7"]), "203.0.113.7");
        assert_eq!(address(&["2001:db8:1:2:3:4:5:6"]), "2001:db8:1:2::/64");
        assert_eq!(address(&["2001:db8:1:2:ffff::1"]), "2001:db8:1:2::/64");
        for unknown in [&[][..], &[""], &["203.0.113.7,"], &["unknown"], &["203.0.113.7, x"]] {
            assert_eq!(address(unknown), "", "{unknown:?}");
        }
    }
}
