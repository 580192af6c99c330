//! The web client's process.

use std::process::ExitCode;

/// Pages are made of many short-lived texts, which this one hands out in a third of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    runtime::main::<client::Client>()
}
