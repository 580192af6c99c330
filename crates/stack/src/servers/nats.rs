//! NATS with `JetStream`, every message on disk before it is acknowledged.

use super::{Probe, Server, not_utf8};
use crate::{Program, Result, Stack, error::doing, ports, tools};

pub(super) fn spawn(stack: &Stack) -> Result<Server> {
    let program = tools::nats_server()?;
    let address = ports::free()?;
    let folder = stack.subfolder("nats")?;
    let store = folder.to_str().ok_or_else(|| not_utf8(&folder))?;
    let config = folder.join("nats.conf");
    // The default flushes every two minutes: an acknowledged event would be lost with the machine.
    let text = format!(
        "server_name: market\nlisten: \"{address}\"\njetstream {{\n  store_dir: {store:?}\n  sync_interval: always\n}}\n"
    );
    std::fs::write(&config, text).map_err(doing(format!("write {}", config.display())))?;
    let process = stack.spawn(Program::new("nats", program).arg("--config").arg(config))?;
    let probe = Probe::Answers { say: "", expect: "INFO " };
    Ok(Server { process, address, url: format!("nats://{address}"), probe })
}
