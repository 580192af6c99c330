//! nginx in the place of the cluster's ingress, with the same routes.

use std::{
    fmt::Write as _,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    path::{Path, PathBuf},
    process::Command,
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
    config: PathBuf,
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
        write(&config, address, addresses)?;
        let process = stack.spawn(program(&nginx, &folder, &config))?;
        process.ready(READY_WITHIN, || probe::accepts(address)).await?;
        Ok(Self { process, address, config })
    }

    /// Sends requests to the replicas the fleet has now, and returns once no new request goes elsewhere. Those under way
    /// are finished where they are; idle connections to this nginx are closed.
    pub async fn follow(&self, fleet: &Fleet) -> Result<()> {
        let former: Vec<u32> = self.workers()?.into_iter().map(|(pid, _)| pid).collect();
        write(&self.config, self.address, |service| fleet.addresses(service))?;
        self.process.reload();
        let taken_over = || async {
            let workers = self.workers().map_err(|error| error.to_string())?;
            let taking = |&(pid, taking): &(u32, bool)| taking.then_some(pid);
            let taking: Vec<u32> = workers.iter().filter_map(taking).collect();
            if !taking.is_empty() && !taking.iter().any(|pid| former.contains(pid)) {
                return Ok(());
            }
            Err(format!("workers {former:?} have not given way: {taking:?}"))
        };
        self.process.ready(READY_WITHIN, taken_over).await
    }

    /// nginx's workers, and whether each takes new requests.
    fn workers(&self) -> Result<Vec<(u32, bool)>> {
        let output = Command::new("ps").args(["-A", "-o", "ppid=,pid=,args="]).output();
        let output = output.map_err(doing("run ps"))?;
        let master = self.process.pid();
        let worker = |line: &str| {
            let mut words = line.split_whitespace();
            let (parent, pid) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
            let taking = line.contains("worker process") && !line.contains("shutting down");
            (Some(parent) == master).then_some((pid, taking))
        };
        Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(worker).collect())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
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

fn write(config: &Path, listen: SocketAddr, addresses: impl Fn(Service) -> Vec<SocketAddr>) -> Result<()> {
    let text = render(listen, rustix::process::geteuid().is_root(), addresses);
    std::fs::write(config, text).map_err(doing(format!("write {}", config.display())))
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
