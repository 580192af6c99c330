//! Where the database and the broker are.

use std::{fmt, str::FromStr};

use async_nats::ServerAddr;
use mongodb::options::ConnectionString;
use percent_encoding::percent_decode_str;
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

/// The servers of `NATS_URL`, and who this service is to them.
#[derive(Clone)]
pub(crate) struct Brokers {
    pub(crate) servers: Vec<ServerAddr>,
    /// The first user and password of the list. They count for all servers, those too that the cluster tells of.
    pub(crate) credentials: Option<(String, SecretString)>,
}

impl FromStr for Brokers {
    type Err = &'static str;

    /// Reads `nats://user:password@one:4222,nats://two:4222`. The text holds passwords, so the rule names no part of it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rule = "must be an address such as nats://host:4222, or several with commas between them";
        let address = |address: &str| {
            let server = address.trim().parse::<ServerAddr>().ok();
            server.filter(|server| !server.host().is_empty()).ok_or(rule)
        };
        let servers = text.split(',').map(address).collect::<Result<Vec<_>, _>>()?;
        let named = servers.iter().find_map(|server| Some((server.username()?, server.password()?)));
        let decoded = |part| percent_decode_str(part).decode_utf8().map_err(|_| rule);
        let credentials = match named {
            Some((user, password)) => {
                Some((decoded(user)?.into_owned(), decoded(password)?.into_owned().into()))
            }
            None => None,
        };
        Ok(Self { servers, credentials })
    }
}

/// How to reach MongoDB and NATS.
#[derive(Clone)]
pub struct MessagingSettings {
    pub(crate) service: &'static str,
    pub(crate) mongodb_uri: SecretString,
    pub(crate) database: String,
    pub(crate) pool_size: u32,
    pub(crate) brokers: Brokers,
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
        // The text itself holds a password, so the rule names no part of it.
        if mongodb_uri.as_ref().is_some_and(|uri| ConnectionString::parse(uri.expose_secret()).is_err()) {
            env.reject("MONGODB_URI", "must be a MongoDB connection string such as mongodb://host:27017");
        }
        let brokers = match nats_url.map(|url| url.expose_secret().parse::<Brokers>()) {
            Some(Err(rule)) => {
                env.reject("NATS_URL", rule);
                None
            }
            read => read.and_then(Result::ok),
        };
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
            brokers: brokers?,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_broker_or_several_with_one_user_for_all() {
        let read = |text: &str| {
            let brokers: Brokers = text.parse().unwrap();
            let hosts: Vec<_> =
                brokers.servers.iter().map(|server| format!("{}:{}", server.host(), server.port())).collect();
            let credentials =
                brokers.credentials.map(|(user, password)| format!("{user} {}", password.expose_secret()));
            (hosts.join(" "), credentials)
        };
        assert_eq!(read("nats://one"), ("one:4222".to_owned(), None));
        let several = "nats://orders:p%40ss@one:1, nats://two:2,nats://three:3";
        assert_eq!(read(several), ("one:1 two:2 three:3".to_owned(), Some("orders p@ss".to_owned())));
    }

    #[test]
    fn what_is_no_address_is_refused_without_telling_the_password() {
        for text in ["", "nats://one,", "http://user:secret@one", "nats://one,ftp://secret@two"] {
            let rule = text.parse::<Brokers>().map(|_| ()).unwrap_err();
            assert!(!rule.contains("secret"), "{rule}");
        }
    }
}
