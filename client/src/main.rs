//! The web client's process.

use std::process::ExitCode;

/// Pages are made of many short-lived texts: the C library's allocator took a seventh of a start page's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    runtime::main::<client::Client>()
}
