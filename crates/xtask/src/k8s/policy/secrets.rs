//! No secret is written down: neither in what git holds, nor in plain sight of everyone who may read a Deployment.

use std::path::Path;

use serde_json::Value;

use super::{Rule, Violation, each_container};
use crate::k8s::{
    objects::{Object, Objects, list, text},
    tree::Tree,
};

pub(super) const RULES: &[Rule] = &[
    Rule::rendered("no-plain-secret", no_plain_secret),
    Rule::written("no-secret-in-git", no_secret_in_git),
];

fn no_plain_secret(objects: &Objects) -> Vec<Violation> {
    each_container(objects, |container| {
        let mut variables = list(container.at("/env"));
        let plain = variables.find(|variable| {
            let value = text(&variable["value"]);
            is_plain(text(&variable["name"]), value) || has_password(value)
        })?;
        Some(format!("{} holds a secret as plain text", text(&plain["name"])))
    })
}

/// Names of variables that hold a secret itself, not a file's path or a number.
fn is_secret_name(name: &str) -> bool {
    ["PASSWORD", "SECRET", "SECRET_KEY", "PRIVATE_KEY", "TOKEN", "API_KEY"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Put together from other variables.
fn is_reference(value: &str) -> bool {
    value.starts_with('$')
}

/// Whether there is an address with a password in a text: `scheme://user:password@host`.
fn has_password(line: &str) -> bool {
    line.split("://").skip(1).any(|address| {
        let end = address.find(['/', '"', '\'', ' ', '?']).unwrap_or(address.len());
        let credentials =
            address[..end].split_once('@').and_then(|(credentials, _)| credentials.split_once(':'));
        credentials.is_some_and(|(_, password)| !password.is_empty() && !is_reference(password))
    })
}

fn no_secret_in_git(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, content) in tree.texts() {
        for (index, line) in content.lines().enumerate() {
            if is_key(line) || has_password(line) || (ends_in(path, &["env"]) && sets_secret(line)) {
                found.push(Violation::in_file(path, format!("line {} holds a secret", index + 1)));
            }
        }
        if ends_in(path, &["yaml", "yml"]) {
            match Object::parse(content) {
                Ok(items) => {
                    found.extend(
                        items.iter().filter_map(written_secret).map(|what| Violation::in_file(path, what)),
                    );
                }
                Err(error) => found.push(Violation::in_file(path, format!("cannot be read: {error:#}"))),
            }
        }
    }
    found
}

fn ends_in(path: &str, extensions: &[&str]) -> bool {
    Path::new(path).extension().is_some_and(|end| extensions.iter().any(|extension| end == *extension))
}

fn is_key(line: &str) -> bool {
    (line.contains("-----BEGIN") && line.contains("PRIVATE KEY"))
        || ["sk_live_", "sk_test_", "rk_live_", "whsec_"].iter().any(|start| line.contains(start))
}

/// `NAME=value`, where the name is a secret's.
fn sets_secret(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, value)| is_plain(name, value))
}

fn is_plain(name: &str, value: &str) -> bool {
    is_secret_name(name) && !value.is_empty() && !is_reference(value)
}

/// Whether a variable is given a secret as plain text, in any of the ways to write that down.
fn gives_secret(value: &Value) -> bool {
    match value {
        Value::Object(fields) => {
            is_plain(text(&value["name"]), text(&value["value"]))
                || fields.iter().any(|(name, value)| is_plain(name, text(value)) || gives_secret(value))
        }
        Value::Array(elements) => elements.iter().any(gives_secret),
        Value::String(text) => sets_secret(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn written_secret(object: &Object) -> Option<String> {
    let has_any = |value: &Value| value.as_object().is_some_and(|fields| !fields.is_empty());
    if object.kind() == "Secret" && (has_any(object.at("/data")) || has_any(object.at("/stringData"))) {
        return Some(format!("{} holds values", object.id()));
    }
    if gives_secret(&object.0) {
        return Some("gives a variable a secret as plain text".to_owned());
    }
    let literal = list(object.at("/secretGenerator"))
        .find(|generator| list(&generator["literals"]).next().is_some())?;
    Some(format!("generates the Secret {} from values written there", text(&literal["name"])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_found_in_addresses_but_not_their_places() {
        assert!(has_password("NATS_URL=nats://auth:pa55@nats:4222"));
        assert!(has_password("  - {name: X, value: \"redis://:pa55@redis\"}"));
        assert!(!has_password("echo \"MONGODB_URI=mongodb://$service:$mongodb@$members/?x\""));
        assert!(!has_password("mongodb://auth:${PASSWORD}@host"));
        assert!(!has_password("http://auth:3000/a@b and http://user@host"));
        assert!(!has_password("`mongodb://__system:${key}@${hosts}/`"));
    }
}
