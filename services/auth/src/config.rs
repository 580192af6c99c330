//! What the service can be told from outside.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    thread::available_parallelism,
};

use common::session::Signer;
use messaging::MessagingSettings;
use runtime::{Env, HttpSettings, SessionSettings};

/// The configuration, parsed.
#[derive(Debug)]
pub struct Config {
    pub(crate) http: HttpSettings,
    pub(crate) messaging: MessagingSettings,
    pub(crate) sessions: SessionSettings,
    pub(crate) signer: Signer,
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
        let sessions = SessionSettings::read(env);
        let signer = env.required_file("JWT_PRIVATE_KEY_FILE", Signer::from_pem);
        if let (Some(sessions), Some(signer)) = (&sessions, &signer)
            && !sessions.keys().contains(signer.kid())
        {
            // Every token would be refused by every service, this one included.
            let rule = format!("does not hold the public key of JWT_PRIVATE_KEY_FILE, {}", signer.kid());
            env.reject("JWT_JWKS_FILE", rule);
        }
        let hash_concurrency =
            env.or("HASH_CONCURRENCY", available_parallelism().unwrap_or(NonZeroUsize::MIN));
        let hash_queue = env.or("HASH_QUEUE", 64);
        let ten = NonZeroU32::MIN.saturating_add(9);
        let signin_failures_per_minute = env.or("SIGNIN_FAILURES_PER_MINUTE", ten);
        Some(Self {
            http,
            messaging: messaging?,
            sessions: sessions?,
            signer: signer?,
            hash_concurrency,
            hash_queue,
            signin_failures_per_minute,
        })
    }
}
