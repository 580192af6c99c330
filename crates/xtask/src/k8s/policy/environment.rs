//! What a container finds when it starts: its environment and its files, out of `ConfigMaps` and Secrets.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use crate::k8s::objects::{Container, Object, Objects, list, text};

/// What a container starts with, and what of it could not be found.
#[derive(Debug, Default)]
pub(super) struct Environment {
    pub(super) variables: BTreeMap<String, String>,
    /// Path in the container, and content.
    files: BTreeMap<String, Vec<u8>>,
    pub(super) missing: Vec<String>,
}

impl Environment {
    pub(super) fn of(objects: &Objects, container: Container<'_>) -> Self {
        let mut environment = Self::default();
        environment.read_sources(objects, container);
        environment.read_variables(objects, container);
        environment.read_mounts(objects, container);
        environment
    }

    /// Writes the files below `folder`, and gives back the variables with paths that lead there.
    pub(super) fn laid_out_in(&self, folder: &Path) -> Result<BTreeMap<String, String>> {
        for (path, content) in &self.files {
            let file = folder.join(path.trim_start_matches('/'));
            if let Some(parent) = file.parent() {
                fs::create_dir_all(parent).with_context(|| format!("could not make {}", parent.display()))?;
            }
            fs::write(&file, content).with_context(|| format!("could not write {}", file.display()))?;
        }
        let moved = |value: &String| {
            if self.files.contains_key(value) {
                folder.join(value.trim_start_matches('/')).display().to_string()
            } else {
                value.clone()
            }
        };
        Ok(self.variables.iter().map(|(name, value)| (name.clone(), moved(value))).collect())
    }

    fn read_sources(&mut self, objects: &Objects, container: Container<'_>) {
        for source in list(container.at("/envFrom")) {
            let (kind, reference) = if source["secretRef"].is_object() {
                ("Secret", &source["secretRef"])
            } else {
                ("ConfigMap", &source["configMapRef"])
            };
            let Some(entries) = self.entries(objects, container, kind, reference, &reference["name"]) else {
                continue;
            };
            let prefix = text(&source["prefix"]);
            for (key, value) in entries {
                self.variables.insert(format!("{prefix}{key}"), String::from_utf8_lossy(&value).into_owned());
            }
        }
    }

    fn read_variables(&mut self, objects: &Objects, container: Container<'_>) {
        for variable in list(container.at("/env")) {
            let name = text(&variable["name"]).to_owned();
            let from = &variable["valueFrom"];
            let value = if from["secretKeyRef"].is_object() {
                self.entry(objects, container, "Secret", &from["secretKeyRef"])
            } else if from["configMapKeyRef"].is_object() {
                self.entry(objects, container, "ConfigMap", &from["configMapKeyRef"])
            } else if from.is_object() {
                // Of the pod that it will be; no service parses any.
                Some("1".to_owned())
            } else {
                Some(self.expanded(text(&variable["value"])))
            };
            if let Some(value) = value {
                self.variables.insert(name, value);
            }
        }
    }

    /// With the variables that stand in it as `$(NAME)`, if they come before it.
    fn expanded(&self, value: &str) -> String {
        self.variables
            .iter()
            .fold(value.to_owned(), |text, (name, value)| text.replace(&format!("$({name})"), value))
    }

    fn read_mounts(&mut self, objects: &Objects, container: Container<'_>) {
        for mount in list(container.at("/volumeMounts")) {
            let Some(volume) =
                list(container.pod.at("/spec/volumes")).find(|volume| volume["name"] == mount["name"])
            else {
                continue;
            };
            let projected = list(&volume["projected"]["sources"]);
            for source in std::iter::once(volume).chain(projected) {
                self.read_volume(objects, container, source, mount);
            }
        }
    }

    fn read_volume(&mut self, objects: &Objects, container: Container<'_>, source: &Value, mount: &Value) {
        let (kind, reference) = if source["secret"].is_object() {
            ("Secret", &source["secret"])
        } else if source["configMap"].is_object() {
            ("ConfigMap", &source["configMap"])
        } else {
            return;
        };
        // Every namespace has it.
        if reference["name"] == "kube-root-ca.crt" {
            return;
        }
        let name =
            if reference["secretName"].is_null() { &reference["name"] } else { &reference["secretName"] };
        let Some(entries) = self.entries(objects, container, kind, reference, name) else { return };
        let items: Vec<(String, String)> = if reference["items"].is_array() {
            let item = |item: &Value| (text(&item["key"]).to_owned(), text(&item["path"]).to_owned());
            list(&reference["items"]).map(item).collect()
        } else {
            entries.keys().map(|key| (key.clone(), key.clone())).collect()
        };
        let at = text(&mount["mountPath"]).trim_end_matches('/');
        for (key, path) in items {
            match entries.get(&key) {
                Some(content) if text(&mount["subPath"]) == path => {
                    self.files.insert(at.to_owned(), content.clone());
                }
                Some(content) => {
                    self.files.insert(format!("{at}/{path}"), content.clone());
                }
                None => self.missing.push(format!("{kind} {} has no key {key}", text(name))),
            }
        }
    }

    /// One entry of what a reference names; notes what is missing unless that is allowed.
    fn entry(
        &mut self,
        objects: &Objects,
        container: Container<'_>,
        kind: &str,
        reference: &Value,
    ) -> Option<String> {
        let entries = self.entries(objects, container, kind, reference, &reference["name"])?;
        let key = text(&reference["key"]);
        let value = entries.get(key).map(|value| String::from_utf8_lossy(value).into_owned());
        if value.is_none() && reference["optional"] != true {
            self.missing.push(format!("{kind} {} has no key {key}", text(&reference["name"])));
        }
        value
    }

    fn entries(
        &mut self,
        objects: &Objects,
        container: Container<'_>,
        kind: &str,
        reference: &Value,
        name: &Value,
    ) -> Option<BTreeMap<String, Vec<u8>>> {
        let (namespace, name) = (container.pod.owner.namespace(), text(name));
        let found = objects.find(kind, namespace, name).or_else(|| {
            let made = objects.around.made_beforehand(kind, name);
            made.filter(|_| kind != "Secret" || comes_from_outside(objects, namespace, name))
        });
        if found.is_none() && reference["optional"] != true {
            self.missing.push(format!("there is no {kind} {name}"));
        }
        found.map(contents)
    }
}

/// Whoever has some Secrets brought from a store has to have all of them brought.
fn comes_from_outside(objects: &Objects, namespace: &str, name: &str) -> bool {
    objects.of_kind("ExternalSecret").next().is_none()
        || objects.find("ExternalSecret", namespace, name).is_some()
}

/// The entries of a Secret or a `ConfigMap`.
fn contents(object: &Object) -> BTreeMap<String, Vec<u8>> {
    let fields = |field: &str| object.at(field).as_object().into_iter().flatten();
    let plain = |(key, value): (&String, &Value)| (key.clone(), text(value).as_bytes().to_vec());
    let encoded = |(key, value): (&String, &Value)| {
        let text: String = text(value).split_whitespace().collect();
        (key.clone(), BASE64_STANDARD.decode(text).unwrap_or_default())
    };
    let is_secret = object.kind() == "Secret";
    let data = fields("/data").map(move |field| if is_secret { encoded(field) } else { plain(field) });
    data.chain(fields("/stringData").map(plain)).chain(fields("/binaryData").map(encoded)).collect()
}
