//! What an overlay renders to, and the questions that rules ask of it.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use serde_json::Value;
use stack::Service;

use super::surroundings::Surroundings;

static NOTHING: Value = Value::Null;

/// Everything one overlay renders to.
#[derive(Debug, Clone)]
pub(crate) struct Objects {
    pub(crate) overlay: String,
    pub(crate) items: Vec<Object>,
    pub(crate) around: Arc<Surroundings>,
}

/// One Kubernetes object.
#[derive(Debug, Clone)]
pub(crate) struct Object(pub(crate) Value);

/// A pod template and the object it stands in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pod<'a> {
    pub(crate) owner: &'a Object,
    template: &'a Value,
}

/// A container of a pod.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Container<'a> {
    pub(crate) pod: Pod<'a>,
    pub(crate) spec: &'a Value,
    /// Runs before the others and ends; a sidecar among the init containers is none.
    pub(crate) init: bool,
}

impl Objects {
    pub(crate) fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &Object> {
        self.items.iter().filter(move |object| object.kind() == kind)
    }

    pub(crate) fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<&Object> {
        let wanted = (kind, namespace, name);
        self.items.iter().find(|object| (object.kind(), object.namespace(), object.name()) == wanted)
    }

    /// Every pod template.
    pub(crate) fn pods(&self) -> impl Iterator<Item = Pod<'_>> {
        self.items.iter().filter_map(|owner| {
            let template = match owner.kind() {
                "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => owner.at("/spec/template"),
                "CronJob" => owner.at("/spec/jobTemplate/spec/template"),
                "Pod" => &owner.0,
                _ => return None,
            };
            Some(Pod { owner, template })
        })
    }

    pub(crate) fn containers(&self) -> impl Iterator<Item = Container<'_>> {
        self.pods().flat_map(Pod::containers)
    }
}

impl Object {
    /// Reads YAML documents.
    pub(crate) fn parse(yaml: &str) -> Result<Vec<Self>> {
        let documents: Vec<Value> = serde_saphyr::from_multiple(yaml).context("this is not YAML")?;
        Ok(documents.into_iter().filter(|document| !document.is_null()).map(Self).collect())
    }

    /// What a JSON pointer points at; null where nothing is.
    pub(crate) fn at(&self, pointer: &str) -> &Value {
        at(&self.0, pointer)
    }

    pub(crate) fn kind(&self) -> &str {
        text(self.at("/kind"))
    }

    pub(crate) fn name(&self) -> &str {
        text(self.at("/metadata/name"))
    }

    pub(crate) fn namespace(&self) -> &str {
        self.at("/metadata/namespace").as_str().unwrap_or("default")
    }

    /// As `kubectl` would call it.
    pub(crate) fn id(&self) -> String {
        format!("{}/{}", self.kind(), self.name())
    }
}

impl<'a> Pod<'a> {
    pub(crate) fn at(self, pointer: &str) -> &'a Value {
        at(self.template, pointer)
    }

    /// Ends by itself, so that nothing need ask how it is.
    pub(crate) fn is_job(self) -> bool {
        matches!(self.owner.kind(), "Job" | "CronJob")
    }

    /// Which of our own processes its Deployment is of, if any.
    pub(crate) fn service(self) -> Option<Service> {
        if self.owner.kind() != "Deployment" {
            return None;
        }
        Service::ALL.into_iter().find(|service| service.name() == self.owner.name())
    }

    pub(crate) fn containers(self) -> impl Iterator<Item = Container<'a>> {
        let sidecar = |spec: &Value| spec["restartPolicy"] == "Always";
        let init = list(self.at("/spec/initContainers"));
        let init = init.map(move |spec| Container { pod: self, spec, init: !sidecar(spec) });
        init.chain(list(self.at("/spec/containers")).map(move |spec| Container {
            pod: self,
            spec,
            init: false,
        }))
    }

    /// Whether a label selector of the same namespace means this pod.
    pub(crate) fn is_selected(self, selector: &Value) -> bool {
        selects(selector, self.at("/metadata/labels"))
    }

    /// The names and numbers of all its ports.
    pub(crate) fn ports(self) -> impl Iterator<Item = (&'a str, u64)> {
        self.containers().flat_map(|container| list(&container.spec["ports"])).filter_map(|port| {
            Some((port["name"].as_str().unwrap_or_default(), port["containerPort"].as_u64()?))
        })
    }

    /// The number of the port that is called so, by name or number.
    pub(crate) fn port(self, wanted: &Value) -> Option<u64> {
        self.ports()
            .find(|(name, number)| wanted.as_str() == Some(name) || wanted.as_u64() == Some(*number))
            .map(|(_, number)| number)
    }
}

impl<'a> Container<'a> {
    pub(crate) fn at(self, pointer: &str) -> &'a Value {
        at(self.spec, pointer)
    }

    pub(crate) fn name(self) -> &'a str {
        text(self.at("/name"))
    }

    /// What its image is called, without the registry and the version.
    pub(crate) fn image_name(self) -> &'a str {
        let last = text(self.at("/image")).rsplit('/').next().unwrap_or_default();
        last.split(['@', ':']).next().unwrap_or_default()
    }

    /// A field of the security context, which the pod's is the default of.
    pub(crate) fn security(self, field: &str) -> &'a Value {
        let own = self.at(&format!("/securityContext/{field}"));
        if own.is_null() { self.pod.at(&format!("/spec/securityContext/{field}")) } else { own }
    }
}

/// The elements of a list; none if it is not there.
pub(crate) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The text of a value; empty if it is not there.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(crate) fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&NOTHING)
}

/// Whether a label selector means what has these labels. An empty one means everything.
pub(crate) fn selects(selector: &Value, labels: &Value) -> bool {
    let pairs = selector["matchLabels"].as_object().into_iter().flatten();
    let expressions = list(&selector["matchExpressions"]);
    pairs.into_iter().all(|(key, value)| labels[key] == *value)
        && expressions.into_iter().all(|expression| {
            let label = &labels[text(&expression["key"])];
            let among = list(&expression["values"]).any(|value| value == label);
            match text(&expression["operator"]) {
                "In" => among,
                "NotIn" => !among,
                "Exists" => !label.is_null(),
                "DoesNotExist" => label.is_null(),
                _ => false,
            }
        })
}

/// A Service's selector, written as other selectors are.
pub(crate) fn service_selector(service: &Object) -> Option<Value> {
    let labels = service.at("/spec/selector");
    (!labels.is_null()).then(|| serde_json::json!({ "matchLabels": labels }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn selectors_mean_what_kubernetes_says_they_do() {
        let labels = json!({"app": "auth", "part": "market"});
        assert!(selects(&json!({}), &labels));
        assert!(selects(&json!({"matchLabels": {"app": "auth"}}), &labels));
        assert!(!selects(&json!({"matchLabels": {"app": "auth", "zone": "a"}}), &labels));
        let expression = |operator: &str, values: Value| json!({"matchExpressions": [{"key": "app", "operator": operator, "values": values}]});
        assert!(selects(&expression("In", json!(["auth", "client"])), &labels));
        assert!(!selects(&expression("NotIn", json!(["auth"])), &labels));
        assert!(selects(&expression("Exists", json!([])), &labels));
        assert!(!selects(&expression("DoesNotExist", json!([])), &labels));
        assert!(!selects(&expression("Invented", json!([])), &labels));
    }
}
