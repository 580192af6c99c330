//! What the market asked of the bank.

use http::{HeaderMap, Method};
use url::form_urlencoded;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path alone.
    pub path: String,
    /// What follows the question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
    /// The order it is about, as far as it can be told.
    pub order: Option<String>,
}

impl Request {
    /// A parameter of the form, or else of the query.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// All parameters, in an order that does not matter to the bank.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let mut all: Vec<_> = [&self.body, &self.query]
            .into_iter()
            .flat_map(|text| form_urlencoded::parse(text.as_bytes()).into_owned())
            .collect();
        all.sort_unstable();
        all
    }

    /// The value of a header, if there is one and it can be read.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The key under which the bank does it once.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.header("idempotency-key").filter(|key| !key.is_empty())
    }

    /// The intent it is about.
    pub(super) fn intent(&self) -> Option<String> {
        let in_path = self.path.split('/').find(|segment| segment.starts_with("pi_"));
        in_path.map(str::to_owned).or_else(|| self.parameter("payment_intent"))
    }

    pub(super) fn path_and_query(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// What is wrong about it, whatever it asks.
    pub(crate) fn flaws(&self, secret_key: &str) -> Vec<String> {
        let mut flaws = Vec::new();
        let mut require = |met: bool, what: &str| {
            if !met {
                flaws.push(format!("{} {} {what}", self.method, self.path));
            }
        };
        let authorized = self.header("authorization") == Some(format!("Bearer {secret_key}").as_str());
        require(authorized, "does not carry the secret key as its bearer token");
        require(self.method != Method::POST || self.idempotency_key().is_some(), "has no Idempotency-Key");
        require(self.header("stripe-version").is_some(), "does not say which version it speaks");
        let form = self.header("content-type") == Some("application/x-www-form-urlencoded");
        require(self.body.is_empty() || form, "has a body that is no form");
        let elsewhere = self.headers.iter().filter(|(name, _)| *name != "authorization");
        let leaks = elsewhere.map(|(_, value)| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let leaks = leaks.chain([self.path.clone(), self.query.clone(), self.body.clone()]);
        let leaks = leaks.into_iter().any(|text| text.contains(secret_key));
        require(!leaks, "has the secret key where it does not belong");
        flaws
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::front) fn request(method: &str, path: &str, body: &str) -> Request {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        Request {
            method: method.parse().unwrap(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: HeaderMap::new(),
            body: body.to_owned(),
            order: None,
        }
    }

    #[test]
    fn the_intent_is_found_wherever_it_is_named() {
        let named = [
            "/v1/payment_intents/pi_1/capture",
            "/v1/payment_intents/pi_1",
            "/v1/refunds?payment_intent=pi_1",
        ];
        for path in named {
            assert_eq!(request("GET", path, "").intent().as_deref(), Some("pi_1"), "{path}");
        }
        let refund = request("POST", "/v1/refunds", "amount=5&payment_intent=pi_1");
        assert_eq!(refund.intent().as_deref(), Some("pi_1"));
        assert_eq!(request("POST", "/v1/payment_intents", "amount=5").intent(), None);
    }

    #[test]
    fn bad_manners_are_told() {
        let mut good = request("POST", "/v1/refunds", "amount=5");
        for (name, value) in [
            ("authorization", "Bearer sk_1"),
            ("idempotency-key", "k"),
            ("stripe-version", "v"),
            ("content-type", "application/x-www-form-urlencoded"),
        ] {
            good.headers.insert(name, value.parse().unwrap());
        }
        assert!(good.flaws("sk_1").is_empty());
        assert_eq!(good.flaws("sk_2").len(), 1);
        for name in ["authorization", "idempotency-key", "stripe-version", "content-type"] {
            let mut bad = good.clone();
            bad.headers.remove(name);
            assert_eq!(bad.flaws("sk_1").len(), 1, "{name}");
        }
        let mut leaking = good.clone();
        leaking.headers.insert("idempotency-key", "sk_1:k".parse().unwrap());
        assert_eq!(leaking.flaws("sk_1").len(), 1);
        leaking = Request { body: "key=sk_1".to_owned(), ..good };
        assert_eq!(leaking.flaws("sk_1").len(), 1);
    }
}
