//! The files of the checkout that a deployment is made of.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use anyhow::{Context as _, Result};

use crate::command;

const FOLDERS: [&str; 4] = ["infra", "skaffold.yaml", "Dockerfile", ".github"];

/// Files by their path from the repository's root.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tree(BTreeMap<String, Vec<u8>>);

impl Tree {
    /// What git holds, or would if it were committed now: made secrets are ignored there, and so here.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut git = Command::new("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]).args(FOLDERS);
        git.current_dir(root);
        let listed = command::read(git)?;
        let mut files = BTreeMap::new();
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            let file = root.join(path);
            // One that was removed is listed until that is staged.
            if file.is_file() {
                let content =
                    fs::read(&file).with_context(|| format!("could not read {}", file.display()))?;
                files.insert(path.to_owned(), content);
            }
        }
        Ok(Self(files))
    }

    /// A file's text.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        str::from_utf8(self.0.get(path)?).ok()
    }

    /// All files that are text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(path, content)| Some((path.as_str(), str::from_utf8(content).ok()?)))
    }

    /// The paths of the YAML files directly in a folder.
    pub(crate) fn yaml_in(&self, folder: &str) -> Vec<&str> {
        let directly = |path: &&str| {
            path.strip_prefix(folder)
                .and_then(|rest| rest.strip_prefix('/'))
                .is_some_and(|name| !name.contains('/'))
        };
        let yaml = |path: &&str| [".yaml", ".yml"].iter().any(|end| path.ends_with(end));
        self.0.keys().map(String::as_str).filter(directly).filter(yaml).collect()
    }

    /// Copies what is below one of its folders.
    pub(crate) fn copy(&self, folder: &str, to: &Path) -> Result<()> {
        let prefix = format!("{folder}/");
        for (path, content) in self.0.iter().filter(|(path, _)| path.starts_with(&prefix)) {
            let file = to.join(path);
            if let Some(parent) = file.parent() {
                fs::create_dir_all(parent).with_context(|| format!("could not make {}", parent.display()))?;
            }
            fs::write(&file, content).with_context(|| format!("could not write {}", file.display()))?;
        }
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn insert(&mut self, path: &str, content: &str) {
        self.0.insert(path.to_owned(), content.as_bytes().to_vec());
    }

    #[cfg(test)]
    pub(crate) fn rename(&mut self, from: &str, to: &str) {
        let content = self.0.remove(from).unwrap();
        self.0.insert(to.to_owned(), content);
    }
}
