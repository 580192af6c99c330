//! axe-core, from npm: one script, which page tests load to have a page's accessibility judged.

use std::{fs, process::Command, time::Instant};

use anyhow::{Context as _, Result};
use stack::tools::{self, AXE_CORE};

use crate::{
    command,
    interrupt::Interrupt,
    terminal::{begin, done},
};

const SCRIPT: &str = "axe.min.js";

pub(super) async fn install(interrupt: &Interrupt) -> Result<()> {
    let home = tools::cache_folder().join("tools").join(AXE_CORE);
    begin(&format!("downloading axe-core to {}", home.display()));
    let began = Instant::now();
    let draft = tempfile::tempdir().context("could not make a temporary folder")?;
    let (name, version) = AXE_CORE.rsplit_once('-').context("axe-core has no version")?;

    let mut pack = Command::new("npm");
    // The archive as the registry has it: nothing of it is run.
    pack.args(["pack", "--silent", &format!("{name}@{version}")]).current_dir(draft.path());
    command::run(pack, interrupt).await.context("npm is needed to download axe-core")?;
    let mut unpack = Command::new("tar");
    unpack.args(["-xzf", &format!("{AXE_CORE}.tgz"), "--strip-components=1", &format!("package/{SCRIPT}")]);
    unpack.current_dir(draft.path());
    command::run(unpack, interrupt).await?;

    fs::create_dir_all(&home).with_context(|| format!("could not make {}", home.display()))?;
    // Copied beside and renamed: an interrupted copy must not pass for the script.
    let (whole, partial) = (home.join(SCRIPT), home.join(SCRIPT).with_added_extension("part"));
    fs::copy(draft.path().join(SCRIPT), &partial)
        .with_context(|| format!("could not write {}", partial.display()))?;
    fs::rename(&partial, &whole).with_context(|| format!("could not write {}", whole.display()))?;
    done("axe-core", began.elapsed());
    Ok(())
}
