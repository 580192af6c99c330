//! What can be configured, read once.

use common::money::Currency;
use messaging::MessagingSettings;
use runtime::{Env, HttpSettings, SessionSettings};

use crate::live::LiveSettings;

/// The configuration of the tickets service.
#[derive(Debug)]
pub struct Config {
    pub(crate) messaging: MessagingSettings,
    pub(crate) http: HttpSettings,
    pub(crate) live: LiveSettings,
    pub(crate) sessions: SessionSettings,
    pub(crate) currency: Currency,
}

impl Config {
    /// Reads the environment. `None` only after noting a problem in `env`.
    pub fn read(env: &mut Env) -> Option<Self> {
        let messaging = MessagingSettings::read(env, "tickets");
        let http = HttpSettings::read(env);
        let live = LiveSettings::read(env);
        let sessions = SessionSettings::read(env);
        let currency = env.or("CURRENCY", Currency::default());
        Some(Self { messaging: messaging?, http, live, sessions: sessions?, currency })
    }
}
