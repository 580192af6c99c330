//! The client's configuration.

use std::{fmt, path::PathBuf, str::FromStr};

use common::session::CookiePolicy;
use reqwest::Url;
use runtime::{Env, HttpSettings};

use crate::{backend::Addresses, stripe::Stripe, view::zones};

/// Everything the client is told from outside.
#[derive(Debug, Clone)]
pub struct Config {
    pub(crate) http: HttpSettings,
    pub(crate) services: Addresses,
    pub(crate) cookie: CookiePolicy,
    /// The folder that `cargo xtask site` makes.
    pub(crate) assets: PathBuf,
    /// Where most venues are.
    pub(crate) time_zone: UsualZone,
    /// Whose card form the order's page shows; without it there are the sandbox's cards.
    pub(crate) stripe: Option<Stripe>,
}

impl Config {
    /// Reads `AUTH_URL`, `TICKETS_URL`, `ORDERS_URL`, `PAYMENTS_URL`, `ASSETS_DIR`, `TIME_ZONE`, `STRIPE_PUBLISHABLE_KEY`,
    /// `STRIPE_JS_URL`, `COOKIE_SECURE` and the HTTP server's variables. `None` only after noting a problem in `env`.
    pub fn read(env: &mut Env) -> Option<Self> {
        let http = HttpSettings::read(env);
        let cookie = if env.or("COOKIE_SECURE", true) { CookiePolicy::Secure } else { CookiePolicy::Plain };
        let assets = env.required("ASSETS_DIR");
        let time_zone = env.or("TIME_ZONE", UsualZone::default());
        let stripe = Stripe::read(env);
        // All are read before any is given up on, so that all that is missing is reported.
        let auth = env.required("AUTH_URL");
        let tickets = env.required("TICKETS_URL");
        let orders = env.required("ORDERS_URL");
        let payments = env.required("PAYMENTS_URL");
        let services = Addresses { auth: auth?, tickets: tickets?, orders: orders?, payments: payments? };
        Some(Self { http, services, cookie, assets: assets?, time_zone, stripe })
    }

    /// The same on any free loopback port, for tests.
    #[must_use]
    pub fn on_loopback(self) -> Self {
        Self { http: HttpSettings::loopback(), ..self }
    }
}

/// Where a service is reached: `http://host:port`, nothing behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl(Url);

impl BaseUrl {
    /// The address of a path made of these segments, each escaped.
    pub(crate) fn at(&self, segments: &[&str]) -> Url {
        let mut url = self.0.clone();
        // Only a URL that cannot be a base refuses segments, and `from_str` lets none of those in.
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear().extend(segments);
        }
        url
    }
}

impl FromStr for BaseUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const RULE: &str = "must be an address such as http://orders:3000, without a path";
        let url = Url::parse(text).map_err(|_| RULE)?;
        let plain = url.scheme() == "http" && url.has_host() && url.path() == "/" && url.query().is_none();
        if plain { Ok(Self(url)) } else { Err(RULE) }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// The time zone a new listing's venue is taken to be in, until its seller says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UsualZone(String);

impl UsualZone {
    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.0
    }
}

impl Default for UsualZone {
    fn default() -> Self {
        Self(zones::UTC.to_owned())
    }
}

impl FromStr for UsualZone {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let zone = zones::parse(text).map_err(|_| "must be the name of a time zone such as Europe/Berlin")?;
        Ok(Self(zone.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, String> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut env = Env::from_pairs(pairs);
        let config = Config::read(&mut env);
        env.finish(config).map_err(|error| error.to_string())
    }

    #[test]
    fn every_missing_or_bad_address_is_reported() {
        let error = read(&[("AUTH_URL", "auth:3000"), ("ORDERS_URL", "https://orders")]).unwrap_err();
        for name in
            ["ASSETS_DIR is", "AUTH_URL must be", "ORDERS_URL must be", "TICKETS_URL is", "PAYMENTS_URL is"]
        {
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn the_usual_zone_is_one_there_is() {
        let zone = |text: &str| text.parse::<UsualZone>().map(|zone| zone.0);
        assert_eq!(zone("Europe/Berlin").as_deref(), Ok("Europe/Berlin"));
        assert!(zone("Europe/Atlantis").is_err());
        let error = read(&[("TIME_ZONE", "CEST or so")]).unwrap_err();
        assert!(error.contains("TIME_ZONE must be the name of a time zone"), "{error}");
    }

    #[test]
    fn path_segments_are_escaped() {
        let base: BaseUrl = "http://orders:3000".parse().unwrap();
        assert_eq!(
            base.at(&["api", "orders", "a/../b?c"]).as_str(),
            "http://orders:3000/api/orders/a%2F..%2Fb%3Fc"
        );
    }
}
