//! nginx in the place of the cluster's ingress, with the same routes.

use std::{
    fmt::Write as _,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    path::Path,
    time::Duration,
};

use crate::{
    Fleet, Process, Program, Result, Service, Stack,
    error::doing,
    ports, probe,
    routes::{ROUTES, Route},
    tools,
};

const READY_WITHIN: Duration = Duration::from_secs(10);
/// Refuses connections: nginx wants at least one server in each group.
const NOBODY: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 1));
const TEMPLATE: &str = include_str!("../../../infra/local/nginx.conf");

/// A running nginx.
pub struct Ingress {
    process: Process,
    address: SocketAddr,
}

impl Ingress {
    /// Starts nginx before the fleet, on `port` of 127.0.0.1 or on a free one.
    pub async fn start(stack: &Stack, port: Option<u16>, fleet: &Fleet) -> Result<Self> {
        Self::before(stack, port, |service| fleet.addresses(service)).await
    }

    /// The same before whatever answers at `addresses`; a service without any is answered for with 503.
    pub async fn before(
        stack: &Stack,
        port: Option<u16>,
        addresses: impl Fn(Service) -> Vec<SocketAddr>,
    ) -> Result<Self> {
        let nginx = tools::NGINX.find()?;
        let address = port.map_or_else(ports::free, |port| Ok(ports::loopback(port)))?;
        let folder = stack.subfolder("nginx")?;
        let config = folder.join("nginx.conf");
        let text = render(address, rustix::process::geteuid().is_root(), addresses);
        std::fs::write(&config, text).map_err(doing(format!("write {}", config.display())))?;
        let process = stack.spawn(program(&nginx, &folder, &config))?;
        process.ready(READY_WITHIN, || probe::accepts(address)).await?;
        Ok(Self { process, address })
    }

    /// The market's address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The process.
    pub fn process(&self) -> &Process {
        &self.process
    }
}

fn program(nginx: &Path, folder: &Path, config: &Path) -> Program {
    // Without -e it complains about the system's log file before it has read the configuration.
    Program::new("nginx", nginx).arg("-p").arg(folder).arg("-c").arg(config).args(["-e", "stderr"])
}

fn render(listen: SocketAddr, root: bool, addresses: impl Fn(Service) -> Vec<SocketAddr>) -> String {
    let mut upstreams = String::new();
    for service in Service::ALL.into_iter().filter(|service| service.serves_http()) {
        let _ = writeln!(upstreams, "    upstream {} {{", service.name());
        let mut addresses = addresses(service);
        if addresses.is_empty() {
            addresses.push(NOBODY);
        }
        for address in addresses {
            let _ = writeln!(upstreams, "        server {address} max_fails=1 fail_timeout=1s;");
        }
        upstreams.push_str("        keepalive 64;\n    }\n");
    }
    let locations: String = ROUTES.iter().map(location).collect();
    // A worker of root's nginx would otherwise run as a user who may not enter the folder.
    let user = if root { "user root;" } else { "" };
    TEMPLATE
        .replace("{{user}}", user)
        .replace("{{listen}}", &listen.to_string())
        .replace("    {{upstreams}}\n", &upstreams)
        .replace("        {{locations}}\n", &locations)
}

/// nginx tries expressions in order, before plain prefixes; the table's longest prefixes stand first.
fn location(route: &Route) -> String {
    let (pattern, errors) = if route.prefix == "/" {
        ("/".to_owned(), PAGE_ERRORS)
    } else {
        (format!("~ ^{}(?:/|$)", route.prefix), API_ERRORS)
    };
    let service = route.service.name();
    format!("        location {pattern} {{\n            proxy_pass http://{service};\n{errors}        }}\n")
}

// A location's own list replaces the server's, so each has the whole of it.
const API_ERRORS: &str = "            error_page 413 = @too_large;
            error_page 502 503 = @unavailable;
            error_page 504 = @timeout;
";
const PAGE_ERRORS: &str = "            error_page 502 503 504 = @page_unavailable;
";

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered() -> String {
        render(ports::loopback(8080), false, |service| match service {
            Service::Orders => vec![ports::loopback(1), ports::loopback(2)],
            _ => vec![ports::loopback(3)],
        })
    }

    #[test]
    fn nothing_is_left_to_fill_in() {
        assert!(!rendered().contains("{{"), "{}", rendered());
        assert!(!rendered().contains("user root"));
        assert!(render(ports::loopback(1), true, |_| Vec::new()).contains("user root;"));
    }

    #[test]
    fn an_upstream_has_every_replica() {
        let orders: String =
            rendered().split("upstream orders {").nth(1).unwrap().chars().take_while(|c| *c != '}').collect();
        assert!(orders.contains("server 127.0.0.1:1 "), "{orders}");
        assert!(orders.contains("server 127.0.0.1:2 "), "{orders}");
    }

    #[test]
    fn every_route_has_its_location_and_longer_ones_come_first() {
        let config = rendered();
        let mut before = 0;
        for route in ROUTES {
            let at =
                config.find(&location(route)).unwrap_or_else(|| panic!("no location for {}", route.prefix));
            assert!(at > before, "{} is out of order", route.prefix);
            before = at;
        }
    }

    #[test]
    fn a_prefix_is_not_shadowed_by_a_shorter_one_above_it() {
        for (index, route) in ROUTES.iter().enumerate() {
            for above in &ROUTES[..index] {
                assert!(
                    !route.prefix.starts_with(&format!("{}/", above.prefix)),
                    "{} hides {}",
                    above.prefix,
                    route.prefix
                );
            }
        }
    }
}
