//! `bench`: the load tests, on optimised binaries.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::{
    checkout::Checkout,
    command,
    interrupt::Interrupt,
    setup::{self, Purpose},
    site, terminal,
};

/// The load tests' own arguments.
#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Passed on as they are.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub(crate) async fn bench(arguments: &BenchArgs, checkout: &Checkout, interrupt: &Interrupt) -> Result<()> {
    setup::ensure(Purpose::Run, interrupt).await?;
    site::build(checkout, interrupt).await?;
    terminal::begin(
        "building with optimisation (the profile `release`; images have `dist`, which is slower to build)",
    );
    command::run(
        checkout.cargo(["build", "--release", "--workspace", "--bins", "--exclude", "xtask"]),
        interrupt,
    )
    .await?;
    // Not by `cargo run`, which for one package alone would build half of its dependencies anew, with other features.
    let mut load = Command::new(checkout.binaries(true).join("load"));
    load.args(&arguments.rest).current_dir(checkout.root());
    command::run(load, interrupt).await
}
