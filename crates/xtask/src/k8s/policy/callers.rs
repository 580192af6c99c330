//! Who may call whom: the policies admit exactly these.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Rule, Violation, each_pod,
    network::{means_pod, means_port, policies},
};
use crate::k8s::objects::{Objects, Pod, list, text};

pub(super) const RULES: &[Rule] = &[
    Rule::rendered("only-callers", only_callers),
    Rule::rendered("callers-get-through", callers_get_through),
    Rule::rendered("only-calls", only_calls),
    Rule::rendered("names-resolve", names_resolve),
];

/// What is not among the objects: the front doors' namespaces, the one of a Grafana, and pods that somebody starts.
pub(super) const INGRESS: &str = "namespace ingress-nginx";
pub(super) const GATEWAY: &str = "namespace envoy-gateway-system";
const MONITORING: &str = "namespace monitoring";
const OPERATOR: &str = "operator";

/// A door that is open as long as there is such an object.
const FRONT_DOORS: [(&str, &str); 2] = [(INGRESS, "Ingress"), (GATEWAY, "Gateway")];

/// The port of a workload, and the workloads and namespaces that may call it. Nobody may call what is not listed.
const CALLERS: &[(&str, &str, &[&str])] = &[
    ("auth", "http", &[INGRESS, GATEWAY, "client"]),
    ("tickets", "http", &[INGRESS, GATEWAY, "client"]),
    ("orders", "http", &[INGRESS, GATEWAY, "client"]),
    ("payments", "http", &[INGRESS, GATEWAY, "client"]),
    ("client", "http", &[INGRESS, GATEWAY, "load-generator"]),
    ("auth", "admin", &["prometheus"]),
    ("tickets", "admin", &["prometheus"]),
    ("orders", "admin", &["prometheus"]),
    ("expiration", "admin", &["prometheus"]),
    ("payments", "admin", &["prometheus"]),
    ("client", "admin", &["prometheus"]),
    ("mongodb-auth", "mongodb", &["auth", "mongodb-auth", "mongodb-init-auth", OPERATOR]),
    ("mongodb-tickets", "mongodb", &["tickets", "mongodb-tickets", "mongodb-init-tickets", OPERATOR]),
    ("mongodb-orders", "mongodb", &["orders", "mongodb-orders", "mongodb-init-orders", OPERATOR]),
    (
        "mongodb-expiration",
        "mongodb",
        &["expiration", "mongodb-expiration", "mongodb-init-expiration", OPERATOR],
    ),
    ("mongodb-payments", "mongodb", &["payments", "mongodb-payments", "mongodb-init-payments", OPERATOR]),
    ("nats", "nats", &["auth", "tickets", "orders", "expiration", "payments", OPERATOR]),
    ("nats", "cluster", &["nats"]),
    ("redis", "redis", &["expiration"]),
    ("prometheus", "web", &[MONITORING]),
];

fn permitted(pod: Pod<'_>, port: &str) -> &'static [&'static str] {
    let door = CALLERS.iter().find(|(workload, name, _)| (*workload, *name) == (pod.owner.name(), port));
    door.map_or(&[], |(.., callers)| callers)
}

fn only_callers(objects: &Objects) -> Vec<Violation> {
    let mut found = Vec::new();
    for pod in objects.pods() {
        for (port, number) in pod.ports() {
            let permitted = permitted(pod, port);
            let admitted = admitted(objects, pod, number);
            for caller in admitted.iter().filter(|caller| !permitted.contains(&caller.as_str())) {
                found.push(Violation::of(pod.owner, format!("port {port} admits {caller}")));
            }
        }
    }
    found
}

/// The workloads and namespaces that may call a port.
fn admitted(objects: &Objects, pod: Pod<'_>, number: u64) -> BTreeSet<String> {
    let mut callers = BTreeSet::new();
    let mut is_guarded = false;
    for policy in policies(objects, pod, "Ingress") {
        is_guarded = true;
        for rule in list(policy.at("/spec/ingress")).filter(|rule| means_port(rule, pod, number)) {
            if rule["from"].as_array().is_none_or(Vec::is_empty) {
                callers.insert("everybody".to_owned());
            }
            for peer in list(&rule["from"]) {
                callers.extend(named(objects, peer, policy.namespace()));
            }
        }
    }
    if !is_guarded {
        callers.insert("everybody".to_owned());
    }
    callers
}

/// Who a peer is: workloads among the objects, a namespace beyond them, or what else it says.
fn named(objects: &Objects, peer: &Value, namespace: &str) -> Vec<String> {
    if !peer["ipBlock"].is_null() {
        return vec![format!("the addresses {}", text(&peer["ipBlock"]["cidr"]))];
    }
    let selector = &peer["namespaceSelector"];
    let mut names: Vec<_> = objects
        .pods()
        .filter(|pod| means_pod(objects, peer, namespace, *pod))
        .map(|pod| pod.owner.name().to_owned())
        .collect();
    if selector.is_null() {
        names.extend(to_come(objects, &peer["podSelector"], namespace));
    } else {
        match selector["matchLabels"]["kubernetes.io/metadata.name"].as_str() {
            Some(name) if objects.of_kind("Namespace").any(|namespace| namespace.name() == name) => {}
            Some(name) => names.push(format!("namespace {name}")),
            None => names.push(format!("namespaces like {selector}")),
        }
    }
    names
}

/// The names that a selector gives to pods which are not among the objects, but could be started.
fn to_come(objects: &Objects, selector: &Value, namespace: &str) -> Vec<String> {
    const NAME: &str = "app.kubernetes.io/name";
    let is_there = |name: &&str| {
        let mut pods = objects.pods().filter(|pod| pod.owner.namespace() == namespace);
        pods.any(|pod| pod.at("/metadata/labels")[NAME] == **name)
    };
    let labelled = selector["matchLabels"][NAME].as_str();
    let among = list(&selector["matchExpressions"])
        .filter(|expression| expression["key"] == NAME && expression["operator"] == "In")
        .flat_map(|expression| list(&expression["values"]).map(text));
    let names: Vec<_> = labelled.into_iter().chain(among).collect();
    if names.is_empty() {
        return vec![format!("pods like {selector}")];
    }
    names.into_iter().filter(|name| !is_there(name)).map(str::to_owned).collect()
}

/// Everyone on the list who is there: admitted by whom they call, and let out by their own policies.
fn callers_get_through(objects: &Objects) -> Vec<Violation> {
    let mut found = Vec::new();
    for pod in objects.pods() {
        for (port, number) in pod.ports() {
            let admitted = admitted(objects, pod, number);
            let permitted = permitted(pod, port);
            for (door, kind) in FRONT_DOORS.iter().filter(|(door, _)| permitted.contains(door)) {
                if objects.of_kind(kind).next().is_some() && !admitted.contains(*door) {
                    found.push(Violation::of(pod.owner, format!("port {port} does not admit {door}")));
                }
            }
            for caller in objects.pods().filter(|caller| permitted.contains(&caller.owner.name())) {
                let name = caller.owner.name();
                if !admitted.contains(name) {
                    found.push(Violation::of(pod.owner, format!("port {port} does not admit {name}")));
                }
                if !lets_out(objects, caller, pod, number) {
                    let what = format!("may not call port {port} of {}", pod.owner.name());
                    found.push(Violation::of(caller.owner, what));
                }
            }
        }
    }
    found
}

/// Nobody's own policies let it call whom it has no business with, whether or not that one would refuse.
fn only_calls(objects: &Objects) -> Vec<Violation> {
    let mut found = Vec::new();
    for caller in objects.pods() {
        for pod in objects.pods() {
            let open = pod.ports().filter(|(port, number)| {
                !permitted(pod, port).contains(&caller.owner.name())
                    && lets_out(objects, caller, pod, *number)
            });
            found.extend(open.map(|(port, _)| {
                Violation::of(caller.owner, format!("may call port {port} of {}", pod.owner.name()))
            }));
        }
    }
    found
}

/// Whose calls are limited may still ask for the addresses of names.
fn names_resolve(objects: &Objects) -> Vec<Violation> {
    each_pod(objects, |pod| {
        let rules = || policies(objects, pod, "Egress").flat_map(|policy| list(policy.at("/spec/egress")));
        let is_dns = |rule: &Value| {
            rule["ports"].is_null()
                || list(&rule["ports"]).any(|port| port["port"] == 53 && port["protocol"] == "UDP")
        };
        (!rules().any(is_dns)).then(|| "may not ask for the addresses of names".to_owned())
    })
}

/// Whether a pod's own policies let it call another's port: those that have none let everything out.
fn lets_out(objects: &Objects, caller: Pod<'_>, pod: Pod<'_>, number: u64) -> bool {
    let mut policies = policies(objects, caller, "Egress").peekable();
    policies.peek().is_none()
        || policies.any(|policy| {
            list(policy.at("/spec/egress")).any(|rule| {
                let anywhere = rule["to"].as_array().is_none_or(Vec::is_empty);
                let there =
                    || list(&rule["to"]).any(|peer| means_pod(objects, peer, policy.namespace(), pod));
                means_port(rule, pod, number) && (anywhere || there())
            })
        })
}
