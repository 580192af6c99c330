//! [`Stripe`]: whose card form buyers fill in, and what a page has to admit for it.
//!
//! Cards are typed into frames of Stripe's, so no number of one ever comes here. Only an order's page that can be paid opens
//! its policy, and only to these hosts.

use std::{str::FromStr, sync::Arc};

use axum::response::Response;
use reqwest::Url;
use runtime::Env;

const USUAL_SCRIPT: &str = "https://js.stripe.com/v3/";
/// Where Stripe's script calls from a page.
const API: &str = "https://api.stripe.com";
/// Whose frame a bank's questions are shown in.
const HOOKS: &str = "https://hooks.stripe.com";

/// An account at Stripe, as browsers know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stripe {
    key: PublishableKey,
    script: ScriptUrl,
}

impl Stripe {
    /// Reads `STRIPE_PUBLISHABLE_KEY` and `STRIPE_JS_URL`. Without a key there is no account.
    pub(crate) fn read(env: &mut Env) -> Option<Self> {
        let script = env.optional("STRIPE_JS_URL").or_else(|| USUAL_SCRIPT.parse().ok());
        let key = env.optional("STRIPE_PUBLISHABLE_KEY")?;
        Some(Self { key, script: script? })
    }

    /// The key that is no secret.
    pub(crate) fn key(&self) -> &str {
        &self.key.0
    }

    /// The address of Stripe's script.
    pub(crate) fn script(&self) -> &str {
        self.script.0.as_str()
    }

    /// Where scripts and frames come from: the script's own host, and those below it.
    pub(crate) fn sources(&self) -> String {
        let origin = self.origin();
        let host = self.script.0.domain().filter(|_| self.script.0.scheme() == "https");
        host.map_or_else(|| origin.clone(), |host| format!("{origin} https://*.{host}"))
    }

    /// Whose frames there may be.
    pub(crate) fn frames(&self) -> String {
        format!("{} {HOOKS}", self.sources())
    }

    /// What may be called from the page, besides this site.
    pub(crate) const fn calls() -> &'static str {
        API
    }

    /// The script's scheme, host and port.
    pub(crate) fn origin(&self) -> String {
        self.script.0.origin().ascii_serialization()
    }
}

/// Marks a page's response: its policy has to admit a card form.
#[derive(Debug, Clone)]
pub(crate) struct Admits(pub(crate) Arc<Stripe>);

impl Admits {
    /// Marks it.
    pub(crate) fn mark(self, response: &mut Response) {
        response.extensions_mut().insert(self);
    }
}

/// `pk_test_…` or `pk_live_…`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PublishableKey(String);

impl FromStr for PublishableKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("sk_") || text.starts_with("rk_") {
            return Err("must be the publishable key (pk_…), which browsers are shown, never the secret one");
        }
        let word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let known =
            ["pk_test_", "pk_live_"].iter().any(|kind| text.len() > kind.len() && text.starts_with(kind));
        if word && known {
            Ok(Self(text.to_owned()))
        } else {
            Err("must be a key such as pk_test_… or pk_live_…")
        }
    }
}

/// Where Stripe's script is: on the web, or for tests on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ScriptUrl(Url);

impl FromStr for ScriptUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const RULE: &str = "must be an address such as https://js.stripe.com/v3/; http only on loopback";
        let url = Url::parse(text).map_err(|_| RULE)?;
        let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        match url.scheme() {
            "https" if url.has_host() => Ok(Self(url)),
            "http" if loopback => Ok(Self(url)),
            _ => Err(RULE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Option<Stripe>, String> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut env = Env::from_pairs(pairs);
        let stripe = Stripe::read(&mut env);
        env.finish(Some(stripe)).map_err(|error| error.to_string())
    }

    #[test]
    fn without_a_key_there_is_no_card_form() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[("STRIPE_PUBLISHABLE_KEY", "")]), Ok(None));
    }

    #[test]
    fn hosts_are_those_of_the_script() {
        let stripe = read(&[("STRIPE_PUBLISHABLE_KEY", "pk_test_abc")]).unwrap().unwrap();
        assert_eq!((stripe.key(), stripe.script()), ("pk_test_abc", "https://js.stripe.com/v3/"));
        assert_eq!(stripe.sources(), "https://js.stripe.com https://*.js.stripe.com");
        assert_eq!(stripe.frames(), "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com");
        let local =
            [("STRIPE_PUBLISHABLE_KEY", "pk_test_abc"), ("STRIPE_JS_URL", "http://127.0.0.1:9/js?a=b")];
        let stripe = read(&local).unwrap().unwrap();
        // Below an address there is nothing.
        assert_eq!(stripe.sources(), "http://127.0.0.1:9");
    }

    #[test]
    fn secret_keys_and_foreign_addresses_are_refused() {
        for key in ["sk_test_abc", "rk_live_abc"] {
            let error = read(&[("STRIPE_PUBLISHABLE_KEY", key)]).unwrap_err();
            assert!(error.contains("never the secret one"), "{error}");
            assert!(!error.contains(key), "{error}");
        }
        for key in ["pk_test_", "pk_abc", "pk_test_a b", "'; script-src *"] {
            let error = read(&[("STRIPE_PUBLISHABLE_KEY", key)]).unwrap_err();
            assert!(error.contains("STRIPE_PUBLISHABLE_KEY must be"), "{error}");
        }
        for url in ["http://js.stripe.com/v3/", "js.stripe.com", "data:,", "ftp://127.0.0.1/"] {
            let error = read(&[("STRIPE_JS_URL", url)]).unwrap_err();
            assert!(error.contains("STRIPE_JS_URL must be"), "{error}");
        }
    }
}
