//! `site`: what the browser loads, made of the islands' crate and the stylesheet.

mod budget;
mod content;
mod folder;
mod kept;
mod program;
mod stylesheet;
pub(crate) mod toolchain;

use std::{
    fs::{self, File, TryLockError},
    time::Instant,
};

use anyhow::{Context as _, Result};

use self::{
    budget::Sizes, content::Digest, folder::Contents, kept::Kept, program::Program, toolchain::Toolchain,
};
use crate::{
    checkout::Checkout,
    interrupt::Interrupt,
    setup::{self, Purpose},
    terminal::{begin, done, say},
};

/// `cargo xtask site`: makes it and says how large it is.
pub(crate) async fn site(checkout: &Checkout, interrupt: &Interrupt) -> Result<()> {
    setup::ensure(Purpose::Site, interrupt).await?;
    let sizes = build(checkout, interrupt).await?;
    for line in sizes.lines() {
        say(&format!("  {line}"));
    }
    say(&format!("  in {}", checkout.site().display()));
    Ok(())
}

/// Makes the site; costs little when nothing has changed. The setup for [`Purpose::Site`] comes first.
pub(crate) async fn build(checkout: &Checkout, interrupt: &Interrupt) -> Result<Sizes> {
    begin("building the site");
    let began = Instant::now();
    let _alone = alone(checkout)?;
    let toolchain = Toolchain::find().context("no compiler has the target wasm32-unknown-unknown")?;
    let compiled = program::read(&program::compile(checkout, &toolchain, interrupt).await?)?;

    let kept = Kept(checkout.target().join("wasm-build/site"));
    let mut digest = Digest::default();
    digest.add(&compiled);
    let [script, wasm] = kept.or_make(&digest.finish(), ["islands.js", "islands.wasm"], || {
        let Program { script, wasm } = program::bind(compiled)?;
        Ok([script, wasm])
    })?;
    let [stylesheet] =
        kept.or_make(&stylesheet::inputs(checkout)?, ["style.css"], || Ok([stylesheet::make(checkout)?]))?;

    let draft = checkout.target().join("wasm-build/draft");
    folder::publish(&checkout.site(), &draft, &Contents { stylesheet, script, wasm })?;
    done("site", began.elapsed());
    Sizes::of(&checkout.site())
}

/// Keeps others of this checkout from making it at the same time, for as long as the file is open.
fn alone(checkout: &Checkout) -> Result<File> {
    let folder = checkout.target().join("wasm-build");
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    let path = folder.join("site.lock");
    let file = File::create(&path).with_context(|| format!("could not write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => say("  waiting for another build of the site"),
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("could not lock {}", path.display()));
        }
    }
    file.lock().with_context(|| format!("could not lock {}", path.display()))?;
    Ok(file)
}
