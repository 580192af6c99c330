//! What a service needs to know of sessions.

use common::{
    clock::Clock,
    session::{CookiePolicy, KeySet, Sessions},
};

use crate::Env;

/// The public keys, and how the cookie is written.
#[derive(Debug, Clone)]
pub struct SessionSettings {
    keys: KeySet,
    cookie: CookiePolicy,
}

impl SessionSettings {
    /// Reads `JWT_JWKS_FILE` and `COOKIE_SECURE`. `None` only after noting a problem.
    pub fn read(env: &mut Env) -> Option<Self> {
        let keys = env.required_file("JWT_JWKS_FILE", KeySet::from_json);
        let cookie = if env.or("COOKIE_SECURE", true) { CookiePolicy::Secure } else { CookiePolicy::Plain };
        Some(Self { keys: keys?, cookie })
    }

    /// The public keys.
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// How the cookie is written.
    pub fn cookie(&self) -> CookiePolicy {
        self.cookie
    }

    /// A verifier of sessions.
    pub fn verifier(&self, clock: &Clock) -> Sessions {
        Sessions::new(self.keys.clone(), self.cookie, clock.clone())
    }
}
