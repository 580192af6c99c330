//! The overlay for one machine fits on it.

use super::{Rule, Violation};
use crate::k8s::{
    objects::{Objects, Pod},
    quantity,
};

pub(super) const RULES: &[Rule] = &[Rule::rendered("fits-a-laptop", fits_a_laptop)];

const OVERLAY: &str = "dev";
const MILLICORES: u64 = 4000;
const BYTES: u64 = 6 << 30;

fn fits_a_laptop(objects: &Objects) -> Vec<Violation> {
    if objects.overlay != OVERLAY {
        return Vec::new();
    }
    let (cpu, memory) = objects.pods().map(requests).fold((0, 0), |sum, pod| (sum.0 + pod.0, sum.1 + pod.1));
    let complain = |what: String| Violation { object: "all pods".to_owned(), what };
    let mut found = Vec::new();
    if cpu > MILLICORES {
        found.push(complain(format!("request {cpu}m CPU together, more than {MILLICORES}m")));
    }
    if memory > BYTES {
        found.push(complain(format!("request {} MiB together, more than {} MiB", memory >> 20, BYTES >> 20)));
    }
    found
}

/// What a workload's pods request together: containers beside each other, or the largest of those that run before.
fn requests(pod: Pod<'_>) -> (u64, u64) {
    let cpu = |init| {
        let of = pod.containers().filter(move |container| container.init == init);
        of.map(|container| quantity::millicores(container.at("/resources/requests/cpu")).unwrap_or_default())
    };
    let memory = |init| {
        let of = pod.containers().filter(move |container| container.init == init);
        of.map(|container| quantity::bytes(container.at("/resources/requests/memory")).unwrap_or_default())
    };
    let replicas = pod.owner.at("/spec/replicas").as_u64().unwrap_or(1);
    let cpu = cpu(false).sum::<u64>().max(cpu(true).max().unwrap_or_default());
    let memory = memory(false).sum::<u64>().max(memory(true).max().unwrap_or_default());
    (cpu * replicas, memory * replicas)
}
