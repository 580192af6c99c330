//! Every front door sends a path to the service that `stack::ROUTES` names, and gets there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stack::{ROUTES, Service};

use super::{
    Rule, Violation,
    network::{behind, target},
};
use crate::k8s::{
    nginx,
    objects::{Object, Objects, list, text},
    tree::Tree,
};

pub(super) const RULES: &[Rule] = &[
    Rule::rendered("backend-is-reached", backend_is_reached),
    Rule::rendered("routes-agree", routes_agree),
    Rule::written("nginx-agrees", nginx_agrees),
];

/// Where nginx is configured by hand. `infra/local` has its locations from the table itself.
const NGINX: &str = "infra/compose/nginx.conf";

/// A path of an Ingress or an `HTTPRoute`, and where its requests go.
struct Entry<'a> {
    object: &'a Object,
    /// Of which host; empty for any.
    host: String,
    path: &'a str,
    exact: bool,
    backend: Backend<'a>,
}

struct Backend<'a> {
    service: &'a str,
    /// By its name or number.
    port: &'a Value,
}

fn entries(objects: &Objects) -> Vec<Entry<'_>> {
    ingress_entries(objects).chain(http_route_entries(objects)).collect()
}

fn ingress_entries(objects: &Objects) -> impl Iterator<Item = Entry<'_>> {
    objects.of_kind("Ingress").flat_map(|object| {
        list(object.at("/spec/rules")).flat_map(move |rule| {
            list(&rule["http"]["paths"]).map(move |path| {
                let service = &path["backend"]["service"];
                let port = &service["port"];
                Entry {
                    object,
                    host: text(&rule["host"]).to_owned(),
                    path: text(&path["path"]),
                    exact: path["pathType"] == "Exact",
                    backend: Backend {
                        service: text(&service["name"]),
                        port: if port["name"].is_null() { &port["number"] } else { &port["name"] },
                    },
                }
            })
        })
    })
}

fn http_route_entries(objects: &Objects) -> impl Iterator<Item = Entry<'_>> {
    let routes = objects.of_kind("HTTPRoute").filter(|route| !only_redirects(route));
    routes.flat_map(|object| {
        let hosts: Vec<_> = list(object.at("/spec/hostnames")).map(text).collect();
        let host = hosts.join(" ");
        list(object.at("/spec/rules")).flat_map(move |rule| {
            let mut matches: Vec<_> = list(&rule["matches"]).collect();
            if matches.is_empty() {
                // Everything is meant then.
                matches.push(&rule["matches"]);
            }
            let backends = list(&rule["backendRefs"]);
            let host = host.clone();
            backends.flat_map(move |backend| {
                let host = host.clone();
                matches.clone().into_iter().map(move |matched| Entry {
                    object,
                    host: host.clone(),
                    path: text(&matched["path"]["value"]),
                    exact: matched["path"]["type"] == "Exact",
                    backend: Backend { service: text(&backend["name"]), port: &backend["port"] },
                })
            })
        })
    })
}

/// From http to https, say.
fn only_redirects(route: &Object) -> bool {
    let mut rules = list(route.at("/spec/rules"));
    rules.all(|rule| list(&rule["filters"]).any(|filter| filter["type"] == "RequestRedirect"))
}

/// Path → Service → its pods → the port of theirs.
fn backend_is_reached(objects: &Objects) -> Vec<Violation> {
    let mut found = Vec::new();
    for entry in entries(objects) {
        if let Err(what) = follow(objects, &entry) {
            found.push(Violation::of(entry.object, format!("{}: {what}", entry.path)));
        }
    }
    found
}

fn follow(objects: &Objects, entry: &Entry<'_>) -> Result<Service, String> {
    let Backend { service: name, port: wanted } = entry.backend;
    let service = objects
        .find("Service", entry.object.namespace(), name)
        .ok_or_else(|| format!("there is no Service {name:?}"))?;
    let port = list(service.at("/spec/ports"))
        .find(|port| port["name"] == *wanted || port["port"] == *wanted)
        .ok_or_else(|| format!("the Service {name} has no port {wanted}"))?;
    let pods = behind(objects, service);
    let [pod] = pods.as_slice() else {
        return Err(format!("the Service {name} selects the pods of {} workloads, not of one", pods.len()));
    };
    if pod.port(target(port)).is_none() {
        return Err(format!("{} has no port {}", pod.owner.id(), target(port)));
    }
    pod.service().ok_or_else(|| format!("{} is none of our services", pod.owner.id()))
}

fn routes_agree(objects: &Objects) -> Vec<Violation> {
    let mut doors: BTreeMap<(&str, String), Vec<Entry<'_>>> = BTreeMap::new();
    for entry in entries(objects) {
        doors.entry((entry.object.kind(), entry.host.clone())).or_default().push(entry);
    }
    let mut found = Vec::new();
    for entries in doors.into_values() {
        let mut paths: BTreeSet<_> = entries.iter().map(|entry| entry.path).collect();
        paths.extend(ROUTES.iter().map(|route| route.prefix));
        for path in paths.into_iter().flat_map(samples) {
            let expected = routed(&path);
            let mut complain = |object, served| {
                let what =
                    format!("{path} goes to {served}; the table of stack::ROUTES says {}", expected.name());
                found.push(Violation::of(object, what));
            };
            let chosen = chosen(&entries, &path);
            if chosen.is_empty() {
                complain(entries[0].object, "nobody");
            }
            for entry in chosen {
                // What leads nowhere is another rule's.
                if let Ok(service) = follow(objects, entry)
                    && service != expected
                {
                    complain(entry.object, service.name());
                }
            }
        }
    }
    found
}

/// Paths whose answers tell two tables apart: the path itself, below it, and beside it.
fn samples(path: &str) -> Vec<String> {
    match path.trim_end_matches('/') {
        "" => vec!["/".to_owned(), "/x".to_owned()],
        path => vec![path.to_owned(), format!("{path}/x"), format!("{path}x")],
    }
}

/// An exact path before a prefix, then the longest prefix of whole segments; all backends of it.
fn chosen<'a, 'b>(entries: &'b [Entry<'a>], path: &str) -> Vec<&'b Entry<'a>> {
    let rank = |entry: &Entry<'_>| {
        if entry.exact {
            (entry.path == path).then_some(usize::MAX)
        } else {
            is_below(path, entry.path).then(|| entry.path.trim_end_matches('/').len())
        }
    };
    let best = entries.iter().filter_map(rank).max();
    entries.iter().filter(|entry| best.is_some() && rank(entry) == best).collect()
}

fn routed(path: &str) -> Service {
    let routes = ROUTES.iter().filter(|route| is_below(path, route.prefix));
    let route = routes.max_by_key(|route| route.prefix.trim_end_matches('/').len());
    route.map_or(Service::Client, |route| route.service)
}

fn is_below(path: &str, prefix: &str) -> bool {
    let rest = path.strip_prefix(prefix.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A hand-written nginx.conf sends what the table says to hosts called as the services are.
fn nginx_agrees(tree: &Tree) -> Vec<Violation> {
    let Some(config) = tree.text(NGINX) else {
        let is_elsewhere = tree.texts().any(|(path, _)| path.starts_with("infra/compose/"));
        return is_elsewhere.then(|| Violation::in_file(NGINX, "is not there")).into_iter().collect();
    };
    let locations = match nginx::locations(config) {
        Ok(locations) => locations,
        Err(error) => return vec![Violation::in_file(NGINX, format!("{error:#}"))],
    };
    let mut found = Vec::new();
    for path in ROUTES.iter().flat_map(|route| samples(route.prefix)) {
        let (served, expected) = (nginx::answer(&locations, &path).unwrap_or("nobody"), routed(&path).name());
        if served != expected {
            let what = format!("{path} goes to {served}; the table of stack::ROUTES says {expected}");
            found.push(Violation::in_file(NGINX, what));
        }
    }
    found
}
