//! The auth service as a process.

use std::process::ExitCode;

fn main() -> ExitCode {
    // A key has to exist before there can be a configuration that names it.
    match auth::GenerateKey::asked_for() {
        Some(command) => command.report(),
        None => runtime::main::<auth::Auth>(),
    }
}
