//! What the service can be told from outside.

use std::time::Duration;

use common::money::Currency;
use messaging::MessagingSettings;
use runtime::{Env, EventSettings, HttpSettings, SessionSettings};

/// The configuration, parsed.
#[derive(Debug)]
pub struct Config {
    pub(crate) http: HttpSettings,
    pub(crate) events: EventSettings,
    pub(crate) messaging: MessagingSettings,
    pub(crate) sessions: SessionSettings,
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
        let events = EventSettings::read(env);
        let messaging = MessagingSettings::read(env, "orders");
        let sessions = SessionSettings::read(env);
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
        let currency = env.or("CURRENCY", Currency::default());
        Some(Self {
            http,
            events,
            messaging: messaging?,
            sessions: sessions?,
            reservation: Duration::from_secs(reservation.into()),
            max_held_units,
            currency,
            sweep,
        })
    }
}
