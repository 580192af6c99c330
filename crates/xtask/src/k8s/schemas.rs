//! What others' tools say of the manifests: Kubernetes' own schemas, those of skaffold, Compose and GitHub Actions, and
//! hadolint.
//!
//! Each tool is first given something wrong. One that lets it pass would let everything pass.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use anyhow::{Context as _, Result, bail};

use super::{
    objects::{Object, Objects, text},
    tree::Tree,
};
use crate::{setup::validators, terminal::say};

/// The newest that the validator knows.
const KUBERNETES: &str = "1.37.0";

/// Kinds that are no part of Kubernetes, by their API group. Nothing else may go without a schema.
const WITHOUT_SCHEMA: &[(&str, &str)] = &[
    ("cert-manager.io", "Certificate"),
    ("cert-manager.io", "ClusterIssuer"),
    ("cert-manager.io", "Issuer"),
    ("external-secrets.io", "ExternalSecret"),
    ("external-secrets.io", "SecretStore"),
    ("gateway.networking.k8s.io", "Gateway"),
    ("gateway.networking.k8s.io", "HTTPRoute"),
];

/// A file that is to be refused, and what refuses it.
struct Schema {
    arguments: &'static [&'static str],
    refused: &'static str,
    refused_name: &'static str,
}

const SKAFFOLD: Schema = Schema {
    arguments: &["--schemafile", "crates/xtask/schemas/skaffold-v4beta13.schema.json"],
    refused: "{apiVersion: skaffold/v4beta13, kind: Config, bulid: {}}",
    refused_name: "skaffold.yaml",
};
const COMPOSE: Schema = Schema {
    arguments: &["--builtin-schema", "vendor.compose-spec"],
    refused: "services: {auth: {imgae: auth}}",
    refused_name: "compose.yaml",
};
const WORKFLOWS: Schema = Schema {
    arguments: &["--builtin-schema", "vendor.github-workflows"],
    refused: "{on: push, jobs: {test: {runs-on: ubuntu-24.04, stpes: []}}}",
    refused_name: "workflow.yaml",
};

/// Runs all of them; gives back what they found, as lines.
pub(crate) fn check(overlays: &[Objects], tree: &Tree, root: &Path) -> Result<Vec<String>> {
    let scratch = tempfile::tempdir().context("could not make a temporary folder")?;
    let mut found = kubernetes(overlays, scratch.path())?;
    let files = [
        (SKAFFOLD, vec!["skaffold.yaml"]),
        (COMPOSE, tree.yaml_in("infra/compose")),
        (WORKFLOWS, tree.yaml_in(".github/workflows")),
    ];
    for (schema, files) in files {
        found.extend(schema.check(&files, root, scratch.path())?);
    }
    found.extend(dockerfile(root, scratch.path())?);
    Ok(found)
}

/// Every object of every overlay.
fn kubernetes(overlays: &[Objects], scratch: &Path) -> Result<Vec<String>> {
    let refused = Objects {
        overlay: "refused".to_owned(),
        items: Object::parse("{apiVersion: v1, kind: ConfigMap, metadata: {name: planted}, dat: {}}")?,
        around: std::sync::Arc::default(),
    };
    if kubernetes_of(&refused, scratch)?.1.is_empty() {
        bail!("kubernetes-validate accepts what is wrong");
    }
    let mut found = Vec::new();
    for objects in overlays {
        let (validated, wrong) = kubernetes_of(objects, scratch)?;
        let unknown = without_schema(objects);
        let unknown: Vec<_> = unknown.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let unknown = if unknown.is_empty() {
            String::new()
        } else {
            format!("; not validated: {}", unknown.join(", "))
        };
        say(&format!(
            "  {}: {validated} objects valid for Kubernetes {KUBERNETES}{unknown}",
            objects.overlay
        ));
        found.extend(wrong);
    }
    Ok(found)
}

/// How many objects are valid, and what is wrong with the others.
fn kubernetes_of(objects: &Objects, scratch: &Path) -> Result<(usize, Vec<String>)> {
    let known: Vec<_> = objects.items.iter().filter(|object| !has_no_schema(object)).collect();
    let documents: Vec<_> = known.iter().map(|object| object.0.to_string()).collect();
    // JSON is YAML, too.
    let file = scratch.join("objects.yaml");
    fs::write(&file, documents.join("\n---\n"))
        .with_context(|| format!("could not write {}", file.display()))?;
    let mut validate = validators::python("kubernetes_validate")?;
    validate.args(["--strict", "-k", KUBERNETES]).arg(&file);
    let (is_valid, output) = run(validate)?;
    let (valid, wrong) = sorted(&output, &file.display().to_string());
    let wrong: Vec<_> = wrong.iter().map(|line| format!("{}: schema: {line}", objects.overlay)).collect();
    if valid + wrong.len() < known.len() || (!is_valid && wrong.is_empty()) {
        bail!("kubernetes-validate says nothing of some objects of {}:\n{output}", objects.overlay);
    }
    Ok((valid, wrong))
}

fn without_schema(objects: &Objects) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for object in objects.items.iter().filter(|object| has_no_schema(object)) {
        *counts.entry(object.kind()).or_default() += 1;
    }
    counts
}

fn has_no_schema(object: &Object) -> bool {
    let group = text(object.at("/apiVersion")).split_once('/').map_or("", |(group, _)| group);
    WITHOUT_SCHEMA.contains(&(group, object.kind()))
}

/// How many objects passed, and each line of another kind: an error, or a warning that there is no schema.
fn sorted<'a>(output: &'a str, file: &str) -> (usize, Vec<&'a str>) {
    let (mut valid, mut wrong) = (0, Vec::new());
    for line in output.lines().filter(|line| !line.trim().is_empty()) {
        let line = line.split_once(file).map_or(line, |(_, rest)| rest.trim());
        if line.starts_with("passed for resource ") { valid += 1 } else { wrong.push(line) }
    }
    (valid, wrong)
}

impl Schema {
    fn check(&self, files: &[&str], root: &Path, scratch: &Path) -> Result<Vec<String>> {
        let refused = scratch.join(self.refused_name);
        fs::write(&refused, self.refused)
            .with_context(|| format!("could not write {}", refused.display()))?;
        if self.problems(&[&refused], root)?.is_none() {
            bail!("check-jsonschema {} accepts what is wrong", self.arguments.join(" "));
        }
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let paths: Vec<_> = files.iter().map(Path::new).collect();
        let problems = self.problems(&paths, root)?;
        if problems.is_none() {
            say(&format!("  valid: {}", files.join(", ")));
        }
        Ok(problems.into_iter().collect())
    }

    fn problems(&self, files: &[&Path], root: &Path) -> Result<Option<String>> {
        let mut validate = validators::python("check_jsonschema")?;
        validate.args(self.arguments).args(files).current_dir(root);
        let (is_valid, output) = run(validate)?;
        Ok((!is_valid).then_some(output))
    }
}

fn dockerfile(root: &Path, scratch: &Path) -> Result<Vec<String>> {
    let lint = |file: &Path| {
        let mut hadolint = Command::new(validators::hadolint()?);
        hadolint.arg("--no-color").arg(file).current_dir(root);
        run(hadolint)
    };
    let refused = scratch.join("Dockerfile");
    fs::write(&refused, "FROM debian\n").with_context(|| format!("could not write {}", refused.display()))?;
    if lint(&refused)?.0 {
        bail!("hadolint accepts what is wrong");
    }
    let (is_clean, output) = lint(Path::new("Dockerfile"))?;
    if is_clean {
        say("  hadolint: Dockerfile is clean");
        return Ok(Vec::new());
    }
    Ok(vec![format!("Dockerfile: hadolint: {output}")])
}

/// Whether it succeeded, and all that it wrote.
fn run(mut command: Command) -> Result<(bool, String)> {
    let name = crate::command::display(&command);
    let output = command.output().with_context(|| format!("could not start `{name}`"))?;
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    Ok((output.status.success(), text.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_passed_counts_as_valid() {
        let output = "INFO /tmp/o.yaml passed for resource configmap/a against version 1.37\n\
                      WARN /tmp/o.yaml Couldn't find schema for kind Gateway\n\
                      ERROR /tmp/o.yaml did not validate for resource configmap/b";
        let (valid, wrong) = sorted(output, "/tmp/o.yaml");
        assert_eq!(valid, 1);
        assert_eq!(
            wrong,
            ["Couldn't find schema for kind Gateway", "did not validate for resource configmap/b"]
        );
    }

    #[test]
    fn a_kind_without_a_schema_is_known_by_its_group_too() {
        let object = |yaml| Object::parse(yaml).unwrap().remove(0);
        assert!(has_no_schema(&object("{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute}")));
        assert!(!has_no_schema(&object("{apiVersion: example.org/v1, kind: HTTPRoute}")));
        assert!(!has_no_schema(&object("{apiVersion: v1, kind: Service}")));
    }
}
