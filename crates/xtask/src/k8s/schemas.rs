//! What others' tools say of the manifests: Kubernetes' own schemas, those of skaffold, Compose and GitHub Actions, and
//! hadolint.
//!
//! Each tool is first given something wrong. One that lets it pass would let everything pass.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, process::Command, sync::Arc};

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
    ("cert-manager.io", "Issuer"),
    ("external-secrets.io", "ExternalSecret"),
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

/// Every object of every overlay, in one run.
fn kubernetes(overlays: &[Objects], scratch: &Path) -> Result<Vec<String>> {
    let planted = Objects {
        overlay: "planted".to_owned(),
        items: Object::parse("{apiVersion: v1, kind: ConfigMap, metadata: {name: planted}, dat: {}}")?,
        around: Arc::default(),
    };
    let file = |objects: &Objects| scratch.join(&objects.overlay).display().to_string();
    let mut validate = validators::python("kubernetes_validate")?;
    validate.args(["--strict", "-k", KUBERNETES]);
    for objects in overlays.iter().chain([&planted]) {
        // JSON is YAML, too.
        let documents: Vec<_> = with_schema(objects).map(|object| object.0.to_string()).collect();
        fs::write(file(objects), documents.join("\n---\n")).context("could not write the objects")?;
        validate.arg(file(objects));
    }
    let (_, output) = run(validate)?;
    if sorted(&output, &file(&planted)).1.is_empty() {
        bail!("kubernetes-validate accepts what is wrong:\n{output}");
    }
    let mut found = Vec::new();
    for objects in overlays {
        let (valid, wrong) = sorted(&output, &file(objects));
        if wrong.is_empty() && valid != with_schema(objects).count() {
            bail!("kubernetes-validate says nothing of some objects of {}:\n{output}", objects.overlay);
        }
        let mut line = format!("  {}: {valid} objects valid for Kubernetes {KUBERNETES}", objects.overlay);
        let unknown: Vec<_> =
            without_schema(objects).iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        if !unknown.is_empty() {
            let _ = write!(line, "; not validated: {}", unknown.join(", "));
        }
        say(&line);
        found.extend(wrong.iter().map(|line| format!("{}: schema: {line}", objects.overlay)));
    }
    Ok(found)
}

fn with_schema(objects: &Objects) -> impl Iterator<Item = &Object> {
    objects.items.iter().filter(|object| !has_no_schema(object))
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

/// How many objects of a file passed, and each line of another kind: an error, or a warning that there is no schema.
fn sorted<'a>(output: &'a str, file: &str) -> (usize, Vec<&'a str>) {
    let (mut valid, mut wrong) = (0, Vec::new());
    let file = format!(" {file} ");
    for (_, line) in output.lines().filter_map(|line| line.split_once(&file)) {
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
        let output = "INFO /tmp/o passed for resource configmap/a against version 1.37\n\
                      WARN /tmp/o Couldn't find schema for kind Gateway\n\
                      ERROR /tmp/o did not validate for resource configmap/b\n\
                      INFO /tmp/other passed for resource configmap/c";
        let (valid, wrong) = sorted(output, "/tmp/o");
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
