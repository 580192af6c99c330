//! localstripe, which plays Stripe in tests: a Python package with dependencies, in an environment of its own.
//!
//! It is a peer that tests talk to over HTTP; nothing of it is linked or shipped.

use std::{
    fs,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result};
use stack::tools::LOCALSTRIPE;

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

pub(super) async fn install(interrupt: &Interrupt) -> Result<()> {
    let home = LOCALSTRIPE.home().context("localstripe has no place in the tools cache")?;
    let (name, version) = home
        .file_name()
        .and_then(|folder| folder.to_str()?.rsplit_once('-'))
        .context("localstripe has no version")?;
    let requirement = format!("{name}=={version}");
    begin(&format!("installing {requirement} from PyPI into {} (it plays Stripe in tests)", home.display()));
    let began = Instant::now();

    let tools = home.parent().context("the tools cache has no folder")?;
    fs::create_dir_all(tools).with_context(|| format!("could not make {}", tools.display()))?;
    // Made beside and renamed: an interrupted installation must not pass for a whole one. Its Python finds its packages
    // from where it lies; the scripts that pip writes beside it do not, and nobody runs them.
    let draft = tempfile::Builder::new()
        .prefix(".localstripe-")
        .tempdir_in(tools)
        .with_context(|| format!("could not make a folder in {}", tools.display()))?;
    let environment = draft.path().join("environment");
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv"]).arg(&environment);
    command::run(venv, interrupt).await.context("python3 with venv is needed for localstripe")?;
    let python = environment.join("bin").join(LOCALSTRIPE.program);
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--prefer-binary"]);
    pip.arg(&requirement);
    command::run(pip, interrupt).await?;
    let mut import = Command::new(&python);
    import.args(["-I", "-c", "import localstripe.server"]);
    command::read(import).context("localstripe was installed and does not load")?;

    if home.exists() {
        // Without a Python, or it would not be missing.
        fs::remove_dir_all(&home).with_context(|| format!("could not remove {}", home.display()))?;
    }
    fs::rename(&environment, &home).with_context(|| format!("could not write {}", home.display()))?;
    done("localstripe", began.elapsed());
    Ok(())
}
