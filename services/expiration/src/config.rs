//! What the service is told by its environment.

use std::{num::NonZeroU32, time::Duration};

use messaging::MessagingSettings;
use redis::{Client, ConnectionInfo, IntoConnectionInfo, RedisResult, io::tcp::TcpSettings};
use runtime::{Env, Service};
use secrecy::ExposeSecret;

use crate::Expiration;

/// A peer that acknowledges nothing for this long is gone, and the connection with it.
const SILENT_PEER: Duration = Duration::from_secs(5);

/// The configuration, parsed.
pub struct Config {
    pub(crate) messaging: MessagingSettings,
    pub(crate) redis: Client,
    pub(crate) lease: Duration,
    pub(crate) reconcile: Duration,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The client holds the password.
        out.debug_struct("Config")
            .field("messaging", &self.messaging)
            .field("lease", &self.lease)
            .field("reconcile", &self.reconcile)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Reads the configuration. `None` only after noting a problem in `env`.
    pub fn read(env: &mut Env) -> Option<Self> {
        let seconds = |count: NonZeroU32| Duration::from_secs(u64::from(count.get()));
        let messaging = MessagingSettings::read(env, Expiration::NAME);
        let redis = env.required_secret("REDIS_URL").and_then(|url| {
            // Not the parser's words: they might repeat the password.
            let rule = "must be like redis://user:password@host:6379/0, or rediss:// over TLS";
            let refuse = |_| env.reject("REDIS_URL", rule);
            client(url.expose_secret()).map_err(refuse).ok()
        });
        let lease = seconds(env.or("LEASE_SECONDS", const { NonZeroU32::new(10).unwrap() }));
        let reconcile = seconds(env.or("RECONCILE_SECONDS", const { NonZeroU32::new(30).unwrap() }));
        Some(Self { messaging: messaging?, redis: redis?, lease, reconcile })
    }
}

fn client(url: &str) -> RedisResult<Client> {
    let info: ConnectionInfo = url.into_connection_info()?;
    let tcp = TcpSettings::default().set_nodelay(true);
    #[cfg(target_os = "linux")]
    let tcp = tcp.set_user_timeout(SILENT_PEER);
    Client::open(info.set_tcp_settings(tcp))
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

    const SERVERS: [(&str, &str); 2] =
        [("MONGODB_URI", "mongodb://127.0.0.1"), ("NATS_URL", "nats://127.0.0.1")];

    #[test]
    fn leases_and_reconciliation_have_defaults() {
        let config = read(&[SERVERS[0], SERVERS[1], ("REDIS_URL", "redis://127.0.0.1:6379")]).unwrap();
        assert_eq!(config.lease, Duration::from_secs(10));
        assert_eq!(config.reconcile, Duration::from_secs(30));
    }

    #[test]
    fn redis_may_be_reached_over_tls() {
        read(&[SERVERS[0], SERVERS[1], ("REDIS_URL", "rediss://:secret@cache:6379")]).unwrap();
    }

    #[test]
    fn a_missing_redis_is_named_once() {
        let error = read(&SERVERS).unwrap_err();
        assert_eq!(error.matches("REDIS_URL").count(), 1, "{error}");
        let error = read(&[SERVERS[0], SERVERS[1], ("REDIS_URL", "nonsense")]).unwrap_err();
        assert_eq!(error.matches("REDIS_URL").count(), 1, "{error}");
    }

    #[test]
    fn every_problem_is_named_and_no_secret_is_shown() {
        let error =
            read(&[SERVERS[0], ("REDIS_URL", "http://:hunter2@redis"), ("LEASE_SECONDS", "0")]).unwrap_err();
        for name in ["NATS_URL", "REDIS_URL", "LEASE_SECONDS"] {
            assert!(error.contains(name), "{error}");
        }
        assert!(!error.contains("hunter2"), "{error}");
    }
}
