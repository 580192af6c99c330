//! What the service can be told from outside.

use std::time::Duration;

use common::{
    money::Currency,
    session::{CookiePolicy, KeySet},
};
use messaging::MessagingSettings;
use runtime::{Env, HttpSettings};

/// The configuration, parsed.
#[derive(Debug)]
pub struct Config {
    pub(crate) http: HttpSettings,
    pub(crate) messaging: MessagingSettings,
    pub(crate) keys: KeySet,
    pub(crate) cookie: CookiePolicy,
    pub(crate) reservation: Duration,
    pub(crate) max_held_units: u32,
    pub(crate) currency: Currency,
    pub(crate) sweep: SweepSettings,
}

/// The last line against orders no timer comes for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SweepSettings {
    /// How often overdue orders are looked for.
    pub(crate) every: Duration,
    /// How long after its deadline an order is swept up.
    pub(crate) grace: Duration,
}

impl Config {
    /// Reads the environment. `None` only after noting a problem.
    pub fn read(env: &mut Env) -> Option<Self> {
        let http = HttpSettings::read(env);
        let messaging = MessagingSettings::read(env, "orders");
        let keys = env.required_file("JWT_JWKS_FILE", KeySet::from_json);
        let cookie = if env.or("COOKIE_SECURE", true) { CookiePolicy::Secure } else { CookiePolicy::Plain };
        let reservation: u32 = env.or("RESERVATION_SECONDS", 900);
        if reservation == 0 {
            env.reject("RESERVATION_SECONDS", "must be at least 1");
        }
        let max_held_units = env.or("MAX_HELD_UNITS_PER_BUYER", 10);
        let sweep = SweepSettings {
            every: Duration::from_secs(env.or("SWEEP_EVERY_SECONDS", 10)),
            grace: Duration::from_secs(env.or("SWEEP_GRACE_SECONDS", 60)),
        };
        if sweep.every.is_zero() {
            env.reject("SWEEP_EVERY_SECONDS", "must be at least 1");
        }
        let currency: Option<Currency> = env.optional("CURRENCY").or_else(|| "usd".parse().ok());
        Some(Self {
            http,
            messaging: messaging?,
            keys: keys?,
            cookie,
            reservation: Duration::from_secs(reservation.into()),
            max_held_units,
            currency: currency?,
            sweep,
        })
    }
}
