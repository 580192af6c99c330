//! `.market`: what `up` keeps between runs.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

const LOCK: &str = "lock";
const SEEDED: &str = "seeded";

/// The data folder, held by this process alone.
pub(super) struct MarketFolder {
    path: PathBuf,
    // The system lets go of the lock when the file is closed, however the process ends.
    _lock: File,
}

impl MarketFolder {
    /// Takes the folder, making it if need be; `fresh` empties it.
    pub(super) fn claim(path: PathBuf, fresh: bool) -> Result<Self> {
        fs::create_dir_all(&path).with_context(|| format!("could not make {}", path.display()))?;
        let file = path.join(LOCK);
        let lock = File::create(&file).with_context(|| format!("could not write {}", file.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!("the market of this checkout is already up: stop the other `cargo xtask up` first")
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("could not lock {}", file.display()));
            }
        }
        if fresh {
            clear(&path).with_context(|| format!("could not empty {}", path.display()))?;
        }
        Ok(Self { path, _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the demo listings have been put in.
    pub(super) fn is_seeded(&self) -> bool {
        self.path.join(SEEDED).exists()
    }

    /// They have.
    pub(super) fn mark_seeded(&self) -> Result<()> {
        File::create(self.path.join(SEEDED)).map(drop).context("could not note that the demo listings are in")
    }
}

fn clear(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == LOCK {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_at_a_time_and_fresh_forgets() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join(".market");
        let folder = MarketFolder::claim(path.clone(), false).unwrap();
        folder.mark_seeded().unwrap();
        fs::create_dir(path.join("data")).unwrap();
        assert!(MarketFolder::claim(path.clone(), true).is_err());
        drop(folder);

        let folder = MarketFolder::claim(path.clone(), false).unwrap();
        assert!(folder.is_seeded() && path.join("data").exists());
        drop(folder);

        let folder = MarketFolder::claim(path.clone(), true).unwrap();
        assert!(!folder.is_seeded() && !path.join("data").exists());
    }
}
