//! kubectl, which renders the manifests.

use std::{path::PathBuf, process::Command};

use anyhow::Result;
use stack::tools::Tool;

use crate::command;

pub(super) const KUBECTL: Tool = Tool { program: "kubectl", cached: Some("kubectl-1.37.1") };

/// The oldest release that has kustomize 5. Debian 12's is far older.
pub(super) const OLDEST: (u32, u32) = (1, 27);

/// One of `OLDEST` or later: the one on PATH, else the cached one.
pub(crate) fn kubectl() -> Result<PathBuf> {
    let on_path = Tool { cached: None, ..KUBECTL };
    match on_path.find() {
        Ok(found) if release(&found) >= Some(OLDEST) => Ok(found),
        _ => {
            let cached = KUBECTL.home().map(|home| home.join("bin").join(KUBECTL.program));
            match cached.filter(|file| file.is_file()) {
                Some(file) => Ok(file),
                None => Ok(Tool { program: "kubectl of 1.27 or later", cached: None }.find()?),
            }
        }
    }
}

fn release(kubectl: &PathBuf) -> Option<(u32, u32)> {
    let mut version = Command::new(kubectl);
    version.args(["version", "--client", "--output=json"]);
    let answer: serde_json::Value = serde_json::from_str(&command::read(version).ok()?).ok()?;
    parse(answer["clientVersion"]["gitVersion"].as_str()?)
}

/// Reads `v1.32.4-dispatcher`.
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.strip_prefix('v')?.split('.').map(|part| part.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_read_and_compared() {
        assert_eq!(parse("v1.32.4-dispatcher"), Some((1, 32)));
        assert!(parse("v1.20.2") < Some(OLDEST));
        assert!(parse("") < Some(OLDEST));
    }
}
