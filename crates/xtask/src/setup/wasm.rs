//! A compiler for the browser: rustup's target where it can be had, else Debian's packages.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use super::packages;
use crate::{
    command,
    interrupt::Interrupt,
    site::toolchain::{self, TARGET, Toolchain, UNPACKED},
    terminal::{begin, done, say},
};

/// A download of 25 MB; where nothing answers, rustup tries for very long.
const RUSTUP_WITHIN: Duration = Duration::from_mins(3);

/// The oldest compiler that builds the workspace.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

/// Debian's: the compiler, and the sources of the standard library, which it has for no browser.
const PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];

/// What of that is unpacked: they need these from each other. The rest of what they need is no different for an
/// installed program.
const UNPACK: [&str; 4] = ["rustc-web", "rust-web-src", "libstd-rust-web", "libllvm"];

const BY_HAND: &str = "the islands are compiled for wasm32-unknown-unknown, and this Rust cannot: with rustup, run `rustup target \
     add wasm32-unknown-unknown`; otherwise install the target's standard library as your distribution has it \
     (Fedora: rust-std-static-wasm32-unknown-unknown, Arch: rust-wasm)";

pub(super) async fn install(interrupt: &Interrupt) -> Result<()> {
    if packages::on_path("rustup") {
        with_rustup(interrupt).await?;
        if Toolchain::find().is_some() {
            return Ok(());
        }
        say("  rustup could not; trying Debian's packages");
    }
    if !["apt-get", "apt-cache", "dpkg"].into_iter().all(packages::on_path) {
        bail!(BY_HAND);
    }
    from_debian(interrupt).await.context(BY_HAND)
}

/// Leaves it to the caller to look whether it worked.
async fn with_rustup(interrupt: &Interrupt) -> Result<()> {
    begin(&format!("adding {TARGET} with rustup (the islands are compiled for it)"));
    let began = Instant::now();
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).stdout(Stdio::null()).stderr(Stdio::null());
    let added = tokio::time::timeout(RUSTUP_WITHIN, command::run(rustup, interrupt)).await;
    if interrupt.requested() {
        bail!("interrupted");
    }
    if matches!(added, Ok(Ok(()))) {
        done(TARGET, began.elapsed());
    }
    Ok(())
}

/// Unpacked and not installed: they would take the place of a Rust that is.
async fn from_debian(interrupt: &Interrupt) -> Result<()> {
    if rustix::process::geteuid().is_root() {
        command::run(packages::apt(&["update", "-qq"]), interrupt).await?;
    }
    let version = candidate()?;
    let needed = needed()?;
    let home = toolchain::cache().join(format!("{UNPACKED}{version}"));
    begin(&format!("unpacking {} into {} (140 MB to download)", needed.join(", "), home.display()));
    let began = Instant::now();

    let cache = toolchain::cache();
    fs::create_dir_all(&cache).with_context(|| format!("could not make {}", cache.display()))?;
    let draft = tempfile::Builder::new()
        .prefix(".rustc-web-")
        .tempdir_in(&cache)
        .with_context(|| format!("could not make a folder in {}", cache.display()))?;
    let (archives, root) = (draft.path().join("archives"), draft.path().join("root"));
    fs::create_dir_all(&archives).context("could not make a folder for the packages")?;
    let mut download = packages::apt(&["download", "-qq"]);
    // Otherwise root downloads as a user who may not write here.
    download.args(["-o", "APT::Sandbox::User=root"]).args(&needed).current_dir(&archives);
    command::run(download, interrupt).await?;
    for archive in files(&archives)? {
        let mut unpack = Command::new("dpkg");
        unpack.arg("-x").arg(archive).arg(&root);
        command::run(unpack, interrupt).await?;
    }
    keep_the_library_only(&root.join("usr/src"))?;
    runs(&root, &needed, interrupt).await?;
    fs::rename(&root, &home).with_context(|| format!("could not write {}", home.display()))?;
    done("Debian's compiler", began.elapsed());
    Ok(())
}

/// The version that apt would install, if it is new enough.
fn candidate() -> Result<String> {
    let mut show = Command::new("apt-cache");
    show.args(["show", "--no-all-versions", PACKAGES[0]]);
    let shown = command::read(show).with_context(|| format!("this system has no package {}", PACKAGES[0]))?;
    let version = upstream_version(&shown).context("apt-cache names no version")?;
    if numbers(version) < numbers(OLDEST) {
        bail!("Debian's compiler is {version}, and {OLDEST} or newer is needed");
    }
    Ok(version.to_owned())
}

/// `1.96.0` of `Version: 1.96.0+dfsg1-1~deb12u2`.
fn upstream_version(shown: &str) -> Option<&str> {
    let version = shown.lines().find_map(|line| line.strip_prefix("Version: "))?;
    version.split(|c: char| !c.is_ascii_digit() && c != '.').next().filter(|version| !version.is_empty())
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map_while(|number| number.parse().ok()).collect()
}

/// The packages to unpack, by the names they have in this release.
fn needed() -> Result<Vec<String>> {
    let mut depends = Command::new("apt-cache");
    depends.args(["depends", "--recurse", "--no-recommends", "--no-suggests", "--no-enhances"]);
    depends.args(["--no-conflicts", "--no-breaks", "--no-replaces"]).args(PACKAGES);
    Ok(to_unpack(&command::read(depends)?))
}

fn to_unpack(depends: &str) -> Vec<String> {
    // What a package depends on is indented below it.
    let names = depends.lines().filter(|line| !line.starts_with([' ', '|', '<']));
    let mut names: Vec<_> = names
        .filter(|name| UNPACK.iter().any(|wanted| name.starts_with(wanted)))
        .map(str::to_owned)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?;
    entries
        .map(|entry| Ok(entry.with_context(|| format!("could not read {}", folder.display()))?.path()))
        .collect()
}

/// The compiler's own sources are three quarters of the package.
fn keep_the_library_only(sources: &Path) -> Result<()> {
    for version in files(sources)? {
        for part in files(&version)? {
            if part.is_dir() && !part.ends_with("library") {
                fs::remove_dir_all(&part).with_context(|| format!("could not remove {}", part.display()))?;
            }
        }
    }
    Ok(())
}

/// Sees to it that the unpacked compiler finds the system's libraries that it needs.
async fn runs(root: &Path, needed: &[String], interrupt: &Interrupt) -> Result<()> {
    let rustc = || {
        let mut rustc = Command::new(toolchain::unpacked_rustc(root));
        rustc.arg("-vV").env("LD_LIBRARY_PATH", toolchain::library_path(root));
        rustc
    };
    if command::read(rustc()).is_ok() {
        return Ok(());
    }
    // The one package that has any; it is in nobody's way.
    let llvm = needed.iter().find(|name| name.starts_with("libllvm"));
    let llvm = llvm.context("Debian's compiler has no package with LLVM")?;
    packages::install(&[llvm], interrupt).await?;
    command::read(rustc()).map(drop).context("Debian's compiler does not run here")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared_as_numbers() {
        let shown = "Package: rustc-web\nVersion: 1.96.0+dfsg1-1~deb12u2\nBuilt-Using: x (= 1.2)\n";
        assert_eq!(upstream_version(shown), Some("1.96.0"));
        assert_eq!(upstream_version("Package: rustc-web\n"), None);
        assert!(numbers("1.100.0") > numbers("1.96.0"));
        assert!(numbers("1.96.0") > numbers("1.95"));
        assert!(numbers("1.85.0") < numbers(OLDEST));
    }

    #[test]
    fn only_what_must_lie_together_is_unpacked() {
        let depends = "rustc-web\n  Depends: libc6\n  Depends: libstd-rust-web-dev\n |Depends: libllvm19\n\
                       libc6\nlibstd-rust-web-dev\n  Depends: libstd-rust-web-1.96\nlibstd-rust-web-1.96\n\
                       libllvm22\n<libc-dev>\nrust-web-src\nlibxml2\n";
        assert_eq!(
            to_unpack(depends),
            ["libllvm22", "libstd-rust-web-1.96", "libstd-rust-web-dev", "rust-web-src", "rustc-web"]
        );
    }

    #[test]
    fn the_sources_are_cut_down_to_the_library() {
        let sources = tempfile::tempdir().unwrap();
        for part in ["compiler/rustc", "library/std", "src/llvm-project"] {
            fs::create_dir_all(sources.path().join("rustc-1.96.0").join(part)).unwrap();
        }
        fs::write(sources.path().join("rustc-1.96.0/Cargo.lock"), "").unwrap();
        keep_the_library_only(sources.path()).unwrap();
        let mut left = files(&sources.path().join("rustc-1.96.0")).unwrap();
        left.sort();
        assert!(
            left[0].ends_with("Cargo.lock") && left[1].ends_with("library") && left.len() == 2,
            "{left:?}"
        );
    }
}
