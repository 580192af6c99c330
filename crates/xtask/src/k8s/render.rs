//! What the overlays render to, from a copy of the manifests: made secrets never lie in the checkout.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};

use super::{
    objects::{Object, Objects, list, text},
    surroundings::{Surroundings, made_in},
    tree::Tree,
};
use crate::{command, setup};

const MANIFESTS: &str = "infra/k8s";
/// The overlay whose secrets are made as files. Where others need secrets beforehand, these stand in for them.
const WITH_SECRETS: &str = "dev";

/// Renders every overlay, and every component that none of them has, on top of `dev`.
pub(crate) fn overlays(tree: &Tree, binaries: &Path) -> Result<Vec<Objects>> {
    let copy = tempfile::tempdir().context("could not make a temporary folder")?;
    tree.copy(MANIFESTS, copy.path())?;
    let manifests = copy.path().canonicalize().context("could not find the copy")?.join(MANIFESTS);
    make_secrets(&manifests, binaries)?;
    let names = overlay_names(&manifests)?;

    let dockerfile = tree.text("Dockerfile").unwrap_or_default();
    let around = |made| {
        Arc::new(Surroundings { binaries: binaries.to_owned(), made, dockerfile: dockerfile.to_owned() })
    };
    let with_secrets = render(&manifests, WITH_SECRETS, around(Vec::new()))?;
    let others = around(made_in(&with_secrets));
    let mut rendered = vec![with_secrets];
    for name in names.iter().filter(|name| *name != WITH_SECRETS) {
        rendered.push(render(&manifests, name, Arc::clone(&others))?);
    }
    for component in components_left_out(&manifests, &names)? {
        let name = format!("{WITH_SECRETS}+{component}");
        add_overlay(&manifests, &name, &component)?;
        rendered.push(render(&manifests, &name, around(Vec::new()))?);
    }
    Ok(rendered)
}

fn make_secrets(manifests: &Path, binaries: &Path) -> Result<()> {
    let mut script = Command::new("sh");
    script.arg(manifests.join("make-secrets.sh")).env("AUTH", binaries.join("auth"));
    command::read(script).map(drop)
}

fn overlay_names(manifests: &Path) -> Result<Vec<String>> {
    let names: Vec<_> = folders(&manifests.join("overlays"))?.iter().map(|folder| name(folder)).collect();
    if !names.iter().any(|name| name == WITH_SECRETS) {
        bail!("there is no overlay {WITH_SECRETS}");
    }
    Ok(names)
}

fn folders(of: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(of).with_context(|| format!("could not read {}", of.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let mut folders: Vec<_> = paths.into_iter().filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn render(manifests: &Path, overlay: &str, around: Arc<Surroundings>) -> Result<Objects> {
    let mut kubectl = Command::new(setup::kubectl()?);
    kubectl.arg("kustomize").arg(manifests.join("overlays").join(overlay));
    let yaml = command::read(kubectl)?;
    let items = Object::parse(&yaml).with_context(|| format!("overlay {overlay}"))?;
    Ok(Objects { overlay: overlay.to_owned(), items, around })
}

fn components_left_out(manifests: &Path, overlays: &[String]) -> Result<Vec<String>> {
    let mut reached = BTreeSet::new();
    for overlay in overlays {
        reach(&manifests.join("overlays").join(overlay), &mut reached)?;
    }
    let components = folders(&manifests.join("components"))?;
    Ok(components.iter().filter(|folder| !reached.contains(*folder)).map(|folder| name(folder)).collect())
}

/// Follows a kustomization to all that it is made of.
fn reach(folder: &Path, reached: &mut BTreeSet<PathBuf>) -> Result<()> {
    if !reached.insert(folder.to_owned()) {
        return Ok(());
    }
    let file = folder.join("kustomization.yaml");
    let text_of_file =
        fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
    for kustomization in Object::parse(&text_of_file)? {
        let parts = list(kustomization.at("/resources")).chain(list(kustomization.at("/components")));
        for part in parts.filter_map(|part| folder.join(text(part)).canonicalize().ok()) {
            if part.is_dir() {
                reach(&part, reached)?;
            }
        }
    }
    Ok(())
}

fn add_overlay(manifests: &Path, name: &str, component: &str) -> Result<()> {
    let folder = manifests.join("overlays").join(name);
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    let kustomization = format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: market\n\
         resources: [../{WITH_SECRETS}]\ncomponents: [../../components/{component}]\n"
    );
    fs::write(folder.join("kustomization.yaml"), kustomization).context("could not write an overlay")
}
