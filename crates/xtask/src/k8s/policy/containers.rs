//! What a container may do and take: Pod Security's `restricted`, and a little more.

use super::{Rule, Violation, each_container};
use crate::k8s::{
    objects::{Objects, list, text},
    quantity,
};

pub(super) const RULES: &[Rule] = &[
    Rule::rendered("requests", requests),
    Rule::rendered("memory-limit", memory_limit),
    Rule::rendered("non-root", non_root),
    Rule::rendered("read-only-root", read_only_root),
    Rule::rendered("capabilities", capabilities),
    Rule::rendered("privilege-escalation", privilege_escalation),
    Rule::rendered("seccomp", seccomp),
    Rule::rendered("image", image),
];

fn requests(objects: &Objects) -> Vec<Violation> {
    each_container(objects, |container| {
        let cpu = quantity::millicores(container.at("/resources/requests/cpu"));
        let memory = quantity::bytes(container.at("/resources/requests/memory"));
        match (cpu, memory) {
            (Some(1..), Some(1..)) => None,
            (None | Some(0), _) => Some("requests no CPU".to_owned()),
            (_, None | Some(0)) => Some("requests no memory".to_owned()),
        }
    })
}

fn memory_limit(objects: &Objects) -> Vec<Violation> {
    each_container(objects, |container| {
        let Some(limit) = quantity::bytes(container.at("/resources/limits/memory")) else {
            return Some("has no limit for memory: a leak would take the node's".to_owned());
        };
        let request = quantity::bytes(container.at("/resources/requests/memory")).unwrap_or_default();
        (limit < request).then(|| "may use less memory than it requests".to_owned())
    })
}

fn non_root(objects: &Objects) -> Vec<Violation> {
    each_container(objects, |container| {
        if container.security("runAsNonRoot") != true {
            return Some("runAsNonRoot is not true".to_owned());
        }
        (container.security("runAsUser") == 0).then(|| "runs as user 0".to_owned())
    })
}

fn read_only_root(objects: &Objects) -> Vec<Violation> {
    each_container(objects, |container| {
        (container.at("/securityContext/readOnlyRootFilesystem") != true)
            .then(|| "readOnlyRootFilesystem is not true".to_owned())
    })
}

fn capabilities(objects: &Objects) -> Vec<Violation> {
    each_container(objects, |container| {
        if !list(container.at("/securityContext/capabilities/drop")).any(|name| name == "ALL") {
            return Some("does not drop ALL capabilities".to_owned());
        }
        let added: Vec<_> = list(container.at("/securityContext/capabilities/add")).map(text).collect();
        (!added.is_empty()).then(|| format!("adds the capabilities {}", added.join(", ")))
    })
}

fn privilege_escalation(objects: &Objects) -> Vec<Violation> {
    each_container(objects, |container| {
        let escalates = container.at("/securityContext/allowPrivilegeEscalation") != false;
        (escalates || container.at("/securityContext/privileged") == true)
            .then(|| "allowPrivilegeEscalation is not false, or it is privileged".to_owned())
    })
}

fn seccomp(objects: &Objects) -> Vec<Violation> {
    each_container(objects, |container| {
        (container.security("seccompProfile")["type"] != "RuntimeDefault")
            .then(|| "seccompProfile is not RuntimeDefault".to_owned())
    })
}

fn image(objects: &Objects) -> Vec<Violation> {
    each_container(objects, |container| {
        let image = text(container.at("/image"));
        let (named, digest) =
            image.split_once('@').map_or((image, None), |(named, digest)| (named, Some(digest)));
        // A colon before the last slash belongs to the registry's port.
        let tag = named.rsplit('/').next().and_then(|last| Some(last.split_once(':')?.1));
        if tag == Some("latest") {
            return Some(format!("{image} is a different image every day"));
        }
        let sound = digest.is_some_and(|digest| digest.starts_with("sha256:"))
            || tag.is_some_and(|tag| !tag.is_empty());
        (!sound).then(|| format!("{image:?} has neither a tag nor a digest"))
    })
}
