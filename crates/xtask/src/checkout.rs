//! Where the workspace is, and where its binaries are built to.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

/// A clone of the repository.
#[derive(Debug, Clone)]
pub(crate) struct Checkout {
    root: PathBuf,
    target: PathBuf,
}

impl Checkout {
    pub(crate) fn find() -> Result<Self> {
        // Cargo sets it for what it runs; the other is for a binary called by hand.
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package.join("../..").canonicalize().context("could not find the repository")?;
        // This binary lies in TARGET/debug, wherever the user's settings put TARGET.
        let running = env::current_exe().context("could not find the running binary")?;
        let target =
            running.parent().and_then(Path::parent).context("the running binary has no target folder")?;
        Ok(Self { root, target: target.to_owned() })
    }

    /// The repository's root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where cargo builds to.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// What the browser loads: beside the binaries' folders, where the fleet looks for it.
    pub(crate) fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// Where binaries are built to.
    pub(crate) fn binaries(&self, release: bool) -> PathBuf {
        self.target.join(if release { "release" } else { "debug" })
    }

    /// Cargo, at the root.
    pub(crate) fn cargo<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(arguments).current_dir(&self.root);
        cargo
    }

    /// The names of the packages whose folder is directly below `folder`.
    pub(crate) fn packages_in(&self, folder: &str) -> Result<Vec<String>> {
        let output = self
            .cargo(["metadata", "--format-version=1", "--no-deps"])
            .output()
            .context("could not run cargo")?;
        let metadata: serde_json::Value =
            serde_json::from_slice(&output.stdout).context("cargo metadata did not answer with JSON")?;
        let wanted = self.root.join(folder);
        let packages = metadata["packages"].as_array().into_iter().flatten();
        Ok(packages
            .filter(|package| {
                let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
                manifest.parent().and_then(Path::parent) == Some(wanted.as_path())
            })
            .filter_map(|package| package["name"].as_str().map(str::to_owned))
            .collect())
    }
}
