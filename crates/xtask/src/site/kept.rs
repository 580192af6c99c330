//! What was made last time, for as long as what it was made of stays the same.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// The folder for it.
pub(super) struct Kept(pub(super) PathBuf);

impl Kept {
    /// The files of these names if they were made of `inputs`, else what `make` makes now.
    pub(super) fn or_make<const N: usize>(
        &self,
        inputs: &str,
        names: [&str; N],
        make: impl FnOnce() -> Result<[Vec<u8>; N]>,
    ) -> Result<[Vec<u8>; N]> {
        let note = self.0.join(names.join("+")).with_added_extension("inputs");
        let files = names.map(|name| self.0.join(name));
        if fs::read_to_string(&note).is_ok_and(|noted| noted == inputs)
            && let Some(contents) = read(&files)
        {
            return Ok(contents);
        }
        let contents = make()?;
        fs::create_dir_all(&self.0).with_context(|| format!("could not make {}", self.0.display()))?;
        // From here to the last line the files may be of either making.
        forget(&note)?;
        for (file, content) in files.iter().zip(&contents) {
            write(file, content)?;
        }
        write(&note, inputs.as_bytes())?;
        Ok(contents)
    }
}

fn read<const N: usize>(files: &[PathBuf; N]) -> Option<[Vec<u8>; N]> {
    let contents: Vec<_> = files.iter().map(fs::read).collect::<Result<_, _>>().ok()?;
    contents.try_into().ok()
}

fn forget(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", file.display()))
        }
        _ => Ok(()),
    }
}

fn write(file: &Path, content: &[u8]) -> Result<()> {
    fs::write(file, content).with_context(|| format!("could not write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn the_same_inputs_are_not_worked_on_twice() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept(folder.path().join("kept"));
        let names = ["a.js", "a.wasm"];
        let contents = |text: &str| [text.as_bytes().to_vec(), b"wasm".to_vec()];
        let again = || bail!("made again");

        assert_eq!(kept.or_make("1", names, || Ok(contents("one"))).unwrap(), contents("one"));
        assert_eq!(kept.or_make("1", names, again).unwrap(), contents("one"));
        assert!(kept.or_make("2", names, again).is_err());
        assert_eq!(kept.or_make("2", names, || Ok(contents("two"))).unwrap(), contents("two"));
        assert_eq!(kept.or_make("2", names, again).unwrap(), contents("two"));

        fs::remove_file(folder.path().join("kept/a.wasm")).unwrap();
        assert!(kept.or_make("2", names, again).is_err());
    }
}
