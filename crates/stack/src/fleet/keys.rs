//! The key that signs sessions, made once per folder by auth itself.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Result, StackError, error::doing};

pub(super) struct Keys {
    pub(super) private: PathBuf,
    pub(super) public: PathBuf,
}

impl Keys {
    pub(super) fn in_folder(folder: &Path, auth: &Path) -> Result<Self> {
        let keys = Self { private: folder.join("signing.pem"), public: folder.join("jwks.json") };
        if keys.private.is_file() && keys.public.is_file() {
            return Ok(keys);
        }
        let output = Command::new(auth)
            .arg("generate-key")
            .arg("--private-key-file")
            .arg(&keys.private)
            .arg("--jwks-file")
            .arg(&keys.public)
            .output()
            .map_err(doing(format!("run {}", auth.display())))?;
        if output.status.success() {
            return Ok(keys);
        }
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        Err(StackError::Failed { name: "auth generate-key".to_owned(), status: output.status, output: text })
    }
}
