//! What the service can be told from outside.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    thread::available_parallelism,
};

use common::session::{CookiePolicy, KeySet, Signer};
use messaging::MessagingSettings;
use runtime::{Env, HttpSettings};

/// The configuration, parsed.
#[derive(Debug)]
pub struct Config {
    pub(crate) http: HttpSettings,
    pub(crate) messaging: MessagingSettings,
    pub(crate) keys: KeySet,
    pub(crate) signer: Signer,
    pub(crate) cookie: CookiePolicy,
    /// Passwords hashed at the same time.
    pub(crate) hash_concurrency: NonZeroUsize,
    /// Passwords that may wait for that; more are refused.
    pub(crate) hash_queue: usize,
    pub(crate) signin_failures_per_minute: NonZeroU32,
}

impl Config {
    /// Reads the environment. `None` only after noting a problem.
    pub fn read(env: &mut Env) -> Option<Self> {
        let http = HttpSettings::read(env);
        let messaging = MessagingSettings::read(env, "auth");
        let keys = env.required_file("JWT_JWKS_FILE", KeySet::from_json);
        let signer = env.required_file("JWT_PRIVATE_KEY_FILE", Signer::from_pem);
        if let (Some(keys), Some(signer)) = (&keys, &signer)
            && !keys.contains(signer.kid())
        {
            // Every token would be refused by every service, this one included.
            let rule = format!("does not hold the public key of JWT_PRIVATE_KEY_FILE, {}", signer.kid());
            env.reject("JWT_JWKS_FILE", rule);
        }
        let cookie = if env.or("COOKIE_SECURE", true) { CookiePolicy::Secure } else { CookiePolicy::Plain };
        let hash_concurrency =
            env.or("HASH_CONCURRENCY", available_parallelism().unwrap_or(NonZeroUsize::MIN));
        let hash_queue = env.or("HASH_QUEUE", 64);
        let ten = NonZeroU32::MIN.saturating_add(9);
        let signin_failures_per_minute = env.or("SIGNIN_FAILURES_PER_MINUTE", ten);
        Some(Self {
            http,
            messaging: messaging?,
            keys: keys?,
            signer: signer?,
            cookie,
            hash_concurrency,
            hash_queue,
            signin_failures_per_minute,
        })
    }
}
