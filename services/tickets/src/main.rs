//! The tickets service's process. Run it with `--help` to see what else it can do than serve.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::main::<tickets::Tickets>()
}
