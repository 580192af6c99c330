//! skaffold deploys production's overlay with images of its own, so the names in it are written down twice.

use std::collections::BTreeSet;

use super::{Rule, Violation};
use crate::k8s::{
    objects::{Object, list, text},
    tree::Tree,
};

pub(super) const RULES: &[Rule] = &[Rule::written("skaffold-names-images", skaffold_names_images)];

const PRODUCTION: &str = "infra/k8s/overlays/prod/kustomization.yaml";
const SKAFFOLD: &str = "infra/skaffold/prod/kustomization.yaml";

/// Each image that production gives a registry's name is given back the one skaffold knows it by. What is missing there
/// would keep production's digest: an older image would be deployed, and nothing would fail.
fn skaffold_names_images(tree: &Tree) -> Vec<Violation> {
    let (production, skaffold) = match (renamed(tree, PRODUCTION), renamed(tree, SKAFFOLD)) {
        (Ok(production), Ok(skaffold)) => (production, skaffold),
        (production, skaffold) => {
            return [production.err(), skaffold.err()].into_iter().flatten().collect();
        }
    };
    let wanted: BTreeSet<_> = production.into_iter().map(|(name, new)| (new, name)).collect();
    let missing = wanted.difference(&skaffold).map(|(from, to)| format!("does not rename {from} to {to}"));
    let idle = skaffold
        .difference(&wanted)
        .map(|(from, to)| format!("renames {from} to {to}, but {PRODUCTION} does not give {to} that name"));
    missing.chain(idle).map(|what| Violation::in_file(SKAFFOLD, what)).collect()
}

/// The old and new names of a kustomization's images.
fn renamed(tree: &Tree, path: &str) -> Result<BTreeSet<(String, String)>, Violation> {
    let content = tree.text(path).ok_or_else(|| Violation::in_file(path, "is not there"))?;
    let kustomizations = Object::parse(content)
        .map_err(|error| Violation::in_file(path, format!("cannot be read: {error:#}")))?;
    let images = kustomizations.iter().flat_map(|kustomization| list(kustomization.at("/images")));
    Ok(images.map(|image| (text(&image["name"]).to_owned(), text(&image["newName"]).to_owned())).collect())
}
