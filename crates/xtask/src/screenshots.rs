//! `screenshots`: pictures of every page, for people to look at.

use std::path::{PathBuf, absolute};

use anyhow::{Context as _, Result};
use clap::Args;

use crate::{
    checkout::Checkout,
    command,
    interrupt::Interrupt,
    setup::{self, Purpose},
    site,
    up::build_services,
};

/// What is taken, and where to.
#[derive(Args)]
pub(crate) struct ScreenshotsArgs {
    /// The folder for the pictures; `screenshots` in the target folder if not given.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Passed on as they are.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub(crate) async fn screenshots(
    arguments: &ScreenshotsArgs,
    checkout: &Checkout,
    interrupt: &Interrupt,
) -> Result<()> {
    setup::ensure(Purpose::Test, interrupt).await?;
    site::build(checkout, interrupt).await?;
    build_services(false, checkout, interrupt).await?;
    let mut screenshots =
        checkout.cargo(["run", "--quiet", "--package", "browser", "--bin", "screenshots", "--"]);
    if let Some(out) = &arguments.out {
        // Cargo runs at the repository's root, and the folder was named from where the caller is.
        screenshots.arg("--out").arg(absolute(out).context("could not find the folder for the pictures")?);
    }
    screenshots.args(&arguments.rest);
    command::run(screenshots, interrupt).await
}
