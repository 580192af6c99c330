//! localstripe, which plays Stripe for tests: a program of its own that is only ever talked to over HTTP.

use super::{Probe, Server};
use crate::{Program, Result, Stack, ports, tools};

const LAUNCHER: &str = include_str!("localstripe.py");

pub(super) fn spawn(stack: &Stack) -> Result<Server> {
    let python = tools::localstripe()?;
    let address = ports::free()?;
    // Isolated: neither a folder called localstripe nor the user's settings may come before what was installed.
    let program =
        Program::new("localstripe", python).args(["-I", "-c", LAUNCHER, &address.port().to_string()]);
    let process = stack.spawn(program)?;
    let probe = Probe::Answers {
        say: "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        // Without a key.
        expect: "HTTP/1.1 401 ",
    };
    Ok(Server { process, address, url: format!("http://{address}"), probe })
}
