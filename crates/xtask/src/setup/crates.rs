//! Programs that cargo builds, each into a folder of the tools cache named after its version.

use std::{env, process::Command, time::Instant};

use anyhow::{Context as _, Result};
use stack::tools::{CARGO_DENY, SECANTUSD, Tool};

use crate::{
    command,
    interrupt::Interrupt,
    terminal::{begin, done},
};

pub(super) async fn install_secantus(interrupt: &Interrupt) -> Result<()> {
    // It declares a newer compiler than it needs.
    let arguments = ["--version", "0.5.3-beta.196", "--ignore-rust-version"];
    install(SECANTUSD, "secantus-mdb", &arguments, "a MongoDB server; about 8 minutes on 2 cores", interrupt)
        .await
}

pub(super) async fn install_cargo_deny(interrupt: &Interrupt) -> Result<()> {
    install(CARGO_DENY, "cargo-deny", &["--version", "0.20.2", "--locked"], "a few minutes", interrupt).await
}

async fn install(
    tool: Tool,
    package: &str,
    arguments: &[&str],
    note: &str,
    interrupt: &Interrupt,
) -> Result<()> {
    let home = tool.home().with_context(|| format!("{package} has no place in the tools cache"))?;
    begin(&format!("building {package} into {} ({note})", home.display()));
    let began = Instant::now();
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["install", package]).args(arguments).arg("--root").arg(&home);
    // Its dependencies are of no use to the workspace, and must not fill or lock its target folder.
    cargo.env_remove("CARGO_TARGET_DIR");
    command::run(cargo, interrupt).await?;
    done(package, began.elapsed());
    Ok(())
}
