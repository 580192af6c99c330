//! What can be configured, read once.

use common::{
    money::Currency,
    session::{CookiePolicy, KeySet},
};
use messaging::MessagingSettings;
use runtime::{Env, HttpSettings};

/// The configuration of the tickets service.
#[derive(Debug)]
pub struct Config {
    pub(crate) messaging: MessagingSettings,
    pub(crate) http: HttpSettings,
    pub(crate) keys: KeySet,
    pub(crate) cookie: CookiePolicy,
    pub(crate) currency: Currency,
}

impl Config {
    /// Reads the environment. `None` only after noting a problem in `env`.
    pub fn read(env: &mut Env) -> Option<Self> {
        let messaging = MessagingSettings::read(env, "tickets");
        let http = HttpSettings::read(env);
        let keys = env.required_file("JWT_JWKS_FILE", KeySet::from_json);
        let cookie = if env.or("COOKIE_SECURE", true) { CookiePolicy::Secure } else { CookiePolicy::Plain };
        let currency = match env.optional("CURRENCY") {
            Some(currency) => Some(currency),
            None => "usd".parse().ok(),
        };
        Some(Self { messaging: messaging?, http, keys: keys?, cookie, currency: currency? })
    }
}
