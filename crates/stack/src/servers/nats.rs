//! NATS with `JetStream`, every message on disk before it is acknowledged.

use std::net::SocketAddr;

use super::{Probe, Server, not_utf8};
use crate::{Program, Result, Stack, error::doing, ports, tools};

/// What a NATS server is told beyond the ordinary.
#[derive(Debug, Clone, Default)]
pub struct NatsOptions {
    /// Added to its configuration: users, for instance, and what they may.
    pub config: String,
    /// What the variables of that configuration stand for.
    pub env: Vec<(String, String)>,
}

pub(super) fn spawn(stack: &Stack, options: &NatsOptions) -> Result<Server> {
    spawn_named(stack, "nats", ports::free()?, options)
}

fn spawn_named(stack: &Stack, name: &str, address: SocketAddr, options: &NatsOptions) -> Result<Server> {
    let program = tools::nats_server()?;
    let folder = stack.subfolder(name)?;
    let store = folder.to_str().ok_or_else(|| not_utf8(&folder))?;
    let config = folder.join("nats.conf");
    // The default flushes every two minutes: an acknowledged event would be lost with the machine.
    let text = format!(
        "server_name: {name}\nlisten: \"{address}\"\n\
         jetstream {{\n  store_dir: {store:?}\n  sync_interval: always\n}}\n{}",
        options.config
    );
    std::fs::write(&config, text).map_err(doing(format!("write {}", config.display())))?;
    let mut program = Program::new(name, program).arg("--config").arg(config);
    program.env.clone_from(&options.env);
    let process = stack.spawn(program)?;
    let probe = Probe::Answers { say: "", expect: "INFO " };
    Ok(Server { process, address, url: format!("nats://{address}"), probe })
}

/// Several NATS servers that keep each other's streams.
pub struct NatsCluster {
    nodes: Vec<Server>,
}

impl NatsCluster {
    /// Starts so many, called `nats-0` and so on, and waits until each takes connections. Whether they have found each
    /// other shows when the first stream is made.
    pub async fn start(stack: &Stack, nodes: usize) -> Result<Self> {
        let routes = (0..nodes).map(|_| ports::free()).collect::<Result<Vec<_>>>()?;
        let all = routes.iter().map(|route| format!("\"nats://{route}\"")).collect::<Vec<_>>().join(", ");
        let mut started = Vec::new();
        for (index, own) in routes.iter().enumerate() {
            let config = format!("cluster {{\n  name: market\n  listen: \"{own}\"\n  routes: [{all}]\n}}\n");
            let options = NatsOptions { config, ..Default::default() };
            started.push(spawn_named(stack, &format!("nats-{index}"), ports::free()?, &options)?);
        }
        for node in &started {
            node.ready().await?;
        }
        Ok(Self { nodes: started })
    }

    /// The servers.
    pub fn nodes(&self) -> &[Server] {
        &self.nodes
    }

    /// The server of this name.
    pub fn node(&self, name: &str) -> Option<&Server> {
        self.nodes.iter().find(|node| node.process.name() == name)
    }

    /// `NATS_URL`: all of them.
    pub fn url(&self) -> String {
        self.nodes.iter().map(Server::url).collect::<Vec<_>>().join(",")
    }
}
