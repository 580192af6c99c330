//! How a container says how it is.

use serde_json::{Value, json};

use super::{Rule, Violation, each_container};
use crate::k8s::objects::{Container, Objects};

pub(super) const RULES: &[Rule] = &[
    Rule::rendered("liveness-probe", |objects| probed(objects, "livenessProbe", lives)),
    Rule::rendered("readiness-probe", |objects| probed(objects, "readinessProbe", lives)),
    Rule::rendered("startup-probe", |objects| {
        probed(objects, "startupProbe", |container| lives(container) && container.pod.service().is_some())
    }),
    Rule::rendered("probe-target", probe_target),
];

const PROBES: [(&str, &str); 3] =
    [("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/readyz")];

fn lives(container: Container<'_>) -> bool {
    !container.init && !container.pod.is_job()
}

fn probed(objects: &Objects, probe: &str, needs_one: fn(Container<'_>) -> bool) -> Vec<Violation> {
    each_container(objects, |container| {
        let missing = !container.spec[probe].is_object();
        (missing && needs_one(container)).then(|| format!("has no {probe}"))
    })
}

/// A probe asks a port that is there; ours ask the admin port, and liveness does not depend on what readiness does.
fn probe_target(objects: &Objects) -> Vec<Violation> {
    each_container(objects, |container| {
        PROBES.into_iter().find_map(|(name, path)| {
            let probe = &container.spec[name];
            if container.pod.service().is_some() && probe.is_object() {
                let wanted = json!({"path": path, "port": "admin"});
                let asked = json!({"path": probe["httpGet"]["path"], "port": probe["httpGet"]["port"]});
                if asked != wanted {
                    return Some(format!("{name} does not ask {path} of the port admin"));
                }
            }
            let handlers = ["httpGet", "tcpSocket", "grpc"];
            let port = handlers.iter().map(|handler| &probe[handler]["port"]).find(|port| !port.is_null())?;
            let is_there = is_port(container, port);
            (!is_there).then(|| format!("{name} asks the port {port}, which the container does not have"))
        })
    })
}

fn is_port(container: Container<'_>, wanted: &Value) -> bool {
    let mut ports = crate::k8s::objects::list(container.at("/ports"));
    ports.any(|port| port["name"] == *wanted || port["containerPort"] == *wanted)
}
