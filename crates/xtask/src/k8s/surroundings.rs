//! What the manifests count on without saying it: binaries, what images set, and secrets made beforehand.

use std::path::PathBuf;

use serde_json::json;
use stack::Service;

use super::objects::{Object, Objects};

#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    /// Where the services' binaries are.
    pub(crate) binaries: PathBuf,
    /// Secrets and `ConfigMaps` that have to be there before an overlay is applied, with stand-ins for their values.
    pub(crate) made: Vec<Object>,
    /// The Dockerfile, which gives images variables of their own.
    pub(crate) dockerfile: String,
}

/// What `make-secrets.sh` makes besides Secrets.
const MADE_CONFIG_MAPS: [&str; 1] = ["jwks"];

/// What no script can make, with stand-ins: kind, name, entry and value.
const BROUGHT: [(&str, &str, &str, &str); 3] = [
    ("Secret", "payments", "STRIPE_SECRET_KEY", "stand-in"),
    ("Secret", "payments", "STRIPE_WEBHOOK_SECRET", "stand-in"),
    ("ConfigMap", "stripe", "STRIPE_PUBLISHABLE_KEY", "pk_test_standin"),
];

impl Surroundings {
    pub(crate) fn made_beforehand(&self, kind: &str, name: &str) -> Option<&Object> {
        self.made.iter().find(|object| (object.kind(), object.name()) == (kind, name))
    }

    /// What the image of a service sets itself.
    pub(crate) fn image_variables(&self, service: Service) -> Vec<(&str, &str)> {
        let mut stage = "";
        let mut found = Vec::new();
        for line in self.dockerfile.lines() {
            let words: Vec<_> = line.split_whitespace().collect();
            match words.as_slice() {
                ["FROM", .., "AS", name] => stage = name,
                ["FROM", ..] => stage = "",
                ["ENV", pairs @ ..] if stage == "service" || stage == service.name() => {
                    found.extend(pairs.iter().filter_map(|pair| pair.split_once('=')));
                }
                _ => {}
            }
        }
        found
    }
}

/// What an overlay with generated secrets made of them, as one without would find it: under the plain names. And what
/// people add to it.
pub(crate) fn made_in(objects: &Objects) -> Vec<Object> {
    let mut made = Vec::new();
    for object in objects.of_kind("Secret").chain(objects.of_kind("ConfigMap")) {
        let name = without_hash(object.name());
        if object.kind() == "Secret" || MADE_CONFIG_MAPS.contains(&name) {
            let mut object = object.clone();
            object.0["metadata"]["name"] = name.into();
            made.push(object);
        }
    }
    for (kind, name, entry, value) in BROUGHT {
        let field = if kind == "Secret" { "stringData" } else { "data" };
        if let Some(object) = made.iter_mut().find(|object| (object.kind(), object.name()) == (kind, name)) {
            object.0[field][entry] = value.into();
        } else {
            made.push(Object(json!({"kind": kind, "metadata": {"name": name}, field: {entry: value}})));
        }
    }
    made
}

/// A name without what kustomize appends to make it change with the content.
fn without_hash(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((plain, hash)) if hash.len() == 10 && hash.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            plain
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_images_variables_are_those_of_its_stages() {
        let dockerfile = "FROM x AS builder\nENV A=1\nFROM y AS service\nENV B=2 C=3\nFROM service AS client\nENV D=/site\n\
                          FROM service\nENV E=5\n";
        let around = Surroundings { dockerfile: dockerfile.to_owned(), ..Surroundings::default() };
        assert_eq!(around.image_variables(Service::Auth), [("B", "2"), ("C", "3")]);
        assert_eq!(around.image_variables(Service::Client), [("B", "2"), ("C", "3"), ("D", "/site")]);
    }

    #[test]
    fn only_a_hash_is_taken_off_a_name() {
        assert_eq!(without_hash("jwt-private-key-c67mkk4tkf"), "jwt-private-key");
        assert_eq!(without_hash("mongodb-users"), "mongodb-users");
    }
}
