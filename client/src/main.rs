//! The web client's process.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::main::<client::Client>()
}
