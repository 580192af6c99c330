//! What compiles for the browser: the compiler in use if it has the target, else Debian's, unpacked into the tools
//! cache.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use stack::tools;

use crate::command;

/// What the browser's program is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// How the folders of the tools cache begin that hold Debian's compiler; its version follows.
pub(crate) const UNPACKED: &str = "rustc-web-";

/// A compiler, and a linker for what it makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toolchain {
    compiler: Compiler,
    linker: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Compiler {
    /// The one in use, which has the target's standard library here.
    InUse(PathBuf),
    /// Debian's, which brings the standard library's sources only.
    Unpacked(PathBuf),
}

impl Toolchain {
    /// The best one there is. Cheap enough to ask each time.
    pub(crate) fn find() -> Option<Self> {
        Some(Self { compiler: Compiler::find()?, linker: linker()? })
    }

    /// Where what makes it fit for the browser is, for people.
    pub(crate) fn location(&self) -> PathBuf {
        match &self.compiler {
            Compiler::InUse(library) => library.clone(),
            Compiler::Unpacked(home) => unpacked_rustc(home),
        }
    }

    /// Has a cargo command compile with it.
    pub(crate) fn apply(&self, cargo: &mut Command) {
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", &self.linker);
        // In place of whatever flags this machine has for its own processor.
        cargo.env("CARGO_ENCODED_RUSTFLAGS", self.flags().join("\x1f"));
        if let Compiler::Unpacked(home) = &self.compiler {
            cargo.arg("-Zbuild-std=std,panic_abort");
            // Building the standard library is for nightly compilers, which this one then takes itself for.
            cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", unpacked_rustc(home));
            cargo.env("LD_LIBRARY_PATH", library_path(home));
        }
    }

    /// Messages of panics name files: the same ones wherever this is built, so that the result is the same too.
    fn flags(&self) -> Vec<String> {
        let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
        let mut flags: Vec<_> = cargo_home().iter().map(|home| remap(home, "cargo")).collect();
        if let Compiler::Unpacked(home) = &self.compiler {
            flags.push(remap(home, "rust"));
        }
        flags
    }
}

impl Compiler {
    fn find() -> Option<Self> {
        let library = sysroot()?.join("lib/rustlib").join(TARGET).join("lib");
        if library.is_dir() { Some(Self::InUse(library)) } else { unpacked(&cache()).map(Self::Unpacked) }
    }
}

/// The linker of the compiler in use, or one on PATH.
pub(crate) fn linker() -> Option<PathBuf> {
    let rustlib = sysroot()?.join("lib/rustlib");
    let mut own = fs::read_dir(rustlib).ok()?.flatten().map(|target| target.path().join("bin/rust-lld"));
    own.find(|linker| linker.is_file()).or_else(|| linker_in(&env::var_os("PATH")?))
}

/// Under its plain name, else Debian's of the newest version.
fn linker_in(path: &OsString) -> Option<PathBuf> {
    let plain = ["rust-lld".to_owned(), "wasm-ld".to_owned()];
    // Older ones do not know all that today's compilers write.
    let names = plain.into_iter().chain((18..40).rev().map(|version| format!("wasm-ld-{version}")));
    let folders: Vec<_> = env::split_paths(path).collect();
    names
        .flat_map(|name| folders.iter().map(move |folder| folder.join(&name)))
        .find(|linker| linker.is_file())
}

/// Debian's compiler of the newest version in the tools cache.
fn unpacked(cache: &Path) -> Option<PathBuf> {
    let version = |home: &Path| -> Option<Vec<u32>> {
        let version = home.file_name()?.to_str()?.strip_prefix(UNPACKED)?;
        version.split('.').map(|number| number.parse().ok()).collect()
    };
    let homes = fs::read_dir(cache).ok()?.flatten().map(|entry| entry.path());
    homes
        .filter_map(|home| Some((version(&home)?, home)))
        .filter(|(_, home)| unpacked_rustc(home).is_file())
        .max()
        .map(|(_, home)| home)
}

/// The folder for what setup downloads.
pub(crate) fn cache() -> PathBuf {
    tools::cache_folder().join("tools")
}

/// Debian's compiler within the folder it was unpacked to.
pub(crate) fn unpacked_rustc(home: &Path) -> PathBuf {
    home.join("usr/bin/rustc")
}

/// Where that compiler's libraries are, and then those of everybody.
pub(crate) fn library_path(home: &Path) -> OsString {
    let mut path = OsString::new();
    for folder in fs::read_dir(home.join("usr/lib")).into_iter().flatten().flatten() {
        // One for each architecture: `x86_64-linux-gnu`.
        if folder.file_name() != "rustlib" {
            path.push(folder.path());
            path.push(":");
        }
    }
    path.push(env::var_os("LD_LIBRARY_PATH").unwrap_or_default());
    path
}

fn rustc() -> OsString {
    env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

fn sysroot() -> Option<PathBuf> {
    let mut rustc = Command::new(rustc());
    rustc.args(["--print", "sysroot"]);
    Some(PathBuf::from(command::read(rustc).ok()?.trim_end()))
}

fn cargo_home() -> Option<PathBuf> {
    let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".cargo"));
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(file: &Path) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
    }

    #[test]
    fn the_newest_whole_compiler_is_taken() {
        let cache = tempfile::tempdir().unwrap();
        assert_eq!(unpacked(cache.path()), None);
        touch(&unpacked_rustc(&cache.path().join("rustc-web-1.96.0")));
        touch(&unpacked_rustc(&cache.path().join("rustc-web-1.100.1")));
        fs::create_dir(cache.path().join("rustc-web-1.101.0")).unwrap();
        touch(&unpacked_rustc(&cache.path().join("rustc-web-broken")));
        assert_eq!(unpacked(cache.path()), Some(cache.path().join("rustc-web-1.100.1")));
    }

    #[test]
    fn a_plain_linker_comes_before_versions_and_new_before_old() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (folder.path().join("a"), folder.path().join("b"));
        let path = env::join_paths([&first, &second]).unwrap();
        assert_eq!(linker_in(&path), None);
        for (linker, folder) in
            [("wasm-ld-14", &first), ("wasm-ld-19", &first), ("wasm-ld-22", &second), ("wasm-ld", &second)]
        {
            touch(&folder.join(linker));
            let old = linker == "wasm-ld-14";
            assert_eq!(linker_in(&path), (!old).then(|| folder.join(linker)));
        }
    }

    #[test]
    fn debians_compiler_is_told_what_it_lacks() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join("usr/lib/rustlib")).unwrap();
        fs::create_dir_all(home.path().join("usr/lib/x86_64-linux-gnu")).unwrap();
        let with = |compiler| {
            let mut cargo = Command::new("cargo");
            Toolchain { compiler, linker: "/bin/wasm-ld".into() }.apply(&mut cargo);
            (command::display(&cargo), cargo.get_envs().map(|(name, _)| name.to_owned()).collect::<Vec<_>>())
        };
        let (line, variables) = with(Compiler::InUse("/lib".into()));
        assert_eq!(line, "cargo");
        assert!(!variables.contains(&"RUSTC".into()), "{variables:?}");
        let (line, variables) = with(Compiler::Unpacked(home.path().to_owned()));
        assert_eq!(line, "cargo -Zbuild-std=std,panic_abort");
        assert!(variables.contains(&"RUSTC".into()), "{variables:?}");

        let path = library_path(home.path()).into_string().unwrap();
        let first = home.path().join("usr/lib/x86_64-linux-gnu").display().to_string() + ":";
        assert!(path.starts_with(&first), "{path}");
        let not_for_this = home.path().join("usr/lib/rustlib").display().to_string();
        assert!(!path.contains(&not_for_this), "{path}");
    }
}
