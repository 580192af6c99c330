//! Services reach pods, and every pod stands behind a network policy.

use serde_json::Value;

use super::{Rule, Violation, each_pod};
use crate::k8s::objects::{Object, Objects, Pod, list, selects, service_selector};

pub(super) const RULES: &[Rule] = &[
    Rule::rendered("service-reaches-pods", service_reaches_pods),
    Rule::rendered("service-has-policy", service_has_policy),
    Rule::rendered("default-deny", default_deny),
    Rule::rendered("policy-selects-pods", policy_selects_pods),
];

/// The pods behind a Service.
pub(super) fn behind<'a>(objects: &'a Objects, service: &Object) -> Vec<Pod<'a>> {
    let Some(selector) = service_selector(service) else { return Vec::new() };
    let of_namespace = objects.pods().filter(|pod| pod.owner.namespace() == service.namespace());
    of_namespace.filter(|pod| pod.is_selected(&selector)).collect()
}

/// What a Service's port leads to in its pods: a port's name or number.
pub(super) fn target(port: &Value) -> &Value {
    if port["targetPort"].is_null() { &port["port"] } else { &port["targetPort"] }
}

/// The policies that have a say on what comes in to a pod, or on what it lets out.
pub(super) fn policies<'a>(
    objects: &'a Objects,
    pod: Pod<'a>,
    direction: &'static str,
) -> impl Iterator<Item = &'a Object> {
    let of_namespace =
        objects.of_kind("NetworkPolicy").filter(move |policy| policy.namespace() == pod.owner.namespace());
    of_namespace
        .filter(move |policy| is_about(policy, direction) && pod.is_selected(policy.at("/spec/podSelector")))
}

fn is_about(policy: &Object, direction: &str) -> bool {
    let types = policy.at("/spec/policyTypes");
    if types.is_null() {
        // What Kubernetes takes it to mean.
        return direction == "Ingress" || !policy.at("/spec/egress").is_null();
    }
    list(types).any(|name| name == direction)
}

/// Whether a rule of a policy means this port of the pod that is called.
pub(super) fn means_port(rule: &Value, called: Pod<'_>, number: u64) -> bool {
    if rule["ports"].as_array().is_none_or(Vec::is_empty) {
        return true;
    }
    list(&rule["ports"]).any(|port| {
        let tcp = port["protocol"].is_null() || port["protocol"] == "TCP";
        let first = called.port(&port["port"]).or_else(|| port["port"].as_u64());
        let last = port["endPort"].as_u64().or(first);
        tcp && (port["port"].is_null() || (first <= Some(number) && Some(number) <= last))
    })
}

/// Whether a peer in a policy of `namespace` means this pod.
pub(super) fn means_pod(objects: &Objects, peer: &Value, namespace: &str, pod: Pod<'_>) -> bool {
    let (namespaces, pods) = (&peer["namespaceSelector"], &peer["podSelector"]);
    if namespaces.is_null() && pods.is_null() {
        return false;
    }
    let of_namespace = if namespaces.is_null() {
        pod.owner.namespace() == namespace
    } else {
        selects(namespaces, &namespace_labels(objects, pod.owner.namespace()))
    };
    of_namespace && (pods.is_null() || pod.is_selected(pods))
}

fn namespace_labels(objects: &Objects, name: &str) -> Value {
    let namespace = objects.of_kind("Namespace").find(|namespace| namespace.name() == name);
    let mut labels = namespace.map_or(Value::Null, |namespace| namespace.at("/metadata/labels").clone());
    labels["kubernetes.io/metadata.name"] = name.into();
    labels
}

fn service_reaches_pods(objects: &Objects) -> Vec<Violation> {
    let mut found = Vec::new();
    for service in objects.of_kind("Service").filter(|service| service.at("/spec/type") != "ExternalName") {
        let pods = behind(objects, service);
        if pods.is_empty() {
            found.push(Violation::of(service, "selects no pod"));
        }
        for port in list(service.at("/spec/ports")) {
            let lost = pods.iter().find(|pod| pod.port(target(port)).is_none());
            if let Some(pod) = lost {
                let what = format!(
                    "port {} leads to {}, which {} does not have",
                    port["port"],
                    target(port),
                    pod.owner.id()
                );
                found.push(Violation::of(service, what));
            }
        }
    }
    found
}

/// A policy of its own, besides the one that refuses everything.
fn service_has_policy(objects: &Objects) -> Vec<Violation> {
    let mut found = Vec::new();
    for service in objects.of_kind("Service") {
        for pod in behind(objects, service) {
            let mut policies = policies(objects, pod, "Ingress");
            if !policies.any(|policy| list(policy.at("/spec/ingress")).next().is_some()) {
                let what = format!("no NetworkPolicy says who may call {}", pod.owner.id());
                found.push(Violation::of(service, what));
            }
        }
    }
    found
}

/// In both directions, and also for pods that nobody has thought of yet.
fn default_deny(objects: &Objects) -> Vec<Violation> {
    let refuses_all = |policy: &Object, direction, field| {
        *policy.at("/spec/podSelector") == serde_json::json!({})
            && is_about(policy, direction)
            && list(policy.at(field)).next().is_none()
    };
    each_pod(objects, |pod| {
        let namespace = pod.owner.namespace();
        let of_namespace =
            || objects.of_kind("NetworkPolicy").filter(|policy| policy.namespace() == namespace);
        let refused = |direction, field| of_namespace().any(|policy| refuses_all(policy, direction, field));
        (!refused("Ingress", "/spec/ingress") || !refused("Egress", "/spec/egress"))
            .then(|| format!("namespace {namespace} has no NetworkPolicy that refuses what no other admits"))
    })
}

/// Whose pods are not among the objects: the operator starts them, or cert-manager does.
const FOR_OTHERS: [&str; 2] = ["operator", "acme-solver"];

/// A policy that means nobody is one whose labels were mistyped.
fn policy_selects_pods(objects: &Objects) -> Vec<Violation> {
    let idle = |policy: &&Object| {
        let of_namespace = objects.pods().filter(|pod| pod.owner.namespace() == policy.namespace());
        !FOR_OTHERS.contains(&policy.name())
            && !of_namespace.into_iter().any(|pod| pod.is_selected(policy.at("/spec/podSelector")))
    };
    let policies = objects.of_kind("NetworkPolicy").filter(idle);
    policies.map(|policy| Violation::of(policy, "selects no pod")).collect()
}
