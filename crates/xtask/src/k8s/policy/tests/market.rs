//! A small market that no rule complains of, for violations to be planted in.

use std::{
    fmt::Write as _,
    process::Command,
    sync::{Arc, LazyLock},
};

use serde_json::{Value, json};
use stack::{ROUTES, Service};
use tempfile::TempDir;

use crate::k8s::{
    objects::{Object, Objects},
    surroundings::Surroundings,
    tree::Tree,
};

/// What stands in for the services' binaries: it needs a database and a file with keys.
const BINARY: &str = r#"#!/bin/sh
read -r keys <"$JWT_JWKS_FILE" || [ -n "$keys" ] || exit 64
[ -n "$MONGODB_URI" ] || { echo "MONGODB_URI is required" >&2; exit 64; }
echo MONGODB_URI; echo JWT_JWKS_FILE; echo SHUTDOWN_SECONDS
"#;

static BINARIES: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    for service in Service::ALL {
        // Not written by this process: another thread's child could hold the file open while it is started.
        let mut write = Command::new("sh");
        write.args(["-c", r#"printf %s "$1" >"$2" && chmod 755 "$2""#, "sh", BINARY]);
        assert!(write.arg(folder.path().join(service.name())).status().unwrap().success());
    }
    folder
});

/// Read once: debug builds are slow at YAML.
static ITEMS: LazyLock<Vec<Object>> = LazyLock::new(items);

pub(super) fn market() -> Objects {
    let around = Surroundings { binaries: BINARIES.path().to_owned(), ..Surroundings::default() };
    Objects { overlay: "dev".to_owned(), items: ITEMS.clone(), around: Arc::new(around) }
}

fn items() -> Vec<Object> {
    let mut items = Object::parse(include_str!("shared.yaml")).unwrap();
    for service in Service::ALL {
        items
            .extend(Object::parse(&include_str!("service.yaml").replace("SERVICE", service.name())).unwrap());
    }
    items.push(Object(json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": {"name": "market", "namespace": "market"},
        "spec": {"rules": [{"http": {"paths": ROUTES.iter().map(|route| json!({
            "path": route.prefix, "pathType": "Prefix",
            "backend": {"service": {"name": route.service.name(), "port": {"name": "http"}}},
        })).collect::<Vec<_>>()}}]},
    })));
    items.push(Object(json!({
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
        "metadata": {"name": "market", "namespace": "market"},
        "spec": {"rules": ROUTES.iter().map(|route| json!({
            "matches": [{"path": {"type": "PathPrefix", "value": route.prefix}}],
            "backendRefs": [{"name": route.service.name(), "port": 80}],
        })).collect::<Vec<_>>()},
    })));
    items
}

pub(super) const PRODUCTION: &str = "infra/k8s/overlays/prod/kustomization.yaml";
pub(super) const SKAFFOLD: &str = "infra/skaffold/prod/kustomization.yaml";

pub(super) fn files() -> Tree {
    let mut nginx = String::new();
    for route in ROUTES {
        let pattern =
            if route.prefix == "/" { "/".to_owned() } else { format!("~ ^{}(?:/|$)", route.prefix) };
        writeln!(nginx, "location {pattern} {{ proxy_pass http://{}; }}", route.service.name()).unwrap();
    }
    let mut tree = Tree::default();
    tree.insert("infra/compose/nginx.conf", &nginx);
    tree.insert(
        "infra/k8s/base/kustomization.yaml",
        "secretGenerator: [{name: auth, envs: [secrets/auth.env]}]",
    );
    let images = |from: &str, to: &str| {
        let image = |service: Service| format!("{{name: {from}{0}, newName: {to}{0}}}", service.name());
        format!("images: [{}]", Service::ALL.map(image).join(", "))
    };
    tree.insert(PRODUCTION, &images("market/", "registry.example.org/market/"));
    tree.insert(SKAFFOLD, &images("registry.example.org/market/", "market/"));
    tree
}

/// The object that is called so, to be changed.
pub(super) fn object<'a>(objects: &'a mut Objects, id: &str) -> &'a mut Value {
    let found = objects.items.iter_mut().find(|object| object.id() == id);
    &mut found.unwrap_or_else(|| panic!("there is no {id}")).0
}

pub(super) fn set(objects: &mut Objects, id: &str, pointer: &str, value: Value) {
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    let parent = object(objects, id).pointer_mut(parent).unwrap_or_else(|| panic!("{id} has no {parent}"));
    let field = &field.replace("~1", "/");
    match parent {
        Value::Array(elements) if field == "-" => elements.push(value),
        Value::Array(elements) => elements[field.parse::<usize>().unwrap()] = value,
        _ => parent[field] = value,
    }
}

pub(super) fn remove(objects: &mut Objects, id: &str, pointer: &str) {
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    let parent = object(objects, id).pointer_mut(parent).unwrap();
    let removed = match parent {
        Value::Array(elements) => Some(elements.remove(field.parse().unwrap())),
        _ => parent.as_object_mut().unwrap().remove(field),
    };
    removed.unwrap_or_else(|| panic!("{id} has no {pointer}"));
}

pub(super) fn drop_object(objects: &mut Objects, id: &str) {
    let before = objects.items.len();
    objects.items.retain(|object| object.id() != id);
    assert_eq!(objects.items.len() + 1, before, "{id}");
}

pub(super) fn add(objects: &mut Objects, object: Value) {
    objects.items.push(Object(object));
}
