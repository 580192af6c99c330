//! Redis forgets, is away, or never comes.

use redis::AsyncCommands;
use stack::{Process, Program, Stack, ports, tools};
use testkit::{Namespace, eventually};

use crate::world::World;

/// A Redis of the test's own that remembers nothing over a restart.
fn redis(stack: &Stack, port: u16) -> Process {
    let program = Program::new("redis", tools::REDIS_SERVER.find().unwrap()).args([
        "--bind",
        "127.0.0.1",
        "--port",
        &port.to_string(),
        "--save",
        "",
        "--appendonly",
        "no",
    ]);
    stack.spawn(program).unwrap()
}

async fn answers(world: &World) {
    eventually("Redis to answer", || async {
        let client = redis::Client::open(world.namespace.variable("REDIS_URL")).unwrap();
        client.get_multiplexed_async_connection().await.ok().map(drop)
    })
    .await;
}

async fn world_at(port: u16) -> World {
    World::at(Namespace::new().with("REDIS_URL", format!("redis://127.0.0.1:{port}"))).await
}

#[tokio::test]
async fn what_redis_forgot_is_brought_back() {
    let world = World::new().await;
    let replica = world.start().await;
    let order = world.waiting(1).await;
    eventually("the first reconciliation", || async {
        world.redis().await.exists::<_, bool>(world.key("seeded")).await.unwrap().then_some(())
    })
    .await;
    let keys = [world.key("due"), world.key("leased"), world.key("seeded")];
    let _: () = world.redis().await.del(&keys[..]).await.unwrap();
    eventually("the timer to be back", || async {
        world.indexed().await.0.contains(&order.id.to_string()).then_some(())
    })
    .await;
    world.advance(1);
    world.announced_becomes(&[&order]).await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn a_single_lost_timer_is_found_by_the_next_reconciliation() {
    let world = World::new().await;
    let replica = world.start().await;
    let order = world.waiting(60).await;
    let _: () = world.redis().await.zrem(world.key("due"), order.id.to_string()).await.unwrap();
    world.advance(60);
    world.announced_becomes(&[&order]).await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn without_redis_from_the_start_deadlines_still_fire() {
    let world = world_at(ports::free().unwrap().port()).await;
    let replica = world.start().await;
    let orders = [world.waiting(60).await, world.waiting(70).await];
    world.advance(60);
    world.announced_becomes(&[&orders[0]]).await;
    world.advance(10);
    world.announced_becomes(&[&orders[0], &orders[1]]).await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn redis_may_come_late_go_away_and_return_empty() {
    let stack = Stack::temporary().unwrap();
    let port = ports::free().unwrap().port();
    let world = world_at(port).await;
    let replica = world.start().await;
    let orders = [world.waiting(1).await, world.waiting(2).await, world.waiting(3).await];

    let server = redis(&stack, port);
    answers(&world).await;
    // The third comes after the horizon of this round.
    eventually("the timers to be seeded", || async { (world.indexed().await.0.len() == 2).then_some(()) })
        .await;
    world.advance(1);
    world.announced_becomes(&[&orders[0]]).await;

    server.kill9();
    world.advance(1);
    world.announced_becomes(&[&orders[0], &orders[1]]).await;

    server.restart().unwrap();
    answers(&world).await;
    let fourth = world.waiting(3600).await;
    eventually("the timers to be seeded again", || async {
        world.indexed().await.0.contains(&orders[2].id.to_string()).then_some(())
    })
    .await;
    world.advance(3600);
    world.announced_becomes(&[&orders[0], &orders[1], &orders[2], &fourth]).await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn a_redis_that_hangs_delays_little_and_is_used_again() {
    let stack = Stack::temporary().unwrap();
    let port = ports::free().unwrap().port();
    let world = world_at(port).await;
    let server = redis(&stack, port);
    answers(&world).await;
    let replica = world.start().await;
    let order = world.waiting(60).await;
    server.pause();
    world.advance(60);
    world.announced_becomes(&[&order]).await;
    server.resume();
    // A claim that Redis carried out with nobody left to hear of it: its lease must lapse.
    world.advance(5);
    world.index_becomes_empty().await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn a_namespace_does_not_see_anothers_timers() {
    let (one, other) =
        (World::new().await, World::with(Namespace::new(), common::clock::Clock::System).await);
    let (first, second) = (one.start().await, other.start().await);
    // Overdue by the other's clock or not: it is not the other's.
    let order = one.waiting(60).await;
    one.advance(60);
    one.announced_becomes(&[&order]).await;
    assert_eq!(other.announced().await, []);
    one.is_clean(&first).await;
    other.is_clean(&second).await;
}
