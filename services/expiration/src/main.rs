//! The expiration service as a process.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::main::<expiration::Expiration>()
}
