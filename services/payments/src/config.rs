//! What the service can be told from outside.

use std::{num::NonZeroU32, str::FromStr, time::Duration};

use messaging::MessagingSettings;
use runtime::{Env, HttpSettings, SessionSettings};

/// Which gateway moves the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GatewayKind {
    /// None does; see [`crate::gateway::Sandbox`].
    Sandbox,
}

impl FromStr for GatewayKind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "sandbox" => Ok(Self::Sandbox),
            _ => Err("must be sandbox"),
        }
    }
}

/// The configuration, parsed.
#[derive(Debug)]
pub struct Config {
    pub(crate) http: HttpSettings,
    pub(crate) messaging: MessagingSettings,
    pub(crate) sessions: SessionSettings,
    pub(crate) gateway: GatewayKind,
    /// How often unsettled payments are looked at.
    pub(crate) reconcile_every: Duration,
}

impl Config {
    /// Reads the environment. `None` only after noting a problem.
    pub fn read(env: &mut Env) -> Option<Self> {
        let http = HttpSettings::read(env);
        let messaging = MessagingSettings::read(env, "payments");
        let sessions = SessionSettings::read(env);
        let gateway = env.or("PAYMENT_GATEWAY", GatewayKind::Sandbox);
        let reconcile_seconds = env.optional::<NonZeroU32>("RECONCILE_SECONDS").map_or(5, NonZeroU32::get);
        Some(Self {
            http,
            messaging: messaging?,
            sessions: sessions?,
            gateway,
            reconcile_every: Duration::from_secs(reconcile_seconds.into()),
        })
    }
}
