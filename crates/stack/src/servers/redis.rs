//! Redis, with an append-only file or with nothing on disk.

use super::{Persistence, Probe, Server};
use crate::{Program, Result, Stack, ports, tools};

pub(super) fn spawn(stack: &Stack, persistence: Persistence) -> Result<Server> {
    let program = tools::REDIS_SERVER.find()?;
    let address = ports::free()?;
    let append_only = match persistence {
        Persistence::Durable => "yes",
        Persistence::Ephemeral => "no",
    };
    let program = Program::new("redis", program)
        .args(["--bind", "127.0.0.1", "--port", &address.port().to_string(), "--loglevel", "warning"])
        .args(["--save", "", "--appendonly", append_only, "--dir"])
        .arg(stack.subfolder("redis")?);
    let process = stack.spawn(program)?;
    let probe = Probe::Answers { say: "PING\r\n", expect: "+PONG" };
    Ok(Server { process, address, url: format!("redis://{address}"), probe })
}
