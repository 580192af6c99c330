//! The process dies at its worst moments and is started again.

use common::{clock::Clock, events::Event};
use stack::{Process, Program, Stack, ports};
use testkit::{Namespace, eventually};

use crate::world::World;

/// The service as a process of its own that dies at `fault_point`.
fn process(stack: &Stack, world: &World, fault_point: &str) -> Process {
    let program = Program::new("expiration", env!("CARGO_BIN_EXE_expiration"));
    let names =
        ["MONGODB_URI", "MONGODB_DATABASE", "NATS_URL", "REDIS_URL", "STREAM_PREFIX", "RECONCILE_SECONDS"];
    let program =
        names.iter().fold(program, |program, name| program.env(*name, world.namespace.variable(name)));
    let program = program.env("ADMIN_ADDR", ports::free().unwrap().to_string()).env("LEASE_SECONDS", "1");
    stack.spawn(program.env("FAULT_POINT", fault_point)).unwrap()
}

async fn survives_dying_at(fault_point: &str) {
    let stack = Stack::temporary().unwrap();
    let world = World::with(Namespace::new(), Clock::System).await;
    let process = process(&stack, &world, fault_point);
    // The service makes the stream it listens to.
    let order = world.order(1);
    eventually("the stream of orders", || async { world.pending().await }).await;
    world.broker.publish(&Event::OrderCreated(order.clone())).await;
    eventually("the process to die", || async { process.exited() }).await;
    assert!(process.tail().contains("dying at a fault point"), "{}", process.tail());

    process.restart_with(&[("FAULT_POINT".to_owned(), "none".to_owned())]).unwrap();
    world.announced_becomes(&[&order]).await;
    world.status_becomes(&order, "fired").await;
    world.index_becomes_empty().await;
}

#[tokio::test]
async fn between_claiming_and_firing() {
    survives_dying_at("expiration.after_claim").await;
}

#[tokio::test]
async fn between_firing_and_forgetting() {
    survives_dying_at("expiration.after_fire").await;
}

#[tokio::test]
async fn between_firing_and_announcing() {
    survives_dying_at("relay.before_publish").await;
}

#[tokio::test]
async fn a_bad_configuration_is_told_at_once() {
    let stack = Stack::temporary().unwrap();
    let program = Program::new("expiration", env!("CARGO_BIN_EXE_expiration"));
    let process = stack.spawn(program.arg("--check-config").env("REDIS_URL", "nonsense")).unwrap();
    let status = eventually("the process to end", || async { process.exited() }).await;
    assert_eq!(status.code(), Some(64));
    for name in ["MONGODB_URI", "NATS_URL", "REDIS_URL"] {
        assert!(process.tail().contains(name), "{}", process.tail());
    }
}
