//! The ingress's route table: the one list that nginx is configured from here, and that the cluster's manifests
//! repeat.

use crate::service::Service;

/// A path and everything below it, and who answers there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The path, without a slash at its end unless it is the root.
    pub prefix: &'static str,
    /// Who answers.
    pub service: Service,
}

/// The longest prefix of whole segments wins.
pub const ROUTES: &[Route] = &[
    Route { prefix: "/api/users", service: Service::Auth },
    Route { prefix: "/api/tickets", service: Service::Tickets },
    Route { prefix: "/api/orders", service: Service::Orders },
    Route { prefix: "/api/payments", service: Service::Payments },
    // Each service's description lies at /api/SERVICE/openapi.json; for auth alone that is not one of the above.
    Route { prefix: "/api/auth", service: Service::Auth },
    Route { prefix: "/api/docs", service: Service::Client },
    // Every service answers an unknown route with the same problem document; one of them has to.
    Route { prefix: "/api", service: Service::Auth },
    Route { prefix: "/", service: Service::Client },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_http_service_is_reachable_and_no_prefix_is_listed_twice() {
        for service in Service::ALL.into_iter().filter(|service| service.serves_http()) {
            assert!(ROUTES.iter().any(|route| route.service == service), "{service:?}");
        }
        for (index, route) in ROUTES.iter().enumerate() {
            assert!(ROUTES[index + 1..].iter().all(|other| other.prefix != route.prefix), "{}", route.prefix);
            assert!(route.prefix == "/" || !route.prefix.ends_with('/'), "{}", route.prefix);
        }
    }
}
