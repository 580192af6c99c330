//! Each of our processes is asked itself, by `--check-config`, whether it could start with what its Deployment gives it.

use std::{collections::BTreeSet, process::Command};

use anyhow::{Context as _, Result};
use stack::Service;

use super::{Rule, Violation, each_pod, environment::Environment};
use crate::k8s::objects::{Container, Objects, Pod};

pub(super) const RULES: &[Rule] = &[
    Rule::rendered("own-image", own_image),
    Rule::rendered("references-exist", references_exist),
    Rule::rendered("config-suffices", config_suffices),
    Rule::rendered("config-is-known", config_is_known),
];

/// Each of our Deployments runs the image of its name: who else could be asked for its settings?
fn own_image(objects: &Objects) -> Vec<Violation> {
    each_pod(objects, |pod| {
        let service = pod.service()?;
        ours(pod, service).is_none().then(|| format!("no container has an image called {}", service.name()))
    })
}

fn ours(pod: Pod<'_>, service: Service) -> Option<Container<'_>> {
    let mut containers = pod.containers().filter(|container| !container.init);
    containers.find(|container| container.image_name() == service.name())
}

/// Each `ConfigMap`, Secret and key that a container needs is among the objects, or made beforehand.
fn references_exist(objects: &Objects) -> Vec<Violation> {
    let mut found = Vec::new();
    for container in objects.containers() {
        let missing: BTreeSet<_> = Environment::of(objects, container).missing.into_iter().collect();
        let name = container.name();
        found.extend(
            missing
                .into_iter()
                .map(|what| Violation::of(container.pod.owner, format!("container {name}: {what}"))),
        );
    }
    found
}

fn config_suffices(objects: &Objects) -> Vec<Violation> {
    each_of_ours(objects, |environment, service| {
        // That is another rule's.
        if !environment.missing.is_empty() {
            return Ok(Vec::new());
        }
        Ok(match asked(objects, environment, service)? {
            Answer::Accepted(_) => Vec::new(),
            Answer::Refused(problem) => vec![problem],
        })
    })
}

/// Every variable that is set is one that the process reads.
fn config_is_known(objects: &Objects) -> Vec<Violation> {
    each_of_ours(objects, |environment, service| {
        let Answer::Accepted(known) = asked(objects, environment, service)? else { return Ok(Vec::new()) };
        let is_known = |name: &str| {
            known.contains(name) || name.strip_suffix("_FILE").is_some_and(|name| known.contains(name))
        };
        let unknown = environment.variables.keys().filter(|name| !is_known(name));
        Ok(unknown.map(|name| format!("{} reads no {name}", service.name())).collect())
    })
}

fn each_of_ours(
    objects: &Objects,
    check: impl Fn(&Environment, Service) -> Result<Vec<String>>,
) -> Vec<Violation> {
    let mut found = Vec::new();
    for pod in objects.pods() {
        let Some((service, container)) =
            pod.service().and_then(|service| Some((service, ours(pod, service)?)))
        else {
            continue;
        };
        let wrong = check(&Environment::of(objects, container), service)
            .unwrap_or_else(|error| vec![format!("{error:#}")]);
        found.extend(
            wrong
                .into_iter()
                .map(|what| Violation::of(pod.owner, format!("container {}: {what}", container.name()))),
        );
    }
    found
}

enum Answer {
    /// The names of the variables that it reads.
    Accepted(BTreeSet<String>),
    Refused(String),
}

fn asked(objects: &Objects, environment: &Environment, service: Service) -> Result<Answer> {
    let folder = tempfile::tempdir().context("could not make a temporary folder")?;
    let variables = environment.laid_out_in(folder.path())?;
    let binary = objects.around.binaries.join(service.name());
    let output = Command::new(&binary)
        .arg("--check-config")
        .env_clear()
        .envs(objects.around.image_variables(service))
        .envs(variables)
        .output()
        .with_context(|| format!("could not start {}", binary.display()))?;
    if output.status.success() {
        let names = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
        return Ok(Answer::Accepted(names));
    }
    let problem = String::from_utf8_lossy(&output.stderr).trim().replace(":\n", ":").replace('\n', ";");
    Ok(Answer::Refused(problem))
}
