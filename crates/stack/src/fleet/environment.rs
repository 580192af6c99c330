//! What each process is told: the environment contract, in one place.

use std::{net::SocketAddr, path::Path};

use super::{FleetOptions, keys::Keys};
use crate::{Backends, Result, Service, ports};

/// Where one replica listens; the same over restarts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instance {
    pub(super) http: SocketAddr,
    pub(super) admin: SocketAddr,
}

impl Instance {
    pub(super) fn at_free_ports() -> Result<Self> {
        Ok(Self { http: ports::free()?, admin: ports::free()? })
    }

    /// What tells a process to listen there.
    pub(super) fn variables(self, service: Service) -> Vec<(String, String)> {
        let mut env = vec![("ADMIN_ADDR".to_owned(), self.admin.to_string())];
        if service.serves_http() {
            env.push(("HTTP_ADDR".to_owned(), self.http.to_string()));
        }
        env
    }
}

pub(super) fn variables(
    service: Service,
    instance: Instance,
    address_of: impl Fn(Service) -> SocketAddr,
    backends: &Backends,
    keys: &Keys,
    assets: &Path,
    options: &FleetOptions,
) -> Vec<(String, String)> {
    let mut env = vec![
        ("LOG_FORMAT", options.log_format.to_owned()),
        // Where colour is wanted, whoever shows the lines adds it; the log files stay plain.
        ("NO_COLOR", "1".to_owned()),
        // Everything here is reached over plain http.
        ("COOKIE_SECURE", "false".to_owned()),
    ];
    if service.owns_data() {
        env.push(("MONGODB_URI", backends.mongodb_uri.clone()));
        env.push(("MONGODB_DATABASE", format!("{}{}", options.database_prefix, service.name())));
        env.push(("NATS_URL", backends.nats_url.clone()));
        env.push(("STREAM_PREFIX", options.stream_prefix.clone()));
        env.push(("JWT_JWKS_FILE", keys.public.display().to_string()));
    }
    match service {
        Service::Auth => env.push(("JWT_PRIVATE_KEY_FILE", keys.private.display().to_string())),
        Service::Orders => {
            env.extend(
                options.reservation_seconds.map(|seconds| ("RESERVATION_SECONDS", seconds.to_string())),
            );
        }
        Service::Expiration => env.push(("REDIS_URL", backends.redis_url.clone())),
        Service::Tickets | Service::Payments => {}
        Service::Client => {
            env.push(("ASSETS_DIR", assets.display().to_string()));
            for (name, target) in [
                ("AUTH_URL", Service::Auth),
                ("TICKETS_URL", Service::Tickets),
                ("ORDERS_URL", Service::Orders),
                ("PAYMENTS_URL", Service::Payments),
            ] {
                env.push((name, format!("http://{}", address_of(target))));
            }
        }
    }
    let mut env: Vec<_> = env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    env.extend(instance.variables(service));
    env.extend(options.env.get(&service).into_iter().flatten().cloned());
    env
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn told(service: Service, options: &FleetOptions) -> BTreeMap<String, String> {
        let instance = Instance { http: ports::loopback(1), admin: ports::loopback(2) };
        let address_of = |service| ports::loopback(if service == Service::Tickets { 11 } else { 21 });
        let backends = Backends {
            mongodb_uri: "mongodb://m".into(),
            nats_url: "nats://n".into(),
            redis_url: "redis://r".into(),
        };
        let keys = Keys { private: "/k/p".into(), public: "/k/j".into() };
        variables(service, instance, address_of, &backends, &keys, Path::new("/site"), options)
            .into_iter()
            .collect()
    }

    #[test]
    fn only_auth_is_told_the_private_key() {
        for service in Service::ALL {
            let env = told(service, &FleetOptions::default());
            assert_eq!(env.contains_key("JWT_PRIVATE_KEY_FILE"), service == Service::Auth, "{service:?}");
            assert_eq!(env.contains_key("JWT_JWKS_FILE"), service != Service::Client, "{service:?}");
        }
    }

    #[test]
    fn options_reach_the_services_they_are_for() {
        let mut options = FleetOptions::default().env(Service::Orders, "FAULT", "x").env(
            Service::Auth,
            "LOG_LEVEL",
            "warn",
        );
        options.reservation_seconds = Some(3);
        options.database_prefix = "t1_".to_owned();
        let orders = told(Service::Orders, &options);
        assert_eq!(orders["RESERVATION_SECONDS"], "3");
        assert_eq!(orders["FAULT"], "x");
        assert_eq!(orders["MONGODB_DATABASE"], "t1_orders");
        assert!(!orders.contains_key("LOG_LEVEL"));
        let expiration = told(Service::Expiration, &options);
        assert_eq!(expiration["REDIS_URL"], "redis://r");
        assert!(!expiration.contains_key("HTTP_ADDR"));
        let client = told(Service::Client, &options);
        assert_eq!(client["TICKETS_URL"], "http://127.0.0.1:11");
        assert_eq!(client["ASSETS_DIR"], "/site");
    }
}
