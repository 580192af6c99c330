//! The folder that the client serves: whole at every moment, whatever happens while a new one is made.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde::{Deserialize, Serialize};

use super::content;

const MANIFEST: &str = "site.json";

/// By the name's further extension, as servers look for them.
const VARIANTS: [(&str, Compress); 2] = [("br", content::brotli), ("gz", content::gzip)];

type Compress = fn(&[u8]) -> Result<Vec<u8>>;

/// What the site consists of.
pub(super) struct Contents {
    pub(super) stylesheet: Vec<u8>,
    pub(super) script: Vec<u8>,
    pub(super) wasm: Vec<u8>,
}

/// `site.json`: under which names the client finds it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    stylesheet: String,
    script: String,
    wasm: String,
}

/// Puts the contents into the folder, unless they are there. Until they all are, `draft` holds them: a folder of the
/// same file system, and the caller's alone.
pub(super) fn publish(folder: &Path, draft: &Path, contents: &Contents) -> Result<()> {
    let Contents { stylesheet, script, wasm } = contents;
    let manifest = Manifest {
        stylesheet: content::name("style", "css", stylesheet),
        script: content::name("islands", "js", script),
        wasm: content::name("islands", "wasm", wasm),
    };
    if manifest.describes(folder) {
        return Ok(());
    }
    // What an interrupted run left.
    remove(draft)?;
    fs::create_dir_all(draft).with_context(|| format!("could not make {}", draft.display()))?;
    for (name, content) in manifest.names().into_iter().zip([stylesheet, script, wasm]) {
        put(draft, folder, name, content)?;
    }
    let json = serde_json::to_vec(&manifest).context("could not write the list of files")?;
    write(&draft.join(MANIFEST), &json)?;
    swap(draft, folder)
}

impl Manifest {
    fn names(&self) -> [&str; 3] {
        [&self.stylesheet, &self.script, &self.wasm]
    }

    fn describes(&self, folder: &Path) -> bool {
        read(folder).is_ok_and(|there| there == *self)
            && self.names().iter().all(|name| folder.join(name).is_file())
    }
}

/// Writes a file and its compressed variants; these are taken from `before` if it has this very file.
fn put(draft: &Path, before: &Path, name: &str, plain: &[u8]) -> Result<()> {
    write(&draft.join(name), plain)?;
    let known = before.join(name).is_file();
    for (extension, compress) in VARIANTS {
        let name = format!("{name}.{extension}");
        let variant = match fs::read(before.join(&name)) {
            Ok(variant) if known => variant,
            _ => compress(plain)?,
        };
        if variant.len() < plain.len() {
            write(&draft.join(name), &variant)?;
        }
    }
    Ok(())
}

/// The draft takes the folder's place; what was there is removed.
fn swap(draft: &Path, folder: &Path) -> Result<()> {
    let failed = || format!("could not put {} in its place", folder.display());
    // Not every file system can exchange two folders: elsewhere there is a moment with none.
    if folder.exists() && renameat_with(CWD, draft, CWD, folder, RenameFlags::EXCHANGE).is_err() {
        let previous = draft.with_extension("previous");
        remove(&previous)?;
        fs::rename(folder, &previous).with_context(failed)?;
        fs::rename(draft, folder).with_context(failed)?;
        return remove(&previous);
    }
    if !folder.exists() {
        fs::rename(draft, folder).with_context(failed)?;
    }
    remove(draft)
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn write(file: &Path, content: &[u8]) -> Result<()> {
    fs::write(file, content).with_context(|| format!("could not write {}", file.display()))
}

fn read(folder: &Path) -> Result<Manifest> {
    let file = folder.join(MANIFEST);
    let json = fs::read(&file).with_context(|| format!("could not read {}", file.display()))?;
    serde_json::from_slice(&json).with_context(|| format!("{} is not a list of files", file.display()))
}

/// The published files: stylesheet, script and program.
pub(super) fn files(folder: &Path) -> Result<[PathBuf; 3]> {
    Ok(read(folder)?.names().map(|name| folder.join(name)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn contents(style: &str) -> Contents {
        Contents {
            stylesheet: style.into(),
            script: "export function hydrate() {}\n".repeat(50).into(),
            wasm: b"\0asm".repeat(50),
        }
    }

    fn names(folder: &Path) -> BTreeSet<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn files_are_named_by_content_listed_and_compressed_where_that_helps() {
        let target = tempfile::tempdir().unwrap();
        let folder = target.path().join("site");
        publish(&folder, &target.path().join("draft"), &contents("a{}")).unwrap();
        let [style, script, wasm] = read(&folder).unwrap().names().map(str::to_owned);
        assert_eq!(style, content::name("style", "css", b"a{}"));
        // Three bytes only grow.
        let with_variants = |name: &String| [name.clone(), format!("{name}.br"), format!("{name}.gz")];
        let mut expected = BTreeSet::from([style, MANIFEST.to_owned()]);
        expected.extend(with_variants(&script).into_iter().chain(with_variants(&wasm)));
        assert_eq!(names(&folder), expected);
        assert_eq!(names(target.path()), BTreeSet::from(["site".to_owned()]));
    }

    #[test]
    fn a_new_site_replaces_the_old_one_and_keeps_what_it_can() {
        let target = tempfile::tempdir().unwrap();
        let folder = target.path().join("site");
        publish(&folder, &target.path().join("draft"), &contents("a{}")).unwrap();
        let [before, ..] = files(&folder).unwrap();
        // To be recognised: nothing that is compressed now says this.
        let [_, script, _] = files(&folder).unwrap();
        fs::write(script.with_added_extension("br"), "kept").unwrap();

        publish(&folder, &target.path().join("draft"), &contents("b{}")).unwrap();
        let [style, script, _] = files(&folder).unwrap();
        assert_eq!(fs::read(style).unwrap(), b"b{}");
        assert!(!before.exists());
        assert_eq!(fs::read(script.with_added_extension("br")).unwrap(), b"kept");
        assert_eq!(names(target.path()), BTreeSet::from(["site".to_owned()]));
    }

    #[test]
    fn what_an_interrupted_run_left_is_not_published() {
        let target = tempfile::tempdir().unwrap();
        let (folder, draft) = (target.path().join("site"), target.path().join("draft"));
        fs::create_dir(&draft).unwrap();
        fs::write(draft.join("half"), "").unwrap();
        publish(&folder, &draft, &contents("a{}")).unwrap();
        assert!(!draft.exists() && !folder.join("half").exists());
    }

    #[test]
    fn an_unchanged_site_is_left_alone_and_a_damaged_one_is_not() {
        let target = tempfile::tempdir().unwrap();
        let folder = target.path().join("site");
        publish(&folder, &target.path().join("draft"), &contents("a{}")).unwrap();
        fs::write(folder.join("mark"), "").unwrap();
        publish(&folder, &target.path().join("draft"), &contents("a{}")).unwrap();
        assert!(folder.join("mark").exists());

        let [style, ..] = files(&folder).unwrap();
        fs::remove_file(&style).unwrap();
        publish(&folder, &target.path().join("draft"), &contents("a{}")).unwrap();
        assert!(style.exists() && !folder.join("mark").exists());
    }
}
