//! Three NATS servers that keep each other's streams: one may die, also the one that leads.

use std::collections::BTreeSet;

use async_nats::jetstream::{self, stream::Info};
use e2e::{Market, Trade};
use stack::{FleetOptions, NatsCluster, Persistence, Server, Servers, Service, Stack};
use testkit::eventually;

use crate::listings;

#[tokio::test]
async fn the_server_that_leads_the_orders_dies_and_nothing_acknowledged_is_lost() {
    let stack = Stack::temporary().unwrap();
    let cluster = NatsCluster::start(&stack, 3).await.unwrap();
    // Its own single NATS stays idle.
    let servers = Servers::start(&stack, Persistence::Ephemeral).await.unwrap();
    let mut options = FleetOptions { reservation_seconds: Some(2), ..Default::default() };
    for service in Service::ALL.into_iter().filter(|service| service.owns_data()) {
        options = options.env(service, "NATS_URL", cluster.url()).env(service, "STREAM_REPLICAS", "3");
    }
    let market = Market::open_on(stack, servers, options).await;
    let urls: Vec<_> = cluster.nodes().iter().map(Server::url).collect();
    let jetstream = jetstream::new(async_nats::connect(&urls[..]).await.unwrap());
    let tickets = listings(&market, 4).await;
    let trade = Trade::start(&market, 4, &tickets).await;
    trade.goes_on(10).await;

    let leader = when(&jetstream, "to have a leader", leader_of).await;
    cluster.node(&leader).unwrap().process().kill9();
    trade.goes_on(10).await;
    when(&jetstream, "to have another leader", |orders| leader_of(orders).filter(|next| *next != leader))
        .await;
    trade.goes_on(10).await;
    cluster.node(&leader).unwrap().restart().await.unwrap();
    when(&jetstream, "to be whole again", |orders| {
        let others = &orders.cluster.as_ref()?.replicas;
        (others.len() == 2 && others.iter().all(|peer| peer.current && !peer.offline)).then_some(())
    })
    .await;
    trade.goes_on(5).await;

    let promised = trade.stop().await;
    market.invariants().with_promised(promised.clone()).hold().await;

    // The outboxes are empty, so every order was acknowledged by the broker: here it is.
    let mut kept = BTreeSet::new();
    let mut stream = jetstream.get_stream("ORDERS").await.unwrap();
    for sequence in 1..=stream.info().await.unwrap().state.last_sequence {
        let message = stream.get_raw_message(sequence).await.unwrap();
        kept.extend(message.headers.get("ce-subject").map(|subject| subject.as_str().to_owned()));
    }
    let lost: Vec<_> =
        promised.iter().map(ToString::to_string).filter(|order| !kept.contains(order)).collect();
    assert_eq!(lost, Vec::<String>::new());
}

fn leader_of(orders: &Info) -> Option<String> {
    orders.cluster.as_ref()?.leader.clone().filter(|leader| !leader.is_empty())
}

/// What `probe` finds in the state of the orders' stream, once it finds something.
async fn when<T>(jetstream: &jetstream::Context, what: &str, probe: impl Fn(&Info) -> Option<T>) -> T {
    eventually(format!("the orders' stream {what}"), async || {
        let stream = jetstream.get_stream("ORDERS").await.ok()?;
        probe(stream.cached_info())
    })
    .await
}
