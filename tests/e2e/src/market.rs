//! Starting a market and talking to its servers.

use std::time::{Duration, Instant};

use mongodb::{Client, bson::doc};
use stack::{Backends, Fleet, FleetOptions, Ingress, Persistence, Process, Servers, Service, Stack};
use testkit::{Actor, Answer};
use tokio::task::JoinHandle;

use crate::{Invariants, Person};

/// A market of its own: servers, services, ingress. Everything stops when it is dropped.
pub struct Market {
    /// MongoDB, NATS and Redis.
    pub servers: Servers,
    /// The services.
    pub fleet: Fleet,
    ingress: Ingress,
    mongodb: Client,
    people: std::sync::atomic::AtomicU32,
    // Last, so that it outlives the processes it watches over.
    stack: Stack,
}

/// How a process that was replaced went.
#[derive(Debug)]
pub struct Departure {
    /// The process.
    pub name: String,
    /// Its exit; none if it had to be killed.
    pub exit: Option<i32>,
    /// From the request to stop until its end.
    pub took: Duration,
    /// All it ever wrote.
    pub log: String,
}

async fn depart(old: Process) -> Departure {
    let asked = Instant::now();
    let status = old.terminate(GRACE).await;
    let took = asked.elapsed();
    let log = std::fs::read_to_string(old.log()).expect("a process has a log");
    Departure { name: old.name().to_owned(), exit: status.and_then(|status| status.code()), took, log }
}

/// What the manifests leave a process to end after it was told to, before it is killed.
const GRACE: Duration = Duration::from_secs(35);
/// Reservations in tests lapse after this many seconds, unless a test says otherwise.
const RESERVATION_SECONDS: u32 = 900;

impl Market {
    /// One process of each service, reservations of the ordinary length.
    pub async fn open() -> Self {
        Self::open_with(FleetOptions { reservation_seconds: Some(RESERVATION_SECONDS), ..Default::default() })
            .await
    }

    /// With these options.
    pub async fn open_with(options: FleetOptions) -> Self {
        let stack = Stack::temporary().expect("a folder for the stack");
        let servers =
            Servers::start(&stack, Persistence::Ephemeral).await.unwrap_or_else(|error| panic!("{error}"));
        Self::open_on(stack, servers, options).await
    }

    /// On servers that run already.
    pub async fn open_on(stack: Stack, servers: Servers, options: FleetOptions) -> Self {
        let backends: Backends = servers.backends();
        let fleet = Fleet::start(&stack, &backends, options).await.unwrap_or_else(|error| panic!("{error}"));
        let ingress = Ingress::start(&stack, None, &fleet).await.unwrap_or_else(|error| panic!("{error}"));
        let mongodb = Client::with_uri_str(&backends.mongodb_uri).await.expect("the database answers");
        // As a deployment sets it: how long a transaction of a process that died keeps what it touched.
        let limit = doc! { "setParameter": 1, "transactionLifetimeLimitSeconds": 5 };
        mongodb.database("admin").run_command(limit).await.expect("the database can be told");
        Self { servers, fleet, ingress, mongodb, people: 0.into(), stack }
    }

    /// Replaces every replica of a service, one after the other, with processes that have these variables too.
    ///
    /// As a cluster does it with maxSurge 1 and maxUnavailable 0: the new one is ready before the old one is told to stop,
    /// and its end is not waited for. While the old one begins to stop the ingress learns that it goes.
    pub async fn roll(&mut self, service: Service) -> Vec<JoinHandle<Departure>> {
        let mut departures = Vec::new();
        for _ in 0..self.fleet.addresses(service).len() {
            self.fleet.add(&self.stack, service).await.unwrap_or_else(|error| panic!("{error}"));
            let old = self.fleet.take(service, 0).expect("a fleet has a replica");
            departures.push(tokio::spawn(depart(old)));
            self.ingress.follow(&self.fleet).await.unwrap_or_else(|error| panic!("{error}"));
        }
        departures
    }

    /// The one address.
    pub fn url(&self) -> String {
        self.ingress.url()
    }

    /// Where everything has its files.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// Somebody who has not signed in.
    pub fn stranger(&self) -> Actor {
        Actor::new(&self.url())
    }

    /// Signs up a new person; names may repeat.
    pub async fn person(&self, name: &str) -> Person {
        let number = self.people.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        // The accounts of another market may have been restored into this one.
        let market = self.ingress.address().port();
        let email = format!("{name}.{number}.{market}@example.org");
        Person::new(self.stranger().sign_up(&email, "correct horse battery").await)
    }

    /// Signs up several people at once.
    pub async fn people(&self, name: &str, count: usize) -> Vec<Person> {
        futures::future::join_all((0..count).map(|_| self.person(name))).await
    }

    /// A service's database.
    pub fn database(&self, service: Service) -> mongodb::Database {
        self.mongodb.database(service.name())
    }

    /// The invariants, to be checked against the databases.
    pub fn invariants(&self) -> Invariants<'_> {
        Invariants::new(self)
    }

    /// Runs a service's `republish`, as an operator would.
    pub async fn republish(&self, service: Service) {
        self.run(service, &["republish"]).await.unwrap_or_else(|told| panic!("{told}"));
    }

    /// Proves the books right, as an operator would. Fails with what was found.
    pub async fn audit(&self) -> Result<(), String> {
        self.run(Service::Payments, &["ledger", "check"]).await.map(|_| ())
    }

    /// Runs a service's command beside it and returns its output. Fails with all it printed.
    pub async fn run(&self, service: Service, words: &[&str]) -> Result<String, String> {
        let process = self.fleet.process(service, 0);
        let output = process.run_once(words).await.unwrap_or_else(|error| panic!("{error}"));
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let told = [output.stdout, output.stderr].concat();
        Err(format!("{}: {}", words.join(" "), String::from_utf8_lossy(&told)))
    }

    /// A request to a service directly, past the ingress.
    pub async fn directly(&self, service: Service, path: &str, cookie: &str) -> Answer {
        Actor::new(&self.fleet.url(service)).with_cookie(cookie).get(path).await
    }
}
