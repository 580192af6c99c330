//! Our own rules, over what the overlays render to and over the files that git holds.

mod budget;
mod callers;
mod certificates;
mod config;
mod containers;
mod environment;
mod expansion;
mod images;
mod lifecycle;
mod network;
mod pods;
mod probes;
mod routes;
mod secrets;
#[cfg(test)]
mod tests;

use std::fmt::Display;

use super::{
    objects::{Container, Object, Objects, Pod},
    tree::Tree,
};

/// Something that a rule forbids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    /// `Kind/name`, or a file's path.
    object: String,
    what: String,
}

/// A rule and its name.
#[derive(Clone, Copy)]
struct Rule {
    name: &'static str,
    check: Check,
}

#[derive(Clone, Copy)]
enum Check {
    /// Of what an overlay renders to.
    Rendered(fn(&Objects) -> Vec<Violation>),
    /// Of what is written down.
    Written(fn(&Tree) -> Vec<Violation>),
}

impl Rule {
    const fn rendered(name: &'static str, check: fn(&Objects) -> Vec<Violation>) -> Self {
        Self { name, check: Check::Rendered(check) }
    }

    const fn written(name: &'static str, check: fn(&Tree) -> Vec<Violation>) -> Self {
        Self { name, check: Check::Written(check) }
    }
}

/// All rules, a family after the other.
fn rules() -> impl Iterator<Item = Rule> {
    let families = [
        containers::RULES,
        pods::RULES,
        probes::RULES,
        network::RULES,
        callers::RULES,
        certificates::RULES,
        expansion::RULES,
        config::RULES,
        images::RULES,
        routes::RULES,
        lifecycle::RULES,
        secrets::RULES,
        budget::RULES,
    ];
    families.into_iter().flatten().copied()
}

/// How many rules there are.
pub(crate) fn count() -> usize {
    rules().count()
}

/// What is wrong with an overlay, as lines.
pub(crate) fn rendered(objects: &Objects) -> Vec<String> {
    complaints(&objects.overlay, |check| match check {
        Check::Rendered(check) => check(objects),
        Check::Written(_) => Vec::new(),
    })
}

/// What is wrong with the files, as lines.
pub(crate) fn written(tree: &Tree) -> Vec<String> {
    complaints("checkout", |check| match check {
        Check::Rendered(_) => Vec::new(),
        Check::Written(check) => check(tree),
    })
}

fn complaints(place: &str, run: impl Fn(Check) -> Vec<Violation>) -> Vec<String> {
    let lines = rules().flat_map(|rule| {
        let line = move |Violation { object, what }| format!("{place}: {object}: {}: {what}", rule.name);
        run(rule.check).into_iter().map(line)
    });
    lines.collect()
}

impl Violation {
    fn of(object: &Object, what: impl Display) -> Self {
        Self { object: object.id(), what: what.to_string() }
    }

    fn in_file(path: &str, what: impl Display) -> Self {
        Self { object: path.to_owned(), what: what.to_string() }
    }
}

/// Asks each container, init containers included.
fn each_container(objects: &Objects, wrong: impl Fn(Container<'_>) -> Option<String>) -> Vec<Violation> {
    let violation = |container: Container<'_>| {
        let what = wrong(container)?;
        Some(Violation::of(container.pod.owner, format!("container {}: {what}", container.name())))
    };
    objects.containers().filter_map(violation).collect()
}

/// Asks each pod template.
fn each_pod(objects: &Objects, wrong: impl Fn(Pod<'_>) -> Option<String>) -> Vec<Violation> {
    objects.pods().filter_map(|pod| Some(Violation::of(pod.owner, wrong(pod)?))).collect()
}
