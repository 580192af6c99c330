//! The payments service's process.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::main::<payments::Payments>()
}
