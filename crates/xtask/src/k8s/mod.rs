//! `k8s`: the manifests, checked without a cluster.

mod nginx;
mod objects;
mod policy;
mod quantity;
mod render;
mod schemas;
mod surroundings;
mod tree;

use anyhow::{Result, bail};
use clap::Subcommand;

use crate::{
    checkout::Checkout,
    interrupt::Interrupt,
    setup::{self, Purpose},
    terminal::{Colour, paint, say},
    up,
};

#[derive(Subcommand)]
pub(crate) enum K8sTask {
    /// Render every overlay, and judge it by Kubernetes' schemas and by our own rules.
    Check,
}

pub(crate) async fn k8s(task: &K8sTask, checkout: &Checkout, interrupt: &Interrupt) -> Result<()> {
    match task {
        K8sTask::Check => {
            setup::ensure(Purpose::Manifests, interrupt).await?;
            up::build_services(false, checkout, interrupt).await?;
            check(checkout)
        }
    }
}

/// The check, with binaries that are built already: each service is asked whether its configuration will do.
pub(crate) fn check(checkout: &Checkout) -> Result<()> {
    let tree = tree::Tree::read(checkout.root())?;
    let overlays = render::overlays(&tree, &checkout.binaries(false))?;
    let mut violations = schemas::check(&overlays, &tree, checkout.root())?;
    for objects in &overlays {
        let found = policy::rendered(objects);
        let containers = objects.containers().count();
        say(&format!(
            "  {}: {} objects, {containers} containers, {} violations of {} rules",
            objects.overlay,
            objects.items.len(),
            found.len(),
            policy::count()
        ));
        violations.extend(found);
    }
    violations.extend(policy::written(&tree));
    if violations.is_empty() {
        return Ok(());
    }
    for violation in &violations {
        say(&format!("  {} {violation}", paint(Colour::Red, "✗")));
    }
    bail!("{} violations in the manifests", violations.len())
}
