//! localstripe, which plays Stripe in tests: a Python package.
//!
//! It is a peer that tests talk to over HTTP; nothing of it is linked or shipped.

use anyhow::{Context as _, Result};
use stack::tools::LOCALSTRIPE;

use super::venv;
use crate::interrupt::Interrupt;

pub(super) async fn install(interrupt: &Interrupt) -> Result<()> {
    let home = LOCALSTRIPE.home().context("localstripe has no place in the tools cache")?;
    let (name, version) = home
        .file_name()
        .and_then(|folder| folder.to_str()?.rsplit_once('-'))
        .context("localstripe has no version")?;
    let requirement = format!("{name}=={version}");
    venv::install(name, &home, &[&requirement], "localstripe.server", interrupt).await
}
