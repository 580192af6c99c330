//! MongoDB, NATS and Redis as local processes; and a payment gateway, for those who want one.

mod localstripe;
mod mongodb;
mod nats;
mod redis;

use std::{env, net::SocketAddr, path::Path, time::Duration};

pub use self::{
    mongodb::Access,
    nats::{NatsCluster, NatsOptions},
};
use crate::{Process, Result, Stack, StackError, probe};

const READY_WITHIN: Duration = Duration::from_secs(30);
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// Whether Redis keeps its data over a restart. MongoDB and NATS always do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    /// An append-only file, as in production.
    Durable,
    /// Memory only: a restart loses everything, as a lost Redis would.
    Ephemeral,
}

/// Where services find the three servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backends {
    /// `MONGODB_URI`.
    pub mongodb_uri: String,
    /// `NATS_URL`.
    pub nats_url: String,
    /// `REDIS_URL`.
    pub redis_url: String,
}

impl Backends {
    /// The servers that `cargo xtask test` started for all tests: `TEST_MONGODB_URI`, `TEST_NATS_URL` and
    /// `TEST_REDIS_URL`.
    pub fn from_env() -> Option<Self> {
        let var = |name| env::var(name).ok().filter(|value| !value.is_empty());
        Some(Self {
            mongodb_uri: var("TEST_MONGODB_URI")?,
            nats_url: var("TEST_NATS_URL")?,
            redis_url: var("TEST_REDIS_URL")?,
        })
    }
}

#[derive(Debug, Clone, Copy)]
enum Probe {
    Accepts,
    Answers { say: &'static str, expect: &'static str },
}

/// One server process at a fixed address.
pub struct Server {
    process: Process,
    address: SocketAddr,
    url: String,
    probe: Probe,
}

impl Server {
    /// Starts localstripe, which plays Stripe, on a free port and waits until it answers. It keeps everything in memory:
    /// a restart forgets all.
    pub async fn localstripe(stack: &Stack) -> Result<Self> {
        let server = localstripe::spawn(stack)?;
        server.ready().await?;
        Ok(server)
    }

    /// Starts NATS with these options and waits until it takes connections.
    pub async fn nats(stack: &Stack, options: &NatsOptions) -> Result<Self> {
        let server = nats::spawn(stack, options)?;
        server.ready().await?;
        Ok(server)
    }

    /// Starts Redis and waits until it answers.
    pub async fn redis(stack: &Stack, persistence: Persistence) -> Result<Self> {
        let server = redis::spawn(stack, persistence)?;
        server.ready().await?;
        Ok(server)
    }

    /// Starts MongoDB, or a server that speaks its protocol, and waits until it takes writes.
    pub async fn mongodb(stack: &Stack, access: Access) -> Result<Self> {
        mongodb::start(stack, access).await
    }

    /// The same with the data of a snapshot.
    pub async fn mongodb_restored(stack: &Stack, snapshot: &Path) -> Result<Self> {
        mongodb::restore(stack, snapshot)?;
        mongodb::start(stack, Access::Open).await
    }

    /// Copies MongoDB's files while it runs, all of them as they are at one moment, as a snapshot of its volume would.
    pub fn snapshot_mongodb(&self, stack: &Stack, into: &Path) -> Result<()> {
        mongodb::snapshot(self, stack, into)
    }

    /// The same server, reached by another address: as somebody else, say.
    #[must_use]
    pub fn with_url(self, url: impl Into<String>) -> Self {
        Self { url: url.into(), ..self }
    }

    /// What a client connects to, with its scheme.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The process, to kill, pause or resume.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Kills it if it runs, starts it again at the same address with the same data, and waits for it.
    pub async fn restart(&self) -> Result<()> {
        self.process.restart()?;
        self.ready().await
    }

    async fn ready(&self) -> Result<()> {
        self.process
            .ready(READY_WITHIN, || async {
                match self.probe {
                    Probe::Accepts => probe::accepts(self.address).await,
                    Probe::Answers { say, expect } => probe::answers(self.address, say, expect).await,
                }
            })
            .await
    }
}

/// The three servers.
pub struct Servers {
    /// MongoDB, or a server that speaks its protocol; a one-member replica set, so it has transactions.
    pub mongodb: Server,
    /// NATS with `JetStream`.
    pub nats: Server,
    /// Redis.
    pub redis: Server,
}

impl Servers {
    /// Starts them with their data below the stack's folder, on free ports, and waits until each answers.
    pub async fn start(stack: &Stack, redis: Persistence) -> Result<Self> {
        let nats = nats::spawn(stack, &NatsOptions::default())?;
        let redis = redis::spawn(stack, redis)?;
        let mongodb = mongodb::start(stack, Access::Open).await?;
        nats.ready().await?;
        redis.ready().await?;
        Ok(Self { mongodb, nats, redis })
    }

    /// Where services find them.
    pub fn backends(&self) -> Backends {
        Backends {
            mongodb_uri: self.mongodb.url.clone(),
            nats_url: self.nats.url.clone(),
            redis_url: self.redis.url.clone(),
        }
    }

    /// All three.
    pub fn all(&self) -> [&Server; 3] {
        [&self.mongodb, &self.nats, &self.redis]
    }

    /// Stops them in good order.
    pub async fn stop(&self) {
        for server in self.all() {
            server.process.terminate(STOP_WITHIN).await;
        }
    }
}

fn not_utf8(path: &Path) -> StackError {
    let source = std::io::Error::other("its path is not valid UTF-8");
    StackError::Io { what: format!("use {}", path.display()), source }
}
