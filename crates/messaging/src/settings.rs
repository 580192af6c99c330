//! Where the database and the broker are.

use std::{fmt, str::FromStr};

use async_nats::ServerAddr;
use mongodb::options::ConnectionString;
use runtime::Env;
use secrecy::{ExposeSecret, SecretString};

/// A prefix for streams and subjects: lower-case letters and digits, possibly none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StreamPrefix(String);

impl StreamPrefix {
    /// `ORDERS` or `T1_ORDERS`.
    pub(crate) fn stream(&self, name: &str) -> String {
        if self.0.is_empty() { name.to_owned() } else { format!("{}_{name}", self.0.to_uppercase()) }
    }

    /// `order.created` or `t1.order.created`.
    pub(crate) fn subject(&self, subject: &str) -> String {
        if self.0.is_empty() { subject.to_owned() } else { format!("{}.{subject}", self.0) }
    }
}

impl FromStr for StreamPrefix {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err("must consist of lower-case letters and digits")
        }
    }
}

/// How to reach MongoDB and NATS.
#[derive(Clone)]
pub struct MessagingSettings {
    pub(crate) service: &'static str,
    pub(crate) mongodb_uri: SecretString,
    pub(crate) database: String,
    pub(crate) pool_size: u32,
    pub(crate) nats_url: SecretString,
    pub(crate) prefix: StreamPrefix,
    pub(crate) replicas: usize,
    pub(crate) startup_seconds: u64,
}

impl fmt::Debug for MessagingSettings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("MessagingSettings").field("service", &self.service).finish_non_exhaustive()
    }
}

impl MessagingSettings {
    /// Reads the variables all services share. `None` only after noting a problem.
    pub fn read(env: &mut Env, service: &'static str) -> Option<Self> {
        let mongodb_uri = env.required_secret("MONGODB_URI");
        let nats_url = env.required_secret("NATS_URL");
        // The texts themselves hold passwords, so the rules name none of their parts.
        if mongodb_uri.as_ref().is_some_and(|uri| ConnectionString::parse(uri.expose_secret()).is_err()) {
            env.reject("MONGODB_URI", "must be a MongoDB connection string such as mongodb://host:27017");
        }
        if nats_url.as_ref().is_some_and(|url| url.expose_secret().parse::<ServerAddr>().is_err()) {
            env.reject("NATS_URL", "must be an address such as nats://host:4222");
        }
        let database = env.or("MONGODB_DATABASE", service.to_owned());
        let pool_size = env.or("MONGODB_POOL_SIZE", 64);
        let prefix = env.or("STREAM_PREFIX", StreamPrefix::default());
        let replicas = env.or("STREAM_REPLICAS", 1);
        if pool_size == 0 {
            env.reject("MONGODB_POOL_SIZE", "must be at least 1");
        }
        if !matches!(replicas, 1 | 3 | 5) {
            env.reject("STREAM_REPLICAS", "must be 1, 3 or 5");
        }
        let startup_seconds = env.or("STARTUP_SECONDS", 60);
        Some(Self {
            service,
            mongodb_uri: mongodb_uri?,
            database,
            pool_size,
            nats_url: nats_url?,
            prefix,
            replicas,
            startup_seconds,
        })
    }

    /// The service these settings are for.
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// What tells this deployment's data from others' in a server they share: stream prefix and database.
    pub fn namespace(&self) -> String {
        if self.prefix.0.is_empty() {
            self.database.clone()
        } else {
            format!("{}.{}", self.prefix.0, self.database)
        }
    }
}
