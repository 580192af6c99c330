//! The stylesheet: one file made of `client/style`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use stack::tools;

use super::content::Digest;
use crate::{checkout::Checkout, command};

/// Made of this, and of what it imports.
const SOURCE: &str = "style/main.css";

/// What Tailwind may read: stylesheets, and the sources that may name its classes.
const READ: [&str; 2] = ["css", "rs"];

/// Makes it.
pub(super) fn make(checkout: &Checkout) -> Result<Vec<u8>> {
    let mut tailwind = Command::new(tools::tailwindcss()?);
    // It looks for class names in all that lies below where it runs.
    tailwind.args(["--minify", "--input", SOURCE, "--output", "-"]).current_dir(folder(checkout));
    Ok(command::read(tailwind)?.into_bytes())
}

/// Of everything it is made of and by: as long as this stays the same, so does the stylesheet.
pub(super) fn inputs(checkout: &Checkout) -> Result<String> {
    let mut files = Vec::new();
    collect(&folder(checkout), &mut files)?;
    files.sort_unstable();
    let mut digest = Digest::default();
    digest.add(tools::tailwindcss()?.as_os_str().as_encoded_bytes());
    for file in files {
        digest.add(file.as_os_str().as_encoded_bytes());
        digest.add(&fs::read(&file).with_context(|| format!("could not read {}", file.display()))?);
    }
    Ok(digest.finish())
}

fn folder(checkout: &Checkout) -> PathBuf {
    checkout.root().join("client")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().and_then(|end| end.to_str()).is_some_and(|end| READ.contains(&end)) {
            files.push(path);
        }
    }
    Ok(())
}
