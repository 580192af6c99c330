//! All services, with any number of replicas each.

mod environment;
mod keys;

use std::{collections::BTreeMap, env, net::SocketAddr, path::PathBuf, time::Duration};

use self::{
    environment::{Instance, variables},
    keys::Keys,
};
use crate::{Backends, Balancer, Process, Program, Result, Service, Stack, StackError, error::doing, probe};

const READY_WITHIN: Duration = Duration::from_mins(1);
const STOP_WITHIN: Duration = Duration::from_secs(25);

/// How a fleet is set up.
#[derive(Debug, Clone)]
pub struct FleetOptions {
    /// Processes of each service.
    pub replicas: usize,
    /// `STREAM_PREFIX`: keeps fleets on one NATS server apart.
    pub stream_prefix: String,
    /// Put before each database's name: keeps fleets on one MongoDB server apart.
    pub database_prefix: String,
    /// How long a reservation holds; the services' default if none.
    pub reservation_seconds: Option<u32>,
    /// `LOG_FORMAT`: `json` or `pretty`.
    pub log_format: &'static str,
    /// Where the services' binaries are; beside the running one if none.
    pub binaries: Option<PathBuf>,
    /// `ASSETS_DIR`: what `cargo xtask site` made; `site` beside the binaries' folder if none.
    pub assets: Option<PathBuf>,
    /// Further variables of each service.
    pub env: BTreeMap<Service, Vec<(String, String)>>,
}

impl Default for FleetOptions {
    fn default() -> Self {
        Self {
            replicas: 1,
            stream_prefix: String::new(),
            database_prefix: String::new(),
            reservation_seconds: None,
            log_format: "json",
            binaries: None,
            assets: None,
            env: BTreeMap::new(),
        }
    }
}

impl FleetOptions {
    /// Sets a variable of every replica of a service.
    #[must_use]
    pub fn env(mut self, service: Service, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.entry(service).or_default().push((name.into(), value.into()));
        self
    }

    fn binary(&self, service: Service) -> Result<PathBuf> {
        let path = self.folder()?.join(service.name());
        if path.is_file() { Ok(path) } else { Err(StackError::NotBuilt { path: path.display().to_string() }) }
    }

    /// The browser's half of the client: the same for binaries of every profile, so it lies beside their folders.
    fn assets(&self) -> Result<PathBuf> {
        let path = match &self.assets {
            Some(folder) => folder.clone(),
            None => self.folder()?.with_file_name("site"),
        };
        if path.join("site.json").is_file() {
            Ok(path)
        } else {
            Err(StackError::NoSite { path: path.display().to_string() })
        }
    }

    fn folder(&self) -> Result<PathBuf> {
        self.binaries.clone().map_or_else(beside_this_binary, Ok)
    }
}

/// Test binaries lie in `deps`, one level below the others.
fn beside_this_binary() -> Result<PathBuf> {
    let mut folder = env::current_exe().map_err(doing("find the running binary"))?;
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    Ok(folder)
}

async fn balancers() -> Result<BTreeMap<Service, Balancer>> {
    let mut balancers = BTreeMap::new();
    for service in Service::ALL.into_iter().filter(|service| service.owns_data() && service.serves_http()) {
        balancers.insert(service, Balancer::start().await?);
    }
    Ok(balancers)
}

struct Replica {
    process: Process,
    instance: Instance,
}

/// Running services.
pub struct Fleet {
    replicas: BTreeMap<Service, Vec<Replica>>,
    /// Where the clients find the services, if there are several replicas.
    balancers: BTreeMap<Service, Balancer>,
    /// Replicas added so far.
    added: usize,
}

impl Fleet {
    /// Starts every replica of every service and waits until all say they are ready.
    pub async fn start(stack: &Stack, backends: &Backends, options: FleetOptions) -> Result<Self> {
        let auth = options.binary(Service::Auth)?;
        let assets = options.assets()?;
        let folder = stack.subfolder("keys")?;
        let made = tokio::task::spawn_blocking(move || Keys::in_folder(&folder, &auth)).await;
        let keys = made.map_err(|_| doing("make keys")(std::io::Error::other("its thread panicked")))??;

        let mut instances = BTreeMap::new();
        for service in Service::ALL {
            let all = (0..options.replicas.max(1))
                .map(|_| Instance::at_free_ports())
                .collect::<Result<Vec<_>>>()?;
            instances.insert(service, all);
        }
        let balancers = if options.replicas > 1 { balancers().await? } else { BTreeMap::new() };
        let address_of =
            |service: Service| balancers.get(&service).map_or(instances[&service][0].http, Balancer::address);
        let mut replicas = BTreeMap::new();
        for service in Service::ALL {
            let mut started = Vec::new();
            for (index, instance) in instances[&service].iter().enumerate() {
                let name = if options.replicas > 1 {
                    format!("{}-{index}", service.name())
                } else {
                    service.name().to_owned()
                };
                let mut program = Program::new(name, options.binary(service)?);
                program.env = variables(service, *instance, address_of, backends, &keys, &assets, &options);
                started.push(Replica { process: stack.spawn(program)?, instance: *instance });
            }
            replicas.insert(service, started);
        }
        let fleet = Self { replicas, balancers, added: 0 };
        for replica in fleet.replicas.values().flatten() {
            replica.ready().await?;
        }
        for service in Service::ALL {
            fleet.balance(service);
        }
        Ok(fleet)
    }

    /// Starts one more replica of a service, set up like its first, and waits until it is ready. It is the last one from
    /// then on, and clients are sent to it.
    pub async fn add(&mut self, stack: &Stack, service: Service) -> Result<()> {
        let instance = Instance::at_free_ports()?;
        let mut program = self.process(service, 0).program();
        program.name = format!("{}-new-{}", service.name(), self.added);
        self.added += 1;
        // Of two values for one name, the later counts.
        program.env.extend(instance.variables(service));
        let replica = Replica { process: stack.spawn(program)?, instance };
        replica.ready().await?;
        self.replicas.entry(service).or_default().push(replica);
        self.balance(service);
        Ok(())
    }

    /// Takes a replica out: it runs on until the process is stopped or dropped, but nobody new is sent to it.
    pub fn take(&mut self, service: Service, replica: usize) -> Option<Process> {
        let replicas = self.replicas.get_mut(&service)?;
        let taken = (replica < replicas.len()).then(|| replicas.remove(replica))?;
        self.balance(service);
        Some(taken.process)
    }

    fn balance(&self, service: Service) {
        if let Some(balancer) = self.balancers.get(&service) {
            balancer.set_targets(self.addresses(service));
        }
    }

    /// The base URL of a service's first replica. Nothing answers at the expiration service's.
    pub fn url(&self, service: Service) -> String {
        self.replica_url(service, 0)
    }

    /// The base URL of one replica.
    pub fn replica_url(&self, service: Service, replica: usize) -> String {
        format!("http://{}", self.replica(service, replica).instance.http)
    }

    /// The base URL of one replica's admin port.
    pub fn admin_url(&self, service: Service, replica: usize) -> String {
        format!("http://{}", self.replica(service, replica).instance.admin)
    }

    /// The addresses of all replicas of a service.
    pub fn addresses(&self, service: Service) -> Vec<SocketAddr> {
        self.replicas[&service].iter().map(|replica| replica.instance.http).collect()
    }

    /// The number of replicas of each service.
    pub fn size(&self) -> usize {
        self.replicas.values().next().map_or(0, Vec::len)
    }

    /// One replica's process.
    pub fn process(&self, service: Service, replica: usize) -> &Process {
        &self.replica(service, replica).process
    }

    /// Every process.
    pub fn processes(&self) -> impl Iterator<Item = &Process> {
        self.replicas.values().flatten().map(|replica| &replica.process)
    }

    /// Kills a replica as a crash would.
    pub fn kill9(&self, service: Service, replica: usize) {
        self.process(service, replica).kill9();
    }

    /// Stops a replica as a rollout would: asks, waits, and kills only if it does not end.
    pub async fn stop(&self, service: Service, replica: usize) -> Option<std::process::ExitStatus> {
        self.process(service, replica).terminate(STOP_WITHIN).await
    }

    /// Freezes a replica: its connections stay open and nothing answers.
    pub fn pause(&self, service: Service, replica: usize) {
        self.process(service, replica).pause();
    }

    /// Lets a frozen replica run on.
    pub fn resume(&self, service: Service, replica: usize) {
        self.process(service, replica).resume();
    }

    /// Starts a replica again at its ports, after killing it if it still runs, and waits until it is ready.
    pub async fn restart(&self, service: Service, replica: usize) -> Result<()> {
        self.restart_with(service, replica, &[]).await
    }

    /// The same with variables added, which stay for later restarts.
    pub async fn restart_with(&self, service: Service, replica: usize, env: &[(&str, &str)]) -> Result<()> {
        let env: Vec<_> = env.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let replica = self.replica(service, replica);
        replica.process.restart_with(&env)?;
        replica.ready().await
    }

    /// Waits until a replica says it is ready, for one that was started or resumed without waiting.
    pub async fn ready(&self, service: Service, replica: usize) -> Result<()> {
        self.replica(service, replica).ready().await
    }

    /// Stops everything in good order: pages first, so that no request meets a missing service.
    pub async fn shut_down(&self) {
        let (clients, services): (Vec<_>, Vec<_>) =
            self.replicas.iter().partition(|(service, _)| **service == Service::Client);
        for tier in [clients, services] {
            let all: Vec<_> = tier.into_iter().flat_map(|(_, replicas)| replicas).collect();
            for replica in &all {
                replica.process.ask_to_stop();
            }
            for replica in &all {
                replica.process.stopped_within(STOP_WITHIN).await;
            }
        }
    }

    fn replica(&self, service: Service, replica: usize) -> &Replica {
        &self.replicas[&service][replica]
    }
}

impl Replica {
    async fn ready(&self) -> Result<()> {
        self.process.ready(READY_WITHIN, || probe::http_ok(self.instance.admin, "/readyz")).await
    }
}
