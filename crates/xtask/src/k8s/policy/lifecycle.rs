//! Replacing pods: selectors, disruption budgets, autoscalers, and the time a pod has to go.

use super::{Rule, Violation, each_pod, environment::Environment};
use crate::k8s::objects::{Container, Object, Objects, Pod, text};

pub(super) const RULES: &[Rule] = &[
    Rule::rendered("selector-matches", selector_matches),
    Rule::rendered("disruption-budget", disruption_budget),
    Rule::rendered("budget-for-ours", budget_for_ours),
    Rule::rendered("autoscaler", autoscaler),
    Rule::rendered("grace-period", grace_period),
];

/// A workload's selector means its own pods and no other's.
fn selector_matches(objects: &Objects) -> Vec<Violation> {
    let mut found = Vec::new();
    for pod in objects.pods().filter(|pod| has_selector(pod.owner)) {
        let selector = pod.owner.at("/spec/selector");
        if selector.is_null() || !pod.is_selected(selector) {
            found.push(Violation::of(pod.owner, "its selector does not select its own pods"));
        }
        let of_namespace = |other: &Pod<'_>| other.owner.namespace() == pod.owner.namespace();
        for other in objects.pods().filter(of_namespace) {
            if other.owner.id() != pod.owner.id() && other.is_selected(selector) {
                found.push(Violation::of(
                    pod.owner,
                    format!("its selector selects pods of {}", other.owner.id()),
                ));
            }
        }
    }
    found
}

fn has_selector(object: &Object) -> bool {
    matches!(object.kind(), "Deployment" | "StatefulSet" | "DaemonSet")
}

fn budgeted<'a>(objects: &'a Objects, budget: &Object) -> Vec<Pod<'a>> {
    let of_namespace = objects.pods().filter(|pod| pod.owner.namespace() == budget.namespace());
    of_namespace.filter(|pod| pod.is_selected(budget.at("/spec/selector"))).collect()
}

/// A budget is one workload's, and lets at least one of its pods go, or a node could never be drained.
fn disruption_budget(objects: &Objects) -> Vec<Violation> {
    let mut found = Vec::new();
    for budget in objects.of_kind("PodDisruptionBudget") {
        let pods = budgeted(objects, budget);
        let [pod] = pods.as_slice() else {
            let owners: Vec<_> = pods.iter().map(|pod| pod.owner.id()).collect();
            found.push(Violation::of(budget, format!("selects pods of {owners:?}, not of one workload")));
            continue;
        };
        let replicas = pod.owner.at("/spec/replicas").as_u64().unwrap_or(1);
        let (most, least) = (budget.at("/spec/maxUnavailable"), budget.at("/spec/minAvailable"));
        let none_may_go = matches!(text(most), "0" | "0%") || *most == 0;
        let all_must_stay = text(least) == "100%" || least.as_u64().is_some_and(|least| least >= replicas);
        if none_may_go || all_must_stay {
            found.push(Violation::of(budget, "lets no pod go: its node could never be drained"));
        }
    }
    found
}

fn budget_for_ours(objects: &Objects) -> Vec<Violation> {
    each_pod(objects, |pod| {
        pod.service()?;
        let mut budgets = objects.of_kind("PodDisruptionBudget");
        let has_one = budgets
            .any(|budget| budgeted(objects, budget).iter().any(|other| other.owner.id() == pod.owner.id()));
        (!has_one).then(|| "has no PodDisruptionBudget".to_owned())
    })
}

/// It scales a workload that is there, and nothing else sets the number of its replicas.
fn autoscaler(objects: &Objects) -> Vec<Violation> {
    let mut found = Vec::new();
    for scaler in objects.of_kind("HorizontalPodAutoscaler") {
        let (kind, name) = (scaler.at("/spec/scaleTargetRef/kind"), scaler.at("/spec/scaleTargetRef/name"));
        let Some(workload) = objects.find(text(kind), scaler.namespace(), text(name)) else {
            found.push(Violation::of(
                scaler,
                format!("scales {}/{}, which does not exist", text(kind), text(name)),
            ));
            continue;
        };
        let least = scaler.at("/spec/minReplicas").as_u64().unwrap_or(1);
        if scaler.at("/spec/maxReplicas").as_u64().is_none_or(|most| most < least) {
            found.push(Violation::of(scaler, "its maximum is below its minimum"));
        }
        if !workload.at("/spec/replicas").is_null() {
            let what = format!("{} sets replicas: each apply would undo the scaling", workload.id());
            found.push(Violation::of(scaler, what));
        }
    }
    found
}

/// Killed only after what it was told to wait for: preStop, then the delay and the deadline of its own drain.
fn grace_period(objects: &Objects) -> Vec<Violation> {
    each_pod(objects, |pod| {
        let grace = pod.at("/spec/terminationGracePeriodSeconds").as_u64().unwrap_or(30);
        let need = pod.containers().map(|container| time_to_go(objects, container)).max()?;
        (grace < need).then(|| format!("is killed after {grace} s, but may take {need} s to go"))
    })
}

fn time_to_go(objects: &Objects, container: Container<'_>) -> u64 {
    let wait = container.at("/lifecycle/preStop/sleep/seconds").as_u64().unwrap_or_default();
    if container.pod.service().is_none() {
        return wait;
    }
    let environment = Environment::of(objects, container);
    // The defaults are the services' own; what is no number they refuse themselves.
    let seconds = |name: &str, default| {
        environment.variables.get(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    };
    wait + seconds("DRAIN_DELAY_SECONDS", 0) + seconds("SHUTDOWN_SECONDS", 20)
}
