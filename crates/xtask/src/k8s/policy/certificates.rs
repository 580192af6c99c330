//! Whoever proves over http that the market's name is ours is asked at the market's own doors.

use serde_json::{Value, json};

use super::{
    Rule, Violation,
    callers::{GATEWAY, INGRESS},
};
use crate::k8s::objects::{Object, Objects, list, selects, text};

pub(super) const RULES: &[Rule] = &[Rule::rendered("challenges-get-through", challenges_get_through)];

/// A solver's door is there, and is admitted to the pods that answer. A certificate would else be missing only when the old one
/// ends.
fn challenges_get_through(objects: &Objects) -> Vec<Violation> {
    let mut found = Vec::new();
    for issuer in objects.of_kind("Issuer") {
        let solvers = list(issuer.at("/spec/acme/solvers")).map(|solver| &solver["http01"]);
        for solver in solvers.filter(|solver| !solver.is_null()) {
            let route = &solver["gatewayHTTPRoute"];
            let door = if route.is_null() { INGRESS } else { GATEWAY };
            let lost = list(&route["parentRefs"]).find(|parent| !listens(objects, issuer, parent));
            if let Some(parent) = lost {
                found.push(Violation::of(issuer, format!("no Gateway listens on port 80 as {parent}")));
            }
            if !admitted(objects, issuer.namespace()).any(|name| format!("namespace {name}") == door) {
                let what = format!("{door} is not admitted to the pods that answer its challenges");
                found.push(Violation::of(issuer, what));
            }
        }
    }
    found
}

fn listens(objects: &Objects, issuer: &Object, parent: &Value) -> bool {
    let gateway = objects.find("Gateway", issuer.namespace(), text(&parent["name"]));
    let mut listeners = gateway.into_iter().flat_map(|gateway| list(gateway.at("/spec/listeners")));
    let section = &parent["sectionName"];
    listeners.any(|listener| listener["port"] == 80 && (section.is_null() || listener["name"] == *section))
}

/// The namespaces whose pods may call those that cert-manager starts to answer.
fn admitted<'a>(objects: &'a Objects, namespace: &'a str) -> impl Iterator<Item = &'a str> {
    let labels = json!({"acme.cert-manager.io/http01-solver": "true"});
    let policies = objects.of_kind("NetworkPolicy").filter(move |policy| {
        policy.namespace() == namespace && selects(policy.at("/spec/podSelector"), &labels)
    });
    let rules = policies.flat_map(|policy| list(policy.at("/spec/ingress")));
    let peers = rules.flat_map(|rule| list(&rule["from"]));
    peers.map(|peer| text(&peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]))
}
