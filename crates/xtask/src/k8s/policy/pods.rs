//! Which pods there are, and what they may reach of their node and of the cluster's API.

use stack::Service;

use super::{Rule, Violation, each_pod};
use crate::k8s::objects::{Objects, list, text};

pub(super) const RULES: &[Rule] = &[
    Rule::rendered("all-of-ours", all_of_ours),
    Rule::rendered("no-token", no_token),
    Rule::rendered("own-account", own_account),
    Rule::rendered("no-host-access", no_host_access),
    Rule::rendered("restricted-namespace", restricted_namespace),
];

/// On a pod template: why it needs a token for the cluster's API.
const TOKEN_REASON: &str = "/metadata/annotations/market~1service-account-token-reason";

/// Other rules have nothing to say of what is not there.
fn all_of_ours(objects: &Objects) -> Vec<Violation> {
    let missing = |object: &str| Violation { object: object.to_owned(), what: "is not there".to_owned() };
    let is_there = |service: &Service| objects.pods().any(|pod| pod.service() == Some(*service));
    let services = Service::ALL.into_iter().filter(|service| !is_there(service));
    let mut found: Vec<_> =
        services.map(|service| missing(&format!("Deployment/{}", service.name()))).collect();
    if objects.of_kind("Ingress").chain(objects.of_kind("HTTPRoute")).next().is_none() {
        found.push(missing("an Ingress or an HTTPRoute"));
    }
    found
}

fn no_token(objects: &Objects) -> Vec<Violation> {
    each_pod(objects, |pod| {
        let mut sources =
            list(pod.at("/spec/volumes")).flat_map(|volume| list(&volume["projected"]["sources"]));
        let mounted = pod.at("/spec/automountServiceAccountToken") != false
            || sources.any(|source| !source["serviceAccountToken"].is_null());
        (mounted && text(pod.at(TOKEN_REASON)).trim().is_empty()).then(|| {
            "gets a token of its ServiceAccount, and no annotation market/service-account-token-reason says why"
                .to_owned()
        })
    })
}

fn own_account(objects: &Objects) -> Vec<Violation> {
    each_pod(objects, |pod| {
        let account = text(pod.at("/spec/serviceAccountName"));
        let found = objects.find("ServiceAccount", pod.owner.namespace(), account);
        found.is_none().then(|| format!("its ServiceAccount {account:?} is not among the objects"))
    })
}

fn no_host_access(objects: &Objects) -> Vec<Violation> {
    each_pod(objects, |pod| {
        for field in ["hostNetwork", "hostPID", "hostIPC"] {
            if pod.at(&format!("/spec/{field}")) == true {
                return Some(format!("{field} is true"));
            }
        }
        if list(pod.at("/spec/volumes")).any(|volume| !volume["hostPath"].is_null()) {
            return Some("mounts a folder of its node".to_owned());
        }
        let mut ports = pod.containers().flat_map(|container| list(container.at("/ports")));
        ports.any(|port| !port["hostPort"].is_null()).then(|| "takes a port of its node".to_owned())
    })
}

/// The namespace refuses what the rules for containers forbid, whoever applies it.
fn restricted_namespace(objects: &Objects) -> Vec<Violation> {
    const ENFORCE: &str = "/metadata/labels/pod-security.kubernetes.io~1enforce";
    each_pod(objects, |pod| {
        let name = pod.owner.namespace();
        let namespace = objects.of_kind("Namespace").find(|namespace| namespace.name() == name);
        let restricted = namespace.is_some_and(|namespace| namespace.at(ENFORCE) == "restricted");
        (!restricted).then(|| format!("namespace {name} does not enforce pod security \"restricted\""))
    })
}
