//! The whole market as real processes on one machine: MongoDB, NATS, Redis, every service, the client, nginx.
//!
//! `cargo xtask up`, the black-box tests and the benchmark all start the same things; this crate is the one
//! place that knows how. A [`Stack`] is a folder for data and logs plus the promise that nothing started in it
//! outlives the process that started it, not even when that process is killed.
//!
//! ```no_run
//! # async fn demo() -> stack::Result<()> {
//! use stack::{Fleet, FleetOptions, Ingress, Persistence, Servers, Service, Stack};
//!
//! let stack = Stack::temporary()?;
//! let servers = Servers::start(&stack, Persistence::Ephemeral).await?;
//! let fleet = Fleet::start(&stack, &servers.backends(), FleetOptions::default()).await?;
//! let ingress = Ingress::start(&stack, None, &fleet).await?;
//! fleet.kill9(Service::Orders, 0);
//! fleet.restart(Service::Orders, 0).await?;
//! println!("{} {}", ingress.url(), fleet.url(Service::Orders));
//! # Ok(()) }
//! ```

mod balancer;
mod error;
mod fleet;
mod ingress;
pub mod ports;
mod probe;
mod process;
mod reaper;
mod routes;
mod servers;
mod service;
pub mod tools;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub use self::{
    balancer::Balancer,
    error::{Result, StackError},
    fleet::{Fleet, FleetOptions},
    ingress::Ingress,
    process::{Process, Program},
    routes::{ROUTES, Route},
    servers::{Access, Backends, NatsCluster, NatsOptions, Persistence, Server, Servers},
    service::Service,
};
use self::{error::doing, reaper::Reaper};

/// Called with a process' name and each line it writes.
pub type LineSink = Arc<dyn Fn(&str, &str) + Send + Sync>;

/// A folder for data and logs, and the guarantee that what is started in it also ends.
pub struct Stack {
    folder: PathBuf,
    reaper: Arc<Reaper>,
    lines: Option<LineSink>,
}

impl Stack {
    /// A stack in a new temporary folder, removed with everything in it once the stack and its last process are
    /// gone.
    pub fn temporary() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("ticket-market-")
            .tempdir()
            .map_err(doing("make a temporary folder"))?
            .keep();
        let reaper = Reaper::start(Some(&folder))?;
        Ok(Self { folder, reaper: Arc::new(reaper), lines: None })
    }

    /// A stack in a folder of the caller's, made if need be and kept afterwards.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        std::fs::create_dir_all(&folder).map_err(doing(format!("make {}", folder.display())))?;
        let folder = folder.canonicalize().map_err(doing(format!("find {}", folder.display())))?;
        Ok(Self { folder, reaper: Arc::new(Reaper::start(None)?), lines: None })
    }

    /// Also hands every line that any process writes to `sink`.
    #[must_use]
    pub fn with_lines(mut self, sink: LineSink) -> Self {
        self.lines = Some(sink);
        self
    }

    /// The folder for data and logs.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A subfolder, made if need be.
    pub fn subfolder(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        std::fs::create_dir_all(&path).map_err(doing(format!("make {}", path.display())))?;
        Ok(path)
    }

    /// Starts a program; its output goes to `logs/NAME.log` in the stack's folder.
    pub fn spawn(&self, program: Program) -> Result<Process> {
        let log = self.subfolder("logs")?.join(format!("{}.log", program.name));
        Process::start(program, log, self.lines.clone(), Arc::clone(&self.reaper))
    }
}
